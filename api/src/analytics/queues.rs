//! How long people wait in queues, and what comes of it.

use axum::extract::State;
use axum::response::Response;
use domain::Timestamp;
use domain::call::Direction;
use projections::figures::behind::AskedFor;
use projections::figures::read::{
    self, CallMetricsQuery, Dimension, GroupBy, QueueMetrics, SL_TARGET, SlMethod,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::query::{Asks, seconds};
use super::reply::{FiguresReply, failed};
use crate::http::app::App;
use crate::http::problem::Problem;
use crate::http::query::{Query, Several, word};
use crate::http::read::Head;
use crate::http::span::{Span, grouped};

/// What is asked.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct QueueParameters {
    /// From this instant, or from the beginning of this local date.
    #[param(example = "2026-03-01")]
    from: String,
    /// Until before this instant, or before the beginning of this local date;
    /// at most 400 days later.
    #[param(example = "2026-04-01")]
    to: String,
    /// Where days begin, an IANA name; as the organization has it where nothing is said.
    #[param(example = "Europe/Prague")]
    tz: Option<String>,
    /// `15m`, `hour`, `day`, `week`, `month` or `none`, which is the default.
    group_by: Option<String>,
    /// Only these queues, with commas.
    #[serde(default)]
    #[param(value_type = Vec<Uuid>, style = Form, explode = false)]
    queue_id: Several<Uuid>,
    /// Only calls of this direction.
    #[param(inline)]
    direction: Option<Direction>,
    /// X of the service level; 20 where nothing is said.
    #[param(maximum = 86400)]
    sl_seconds: Option<u32>,
    /// `standard`, which is the default, or `dequeue`.
    sl_method: Option<String>,
    /// Y of the service level: the part that is to be served in time, 0.8
    /// where nothing is said.
    #[param(exclusive_minimum = 0, maximum = 1)]
    sl_target: Option<f64>,
    /// Who leaves before that was not abandoned by us; 5 where nothing is said.
    #[param(maximum = 86400)]
    short_abandon_seconds: Option<u32>,
    /// Flow-outs belong into the denominator of the service level.
    #[serde(default)]
    include_flow_outs: bool,
    /// Short abandons count like all others.
    #[serde(default)]
    include_short_abandons: bool,
    /// Abandons belong into the denominator of the service level; `true` where
    /// nothing is said.
    include_abandons: Option<bool>,
    /// Calls that are marked as tests count too.
    #[serde(default)]
    include_test: bool,
}

/// The question as it was understood.
#[derive(Serialize, ToSchema)]
pub struct QueueQuery {
    from: Timestamp,
    to: Timestamp,
    group_by: GroupBy,
    queue_id: Vec<Uuid>,
    direction: Option<Direction>,
    sl_seconds: u32,
    sl_method: SlMethod,
    sl_target: f64,
    short_abandon_seconds: u32,
    include_flow_outs: bool,
    include_short_abandons: bool,
    include_abandons: bool,
    include_test: bool,
}

/// How long people wait, queue by queue and in all of them together: a call that waits twice is two
/// offers. Whoever has given up waiting belongs to no agent, so supervisors see all of a queue.
#[utoipa::path(
    get,
    path = "/api/v1/analytics/queues",
    operation_id = "getQueueMetrics",
    tag = "analytics",
    params(QueueParameters),
    responses((
        status = 200,
        description = "The figures",
        body = FiguresReply<QueueMetrics, QueueQuery>
    ))
)]
pub async fn queues(
    State(app): State<App>,
    head: Head,
    Query(asked): Query<QueueParameters>,
) -> Result<Response, Problem> {
    let (query, understood) = asked.read(&app, &head).await?;
    let fresh = head.all_fresh(&app, &read::models::<QueueMetrics>(&query.dimensions)).await?;
    let found = read::metrics::<QueueMetrics>(app.database(), head.caller.org, &query).await;
    let found = found.map_err(failed)?;
    Ok(fresh.answer(&FiguresReply::with_cells(understood, (&query, &AskedFor::default()), found)))
}

impl Asks for QueueParameters {
    type Understood = QueueQuery;

    async fn read(self, app: &App, head: &Head) -> Result<(CallMetricsQuery, QueueQuery), Problem> {
        let Span { from, to, tz } =
            Span::read(app, head.caller.org, (&self.from, &self.to), self.tz.as_deref()).await?;
        let group_by = grouped(self.group_by.as_deref())?;
        let sl_method =
            word("sl_method", self.sl_method.as_deref(), SlMethod::WORDS, SlMethod::parse)?;
        let query = CallMetricsQuery {
            direction: self.direction,
            queue_ids: self.queue_id.0,
            dimensions: vec![Dimension::Queue],
            sl_seconds: seconds("sl_seconds", self.sl_seconds, 20)?,
            sl_method: sl_method.unwrap_or(SlMethod::Standard),
            sl_target: target(self.sl_target)?,
            short_abandon_seconds: seconds("short_abandon_seconds", self.short_abandon_seconds, 5)?,
            include_flow_outs: self.include_flow_outs,
            include_short_abandons: self.include_short_abandons,
            include_abandons: self.include_abandons.unwrap_or(true),
            include_test: self.include_test,
            ..CallMetricsQuery::new(from, to, tz, group_by.unwrap_or(GroupBy::None))
        };
        let understood = QueueQuery {
            from,
            to,
            group_by: query.group_by,
            queue_id: query.queue_ids.clone(),
            direction: query.direction,
            sl_seconds: query.sl_seconds,
            sl_method: query.sl_method,
            sl_target: query.sl_target,
            short_abandon_seconds: query.short_abandon_seconds,
            include_flow_outs: query.include_flow_outs,
            include_short_abandons: query.include_short_abandons,
            include_abandons: query.include_abandons,
            include_test: query.include_test,
        };
        Ok((query, understood))
    }
}

fn target(asked: Option<f64>) -> Result<f64, Problem> {
    match asked.unwrap_or(SL_TARGET) {
        target if target > 0.0 && target <= 1.0 => Ok(target),
        _ => Err(Problem::query("sl_target", "more than 0, at most 1")),
    }
}
