//! Asks about calls of which nothing is heard any more (domain/03 §3.1.3 rule 9), and gives
//! back numbers that were reserved for nothing.
//!
//! A call is polled once nothing was heard of it for the longest a call may last and five
//! minutes: when it has ended, what the provider says goes through the inbox like any other
//! callback; when the provider does not know it, the call is ended.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use database::{Database, Role};
use domain::call::CallCommand;
use domain::{CallId, OrgId, Timestamp};
use sqlx::FromRow;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::error::TelephonyError;
use super::follow_up::FollowUp;
use super::port::{CallbackReceiver, Fetched, ProviderCall, Telephony};
use super::reservation;
use crate::clock::Clock;
use crate::commands::Commands;

const NAME: &str = "reconciler";
/// What a callback may be late before a call is missed.
const GRACE_MS: i64 = 5 * 60 * 1_000;
/// How many rows are looked at together.
const BATCH: i64 = 100;

/// How the reconciler runs.
#[derive(Clone, Debug)]
pub struct ReconcilerSettings {
    /// The longest a call may last.
    pub max_call_ms: i64,
    /// How often it looks.
    pub tick_ms: i64,
    /// How long it waits until it asks about the same call again.
    pub again_ms: i64,
    /// How long the provider may take to answer.
    pub request_ms: i64,
}

impl Default for ReconcilerSettings {
    fn default() -> Self {
        Self {
            max_call_ms: 4 * 60 * 60 * 1_000,
            tick_ms: 60_000,
            again_ms: GRACE_MS,
            request_ms: 10_000,
        }
    }
}

/// Asks about missed calls. Any number of them may run.
pub struct Reconciler {
    database: Database,
    commands: Commands,
    telephony: Arc<dyn Telephony>,
    receiver: Arc<dyn CallbackReceiver>,
    clock: Arc<dyn Clock>,
    settings: ReconcilerSettings,
}

#[derive(FromRow)]
struct Missed {
    org_id: Uuid,
    call_id: Uuid,
    event_id: Uuid,
    correlation_id: Uuid,
    provider_call_id: String,
}

impl Reconciler {
    /// Asks this provider, and tells this receiver what it says.
    #[must_use]
    pub fn new(
        database: Database,
        commands: Commands,
        telephony: Arc<dyn Telephony>,
        receiver: Arc<dyn CallbackReceiver>,
        settings: ReconcilerSettings,
    ) -> Self {
        let clock = Arc::clone(commands.clock());
        Self { database, commands, telephony, receiver, clock, settings }
    }

    /// Asks about every call that is missed now and says how many there were.
    ///
    /// # Errors
    /// When the table cannot be read or what was learned cannot be told; the call is asked
    /// about again later.
    pub async fn run_due(&self) -> Result<usize, TelephonyError> {
        let mut asked = 0;
        loop {
            let missed = self.take_missed().await?;
            if missed.is_empty() {
                break;
            }
            asked += missed.len();
            for call in missed {
                self.ask(call).await?;
            }
        }
        while reservation::sweep(&self.commands, &self.database, BATCH).await? > 0 {}
        Ok(asked)
    }

