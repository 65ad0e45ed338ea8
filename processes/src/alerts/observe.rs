//! What rules see: of everything that they watch in an organization, once for all of them.

use std::collections::{BTreeMap, BTreeSet};

use database::Database;
use domain::alert::AlertSubject;
use domain::alert_rule::{AlertMetric, AlertRule, Scope, ScopeType, Seen, SubjectType};
use domain::{AlertRuleId, OrgId, Timestamp};
use projections::figures::read::MetricsError;
use projections::figures::standing::{StandingOut, Watched, standing_out};
use uuid::Uuid;

use super::figures::{Figures, abandonment};

/// What each rule sees, by what it is about. What a rule of now does not see is not so.
pub(super) type Sights = BTreeMap<AlertRuleId, BTreeMap<AlertSubject, Seen>>;

/// What is the same for every organization of this server.
#[derive(Clone, Debug, Default)]
pub(super) struct Server {
    /// By how many ms the read model that is furthest behind is behind.
    pub behind_ms: i64,
    /// Which providers are left alone, and since when.
    pub providers: Vec<(String, Timestamp)>,
}

/// What the rules of an organization see now.
pub(super) async fn sights(
    database: &Database,
    org: OrgId,
    rules: &[&AlertRule],
    (server, now): (&Server, Timestamp),
) -> Result<Sights, MetricsError> {
    let standing = standing_out(database, org, &watched(rules)).await?;
    let figures = Figures::ask(database, org, rules, now).await?;
    let campaigns = abandonment(database, org, &standing.campaigns, now).await?;
    let seen = Now { org, now, server, standing, figures, campaigns };
    let sights = rules.iter().map(|rule| (rule.id, seen.by(rule)));
    Ok(sights.collect())
}

/// What has to be asked for rules.
fn watched(rules: &[&AlertRule]) -> Watched {
    let any = |metrics: &[AlertMetric]| {
        rules.iter().any(|rule| metrics.contains(&rule.definition.metric))
    };
    let teams = rules.iter().map(|rule| rule.definition.scope);
    let teams = teams.filter(|scope| scope.kind == ScopeType::Team).filter_map(|scope| scope.id);
    let teams: BTreeSet<Uuid> = teams.collect();
    Watched {
        waits: any(&[AlertMetric::LongestWait, AlertMetric::Waiting, AlertMetric::AgentIdle]),
        idle: any(&[AlertMetric::AgentIdle]),
        calls: any(&[AlertMetric::CallDuration]),
        payments: any(&[AlertMetric::PaymentUnknown]),
        campaigns: any(&[AlertMetric::CampaignAbandonment]),
        teams: teams.into_iter().collect(),
    }
}

/// Everything that is seen in an organization.
struct Now<'s> {
    org: OrgId,
    now: Timestamp,
    server: &'s Server,
    standing: StandingOut,
    figures: Figures,
    campaigns: Vec<(Uuid, Option<f64>)>,
}

type Seens = BTreeMap<AlertSubject, Seen>;

