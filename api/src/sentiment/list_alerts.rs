//! What somebody has to know of calls.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use domain::sentiment::{AlertKind, AlertSeverity, Score};
use domain::{CallId, Timestamp};
use projections::sentiment::read::{self, AlertFilter, AlertPlace, AlertRow};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::http::app::App;
use crate::http::page::Asked;
use crate::http::problem::{Problem, unavailable};
use crate::http::query::Query;
use crate::http::reach::Reach;
use crate::http::read::Head;

/// Which alerts.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListSentimentAlerts {
    /// `open`: nobody knows; `acknowledged`: somebody does; `cleared`: it is so no longer.
    state: Option<String>,
    /// Of this kind.
    #[param(inline)]
    kind: Option<AlertKind>,
    /// So bad.
    #[param(inline)]
    severity: Option<AlertSeverity>,
    /// In this call.
    #[param(value_type = Option<Uuid>)]
    call_id: Option<CallId>,
    /// How many at most, 1 to 100; 20 where nothing is said.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
    /// Where the list goes on, from `next_cursor`.
    cursor: Option<String>,
}

/// A page of alerts.
#[derive(Serialize, ToSchema)]
pub struct SentimentAlerts {
    /// The newest first.
    items: Vec<SentimentAlert>,
    /// Where the list goes on; `null` at its end.
    next_cursor: Option<String>,
    /// Not counted.
    total: Option<i64>,
}

/// What somebody has or had to know of a call.
#[derive(Serialize, ToSchema)]
pub struct SentimentAlert {
    id: Uuid,
    call_id: Uuid,
    /// `open`, `acknowledged` or `cleared`
    state: &'static str,
    kind: AlertKind,
    severity: AlertSeverity,
    /// The score over the last three things that the customer had said; `null` where they had said
    /// less.
    score: Option<Score>,
    /// The segment after which it was so.
    seq: i32,
    /// Since when it is so bad.
    raised_at: Timestamp,
    /// Who knows.
    acknowledged_by: Option<Uuid>,
    acknowledged_at: Option<Timestamp>,
    /// Since when it is so no longer, or the call is over.
    cleared_at: Option<Timestamp>,
}

impl From<AlertRow> for SentimentAlert {
    fn from(row: AlertRow) -> Self {
        let state = match (row.cleared_at, row.acknowledged) {
            (Some(_), _) => "cleared",
            (None, Some(_)) => "acknowledged",
            (None, None) => "open",
        };
        Self {
            id: row.id,
            call_id: row.call.uuid(),
            state,
            kind: row.kind,
            severity: row.severity,
            score: row.score,
            seq: row.seq,
            raised_at: row.raised_at,
            acknowledged_by: row.acknowledged.map(|(by, _)| by.uuid()),
            acknowledged_at: row.acknowledged.map(|(_, at)| at),
            cleared_at: row.cleared_at,
        }
    }
}

/// What somebody has to know of calls that go on, and had to know of those that are over, the
/// newest first. Supervisors see the calls of those whom they supervise.
#[utoipa::path(
    get,
    path = "/api/v1/sentiment/alerts",
    operation_id = "listSentimentAlerts",
    tag = "sentiment",
    params(ListSentimentAlerts),
    responses((status = 200, description = "Alerts, newest first", body = SentimentAlerts))
)]
pub async fn list(
    State(app): State<App>,
    head: Head,
    RawQuery(raw): RawQuery,
    Query(query): Query<ListSentimentAlerts>,
) -> Result<Response, Problem> {
    let org = head.caller.org;
    let list = ("listSentimentAlerts", raw.as_deref());
    let asked: Asked<AlertPlace> =
        Asked::of(&app, org, list, (query.limit, query.cursor.as_deref()))?;
    let state = match query.state.as_deref() {
        None => None,
        Some("open") => Some("open"),
        Some("acknowledged") => Some("acknowledged"),
        Some("cleared") => Some("cleared"),
        Some(_) => {
            return Err(Problem::query("state", "it is `open`, `acknowledged` or `cleared`"));
        }
    };
    let filter = AlertFilter {
        state,
        kind: query.kind,
        severity: query.severity,
        call: query.call_id,
        id: None,
        agents: Reach::fresh(&app, &head).await?.among(Vec::new())?,
    };
    let fresh = head.all_fresh(&app, &["sentiment", "call_facts"]).await?;
    let rows = read::alerts(app.database(), org, &filter, asked.after.as_ref(), asked.rows()).await;
    let page = asked.cut(rows.map_err(|error| unavailable(&error))?);
    let place = |row: &AlertRow| AlertPlace { raised_at: row.raised_at, id: row.id };
    let next_cursor = page.next(&app, &asked, place)?;
    let items = page.rows.into_iter().map(SentimentAlert::from).collect();
    Ok(fresh.answer(&SentimentAlerts { items, next_cursor, total: None }))
}