    /// When a call will be missed next.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, TelephonyError> {
        let mut connection = self.database.pool(Role::Process).acquire().await?;
        let next: Option<DateTime<Utc>> = sqlx::query_scalar(
            "SELECT min(greatest(coalesce(observed_at, dialing_at) + $1 * interval '1 ms', \
                                 polled_at + $2 * interval '1 ms')) \
             FROM dial_submissions WHERE ended_at IS NULL AND provider_call_id IS NOT NULL",
        )
        .bind(self.settings.max_call_ms.saturating_add(GRACE_MS))
        .bind(self.settings.again_ms)
        .fetch_one(&mut *connection)
        .await?;
        Ok(next.map(Timestamp::from))
    }

    /// Asks at once about every call that was under way before this process began, where
    /// the provider's memory ended with the one before.
    ///
    /// # Errors
    /// As [`Reconciler::run_due`].
    pub async fn after_restart(&self) -> Result<usize, TelephonyError> {
        if self.telephony.remembers() {
            return Ok(0);
        }
        let now = self.clock.now();
        let mut asked = 0;
        loop {
            let forgotten = self.take_silent_since(now).await?;
            if forgotten.is_empty() {
                return Ok(asked);
            }
            asked += forgotten.len();
            for call in forgotten {
                self.ask(call).await?;
            }
        }
    }

    /// Looks on every tick until the token is canceled.
    pub async fn run(self, token: CancellationToken) {
        if let Err(error) = self.after_restart().await {
            tracing::error!(%error, "calls of before could not be reconciled; they will be");
        }
        loop {
            if let Err(error) = self.run_due().await {
                tracing::error!(%error, "calls could not be reconciled; they will be");
            }
            tokio::select! {
                () = token.cancelled() => return,
                () = self.clock.sleep_ms(self.settings.tick_ms) => {}
            }
        }
    }

    /// Takes missed calls and puts off when they are asked about again; whoever else looks
    /// at the same moment takes others.
    async fn take_missed(&self) -> Result<Vec<Missed>, TelephonyError> {
        let longest = self.settings.max_call_ms.saturating_add(GRACE_MS);
        self.take_silent_since(self.clock.now().plus_ms(-longest)).await
    }

    async fn take_silent_since(
        &self,
        silent_since: Timestamp,
    ) -> Result<Vec<Missed>, TelephonyError> {
        let now = self.clock.now();
        let asked_before = now.plus_ms(-self.settings.again_ms);
        let mut connection = self.database.pool(Role::Process).acquire().await?;
        let missed = sqlx::query_as(
            "UPDATE dial_submissions s SET polled_at = $1 \
             FROM (SELECT org_id, call_id FROM dial_submissions \
                   WHERE ended_at IS NULL AND provider_call_id IS NOT NULL \
                     AND dialing_at <= $2 AND coalesce(observed_at, dialing_at) <= $2 \
                     AND (polled_at IS NULL OR polled_at <= $3) \
                   ORDER BY dialing_at LIMIT $4 FOR UPDATE SKIP LOCKED) missed \
             WHERE s.org_id = missed.org_id AND s.call_id = missed.call_id \
             RETURNING s.org_id, s.call_id, s.event_id, s.correlation_id, s.provider_call_id",
        )
        .bind(DateTime::<Utc>::from(now))
        .bind(DateTime::<Utc>::from(silent_since))
        .bind(DateTime::<Utc>::from(asked_before))
        .bind(BATCH)
        .fetch_all(&mut *connection)
        .await?;
        Ok(missed)
    }

    async fn ask(&self, missed: Missed) -> Result<(), TelephonyError> {
        let (org, call) = (OrgId::from(missed.org_id), CallId::from(missed.call_id));
        let provider_call_id = missed.provider_call_id;
        let named = ProviderCall { org, call, provider_call_id };
        let fetched = tokio::select! {
            biased;
            fetched = self.telephony.fetch_call(named) => fetched,
            () = self.clock.sleep_ms(self.settings.request_ms) => Fetched::Unreachable,
        };
        match fetched {
            Fetched::Live => Ok(()),
            Fetched::Unreachable => {
                tracing::warn!(%call, "the provider could not be asked about a call");
                Ok(())
            }
            Fetched::Ended(callback) => self.receiver.receive(*callback).await,
            Fetched::Unknown => {
                tracing::warn!(%call, "the provider does not know a call any more");
                let follow_up = FollowUp {
                    org,
                    call,
                    cause: missed.event_id,
                    correlation: missed.correlation_id,
                    process: NAME,
                    operation: "reconcile-missing",
                };
                let command = CallCommand::ReconcileMissing { at: self.clock.now() };
                follow_up.report(&self.commands, command).await
            }
        }
    }
}
