//! What has happened lately.

use axum::extract::State;
use axum::response::Response;
use domain::{Role, Timestamp};
use projections::activity::{KINDS, read};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::sees;
use crate::http::app::App;
use crate::http::problem::{Problem, unavailable};
use crate::http::query::{Query, Several};
use crate::http::reach::Reach;
use crate::http::read::Head;

/// Rows where the caller does not say, and at most.
const DEFAULT: i64 = 20;
const MOST: i64 = 100;

/// Which part of it.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ActivityParameters {
    /// Only of these kinds, such as `call.ended`, with commas.
    #[serde(default)]
    #[param(value_type = Vec<String>, style = Form, explode = false)]
    types: Several<String>,
    /// Before this place in the log: that of the last one that was seen.
    #[param(minimum = 1)]
    before: Option<i64>,
    /// How many at most, 1 to 100; 20 where nothing is said.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
}

/// What has happened lately.
#[derive(Serialize, ToSchema)]
pub struct ActivityFeed {
    /// The newest first.
    items: Vec<ActivityEntry>,
}

/// Something that has happened, without a word of whom it happened to.
#[derive(Serialize, ToSchema)]
pub struct ActivityEntry {
    /// Its place in the log.
    position: i64,
    /// What, such as `call.ended`.
    #[serde(rename = "type")]
    kind: String,
    at: Timestamp,
    subject: ActivitySubject,
    /// Who did it: `user:<id>:<role>`, `system:<part>` or `provider:<name>`.
    actor: String,
}

/// What it is about.
#[derive(Serialize, ToSchema)]
pub struct ActivitySubject {
    /// `call`, `agent`, `campaign`, `alert`, `contact`, `import` or `payment`
    #[serde(rename = "type")]
    kind: String,
    id: Uuid,
    /// The name of a campaign now, or of the rule of an alert when that was raised; `null` of
    /// anything else, and where it is not known yet.
    label: Option<String>,
}

/// What has happened lately, the newest first. Agents see what happened to them and in their calls,
/// supervisors the same of those whom they supervise.
#[utoipa::path(
    get,
    path = "/api/v1/dashboard/activity",
    operation_id = "listActivity",
    tag = "dashboard",
    params(ActivityParameters),
    responses((status = 200, description = "What has happened", body = ActivityFeed))
)]
pub async fn activity(
    State(app): State<App>,
    head: Head,
    Query(asked): Query<ActivityParameters>,
) -> Result<Response, Problem> {
    let limit = asked.limit.unwrap_or(DEFAULT);
    if !(1..=MOST).contains(&limit) {
        return Err(Problem::query("limit", "limit is a number from 1 to 100"));
    }
    if asked.before.is_some_and(|before| before < 1) {
        return Err(Problem::query("before", "a place in the log, from 1"));
    }
    let types = asked.types.0;
    let unknown = |name: &&String| KINDS.iter().all(|kind| kind.name != name.as_str());
    if types.iter().any(|name| unknown(&name)) {
        return Err(Problem::query("types", "there is nothing of one of these kinds"));
    }
    let types = told(head.caller.role, types);
    let agents = Reach::fresh(&app, &head).await?.among(Vec::new())?;
    let fresh = head.all_fresh(&app, &["activity", "call_facts"]).await?;
    let of = (types.as_deref(), agents.as_slice());
    let rows = read::list(app.database(), head.caller.org, asked.before, of, limit).await;
    let items = rows.map_err(|error| unavailable(&error))?.into_iter().map(|row| ActivityEntry {
        position: row.position,
        kind: row.kind,
        at: row.at,
        subject: ActivitySubject { kind: row.subject_type, id: row.subject_id, label: row.label },
        actor: row.actor,
    });
    Ok(fresh.answer(&ActivityFeed { items: items.collect() }))
}

/// The kinds that somebody is told of: of payments, whoever may see those; `None` where all are.
fn told(role: Role, asked: Vec<String>) -> Option<Vec<String>> {
    let payments = sees(role, "summarizePayments");
    if payments && asked.is_empty() {
        return None;
    }
    let may = |name: &str| {
        payments || KINDS.iter().any(|kind| kind.name == name && kind.subject != "payment")
    };
    let all = || KINDS.iter().map(|kind| kind.name.to_owned()).collect();
    let asked = if asked.is_empty() { all() } else { asked };
    Some(asked.into_iter().filter(|name| may(name)).collect())
}
