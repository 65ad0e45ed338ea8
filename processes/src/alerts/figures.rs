//! The figures that rules watch, by the formulas of analytics: a question for each window and kind
//! of scope, however many rules share it.

use std::collections::{BTreeMap, BTreeSet};

use database::Database;
use domain::alert_rule::{AlertMetric, AlertRule, ScopeType};
use domain::campaign::pacing::ENOUGH;
use domain::{OrgId, Timestamp};
use projections::figures::read::{
    Answer, CallMetricsQuery, Dimension, DimensionValue, GroupBy, Metric as Figure, MetricsError,
    Sheet, Tz, WatchedCampaigns, WatchedRatings, WatchedWaits, metrics,
};
use uuid::Uuid;

/// The kinds of scope that figures are watched of.
const KINDS: [ScopeType; 3] = [ScopeType::Org, ScopeType::Queue, ScopeType::Campaign];

/// The answers to the questions of rules.
pub(super) struct Figures {
    waits: Asked<WatchedWaits>,
    ratings: Asked<WatchedRatings>,
}

/// By window and kind of scope.
type Asked<S> = BTreeMap<(u32, ScopeType), Answer<S>>;

impl Figures {
    /// Asks what rules watch, until now.
    pub(super) async fn ask(
        database: &Database,
        org: OrgId,
        rules: &[&AlertRule],
        now: Timestamp,
    ) -> Result<Self, MetricsError> {
        let of = |wanted: fn(AlertMetric) -> bool| {
            let theirs = rules.iter().filter(move |rule| wanted(rule.definition.metric));
            theirs.copied().collect::<Vec<_>>()
        };
        let ratings = of(|metric| metric == AlertMetric::Csat);
        let waits = of(|metric| metric.windowed() && metric != AlertMetric::Csat);
        let waits = asked::<WatchedWaits>(database, org, &waits, now).await?;
        let ratings = asked::<WatchedRatings>(database, org, &ratings, now).await?;
        Ok(Self { waits, ratings })
    }

    /// What a rule that watches a figure sees; nothing, where it is not defined.
    pub(super) fn of(&self, rule: &AlertRule) -> Option<f64> {
        let waits = |pick: fn(&WatchedWaits) -> &Figure| value(&self.waits, rule, pick);
        match rule.definition.metric {
            AlertMetric::AbandonmentRate => waits(|sheet| &sheet.abandonment_rate),
            AlertMetric::ServiceLevel => waits(|sheet| &sheet.service_level),
            AlertMetric::AsaSeconds => waits(|sheet| &sheet.asa_seconds),
            AlertMetric::Csat => value(&self.ratings, rule, |sheet| &sheet.csat),
            AlertMetric::LongestWait
            | AlertMetric::Waiting
            | AlertMetric::AgentIdle
            | AlertMetric::CallDuration
            | AlertMetric::CampaignAbandonment
            | AlertMetric::ProjectionLag
            | AlertMetric::BreakerOpen
            | AlertMetric::PaymentUnknown => None,
        }
    }
}

async fn asked<S: Sheet>(
    database: &Database,
    org: OrgId,
    rules: &[&AlertRule],
    now: Timestamp,
) -> Result<Asked<S>, MetricsError> {
    let windows: BTreeSet<u32> =
        rules.iter().filter_map(|rule| rule.definition.window_seconds).collect();
    let mut answers = Asked::new();
    for (window, kind) in windows.into_iter().flat_map(|window| KINDS.map(|kind| (window, kind))) {
        let theirs = rules
            .iter()
            .map(|rule| &rule.definition)
            .filter(|rule| rule.window_seconds == Some(window) && rule.scope.kind == kind);
        let scopes: BTreeSet<Option<Uuid>> = theirs.map(|rule| rule.scope.id).collect();
        if scopes.is_empty() {
            continue;
        }
        let ids = scopes.into_iter().flatten().collect();
        let from = now.plus_ms(-i64::from(window) * 1_000);
        let mut query = CallMetricsQuery::new(from, now, Tz::UTC, GroupBy::None);
        query.dimensions.extend(dimension(kind));
        match kind {
            ScopeType::Queue => query.queue_ids = ids,
            ScopeType::Campaign => query.campaign_ids = ids,
            ScopeType::Org | ScopeType::Team | ScopeType::Agent => {}
        }
        answers.insert((window, kind), metrics::<S>(database, org, &query).await?);
    }
    Ok(answers)
}

fn dimension(kind: ScopeType) -> Option<Dimension> {
    match kind {
        ScopeType::Queue => Some(Dimension::Queue),
        ScopeType::Campaign => Some(Dimension::Campaign),
        ScopeType::Org | ScopeType::Team | ScopeType::Agent => None,
    }
}

fn value<S>(asked: &Asked<S>, rule: &AlertRule, pick: fn(&S) -> &Figure) -> Option<f64> {
    let (scope, window) = (rule.definition.scope, rule.definition.window_seconds?);
    let answer = asked.get(&(window, scope.kind))?;
    let Some((dimension, id)) = dimension(scope.kind).zip(scope.id) else {
        return pick(&answer.totals).value;
    };
    let of = DimensionValue::Text(id.to_string());
    let mut cells = answer.series.iter();
    let cell = cells.find(|cell| cell.dims.get(dimension.word()) == Some(&of))?;
    pick(&cell.metrics).value
}

/// How much of what their rules of abandonment allow campaigns have used; nothing, where a rule
/// allows anything, or too few have answered for it to be told.
pub(super) async fn abandonment(
    database: &Database,
    org: OrgId,
    campaigns: &[Uuid],
    now: Timestamp,
) -> Result<Vec<(Uuid, Option<f64>)>, MetricsError> {
    // No campaign would mean every campaign.
    if campaigns.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = CallMetricsQuery::new(now.plus_ms(-1_000), now, Tz::UTC, GroupBy::None);
    query.campaign_ids = campaigns.to_vec();
    query.dimensions.push(Dimension::Campaign);
    let answer = metrics::<WatchedCampaigns>(database, org, &query).await?;
    let used = campaigns.iter().map(|campaign| {
        let of = DimensionValue::Text(campaign.to_string());
        let mut cells = answer.series.iter();
        let cell = cells.find(|cell| cell.dims.get(Dimension::Campaign.word()) == Some(&of));
        let figure = cell.map(|cell| cell.metrics.abandonment_regulatory);
        let rate = figure.filter(|figure| figure.n >= i64::from(ENOUGH));
        let period = answer.periods.iter().find(|period| period.campaign_id == *campaign);
        let limit = period.and_then(|period| period.limit);
        let part =
            rate.and_then(|figure| figure.value).zip(limit).map(|(rate, limit)| rate / limit);
        (*campaign, part)
    });
    Ok(used.collect())
}
