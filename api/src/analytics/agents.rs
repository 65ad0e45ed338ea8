//! How agents spend their time, and how they handle their calls.

use axum::extract::State;
use axum::response::Response;
use domain::Timestamp;
use domain::call::Direction;
use projections::figures::read::{self, AgentMetrics, CallMetricsQuery, Dimension, GroupBy};
use projections::sentiment::trend::VersionCalls;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::query::{Asks, whose};
use super::reply::{FiguresReply, failed};
use crate::http::app::App;
use crate::http::problem::Problem;
use crate::http::query::{Query, Several};
use crate::http::read::Head;
use crate::http::span::{Span, grouped};

/// What is asked.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AgentParameters {
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
    /// Only who is in one of these teams now, with commas.
    #[serde(default)]
    #[param(value_type = Vec<Uuid>, style = Form, explode = false)]
    team_id: Several<Uuid>,
    /// Only these agents, with commas.
    #[serde(default)]
    #[param(value_type = Vec<Uuid>, style = Form, explode = false)]
    agent_id: Several<Uuid>,
    /// Only calls of these campaigns, with commas. Time and offers are of no campaign: their
    /// figures stay those of all of an agent's time.
    #[serde(default)]
    #[param(value_type = Vec<Uuid>, style = Form, explode = false)]
    campaign_id: Several<Uuid>,
    /// Only calls of this direction; time and offers have none.
    #[param(inline)]
    direction: Option<Direction>,
    /// Calls that are marked as tests count too.
    #[serde(default)]
    include_test: bool,
}

/// The question as it was understood.
#[derive(Serialize, ToSchema)]
pub struct AgentQuery {
    from: Timestamp,
    to: Timestamp,
    group_by: GroupBy,
    team_id: Vec<Uuid>,
    /// Whom the answer is about; everybody where empty.
    agent_id: Vec<Uuid>,
    campaign_id: Vec<Uuid>,
    direction: Option<Direction>,
    include_test: bool,
    /// In how many hours somebody calls again, if they do: as the organization has it.
    fcr_window_hours: u32,
}

/// The figures of agents.
#[derive(Serialize, ToSchema)]
pub struct AgentsReply {
    #[serde(flatten)]
    figures: FiguresReply<AgentMetrics, AgentQuery>,
    /// Which version of which engine the scores of sentiment are of: the one that has found
    /// something of most calls of the time. `null` where none has.
    sentiment: Option<VersionCalls>,
}

/// How agents spend their time and handle their calls, agent by agent and all together. Agents see
/// themselves, supervisors those whom they supervise.
#[utoipa::path(
    get,
    path = "/api/v1/analytics/agents",
    operation_id = "getAgentPerformance",
    tag = "analytics",
    params(AgentParameters),
    responses((status = 200, description = "The figures", body = AgentsReply))
)]
pub async fn agents(
    State(app): State<App>,
    head: Head,
    Query(asked): Query<AgentParameters>,
) -> Result<Response, Problem> {
    let (query, understood) = asked.read(&app, &head).await?;
    let fresh = head.all_fresh(&app, &read::models::<AgentMetrics>(&query.dimensions)).await?;
    let found = read::metrics::<AgentMetrics>(app.database(), head.caller.org, &query).await;
    let mut found = found.map_err(failed)?;
    let sentiment = found.sentiment.take();
    Ok(fresh
        .answer(&AgentsReply { figures: FiguresReply::of(understood, query.tz, found), sentiment }))
}

impl Asks for AgentParameters {
    type Understood = AgentQuery;

    async fn read(self, app: &App, head: &Head) -> Result<(CallMetricsQuery, AgentQuery), Problem> {
        let Span { from, to, tz } =
            Span::read(app, head.caller.org, (&self.from, &self.to), self.tz.as_deref()).await?;
        let group_by = grouped(self.group_by.as_deref())?;
        let group_by = group_by.unwrap_or(GroupBy::None);
        let agent_ids = whose(app, head, &self.team_id.0, self.agent_id.0).await?;
        let query = CallMetricsQuery {
            direction: self.direction,
            campaign_ids: self.campaign_id.0,
            agent_ids,
            dimensions: vec![Dimension::Agent],
            include_test: self.include_test,
            fcr_window_hours: app.settings(head.caller.org).await?.fcr_window_hours(),
            ..CallMetricsQuery::new(from, to, tz, group_by)
        };
        let understood = AgentQuery {
            from,
            to,
            group_by,
            team_id: self.team_id.0,
            agent_id: query.agent_ids.clone(),
            campaign_id: query.campaign_ids.clone(),
            direction: query.direction,
            include_test: query.include_test,
            fcr_window_hours: query.fcr_window_hours,
        };
        Ok((query, understood))
    }
}
