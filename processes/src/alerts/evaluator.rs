//! Looks every ten seconds at what rules watch, and raises and ends alerts (domain/08).
//!
//! | what it costs | statements |
//! |---|---|
//! | a look | the lease, what is new in the log (3), how far read models lag, who is due |
//! | an organization | rules, what is remembered, what is open (where anything was told) |
//! | what stands out | 1, and 1 for each of six things, where it is watched |
//! | figures | 5 for each window and kind of scope that is watched |
//! | campaigns | 5 for all of them together, where any calls |
//! | what is to be remembered | 2 at most, before something is told and after it |
//! | an alert that is raised or ends | a command |
//!
//! With the standard rules that is about twenty, and none of it grows with the number of rules,
//! queues, agents or calls. The pool has two of its own for each connection.
//!
//! *Architecture invariant:* an alert is written down as told before it is raised, and as over only
//! after it is over, so that whoever carries on after a kill raises it and ends it. Whether it is
//! open already, the log decides.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use database::{Database, DatabaseError, Role};
use domain::alert::{AlertCommand, AlertRefusal, AlertSubject, Resolution};
use domain::alert_rule::{AlertRule, Look, Seen, Step, Watch};
use domain::{OrgId, Timestamp};
use event_store::{Failure, LogError};
use futures::future::join_all;
use projections::RuntimeError;
use projections::alerts::read as alerts;
use projections::figures::read::MetricsError;
use projections::freshness::furthest_behind;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::observe::{Server, Sights, sights};
use super::watches::{self, Key, Known};
use super::{Alerts, TellError};
use crate::breaker::{Breakers, Standing};
use crate::clock::Clock;
use crate::lease::{Lease, LeaseError};

/// Its name.
const NAME: &str = "alert-evaluator";
/// So many organizations are looked at at once.
const AT_ONCE: usize = 4;
/// After so many ticks without a look, hits are not in a row.
const GAP: i64 = 3;

/// How often it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EvaluatorSettings {
    /// In ms.
    pub tick_ms: i64,
    /// For how long whoever looks is the only one; longer than a tick.
    pub lease_ms: i64,
}

impl Default for EvaluatorSettings {
    fn default() -> Self {
        Self { tick_ms: 10_000, lease_ms: 30_000 }
    }
}

/// Why a look did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum EvaluatorError {
    /// Another instance looks now.
    #[error("another instance looks at rules now")]
    Fenced,
    /// The database is away.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The figures cannot be read.
    #[error(transparent)]
    Figures(#[from] MetricsError),
    /// The read models are away.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
}

impl From<LeaseError> for EvaluatorError {
    fn from(error: LeaseError) -> Self {
        match error {
            LeaseError::Fenced => Self::Fenced,
            LeaseError::Statement(error) => error.into(),
        }
    }
}

impl From<sqlx::Error> for EvaluatorError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

/// The evaluator. Others may run beside it: the lease decides which of them looks.
pub struct AlertEvaluator {
    database: Database,
    alerts: Alerts,
    breakers: Breakers,
    clock: Arc<dyn Clock>,
    settings: EvaluatorSettings,
    owner: Uuid,
    lease: Option<Lease>,
}

/// What follows from a look at one subject of one rule.
struct Found<'r> {
    key: Key,
    /// The rule, as long as it is looked at.
    rule: Option<&'r AlertRule>,
    after: Known,
    step: Step,
}

impl AlertEvaluator {
    /// An instance of its own, with a name of its own in the lease.
    #[must_use]
    pub fn new(
        database: Database,
        alerts: Alerts,
        breakers: Breakers,
        settings: EvaluatorSettings,
    ) -> Self {
        let (clock, owner) =
            (Arc::clone(alerts.commands.clock()), Uuid::from_bytes(rand::random()));
        Self { database, alerts, breakers, clock, settings, owner, lease: None }
    }

