//! What callers do in the flows that they hear.

use axum::extract::State;
use axum::response::Response;
use domain::Timestamp;
use projections::figures::read::{
    self, CallMetricsQuery, Cell, Dimension, FlowMetrics, GroupBy, MAX_CELLS, MenuMetrics,
    MetricsError,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::query::Asks;
use super::reply::{FiguresReply, failed};
use crate::http::app::App;
use crate::http::problem::{Problem, TOO_MANY_BUCKETS};
use crate::http::query::{Query, Several};
use crate::http::read::Head;
use crate::http::span::{Span, grouped};

/// What is asked.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct IvrParameters {
    /// From this instant, or from the beginning of this local date, by when callers came into a
    /// flow.
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
    /// Only these flows, with commas.
    #[serde(default)]
    #[param(value_type = Vec<Uuid>, style = Form, explode = false)]
    flow_id: Several<Uuid>,
    /// Calls that are marked as tests count too.
    #[serde(default)]
    include_test: bool,
}

/// The question as it was understood.
#[derive(Serialize, ToSchema)]
pub struct IvrQuery {
    from: Timestamp,
    to: Timestamp,
    group_by: GroupBy,
    flow_id: Vec<Uuid>,
    include_test: bool,
}

/// The figures of flows and of their menus.
#[derive(Serialize, ToSchema)]
pub struct IvrReply {
    #[serde(flatten)]
    figures: FiguresReply<FlowMetrics, IvrQuery>,
    /// What was heard and said in each menu of each flow, at most 1000, over all of the time: of
    /// sessions that are over.
    menus: Vec<Cell<MenuMetrics>>,
}

/// What callers do in the flows that they hear: flow by flow how many need nobody and where the
/// others go, and menu by menu what they say and where they give up. A
/// call that comes into a flow twice is two sessions. Whoever is in a flow belongs to no agent, so
/// supervisors see all of it.
#[utoipa::path(
    get,
    path = "/api/v1/analytics/ivr",
    operation_id = "getIvrMetrics",
    tag = "analytics",
    params(IvrParameters),
    responses((status = 200, description = "The figures", body = IvrReply))
)]
pub async fn ivr(
    State(app): State<App>,
    head: Head,
    Query(asked): Query<IvrParameters>,
) -> Result<Response, Problem> {
    let (query, understood) = asked.read(&app, &head).await?;
    let fresh = head.all_fresh(&app, &read::models::<FlowMetrics>(&query.dimensions)).await?;
    let (database, org) = (app.database(), head.caller.org);
    let flows = read::metrics::<FlowMetrics>(database, org, &query).await.map_err(failed)?;
    let tz = query.tz;
    let dimensions = vec![Dimension::Flow, Dimension::Menu];
    let each = CallMetricsQuery { group_by: GroupBy::None, dimensions, ..query };
    let menus = read::metrics::<MenuMetrics>(database, org, &each).await;
    let menus = menus.map_err(|error| match error {
        MetricsError::TooManyBuckets => {
            let words = format!("more than {MAX_CELLS} menus of flows; name some flows");
            Problem::at(&TOO_MANY_BUCKETS, "?flow_id", "too-many-buckets", words)
        }
        error => failed(error),
    })?;
    Ok(fresh.answer(&IvrReply {
        figures: FiguresReply::of(understood, tz, flows),
        menus: menus.series,
    }))
}

impl Asks for IvrParameters {
    type Understood = IvrQuery;

    async fn read(self, app: &App, head: &Head) -> Result<(CallMetricsQuery, IvrQuery), Problem> {
        let Span { from, to, tz } =
            Span::read(app, head.caller.org, (&self.from, &self.to), self.tz.as_deref()).await?;
        let group_by = grouped(self.group_by.as_deref())?.unwrap_or(GroupBy::None);
        let query = CallMetricsQuery {
            flow_ids: self.flow_id.0,
            dimensions: vec![Dimension::Flow],
            include_test: self.include_test,
            ..CallMetricsQuery::new(from, to, tz, group_by)
        };
        let flow_id = query.flow_ids.clone();
        let include_test = query.include_test;
        Ok((query, IvrQuery { from, to, group_by, flow_id, include_test }))
    }
}
