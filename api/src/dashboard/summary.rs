//! How it goes, and how it went before.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use domain::{OrgId, Timestamp};
use projections::alerts::read::Sight;
use projections::bucket::GroupBy;
use projections::campaigns::read::{self as campaigns, CampaignStands};
use projections::figures::live;
use projections::figures::read::{
    self as facts, Answer, AsOf, CallMetricsQuery, CampaignReach, Metric, Metrics, Sheet, Tz,
};
use projections::payments::summary::{self as payments, SettledTotal, SummaryQuery};
use projections::sentiment::trend::{self, Mood, Trend, TrendQuery};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::now::Now;
use super::period::Period;
use super::{sees, sight};
use crate::analytics::now::members;
use crate::http::app::App;
use crate::http::problem::{Problem, unavailable};
use crate::http::query::{Query, word};
use crate::http::reach::Reach;
use crate::http::read::Head;
use crate::http::span::zone;
use crate::{analytics, sentiment};

/// The read models that it is read from.
const MODELS: [&str; 9] = [
    "teams",
    "call_facts",
    "calls",
    "agents",
    "campaigns",
    "campaign_attempts",
    "payments",
    "sentiment",
    "alerts",
];

/// Over which time, of whom.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DashboardParameters {
    /// `today`, which is the default, `24h`, `7d` or `30d`.
    period: Option<String>,
    /// Where days begin, an IANA name; as the organization has it where nothing is said.
    #[param(example = "Europe/Prague")]
    tz: Option<String>,
    /// Only of the people of this team.
    team_id: Option<Uuid>,
}

/// How it goes. Every figure is that of analytics for the same time, by the same formula.
#[derive(Serialize, ToSchema)]
pub struct Summary {
    period: SummaryPeriod,
    /// Up to where the log is in the figures of calls of the period.
    as_of: AsOf,
    #[serde(flatten)]
    figures: Figures,
    compared_to_previous: Comparison,
    now: Now,
    /// How many alerts of these people are open now, whatever the period, 1000 at most: those that
    /// `GET /dashboard/alerts?state=open` lists; `null` for whoever may not see those.
    open_alerts: Option<usize>,
}

/// Which time it is about.
#[derive(Serialize, ToSchema)]
pub struct SummaryPeriod {
    from: Timestamp,
    to: Timestamp,
    tz: &'static str,
}

/// The figures of a time.
#[derive(Serialize, ToSchema)]
pub struct Figures {
    /// As the totals of `GET /analytics/calls`.
    calls: Metrics,
    /// As the totals of `GET /payments/summary`: a currency each; `null` for whoever may not see
    /// those.
    payments: Option<Vec<SettledTotal>>,
    /// As the total of `GET /sentiment/trends`.
    sentiment: Mood,
    /// As the totals of `GET /analytics/campaigns`, of a team those of the campaigns for which it
    /// calls; `null` for whoever may not see those.
    campaigns: Option<CampaignReach>,
}

/// How it went before: for `today`, yesterday until as long after midnight; otherwise in as much
/// time before it.
#[derive(Serialize, ToSchema)]
pub struct Comparison {
    from: Timestamp,
    to: Timestamp,
    #[serde(flatten)]
    figures: Figures,
    /// By how much those of the figures that are compared, and `sentiment_mean`, are above those
    /// before; `null` where one of them is not defined.
    change: BTreeMap<&'static str, Option<f64>>,
}

/// How it goes, and how it went before. Agents see their own calls, supervisors those of the
/// people whom they supervise.
#[utoipa::path(
    get,
    path = "/api/v1/dashboard/summary",
    operation_id = "getDashboardSummary",
    tag = "dashboard",
    params(DashboardParameters),
    responses((status = 200, description = "How it goes", body = Summary))
)]
pub async fn summary(
    State(app): State<App>,
    head: Head,
    Query(asked): Query<DashboardParameters>,
) -> Result<Response, Problem> {
    let org = head.caller.org;
    let period = word("period", asked.period.as_deref(), Period::WORDS, Period::parse)?;
    let tz = zone(&app, org, asked.tz.as_deref()).await?;
    let fresh = head.all_fresh(&app, &MODELS).await?;
    let agents = whose(&app, &head, asked.team_id).await?;
    let open_alerts = sight::open(&app, &head.caller, sighted(&app, &head, &asked, &agents).await?);
    let open_alerts = open_alerts.await?;
    let at = app.now();
    let [(from, to), (before, until)] = period.unwrap_or(Period::Today).at(at, tz);
    let campaigns = stands(&app, &head, asked.team_id).await?;
    let of = Of {
        org,
        settled: sees(head.caller.role, "summarizePayments"),
        campaigns: campaigns.as_ref().map(|stands| named(stands, asked.team_id)),
        agents,
        tz,
        fcr_window_hours: app.settings(org).await?.fcr_window_hours(),
    };
    let among = Some(&*of.agents).filter(|agents| !agents.is_empty());
    let live = match sees(head.caller.role, "getRealtimeMetrics") {
        true => Some(live::live(app.database(), org, among).await),
        false => None,
    };
    let live = live.transpose().map_err(|error| unavailable(&error))?;
    let now = Now::of(live.as_ref(), campaigns.as_deref(), at);
    let (as_of, figures, previous) = of.figures(&app, (from, to), (before, until)).await?;
    let change = figures.above(&previous);
    let compared_to_previous = Comparison { from: before, to: until, figures: previous, change };
    let period = SummaryPeriod { from, to, tz: tz.name() };
    Ok(fresh.answer(&Summary { period, as_of, figures, compared_to_previous, now, open_alerts }))
}