impl Now<'_> {
    /// What a rule sees of it.
    fn by(&self, rule: &AlertRule) -> Seens {
        let scope = rule.definition.scope;
        match rule.definition.metric {
            AlertMetric::LongestWait => self.waits(scope, |wait| self.seconds(wait.since)),
            AlertMetric::Waiting => self.waits(scope, |wait| whole(wait.waiting)),
            AlertMetric::AgentIdle => self.idle(scope),
            AlertMetric::CallDuration => self.calls(scope),
            AlertMetric::AbandonmentRate
            | AlertMetric::ServiceLevel
            | AlertMetric::AsaSeconds
            | AlertMetric::Csat => one(self.whole_of(scope), of(self.figures.of(rule))),
            AlertMetric::CampaignAbandonment => {
                let campaigns = self
                    .campaigns
                    .iter()
                    .filter(|(id, _)| scope.kind == ScopeType::Org || scope.id == Some(*id));
                let seen =
                    campaigns.map(|(id, part)| (subject(SubjectType::Campaign, id), of(*part)));
                seen.collect()
            }
            AlertMetric::ProjectionLag => {
                let behind = f64::from(ms(self.server.behind_ms)) / 1e3;
                let name = "projections".to_owned();
                one(AlertSubject { kind: SubjectType::ReadModels, id: name }, Seen::Value(behind))
            }
            AlertMetric::BreakerOpen => {
                let kind = SubjectType::Provider;
                let providers = self.server.providers.iter().map(|(name, since)| {
                    (AlertSubject { kind, id: name.clone() }, Seen::Value(self.seconds(*since)))
                });
                providers.collect()
            }
            AlertMetric::PaymentUnknown => {
                let payments = self.standing.payments.iter().map(|(id, since)| {
                    (subject(SubjectType::Payment, id), Seen::Value(self.seconds(*since)))
                });
                payments.collect()
            }
        }
    }

    fn waits(
        &self,
        scope: Scope,
        value: impl Fn(&projections::figures::live::WaitingNow) -> f64,
    ) -> Seens {
        let waits = self.standing.waits.iter().filter_map(|wait| {
            let id = wait.queue.clone()?;
            let asked = scope.id.is_none_or(|queue| queue.to_string() == id);
            let subject = AlertSubject { kind: SubjectType::Queue, id };
            asked.then(|| (subject, Seen::Value(value(wait))))
        });
        waits.collect()
    }

    /// Whoever is free is idle only while somebody waits.
    fn idle(&self, scope: Scope) -> Seens {
        if self.standing.waits.is_empty() {
            return Seens::new();
        }
        let idle = self.standing.idle.iter().filter(|(agent, _)| self.theirs(scope, Some(*agent)));
        let seen = idle.map(|(agent, since)| {
            (subject(SubjectType::Agent, agent), Seen::Value(self.seconds(*since)))
        });
        seen.collect()
    }

    fn calls(&self, scope: Scope) -> Seens {
        let calls = self.standing.calls.iter().filter(|call| match scope.kind {
            ScopeType::Queue => call.queue == scope.id,
            ScopeType::Campaign => call.campaign == scope.id,
            ScopeType::Org | ScopeType::Team | ScopeType::Agent => self.theirs(scope, call.agent),
        });
        let seen = calls.map(|call| {
            (subject(SubjectType::Call, &call.call), Seen::Value(self.seconds(call.since)))
        });
        seen.collect()
    }

    /// Whether an agent is one of those whom a rule is about.
    fn theirs(&self, scope: Scope, agent: Option<Uuid>) -> bool {
        match (scope.kind, scope.id, agent) {
            (ScopeType::Team, Some(team), Some(agent)) => {
                self.standing.members.contains(&(team, agent))
            }
            (ScopeType::Agent, id, agent) => id == agent,
            (ScopeType::Team, ..) => false,
            (ScopeType::Org | ScopeType::Queue | ScopeType::Campaign, ..) => true,
        }
    }

    /// What a figure is about: all that the rule is about, as a whole.
    fn whole_of(&self, scope: Scope) -> AlertSubject {
        match (scope.kind, scope.id) {
            (ScopeType::Queue, Some(id)) => subject(SubjectType::Queue, &id),
            (ScopeType::Campaign, Some(id)) => subject(SubjectType::Campaign, &id),
            _ => subject(SubjectType::Organization, &self.org),
        }
    }

    fn seconds(&self, since: Timestamp) -> f64 {
        f64::from(ms(self.now.since_ms(since))) / 1e3
    }
}

fn of(value: Option<f64>) -> Seen {
    value.map_or(Seen::Nothing, Seen::Value)
}

fn one(subject: AlertSubject, seen: Seen) -> Seens {
    std::iter::once((subject, seen)).collect()
}

fn subject(kind: SubjectType, id: &impl ToString) -> AlertSubject {
    AlertSubject { kind, id: id.to_string() }
}

fn ms(ms: i64) -> i32 {
    i32::try_from(ms.max(0)).unwrap_or(i32::MAX)
}

fn whole(count: i64) -> f64 {
    f64::from(ms(count))
}