    /// Looks on every tick until the token is canceled.
    pub async fn run(mut self, token: CancellationToken) {
        loop {
            match self.run_due().await {
                Ok(_) | Err(EvaluatorError::Fenced) => {}
                Err(error) => tracing::error!(%error, "rules of alerts are looked at again"),
            }
            tokio::select! {
                () = token.cancelled() => break,
                () = self.clock.sleep_ms(self.settings.tick_ms) => {}
            }
        }
        self.release().await;
    }

    /// Gives the lease back, if it is ours.
    pub async fn release(&mut self) {
        let Some(lease) = self.lease.take() else { return };
        let released = async {
            let mut connection = self.database.pool(Role::Process).acquire().await?;
            lease.release(&mut connection).await.map_err(DatabaseError::from)
        };
        if let Err(error) = released.await {
            tracing::warn!(process = NAME, %error, "a lease runs out by itself");
        }
    }

    /// Looks once at every organization in which anything has happened within a day, and says how
    /// many these were. One that cannot be looked at keeps none of the others waiting.
    ///
    /// # Errors
    /// [`EvaluatorError::Fenced`] where another instance holds the lease.
    pub async fn run_due(&mut self) -> Result<usize, EvaluatorError> {
        let mut lease = self.leased().await?;
        watches::follow(&self.database, &mut lease, self.clock.now()).await?;
        let server = self.server().await?;
        let due = watches::due(&self.database, self.clock.now()).await?;
        for orgs in due.chunks(AT_ONCE) {
            self.renewed(&mut lease).await?;
            let looks = orgs.iter().map(|org| self.look((&lease, *org), &server));
            for (org, looked) in orgs.iter().zip(join_all(looks).await) {
                match looked {
                    Ok(()) => {}
                    Err(EvaluatorError::Fenced) => return Err(EvaluatorError::Fenced),
                    Err(error) => {
                        tracing::error!(%org, %error, "its alerts are looked at again");
                    }
                }
            }
        }
        self.lease = Some(lease);
        Ok(due.len())
    }

    async fn leased(&mut self) -> Result<Lease, EvaluatorError> {
        if let Some(mut lease) = self.lease.take() {
            self.renewed(&mut lease).await?;
            return Ok(lease);
        }
        let mut connection = self.database.pool(Role::Process).acquire().await?;
        let span = (self.clock.now(), self.settings.lease_ms);
        Ok(Lease::take(&mut connection, NAME, self.owner, span).await?)
    }

    async fn renewed(&self, lease: &mut Lease) -> Result<(), EvaluatorError> {
        let mut connection = self.database.pool(Role::Process).acquire().await?;
        Ok(lease.renew(&mut connection, self.clock.now()).await?)
    }

    /// What is the same for every organization. Of a provider that is tried again nobody knows yet
    /// whether it answers.
    async fn server(&self) -> Result<Server, EvaluatorError> {
        let behind_ms = furthest_behind(&self.database).await?;
        let mut providers: BTreeMap<String, Timestamp> = BTreeMap::new();
        for seen in self.breakers.seen() {
            if seen.state != Standing::Closed {
                let since = providers.entry(seen.service).or_insert(seen.since);
                *since = seen.since.min(*since);
            }
        }
        Ok(Server { behind_ms, providers: providers.into_iter().collect() })
    }

    /// Looks at one organization.
    async fn look(
        &self,
        (lease, org): (&Lease, OrgId),
        server: &Server,
    ) -> Result<(), EvaluatorError> {
        let (rules, _) = self.alerts.rules(org).await?;
        let rules: Vec<&AlertRule> =
            rules.entries().iter().filter(|rule| rule.definition.enabled).collect();
        let known = watches::of(&self.database, org).await?;
        if rules.is_empty() && known.is_empty() {
            return Ok(());
        }
        let now = self.clock.now();
        let seen = sights(&self.database, org, &rules, (server, now)).await?;
        let open = match known.values().any(|known| known.watch.told) {
            true => alerts::open(&self.database, org).await?.into_iter().collect(),
            false => BTreeSet::new(),
        };
        let found = self.found(&rules, (known.clone(), open), seen, now);
        let first = found.iter().filter(|found| matches!(found.step, Step::Rest | Step::Raise(_)));
        watches::keep(&self.database, (lease, org), &rows(first, &known, now)).await?;
        let mut last = Vec::new();
        for mut found in found {
            if found.step != Step::Rest && self.told(org, &mut found, now).await {
                last.push(found);
            }
        }
        watches::keep(&self.database, (lease, org), &rows(last.iter(), &known, now)).await
    }

