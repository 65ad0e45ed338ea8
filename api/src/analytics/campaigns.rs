//! How campaigns reach people, and how they stand.

use axum::extract::State;
use axum::response::Response;
use domain::Timestamp;
use projections::figures::read::{
    self, Answer, Attempted, CallMetricsQuery, CampaignCosts, CampaignMetrics, CampaignStanding,
    Cell, Dimension, DimensionValue, DispositionMetrics, GroupBy, Sheet,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::query::Asks;
use super::reply::{FiguresReply, failed};
use crate::http::app::App;
use crate::http::problem::{Problem, unavailable};
use crate::http::query::{Query, Several};
use crate::http::read::Head;
use crate::http::span::{Span, grouped};

/// What is asked.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CampaignParameters {
    /// From this instant, or from the beginning of this local date, by when attempts began.
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
    /// Only these campaigns, with commas.
    #[serde(default)]
    #[param(value_type = Vec<Uuid>, style = Form, explode = false)]
    campaign_id: Several<Uuid>,
}

/// The question as it was understood.
#[derive(Serialize, ToSchema)]
pub struct CampaignQuery {
    from: Timestamp,
    to: Timestamp,
    group_by: GroupBy,
    campaign_id: Vec<Uuid>,
}

/// The figures of campaigns.
#[derive(Serialize, ToSchema)]
pub struct CampaignsReply {
    #[serde(flatten)]
    figures: FiguresReply<CampaignMetrics, CampaignQuery>,
    /// How campaigns stand now, whatever time is asked for.
    standing: Vec<Standing>,
    /// What came of the first attempts of contacts, of the second, and so on; at most 1000 rows.
    attempts: Vec<Attempted>,
    /// What the calls of campaigns that have a price cost that began in the time, over all of it.
    costs: Vec<Costs>,
    /// The same of all of them together.
    total_costs: CampaignCosts,
    /// What the calls of campaigns came to, over all of the time.
    dispositions: Vec<Cell<DispositionMetrics>>,
}

/// How a campaign stands now.
#[derive(Serialize, ToSchema)]
pub struct Standing {
    campaign_id: Uuid,
    /// Since when its rule of abandonment counts.
    counted_since: Timestamp,
    /// The part of answers that may find no agent; `null` where anything goes.
    limit: Option<f64>,
    metrics: CampaignStanding,
}

/// What the calls of a campaign cost.
#[derive(Serialize, ToSchema)]
#[schema(as = CostsOfCampaign)]
pub struct Costs {
    campaign_id: Uuid,
    /// ISO 4217.
    currency: String,
    metrics: CampaignCosts,
}

/// How campaigns reach people, campaign by campaign and all together; how they stand now; which
/// attempts reach somebody; and what calls came to.
#[utoipa::path(
    get,
    path = "/api/v1/analytics/campaigns",
    operation_id = "getCampaignAnalytics",
    tag = "analytics",
    params(CampaignParameters),
    responses((status = 200, description = "The figures", body = CampaignsReply))
)]
pub async fn campaigns(
    State(app): State<App>,
    head: Head,
    Query(asked): Query<CampaignParameters>,
) -> Result<Response, Problem> {
    let (query, understood) = asked.read(&app, &head).await?;
    let models = ["agents", "call_facts", "calls", "campaign_attempts", "campaigns", "contacts"];
    let fresh = head.all_fresh(&app, &models).await?;
    let found = ask::<CampaignMetrics>(&app, &head, &query).await?;
    let once = CallMetricsQuery { group_by: GroupBy::None, ..query.clone() };
    let standing = standing(ask::<CampaignStanding>(&app, &head, &once).await?);
    let spent = ask::<CampaignCosts>(&app, &head, &once).await?;
    let (total_costs, costs) = (spent.totals.clone(), costs(spent));
    let attempts = read::attempted(app.database(), head.caller.org, &query).await;
    let attempts = attempts.map_err(|error| unavailable(&error))?;
    let dimensions = vec![Dimension::Campaign, Dimension::Disposition];
    let mix = CallMetricsQuery { dimensions, ..once };
    let mut dispositions = ask::<DispositionMetrics>(&app, &head, &mix).await?.series;
    dispositions.retain(|cell| cell.dims.get("campaign") != Some(&DimensionValue::Nothing));
    let figures = FiguresReply::of(understood, query.tz, found);
    let reply = CampaignsReply { figures, standing, attempts, costs, total_costs, dispositions };
    Ok(fresh.answer(&reply))
}

impl Asks for CampaignParameters {
    type Understood = CampaignQuery;

    async fn read(
        self,
        app: &App,
        head: &Head,
    ) -> Result<(CallMetricsQuery, CampaignQuery), Problem> {
        let Span { from, to, tz } =
            Span::read(app, head.caller.org, (&self.from, &self.to), self.tz.as_deref()).await?;
        let group_by = grouped(self.group_by.as_deref())?;
        let query = CallMetricsQuery {
            campaign_ids: self.campaign_id.0,
            dimensions: vec![Dimension::Campaign],
            ..CallMetricsQuery::new(from, to, tz, group_by.unwrap_or(GroupBy::None))
        };
        let (group_by, campaign_id) = (query.group_by, query.campaign_ids.clone());
        Ok((query, CampaignQuery { from, to, group_by, campaign_id }))
    }
}

async fn ask<S: Sheet>(
    app: &App,
    head: &Head,
    query: &CallMetricsQuery,
) -> Result<Answer<S>, Problem> {
    read::metrics::<S>(app.database(), head.caller.org, query).await.map_err(failed)
}

/// Every campaign, as its only cell says.
fn standing(answer: Answer<CampaignStanding>) -> Vec<Standing> {
    let standing = answer.periods.iter().filter_map(|period| {
        Some(Standing {
            campaign_id: period.campaign_id,
            counted_since: period.since,
            limit: period.limit,
            metrics: only(&answer.series, period.campaign_id)?.clone(),
        })
    });
    standing.collect()
}

/// What every campaign that has a price has cost.
fn costs(answer: Answer<CampaignCosts>) -> Vec<Costs> {
    let Answer { currencies, series, .. } = answer;
    let costs = currencies.into_iter().filter_map(|(campaign_id, currency)| {
        let metrics = only(&series, campaign_id)?.clone();
        Some(Costs { campaign_id, currency, metrics })
    });
    costs.collect()
}

/// What the only cell of a campaign says.
fn only<S>(series: &[Cell<S>], campaign: Uuid) -> Option<&S> {
    let name = DimensionValue::Text(campaign.to_string());
    let cell = series.iter().find(|cell| cell.dims.get("campaign") == Some(&name));
    cell.map(|cell| &cell.metrics)
}
