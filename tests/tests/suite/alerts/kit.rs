//! An organization in which people wait, and whoever looks at its rules, with a clock of their own.

use std::sync::Arc;

use domain::alert::{AlertState, AlertSubject, Told};
use domain::alert_rule::{
    AlertMetric, AlertRuleChanges, AlertRules, Channel, Definition, Operator, Scope, ScopeType,
    SubjectType,
};
use domain::call::{
    AnsweredBy, Call, CallCommand, Enqueue, InboundCall, Observation, ObservedStatus, Provider,
};
use domain::sentiment::AlertSeverity;
use domain::{AlertRuleId, CallId, Decider, OrgId, PhoneNumber, QueueId, SubjectId, UserId};
use event_store::{Keyring, Log, LogSettings};
use processes::alerts::{AlertEvaluator, Alerts, EvaluatorError, EvaluatorSettings};
use processes::breaker::Breakers;
use processes::commands::Order;
use processes::{Clock, Commands, ControlledClock, SystemClock, SystemIds};
use projections::alerts::read::{self, AlertFilter, AlertRow};
use projections::{Projector, registry};
use sqlx::{Connection, PgConnection};
use tests::TestDatabase;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::http_kit::context;

/// The queue of most calls.
pub const QUEUE: u128 = 0x9;

pub struct World {
    pub test: TestDatabase,
    pub clock: Arc<ControlledClock>,
    pub log: Log,
    pub commands: Commands,
    pub alerts: Alerts,
    pub breakers: Breakers,
    projector: Option<Projector>,
}

pub fn org() -> OrgId {
    OrgId::from(Uuid::from_u128(0x0a))
}

pub fn by() -> UserId {
    UserId::from(Uuid::from_u128(0x0b))
}

pub fn order<A: Decider>() -> Order<A> {
    Order::silent(context(org().uuid()))
}

/// A rule of now over the whole organization, told at once and again after a minute.
pub fn rule(name: &str, metric: AlertMetric, threshold: f64) -> Definition {
    Definition {
        name: name.to_owned(),
        metric,
        scope: Scope { kind: ScopeType::Org, id: None },
        operator: Operator::Gt,
        threshold,
        window_seconds: metric.windowed().then_some(1_800),
        consecutive: 1,
        severity: AlertSeverity::Warning,
        cooldown_seconds: 60,
        clear_threshold: None,
        channels: vec![Channel::Feed],
        enabled: true,
    }
}

pub fn queue(number: u128) -> AlertSubject {
    AlertSubject { kind: SubjectType::Queue, id: Uuid::from_u128(number).to_string() }
}

impl World {
    /// In which no standard rule is looked at.
    pub async fn quiet() -> Self {
        let world = Self::standard().await;
        let (rules, _) = world.alerts.rules(org()).await.expect("rules");
        for rule in rules.entries() {
            world.enable(rule.id, false).await;
        }
        world
    }

    /// With the standard rules alone.
    pub async fn standard() -> Self {
        let test = TestDatabase::create().await;
        // Periods of campaigns are those of the database's clock.
        let clock = Arc::new(ControlledClock::new(SystemClock.now()));
        let log = Log::open(test.database(), LogSettings::default()).await.expect("a log");
        let keyring = Keyring::new(test.database(), test.secrets().key("key-encryption"));
        let commands = Commands::new(log.clone(), keyring, clock.clone());
        let alerts = Alerts::new(commands.clone(), Arc::new(SystemIds));
        let breakers = Breakers::new(clock.clone());
        let token = CancellationToken::new();
        let projector = Some(Projector::start(test.database(), &log.tail(), registry(), token));
        Self { test, clock, log, commands, alerts, breakers, projector }
    }

    pub async fn enable(&self, id: AlertRuleId, enabled: bool) {
        let changes = AlertRuleChanges { enabled: Some(enabled), ..<_>::default() };
        self.change(id, changes).await;
    }

    pub async fn change(&self, id: AlertRuleId, changes: AlertRuleChanges) {
        self.alerts.change(order(), (id, changes), by()).await.expect("changed");
    }

    pub async fn define(&self, definition: Definition) -> AlertRuleId {
        let id = AlertRuleId::from(Uuid::now_v7());
        self.alerts.define(order(), (id, definition), by()).await.expect("defined");
        id
    }