    /// What follows from what is seen and from what was known before.
    fn found<'r>(
        &self,
        rules: &[&'r AlertRule],
        (mut known, open): (BTreeMap<Key, Known>, BTreeSet<Key>),
        mut seen: Sights,
        at: Timestamp,
    ) -> Vec<Found<'r>> {
        let gap_ms = GAP * self.settings.tick_ms;
        let mut all = Vec::new();
        for rule in rules {
            let mut seen = seen.remove(&rule.id).unwrap_or_default();
            let theirs = known.keys().filter(|(id, _)| *id == rule.id);
            // What is not seen any more is not so.
            let gone: Vec<AlertSubject> = theirs.map(|(_, subject)| subject.clone()).collect();
            gone.into_iter().for_each(|subject| {
                seen.entry(subject).or_insert(Seen::Gone);
            });
            for (subject, seen) in seen {
                let key = (rule.id, subject);
                let before = known.remove(&key);
                let watch = before.map_or_else(|| Watch::first(at), |known| known.watch);
                // Hits by another threshold are none.
                let same = before.is_none_or(|known| known.rule_at == rule.changed_at);
                let watch = if same { watch } else { Watch { hits: 0, ..watch } };
                let look = Look { seen, open: open.contains(&key), at, gap_ms };
                let (watch, step) = watch.after(&rule.definition, look);
                let after = Known { watch, rule_at: rule.changed_at };
                all.push(Found { key, rule: Some(rule), after, step });
            }
        }
        // The rest is of rules that nobody looks at any more.
        all.extend(known.into_iter().map(|(key, known)| {
            let watch = Watch { hits: 0, told: false, quiet_until: None, ..known.watch };
            let step = Step::Clear(None);
            Found { key, rule: None, after: Known { watch, ..known }, step }
        }));
        all
    }

    /// Tells the alert, and says whether there is something else to be remembered than before.
    async fn told(&self, org: OrgId, found: &mut Found<'_>, at: Timestamp) -> bool {
        let (id, subject) = &found.key;
        let done = match (found.step, found.rule) {
            (Step::Rest, _) => return false,
            (Step::Raise(value), Some(rule)) => {
                self.alerts.raise(org, (rule, subject), (value, at)).await
            }
            (Step::Raise(_), None) => return false,
            (Step::Clear(value), rule) => {
                let reason = rule.map_or(Resolution::RuleOff, |_| Resolution::Cleared);
                let command = AlertCommand::Clear { value, reason, at };
                self.alerts.tell(org, (*id, subject), command).await
            }
            (Step::Expire, _) => {
                self.alerts.tell(org, (*id, subject), AlertCommand::Expire { at }).await
            }
        };
        match done {
            Ok(()) => !matches!(found.step, Step::Raise(_)),
            Err(TellError::Failure(Failure::Refused {
                error: AlertRefusal::Cooling { until },
                ..
            })) => {
                found.after.watch = found.after.watch.cooling(until);
                true
            }
            Err(error) => {
                tracing::warn!(%org, rule = %id, %error, "an alert is told again");
                false
            }
        }
    }
}

/// What is to be remembered of what was found, and what is to be forgotten.
fn rows<'f>(
    found: impl Iterator<Item = &'f Found<'f>>,
    known: &BTreeMap<Key, Known>,
    at: Timestamp,
) -> Vec<(Key, Option<Known>)> {
    let rows = found.filter_map(|found| {
        let row = (!found.after.watch.idle(at)).then_some(found.after);
        let news = row.is_some() || known.contains_key(&found.key);
        news.then(|| (found.key.clone(), row))
    });
    rows.collect()
}
