//! Alerts and their rules, as far as neither knows enough: whether what a rule is about is there,
//! which id another one gets, and what rules see ([`AlertEvaluator`]).

mod evaluator;
mod figures;
mod observe;
mod watches;

use std::sync::Arc;

use domain::agent::Agent;
use domain::alert::{Alert, AlertCommand, AlertRefusal, AlertSubject, Told};
use domain::alert_rule::{
    AlertRule, AlertRuleChanges, AlertRuleCommand, AlertRuleRefusal, AlertRules, Definition, Scope,
    ScopeType,
};
use domain::team::Team;
use domain::{AlertId, AlertRuleId, CampaignId, FieldFault, OrgId, Timestamp, UserId};
use event_store::{Actor, ActorKind, Context, Failure, KeyringError, LogError, Outcome};
use uuid::Uuid;

pub use evaluator::{AlertEvaluator, EvaluatorError, EvaluatorSettings};

use crate::commands::{Commands, Order, OrderError};
use crate::dispositions;
use crate::ids::{self, Ids};

type Done<R> = Result<Outcome, OrderError<R>>;

/// Runs the commands of alerts and of their rules; cheap to clone.
#[derive(Clone)]
pub struct Alerts {
    commands: Commands,
    ids: Arc<dyn Ids>,
}

impl Alerts {
    /// The alerts of a log.
    #[must_use]
    pub fn new(commands: Commands, ids: Arc<dyn Ids>) -> Self {
        Self { commands, ids }
    }

    /// The rules of an organization as the log has them now, and their version.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn rules(&self, org: OrgId) -> Result<(AlertRules, u64), LogError> {
        let state = self.commands.state::<AlertRules>(org, org.uuid()).await?;
        Ok(state.unwrap_or_default())
    }

    /// The id of the rule that somebody defines: with an idempotency key the same for every
    /// repetition.
    ///
    /// # Errors
    /// The organization's secret cannot be fetched.
    pub async fn rule_id(
        &self,
        org: OrgId,
        user: UserId,
        key: Option<&str>,
    ) -> Result<AlertRuleId, KeyringError> {
        match key {
            Some(key) => {
                let user = user.to_string();
                ids::created_alert_rule(self.commands.keyring(), org, &user, key).await
            }
            None => Ok(AlertRuleId::from(self.ids.next(self.commands.now()))),
        }
    }

    /// Somebody has to know of something else, too.
    ///
    /// # Errors
    /// [`OrderError`]
    pub async fn define(
        &self,
        order: Order<AlertRules>,
        (rule_id, definition): (AlertRuleId, Definition),
        by: UserId,
    ) -> Done<AlertRuleRefusal> {
        let org = order.org();
        let stranger = self.stranger(org, definition.scope).await?;
        let (definition, at) = (Box::new(definition), self.commands.now());
        let command = AlertRuleCommand::Define { rule_id, definition, stranger, by, at };
        self.commands.carry_out(order, org.uuid(), command).await
    }

    /// A rule says something else from now on.
    ///
    /// # Errors
    /// [`OrderError`]
    pub async fn change(
        &self,
        order: Order<AlertRules>,
        (rule_id, changes): (AlertRuleId, AlertRuleChanges),
        by: UserId,
    ) -> Done<AlertRuleRefusal> {
        let (org, at) = (order.org(), self.commands.now());
        let changes = Box::new(changes);
        let command = AlertRuleCommand::Change { rule_id, changes, by, at };
        self.commands.carry_out(order, org.uuid(), command).await
    }

    /// Takes a rule away.
    ///
    /// # Errors
    /// [`OrderError`]
    pub async fn delete(
        &self,
        order: Order<AlertRules>,
        rule_id: AlertRuleId,
        by: UserId,
    ) -> Done<AlertRuleRefusal> {
        let (org, at) = (order.org(), self.commands.now());
        let command = AlertRuleCommand::Delete { rule_id, by, at };
        self.commands.carry_out(order, org.uuid(), command).await
    }

    /// Somebody knows of an alert.
    ///
    /// # Errors
    /// [`OrderError`]
    pub async fn acknowledge(
        &self,
        order: Order<Alert>,
        stream: Uuid,
        (alert_id, by): (AlertId, UserId),
    ) -> Done<AlertRefusal> {
        let command = AlertCommand::Acknowledge { alert_id, by, at: self.commands.now() };
        self.commands.carry_out_untold(order, stream, command).await
    }

    /// Somebody says that an alert is over.
    ///
    /// # Errors
    /// [`OrderError`]
    pub async fn resolve(
        &self,
        order: Order<Alert>,
        stream: Uuid,
        (alert_id, by): (AlertId, UserId),
    ) -> Done<AlertRefusal> {
        let command = AlertCommand::Resolve { alert_id, by, at: self.commands.now() };
        self.commands.carry_out_untold(order, stream, command).await
    }

    /// What a rule is about and is not there. Queues are known by their ids alone.
    async fn stranger(&self, org: OrgId, scope: Scope) -> Result<Option<FieldFault>, LogError> {
        let Some(id) = scope.id else { return Ok(None) };
        let there = match scope.kind {
            ScopeType::Org | ScopeType::Queue => true,
            ScopeType::Team => {
                let state = self.commands.state::<Team>(org, id).await?;
                state.is_some_and(|(team, _)| team.known().is_some())
            }
            ScopeType::Agent => {
                let state = self.commands.state::<Agent>(org, id).await?;
                state.is_some_and(|(agent, _)| agent.known().is_some())
            }
            ScopeType::Campaign => {
                let settings = dispositions::settings(&self.commands, org, CampaignId::from(id));
                settings.await?.is_some()
            }
        };
        let words = || format!("there is no such {}", scope.kind);
        Ok((!there).then(|| FieldFault::reference("/scope/id", words())))
    }

    /// It is so, says a rule.
    async fn raise(
        &self,
        org: OrgId,
        (rule, subject): (&AlertRule, &AlertSubject),
        (value, at): (f64, Timestamp),
    ) -> Result<(), TellError> {
        let of = &rule.definition;
        let told = Told {
            rule_id: rule.id,
            rule: of.name.clone(),
            metric: of.metric,
            operator: of.operator,
            threshold: of.threshold,
            window_seconds: of.window_seconds,
            severity: of.severity,
            subject: subject.clone(),
        };
        let command = AlertCommand::Raise {
            alert_id: AlertId::from(self.ids.next(at)),
            told: Box::new(told),
            value,
            cooldown_seconds: of.cooldown_seconds,
            at,
        };
        self.tell(org, (rule.id, subject), command).await
    }

    /// Tells the alert of a rule and a subject something on behalf of the evaluator.
    async fn tell(
        &self,
        org: OrgId,
        (rule, subject): (AlertRuleId, &AlertSubject),
        command: AlertCommand,
    ) -> Result<(), TellError> {
        let id = ids::alert(self.commands.keyring(), org, rule, subject).await?;
        let actor = Actor { kind: ActorKind::System, id: "alert-evaluator".to_owned(), role: None };
        let context = Context {
            org_id: org.uuid(),
            actor,
            correlation_id: id,
            causation_id: None,
            source: "alerts",
        };
        let how = (None, "told");
        self.commands.tell::<Alert>(context, id, command, None, how).await?;
        Ok(())
    }
}

/// Why an alert was not told something.
#[derive(Debug, thiserror::Error)]
enum TellError {
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    #[error(transparent)]
    Failure(#[from] Failure<AlertRefusal>),
}
