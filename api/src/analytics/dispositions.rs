//! What calls come to: the mix of dispositions.

use axum::extract::State;
use axum::response::Response;
use domain::Timestamp;
use domain::call::Direction;
use projections::figures::behind::AskedFor;
use projections::figures::read::{self, CallMetricsQuery, Dimension, DispositionMetrics, GroupBy};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::query::Asks;
use super::reply::{FiguresReply, failed};
use crate::http::app::App;
use crate::http::problem::Problem;
use crate::http::query::{Query, Several};
use crate::http::reach::Reach;
use crate::http::read::Head;
use crate::http::span::{Span, grouped};

/// What is asked.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DispositionParameters {
    /// From this instant, or from the beginning of this local date, by when calls were made.
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

/// The question as it was understood.
#[derive(Serialize, ToSchema)]
pub struct DispositionQuery {
    from: Timestamp,
    to: Timestamp,
    group_by: GroupBy,
    direction: Option<Direction>,
    queue_id: Vec<Uuid>,
    campaign_id: Vec<Uuid>,
    agent_id: Vec<Uuid>,
    include_test: bool,
}

/// What calls came to, disposition by disposition: how many, which part of those that have one, and
/// as what they counted when it was said. `disposition` is `null` for calls without one. The last
/// revision of a disposition counts. Supervisors see the calls of those whom they supervise.
#[utoipa::path(
    get,
    path = "/api/v1/analytics/dispositions",
    operation_id = "getDispositionMetrics",
    tag = "analytics",
    params(DispositionParameters),
    responses((
        status = 200,
        description = "The figures",
        body = FiguresReply<DispositionMetrics, DispositionQuery>
    ))
)]
pub async fn dispositions(
    State(app): State<App>,
    head: Head,
    Query(asked): Query<DispositionParameters>,
) -> Result<Response, Problem> {
    let for_whom = asked.asked();
    let (query, understood) = asked.read(&app, &head).await?;
    let fresh =
        head.all_fresh(&app, &read::models::<DispositionMetrics>(&query.dimensions)).await?;
    let found = read::metrics::<DispositionMetrics>(app.database(), head.caller.org, &query).await;
    let found = found.map_err(failed)?;
    Ok(fresh.answer(&FiguresReply::with_cells(understood, (&query, &for_whom), found)))
}

impl Asks for DispositionParameters {
    type Understood = DispositionQuery;

    fn asked(&self) -> AskedFor {
        AskedFor { agents: self.agent_id.0.clone(), teams: Vec::new() }
    }

    async fn read(
        self,
        app: &App,
        head: &Head,
    ) -> Result<(CallMetricsQuery, DispositionQuery), Problem> {
        let Span { from, to, tz } =
            Span::read(app, head.caller.org, (&self.from, &self.to), self.tz.as_deref()).await?;
        let group_by = grouped(self.group_by.as_deref())?;
        let query = CallMetricsQuery {
            direction: self.direction,
            queue_ids: self.queue_id.0,
            campaign_ids: self.campaign_id.0,
            agent_ids: Reach::fresh(app, head).await?.among(self.agent_id.0)?,
            dimensions: vec![Dimension::Disposition],
            include_test: self.include_test,
            ..CallMetricsQuery::new(from, to, tz, group_by.unwrap_or(GroupBy::None))
        };
        let understood = DispositionQuery {
            from,
            to,
            group_by: query.group_by,
            direction: query.direction,
            queue_id: query.queue_ids.clone(),
            campaign_id: query.campaign_ids.clone(),
            agent_id: query.agent_ids.clone(),
            include_test: query.include_test,
        };
        Ok((query, understood))
    }
}
