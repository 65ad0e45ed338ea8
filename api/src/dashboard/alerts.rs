//! What somebody has to know, and had to.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use domain::Timestamp;
use domain::alert::{AlertState, AlertSubject, Resolution};
use domain::alert_rule::{AlertMetric, Operator, SubjectType};
use domain::sentiment::{AlertKind, AlertSeverity};
use projections::alerts::read::{self, AlertFilter, AlertPlace, AlertRow, MODELS, OPEN, Source};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::sight::sight;
use crate::http::app::App;
use crate::http::page::Asked;
use crate::http::problem::{Problem, unavailable};
use crate::http::query::{Query, word};
use crate::http::reach::Reach;
use crate::http::read::Head;

/// Which alerts.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListAlerts {
    /// `raised`: nobody knows; `acknowledged`: somebody does; `open`: one of these; `resolved`: it
    /// is over; `expired`: nothing was known of it for a day.
    state: Option<String>,
    /// So bad.
    #[param(inline)]
    severity: Option<AlertSeverity>,
    /// The metric of a rule, such as `longest_wait`, or what was heard in a call, such as
    /// `frustration`.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// How many at most, 1 to 100; 20 where nothing is said.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
    /// Where the list goes on, from `next_cursor`.
    cursor: Option<String>,
}

/// A page of alerts.
#[derive(Serialize, ToSchema)]
pub struct AlertList {
    /// The newest first.
    items: Vec<AlertItem>,
    /// Where the list goes on; `null` at its end.
    next_cursor: Option<String>,
    /// Not counted.
    total: Option<i64>,
}

/// What somebody has to know, or had to.
#[derive(Serialize, ToSchema)]
#[schema(as = Alert)]
pub struct AlertItem {
    id: Uuid,
    /// The metric of its rule, or what was heard in a call.
    #[serde(rename = "type")]
    kind: String,
    state: AlertState,
    severity: AlertSeverity,
    subject: AlertAbout,
    /// The rule as it was then; `null` of what was heard in a call, which `GET /sentiment/alerts`
    /// has under the same id.
    rule: Option<AlertOfRule>,
    /// The value that raised it; of what was heard the score, where there was one.
    value: Option<f64>,
    /// Since when it is so.
    raised_at: Timestamp,
    /// Who knows.
    acknowledged_by: Option<Uuid>,
    acknowledged_at: Option<Timestamp>,
    /// Since when it is over.
    resolved_at: Option<Timestamp>,
    /// Who says that it is.
    resolved_by: Option<Uuid>,
    /// Why it is over: it is so no longer, somebody says so, or its rule was switched off.
    resolution: Option<Resolution>,
}

/// What it is about.
#[derive(Serialize, ToSchema)]
pub struct AlertAbout {
    #[serde(rename = "type")]
    kind: SubjectType,
    /// An id; of a provider its name, such as `telephony:twilio`.
    id: String,
}

/// A rule as it was when it raised an alert.
#[derive(Serialize, ToSchema)]
pub struct AlertOfRule {
    id: Uuid,
    name: String,
    operator: Operator,
    threshold: f64,
    window_seconds: Option<i32>,
}

impl From<AlertRow> for AlertItem {
    fn from(row: AlertRow) -> Self {
        let AlertSubject { kind, id } = row.subject;
        let rule = match row.source {
            Source::Rule { id, name, operator, threshold, window_seconds, .. } => {
                Some(AlertOfRule { id: id.uuid(), name, operator, threshold, window_seconds })
            }
            Source::Heard { .. } => None,
        };
        Self {
            id: row.id,
            kind: row.kind,
            state: row.state,
            severity: row.severity,
            subject: AlertAbout { kind, id },
            rule,
            value: row.value,
            raised_at: row.raised_at,
            acknowledged_by: row.acknowledged.map(|(by, _)| by.uuid()),
            acknowledged_at: row.acknowledged.map(|(_, at)| at),
            resolved_at: row.over_at,
            resolved_by: row.resolved_by.map(|by| by.uuid()),
            resolution: row.resolution,
        }
    }
}

/// What somebody has to know, and had to, the newest first: by rules, and of how customers feel.
/// Agents see what is about them and their calls, supervisors the same of whom they supervise, and
/// what is about queues, campaigns, providers and the organization.
#[utoipa::path(
    get,
    path = "/api/v1/dashboard/alerts",
    operation_id = "listAlerts",
    tag = "dashboard",
    params(ListAlerts),
    responses((status = 200, description = "Alerts, newest first", body = AlertList))
)]
pub async fn list(
    State(app): State<App>,
    head: Head,
    RawQuery(raw): RawQuery,
    Query(query): Query<ListAlerts>,
) -> Result<Response, Problem> {
    let org = head.caller.org;
    let list = ("listAlerts", raw.as_deref());
    let asked: Asked<AlertPlace> =
        Asked::of(&app, org, list, (query.limit, query.cursor.as_deref()))?;
    let filter = AlertFilter {
        states: states(query.state.as_deref())?,
        severity: query.severity,
        kind: kind(query.kind)?,
        id: None,
        sight: sight(&head.caller, Reach::fresh(&app, &head).await?),
    };
    let fresh = head.all_fresh(&app, &MODELS).await?;
    let rows = read::list(app.database(), org, &filter, asked.after.as_ref(), asked.rows()).await;
    let page = asked.cut(rows.map_err(|error| unavailable(&error))?);
    let place = |row: &AlertRow| AlertPlace { raised_at: row.raised_at, id: row.id };
    let next_cursor = page.next(&app, &asked, place)?;
    let items = page.rows.into_iter().map(AlertItem::from).collect();
    Ok(fresh.answer(&AlertList { items, next_cursor, total: None }))
}

fn states(asked: Option<&str>) -> Result<Option<Vec<AlertState>>, Problem> {
    let words: Vec<&str> = AlertState::ALL.iter().map(|state| state.word()).collect();
    let known = [words.as_slice(), &["open"]].concat();
    word("state", asked, &known, |text| match text {
        "open" => Some(OPEN.to_vec()),
        text => text.parse().ok().map(|state| vec![state]),
    })
}

/// Nothing is of a type that there is not.
fn kind(asked: Option<String>) -> Result<Option<String>, Problem> {
    let metric = |text: &str| text.parse::<AlertMetric>().is_ok();
    match asked {
        Some(text) if !metric(&text) && text.parse::<AlertKind>().is_err() => {
            Err(Problem::query("type", "no rule watches it, and it is not heard in calls"))
        }
        asked => Ok(asked),
    }
}