/// Whose calls somebody sees, none of which are all: of a team, those of its people.
async fn whose(app: &App, head: &Head, team: Option<Uuid>) -> Result<Vec<Uuid>, Problem> {
    let reach = Reach::fresh(app, head).await?;
    let Some(team) = team else { return reach.among(Vec::new()) };
    let org = head.caller.org;
    let members = members(app.database(), org, team).await?;
    // A team of nobody has no calls; an empty list would mean everybody's.
    if members.is_empty() { Ok(vec![Uuid::nil()]) } else { reach.among(members) }
}

/// How the campaigns stand that somebody sees, of a team those for which it calls.
async fn stands(
    app: &App,
    head: &Head,
    team: Option<Uuid>,
) -> Result<Option<Vec<CampaignStands>>, Problem> {
    if !sees(head.caller.role, "getCampaignAnalytics") {
        return Ok(None);
    }
    let stands = campaigns::standing(app.database(), head.caller.org, team).await;
    stands.map(Some).map_err(|error| unavailable(&error))
}

/// Which campaigns are asked for: all of them, or those of a team. An empty list would mean all.
fn named(stands: &[CampaignStands], team: Option<Uuid>) -> Vec<Uuid> {
    match team {
        None => Vec::new(),
        Some(_) if stands.is_empty() => vec![Uuid::nil()],
        Some(_) => stands.iter().map(|stands| stands.id).collect(),
    }
}

/// Which alerts are counted: of a team, those of its people.
async fn sighted(
    app: &App,
    head: &Head,
    asked: &DashboardParameters,
    agents: &[Uuid],
) -> Result<Sight, Problem> {
    match asked.team_id {
        Some(_) => Ok(Sight { agents: Some(agents.to_vec()), ..Sight::default() }),
        None => Ok(sight::sight(&head.caller, Reach::of(app, &head.caller).await?)),
    }
}

/// Whose figures are asked for.
struct Of {
    org: OrgId,
    /// Of these agents; of everybody where empty.
    agents: Vec<Uuid>,
    /// Whether what was paid is among them.
    settled: bool,
    /// Of these campaigns; of all where empty. Not at all where there is no list.
    campaigns: Option<Vec<Uuid>>,
    tz: Tz,
    fcr_window_hours: u32,
}

impl Of {
    /// The figures of a time and of the one before. Nothing of calls needs to be known for what
    /// was paid or felt, nor of one time for the other, so they are asked for at once.
    async fn figures(
        &self,
        app: &App,
        now: (Timestamp, Timestamp),
        before: (Timestamp, Timestamp),
    ) -> Result<(AsOf, Figures, Figures), Problem> {
        let beside = async {
            let paid = (self.payments(app, now).await?, self.payments(app, before).await?);
            let mood = self.mood(app, now, None).await?;
            // What is compared is what one version of an engine has found.
            let earlier = self.mood(app, before, mood.engine_version).await?;
            let reach = (self.reach(app, now).await?, self.reach(app, before).await?);
            Ok((paid, (mood.total, earlier.total), reach))
        };
        let (calls, earlier, (paid, mood, reach)) =
            tokio::try_join!(self.calls(app, now), self.calls(app, before), beside)?;
        let (as_of, calls, earlier) = (calls.as_of, calls.totals, earlier.totals);
        let before =
            Figures { calls: earlier, payments: paid.1, sentiment: mood.1, campaigns: reach.1 };
        let now = Figures { calls, payments: paid.0, sentiment: mood.0, campaigns: reach.0 };
        Ok((as_of, now, before))
    }

