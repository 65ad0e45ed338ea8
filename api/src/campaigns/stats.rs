//! How far a campaign has come.

use std::collections::BTreeMap;

use axum::extract::{RawQuery, State};
use axum::response::Response;
use domain::CampaignId;
use domain::campaign::{Goal, GoalMetric, KnownCampaign};
use projections::contacts::read::{self, Figure, TagFigure};
use serde::Serialize;
use utoipa::ToSchema;

use super::get::found;
use crate::http::app::App;
use crate::http::path::Id;
use crate::http::problem::{Problem, unavailable};
use crate::http::query;
use crate::http::read::Head;

/// For how many tags it is said.
const TAGS: i64 = 100;

/// How far a campaign has come. Contacts that were taken off the list do not count.
#[derive(Serialize, ToSchema)]
pub struct CampaignStats {
    /// How many contacts it has.
    contacts: i64,
    /// How many of them were called at least once.
    called: i64,
    /// How often contacts were called.
    attempts: i64,
    /// How many contacts are over with a conversion.
    conversions: i64,
    /// Conversions of contacts; `null` without any.
    conversion_rate: Option<f64>,
    /// How many contacts there are in each state; states without any are not there.
    by_status: BTreeMap<String, i64>,
    /// What has come of the contacts that were called so often.
    by_attempts: BTreeMap<u32, Share>,
    /// What has come of the contacts that bear a tag, for the 100 tags that most of them bear.
    by_tag: BTreeMap<String, Share>,
    /// For how many minutes its calls have taken: each that has begun, from the answer on.
    minutes: i64,
    /// What that has cost, where it has a budget.
    spent: Option<Spent>,
    /// How far it is from its goal, where it has one.
    goal: Option<Progress>,
    /// How many contacts that are over came to what: a disposition, `max_attempts` or
    /// `invalid_number`; of a campaign that has nobody speak, `message_delivered` or
    /// `message_cut_off`, neither of which is a conversion.
    by_outcome: BTreeMap<String, i64>,
}

/// What a campaign has cost.
#[derive(Serialize, ToSchema)]
#[schema(as = CampaignSpent)]
pub struct Spent {
    amount_minor: i64,
    /// What it may cost.
    budget_minor: i64,
    currency: String,
}

impl Spent {
    fn of(campaign: &KnownCampaign, minutes: &[i64]) -> Option<Self> {
        let budget = campaign.settings.budget.as_ref()?;
        let (amount_minor, budget_minor) = (campaign.cost(minutes), budget.amount_minor);
        Some(Self { amount_minor, budget_minor, currency: budget.currency.clone() })
    }
}

/// How far a campaign is from its goal.
#[derive(Serialize, ToSchema)]
#[schema(as = CampaignProgress)]
pub struct Progress {
    #[schema(inline)]
    metric: GoalMetric,
    /// How high it is to be.
    value: u32,
    /// How high it is.
    reached: i64,
    /// The one of the other, 1 where it is reached; more where it is exceeded.
    share: f64,
}

/// What has come of some contacts.
#[derive(Clone, Copy, Default, Serialize, ToSchema)]
#[schema(as = CampaignShare)]
pub struct Share {
    /// How many they are.
    contacts: i64,
    /// How often they were called.
    attempts: i64,
    /// How many of them are over with a conversion.
    conversions: i64,
}

/// How far a campaign has come.
#[utoipa::path(
    get,
    path = "/api/v1/campaigns/{id}/stats",
    operation_id = "getCampaignStats",
    tag = "campaigns",
    params(("id" = String, Path, description = "The campaign")),
    responses((status = 200, description = "The figures", body = CampaignStats))
)]
pub async fn stats(
    State(app): State<App>,
    head: Head,
    RawQuery(raw): RawQuery,
    Id(id): Id,
) -> Result<Response, Problem> {
    query::none(raw.as_deref())?;
    let fresh = head.all_fresh(&app, &["campaigns", "contacts", "campaign_attempts"]).await?;
    let (org, id) = (head.caller.org, CampaignId::from(id));
    let campaign = found(&app, &head, id).await?.campaign;
    let minutes = app.campaigns().minutes(org, (id, &campaign)).await;
    let minutes = minutes.map_err(|error| unavailable(&error))?;
    let by_status = read::counts(app.database(), org, id).await;
    let by_status = by_status.map_err(|error| unavailable(&error))?;
    let figures = read::figures(app.database(), org, id).await;
    let figures = figures.map_err(|error| unavailable(&error))?;
    let tags = read::tag_figures(app.database(), (org, id), TAGS).await;
    let tags = tags.map_err(|error| unavailable(&error))?;
    let by_status = by_status.into_iter().filter(|(status, _)| status != "removed").collect();
    let mut stats = CampaignStats::of(&figures, tags, by_status);
    stats.minutes = minutes.iter().sum();
    stats.spent = Spent::of(&campaign, &minutes);
    stats.goal = campaign.settings.goal.map(|goal| stats.progress(goal));
    Ok(fresh.answer(&stats))
}

impl CampaignStats {
    fn of(figures: &[Figure], tags: Vec<TagFigure>, by_status: BTreeMap<String, i64>) -> Self {
        let (mut by_attempts, mut by_outcome) = (BTreeMap::new(), BTreeMap::new());
        let (mut all, mut by_tag) = (Share::default(), BTreeMap::new());
        for Figure { started, outcome, conversion, count } in figures {
            let share = Share::of(*conversion, *count, i64::from(*started) * count);
            by_attempts.entry(*started).or_insert_with(Share::default).add(share);
            all.add(share);
            if let Some(outcome) = outcome {
                *by_outcome.entry(outcome.clone()).or_insert(0) += count;
            }
        }
        for TagFigure { tag, conversion, count, attempts, .. } in tags {
            let share = Share::of(conversion, count, attempts);
            by_tag.entry(tag).or_insert_with(Share::default).add(share);
        }
        Self {
            contacts: all.contacts,
            called: all.contacts - by_attempts.get(&0).map_or(0, |never| never.contacts),
            attempts: all.attempts,
            conversions: all.conversions,
            conversion_rate: ratio(all.conversions, all.contacts),
            by_status,
            by_attempts,
            by_tag,
            minutes: 0,
            spent: None,
            goal: None,
            by_outcome,
        }
    }

    fn progress(&self, Goal { metric, value }: Goal) -> Progress {
        let reached = match metric {
            GoalMetric::Conversions => self.conversions,
            GoalMetric::Called => self.called,
            GoalMetric::Attempts => self.attempts,
        };
        // No goal is zero.
        let share = ratio(reached, i64::from(value)).unwrap_or_default();
        Progress { metric, value, reached, share }
    }
}

impl Share {
    fn of(converts: bool, contacts: i64, attempts: i64) -> Self {
        Self { contacts, attempts, conversions: if converts { contacts } else { 0 } }
    }

    fn add(&mut self, other: Self) {
        self.contacts += other.contacts;
        self.attempts += other.attempts;
        self.conversions += other.conversions;
    }
}

#[expect(clippy::as_conversions, reason = "there are far fewer contacts than 2^53")]
#[expect(clippy::cast_precision_loss, reason = "the same")]
fn ratio(part: i64, whole: i64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
