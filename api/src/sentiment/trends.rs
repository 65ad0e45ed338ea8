//! Where sentiment goes over weeks.

use axum::extract::State;
use axum::response::Response;
use domain::Timestamp;
use domain::call::Direction;
use projections::bucket::GroupBy;
use projections::sentiment::trend::{self, Trend, TrendError, TrendQuery};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::http::app::App;
use crate::http::problem::{INVALID_RANGE, Problem, TOO_MANY_BUCKETS, unavailable};
use crate::http::query::{Query, Several};
use crate::http::reach::Reach;
use crate::http::read::Head;
use crate::http::span::{Span, grouped};

/// Over which time, of which calls.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TrendParameters {
    /// From this instant, or from the beginning of this local date, by when calls were answered.
    #[param(example = "2026-03-01")]
    from: String,
    /// Until before this instant, or before the beginning of this local date; at most 400 days
    /// later.
    #[param(example = "2026-04-01")]
    to: String,
    /// Where days begin, an IANA name; as the organization has it where nothing is said.
    #[param(example = "Europe/Prague")]
    tz: Option<String>,
    /// `15m`, `hour`, `day`, which is the default, `week`, `month` or `none`.
    group_by: Option<String>,
    /// Of this version of the engine; of the one that has found something of most calls, where
    /// nothing is said. Two are never put into one series.
    engine_version: Option<String>,
    /// Only calls of this direction.
    #[param(inline)]
    direction: Option<Direction>,
    /// Only of these queues, with commas.
    #[serde(default)]
    #[param(value_type = Vec<Uuid>, style = Form, explode = false)]
    queue_id: Several<Uuid>,
    /// Only of these campaigns, with commas.
    #[serde(default)]
    #[param(value_type = Vec<Uuid>, style = Form, explode = false)]
    campaign_id: Several<Uuid>,
    /// Only of these agents, with commas.
    #[serde(default)]
    #[param(value_type = Vec<Uuid>, style = Form, explode = false)]
    agent_id: Several<Uuid>,
    /// Calls that are marked as tests count too.
    #[serde(default)]
    include_test: bool,
}

/// Where sentiment goes.
#[derive(Serialize, ToSchema)]
pub struct TrendReply {
    from: Timestamp,
    to: Timestamp,
    /// Where days begin.
    tz: &'static str,
    group_by: GroupBy,
    #[serde(flatten)]
    trend: Trend,
}

/// Where the sentiment of calls goes, bucket by bucket. Each call counts once, in the bucket in
/// which it was answered, by what the last look of the engine has found of its customer. Agents
/// and supervisors see their own calls.
#[utoipa::path(
    get,
    path = "/api/v1/sentiment/trends",
    operation_id = "getSentimentTrends",
    tag = "sentiment",
    params(TrendParameters),
    responses((status = 200, description = "Where it goes", body = TrendReply))
)]
pub async fn trends(
    State(app): State<App>,
    head: Head,
    Query(asked): Query<TrendParameters>,
) -> Result<Response, Problem> {
    let Span { from, to, tz } =
        Span::read(&app, head.caller.org, (&asked.from, &asked.to), asked.tz.as_deref()).await?;
    let group_by = grouped(asked.group_by.as_deref())?;
    let group_by = group_by.unwrap_or(GroupBy::Day);
    let agents = Reach::fresh(&app, &head).await?.among(asked.agent_id.0)?;
    let fresh = head.all_fresh(&app, &["sentiment", "call_facts", "calls"]).await?;
    let query = TrendQuery {
        from,
        to,
        tz,
        group_by,
        engine_version: asked.engine_version,
        direction: asked.direction,
        queues: asked.queue_id.0,
        campaigns: asked.campaign_id.0,
        agents,
        include_test: asked.include_test,
    };
    let trend = trend::trend(app.database(), head.caller.org, &query).await;
    let trend = trend.map_err(failed)?;
    Ok(fresh.answer(&TrendReply { from, to, tz: tz.name(), group_by, trend }))
}

/// Why there is no trend.
pub(crate) fn failed(error: TrendError) -> Problem {
    match error {
        TrendError::Range => {
            Problem::at(&INVALID_RANGE, "?from", "invalid-range", error.to_string())
        }
        TrendError::TooManyBuckets => {
            Problem::at(&TOO_MANY_BUCKETS, "?group_by", "too-many-buckets", error.to_string())
        }
        TrendError::Runtime(error) => unavailable(&error),
    }
}