    async fn calls(
        &self,
        app: &App,
        span: (Timestamp, Timestamp),
    ) -> Result<Answer<Metrics>, Problem> {
        let (agent_ids, fcr_window_hours) = (self.agents.clone(), self.fcr_window_hours);
        let query = CallMetricsQuery { agent_ids, fcr_window_hours, ..self.query(span) };
        self.ask(app, query).await
    }

    /// How campaigns reach people, for whoever may see it.
    async fn reach(
        &self,
        app: &App,
        span: (Timestamp, Timestamp),
    ) -> Result<Option<CampaignReach>, Problem> {
        let Some(campaign_ids) = self.campaigns.clone() else { return Ok(None) };
        let query = CallMetricsQuery { campaign_ids, ..self.query(span) };
        Ok(Some(self.ask::<CampaignReach>(app, query).await?.totals))
    }

    fn query(&self, span: (Timestamp, Timestamp)) -> CallMetricsQuery {
        let (from, to) = some(span);
        CallMetricsQuery::new(from, to, self.tz, GroupBy::None)
    }

    async fn ask<S: Sheet>(
        &self,
        app: &App,
        query: CallMetricsQuery,
    ) -> Result<Answer<S>, Problem> {
        let answer = facts::metrics(app.database(), self.org, &query).await;
        answer.map_err(analytics::reply::failed)
    }

    /// What was paid, for whoever may see it.
    async fn payments(
        &self,
        app: &App,
        span: (Timestamp, Timestamp),
    ) -> Result<Option<Vec<SettledTotal>>, Problem> {
        if !self.settled {
            return Ok(None);
        }
        let ((from, to), tz, group_by) = (some(span), self.tz, GroupBy::None);
        let query =
            SummaryQuery { from, to, tz, group_by, currency: None, by: self.agents.clone() };
        let summary = payments::summary(app.database(), self.org, &query).await;
        Ok(Some(summary.map_err(crate::payments::summary::failed)?.totals))
    }

    async fn mood(
        &self,
        app: &App,
        span: (Timestamp, Timestamp),
        engine_version: Option<String>,
    ) -> Result<Trend, Problem> {
        let (from, to) = some(span);
        let query = TrendQuery {
            from,
            to,
            tz: self.tz,
            group_by: GroupBy::None,
            engine_version,
            direction: None,
            queues: Vec::new(),
            campaigns: Vec::new(),
            agents: self.agents.clone(),
            include_test: false,
        };
        let mood = trend::trend(app.database(), self.org, &query).await;
        mood.map_err(sentiment::trends::failed)
    }
}

/// At midnight sharp nothing of the day has passed.
fn some((from, to): (Timestamp, Timestamp)) -> (Timestamp, Timestamp) {
    (from, to.max(from.plus_ms(1)))
}

impl Figures {
    /// By how much its figures are above others.
    fn above(&self, others: &Self) -> BTreeMap<&'static str, Option<f64>> {
        let figure = |metric: &Metric| metric.value;
        let calls =
            |of: fn(&Metrics) -> &Metric| (figure(of(&self.calls)), figure(of(&others.calls)));
        let reach = |of: fn(&CampaignReach) -> &Metric| {
            let value = |all: &Self| all.campaigns.as_ref().and_then(|reach| figure(of(reach)));
            (value(self), value(others))
        };
        let mean = |mood: &Mood| mood.mean.map(|mean| mean.to_f64());
        let pairs = [
            ("calls", calls(|calls| &calls.calls)),
            ("answered_calls", calls(|calls| &calls.answered_calls)),
            ("offered", calls(|calls| &calls.offered)),
            ("abandonment_rate", calls(|calls| &calls.abandonment_rate)),
            ("answer_rate", calls(|calls| &calls.answer_rate)),
            ("asa_seconds", calls(|calls| &calls.asa_seconds)),
            ("service_level", calls(|calls| &calls.service_level)),
            ("handle_seconds_mean", calls(|calls| &calls.handle_seconds_mean)),
            ("conversions", calls(|calls| &calls.conversions)),
            ("conversion_rate", calls(|calls| &calls.conversion_rate)),
            ("csat", calls(|calls| &calls.csat)),
            ("sentiment_mean", (mean(&self.sentiment), mean(&others.sentiment))),
            ("attempts", reach(|reach| &reach.attempts)),
            ("contact_rate", reach(|reach| &reach.contact_rate)),
            ("conversion_per_contact", reach(|reach| &reach.conversion_per_contact)),
        ];
        let above = |(now, before): (Option<f64>, Option<f64>)| {
            // Both have at most six decimals; their difference has no more.
            now.zip(before).map(|(now, before)| ((now - before) * 1e6).round_ties_even() / 1e6)
        };
        pairs.into_iter().map(|(name, pair)| (name, above(pair))).collect()
    }
}