    /// Whoever looks at rules, as after a start.
    pub fn evaluator(&self) -> AlertEvaluator {
        let (database, settings) = (self.test.database().clone(), EvaluatorSettings::default());
        AlertEvaluator::new(database, self.alerts.clone(), self.breakers.clone(), settings)
    }

    /// Waits until the read models have everything.
    pub async fn settle(&self) {
        let head = *self.log.head().borrow();
        let projector = self.projector.as_ref().expect("a projector");
        projector.settle(head).await.expect("settled");
    }

    /// Nothing moves the read models until it is told to go on.
    pub async fn halt(&mut self) {
        if let Some(projector) = self.projector.take() {
            projector.stop().await;
        }
    }

    /// It goes on.
    pub fn go_on(&mut self) {
        let (database, token) = (self.test.database(), CancellationToken::new());
        self.projector = Some(Projector::start(database, &self.log.tail(), registry(), token));
    }

    /// So many looks, ten seconds after one another.
    pub async fn looks(&self, evaluator: &mut AlertEvaluator, times: usize) {
        for _ in 0..times {
            self.look(evaluator).await.expect("looked");
        }
    }

    pub async fn look(&self, evaluator: &mut AlertEvaluator) -> Result<usize, EvaluatorError> {
        self.clock.advance(10_000);
        self.settle().await;
        let looked = evaluator.run_due().await;
        self.settle().await;
        looked
    }

    pub async fn call(&self, id: CallId, command: CallCommand) {
        let done = self.commands.carry_out::<Call>(order(), id.uuid(), command).await;
        done.expect("told");
    }

    /// Somebody calls and waits in a queue from now on.
    pub async fn waits(&self, number: u128) -> CallId {
        let (id, at) = (Uuid::now_v7(), self.commands.now());
        let inbound = InboundCall {
            provider: Provider::Simulator,
            provider_call_id: id.to_string(),
            from: None,
            to: PhoneNumber::parse("+420222000111").expect("a number"),
            subject: SubjectId::from(id),
            flow: None,
            forwarded_from: None,
            at,
        };
        let id = CallId::from(id);
        self.call(id, CallCommand::RegisterInbound(Box::new(inbound))).await;
        self.observe(id, ObservedStatus::Answered).await;
        let place = Enqueue {
            queue_id: QueueId::from(Uuid::from_u128(number)),
            priority: 50,
            required_skills: Vec::new(),
            language: None,
        };
        self.call(id, CallCommand::Enqueue { place, at }).await;
        id
    }

    /// They hang up.
    pub async fn leaves(&self, call: CallId) {
        self.observe(call, ObservedStatus::Completed).await;
    }

    pub async fn observe(&self, call: CallId, status: ObservedStatus) {
        let at = self.commands.now();
        let observation = Observation {
            status,
            provider_call_id: None,
            provider_at: at,
            recorded_at: at,
            duration_seconds: None,
            answered_by: Some(AnsweredBy::Human),
            sip_code: None,
        };
        self.call(call, CallCommand::Observe(observation)).await;
    }

    /// Every alert there was, the oldest first.
    pub async fn all(&self) -> Vec<AlertRow> {
        let filter = AlertFilter::default();
        let rows = read::list(self.test.database(), org(), &filter, None, 1_000).await;
        let mut rows = rows.expect("alerts");
        rows.reverse();
        rows
    }

    /// How each alert there was stands, the oldest first.
    pub async fn states(&self) -> Vec<AlertState> {
        self.all().await.into_iter().map(|row| row.state).collect()
    }

    /// How often something is in the log.
    pub async fn told(&self, event: &str) -> i64 {
        let mut admin = PgConnection::connect_with(&self.test.superuser()).await.expect("in");
        let count = sqlx::query_scalar("SELECT count(*) FROM events WHERE event_type = $1");
        count.bind(event).fetch_one(&mut admin).await.expect("a number")
    }

    pub async fn stop(mut self) {
        self.halt().await;
    }
}

/// What an alert tells, whatever it is.
pub fn told() -> Told {
    let rules = AlertRules::standard().entries();
    let rule = &rules[0];
    Told {
        rule_id: rule.id,
        rule: rule.definition.name.clone(),
        metric: rule.definition.metric,
        operator: rule.definition.operator,
        threshold: rule.definition.threshold,
        window_seconds: None,
        severity: rule.definition.severity,
        subject: queue(QUEUE),
    }
}
