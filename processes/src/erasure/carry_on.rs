//! Carries erasures on that were begun: their calls and contacts say so, what is left is
//! purged, the log has it.

use database::Role;
use domain::call::{Call, CallCommand};
use domain::contact::{Contact, ContactCommand};
use domain::security::{Security, SecurityCommand, SecurityEvent};
use domain::{OrgId, SubjectId, UserId};
use event_store::{Actor, ActorKind, Context, IdempotencyKey};
use projections::calls::read::{self as calls, CallFilter, CallPlace};
use projections::contacts::read as contacts;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::ledger::Entry;
use super::table::{self, ENTRY};
use super::{ErasureError, Erasures, of};
use crate::clock::utc;

/// How often somebody looks.
const TICK_MS: i64 = 1_000;
/// When it is tried again what did not go to its end.
const AGAIN_MS: i64 = 5_000;
/// When an erasure that is done is looked at once more: until then another server may have dialed
/// somebody whom it did not know to be erased.
const LAST_LOOK_MS: i64 = 90_000;
/// Calls that are looked at together.
const PAGE: i64 = 100;

impl Erasures {
    /// Carries on everything that is due, what was asked for last first: who asks now does not wait
    /// for what an old backup has brought back. What did not go to its end is tried again.
    async fn run_due(&self, token: &CancellationToken) -> Result<(), ErasureError> {
        while !token.is_cancelled()
            && let Some(entry) = self.next().await?
        {
            self.carry_on(&entry).await?;
        }
        self.forget_requests().await
    }

    /// Looks on every tick until the token is canceled.
    pub async fn run(self, token: CancellationToken) {
        loop {
            if let Err(error) = self.run_due(&token).await {
                tracing::error!(%error, "an erasure is carried on later");
            }
            tokio::select! {
                () = token.cancelled() => return,
                () = self.commands.clock().sleep_ms(TICK_MS) => {}
            }
        }
    }

    /// The next one, which is ours until it is tried again.
    async fn next(&self) -> Result<Option<Entry>, ErasureError> {
        let now = self.commands.now();
        let mut connection = self.database.pool(Role::Process).acquire().await?;
        let claim = format!(
            "UPDATE erasures SET due_at = $2 WHERE (org_id, erasure_id) = ( \
                 SELECT org_id, erasure_id FROM erasures WHERE due_at <= $1 \
                 ORDER BY requested_at DESC LIMIT 1 FOR UPDATE SKIP LOCKED) \
             RETURNING {ENTRY}"
        );
        let row = sqlx::query(&claim)
            .bind(utc(now))
            .bind(utc(now.plus_ms(AGAIN_MS)))
            .fetch_optional(&mut *connection)
            .await?;
        row.as_ref().map(table::entry).transpose()
    }

    async fn carry_on(&self, entry: &Entry) -> Result<(), ErasureError> {
        // Where it died before: in the ledger once, destroyed once.
        self.destroy(entry.clone()).await?;
        self.caught_up().await?;
        let calls = self.tell_calls(entry).await?;
        self.tell_contacts(entry).await?;
        let mut connection = self.database.pool(Role::Process).acquire().await?;
        sqlx::query("DELETE FROM dial_reservations WHERE org_id = $1 AND subject_id = $2")
            .bind(entry.organization_id)
            .bind(entry.subject_id)
            .execute(&mut *connection)
            .await?;
        drop(connection);
        let event = SecurityEvent::SubjectErased {
            subject_key: SubjectId::from(entry.subject_id),
            erasure_id: entry.erasure_id,
            legal_basis: entry.legal_basis.clone(),
            requested_by: entry.requested_by.clone(),
            calls,
            at: self.commands.now(),
        };
        let key = IdempotencyKey {
            actor: context(entry).actor.stored(),
            operation: "erase".to_owned(),
            key: entry.erasure_id.to_string(),
            fingerprint: [0; 32],
        };
        let (command, said) = (SecurityCommand::Record(event), (None, "erased"));
        let told = self.commands.tell::<Security>(
            context(entry),
            entry.organization_id,
            command,
            Some(key),
            said,
        );
        let told = told.await.map_err(|failure| ErasureError::Command(failure.to_string()))?;
        let now = self.commands.now();
        let mut connection = self.database.pool(Role::Process).acquire().await?;
        sqlx::query(
            "UPDATE erasures SET calls = $3, position = coalesce($4, position), \
                 due_at = CASE WHEN erased_at IS NULL THEN $6::timestamptz END, \
                 erased_at = coalesce(erased_at, $5) \
             WHERE org_id = $1 AND erasure_id = $2",
        )
        .bind(entry.organization_id)
        .bind(entry.erasure_id)
        .bind(i64::from(calls))
        .bind(told.position)
        .bind(utc(now))
        .bind(utc(now.plus_ms(LAST_LOOK_MS)))
        .execute(&mut *connection)
        .await?;
        Ok(())
    }

    /// Says in every call of theirs that it is erased; how many they are.
    async fn tell_calls(&self, entry: &Entry) -> Result<u32, ErasureError> {
        let org = OrgId::from(entry.organization_id);
        let filter: CallFilter = of(SubjectId::from(entry.subject_id));
        let (mut all, mut after) = (0_u32, None::<CallPlace>);
        loop {
            let page = calls::list(&self.database, org, &filter, after.as_ref(), PAGE).await?;
            let Some(last) = page.last() else { return Ok(all) };
            after = Some(CallPlace::of(last));
            for row in &page {
                self.tell(entry, row.id.uuid()).await?;
                all = all.saturating_add(1);
            }
        }
    }

    /// Says in every contact of theirs that it is erased.
    async fn tell_contacts(&self, entry: &Entry) -> Result<(), ErasureError> {
        let (org, subject) = (entry.organization_id, SubjectId::from(entry.subject_id));
        for id in contacts::of_subject(&self.database, OrgId::from(org), subject).await? {
            let command = ContactCommand::Erase { at: self.commands.now() };
            let said = (None, "erased");
            let told =
                self.commands.tell::<Contact>(context(entry), id.uuid(), command, None, said);
            told.await.map_err(|failure| ErasureError::Command(failure.to_string()))?;
        }
        Ok(())
    }

    /// Says of somebody who signs in that they are erased; their profile takes no calls any more.
    pub(super) async fn tell_user(&self, entry: &Entry) -> Result<(), ErasureError> {
        let user = UserId::from(entry.subject_id);
        let why = (entry.requested_by.clone(), entry.legal_basis.clone());
        if !self.accounts.tell_erased(context(entry), user, why).await? {
            return Ok(());
        }
        let followed = self.agents.follow(context(entry), user).await;
        followed.map_err(|failure| ErasureError::Command(failure.to_string()))
    }

    async fn tell(&self, entry: &Entry, call: Uuid) -> Result<(), ErasureError> {
        let command = CallCommand::Erase {
            requested_by: entry.requested_by.clone(),
            legal_basis: entry.legal_basis.clone(),
            at: self.commands.now(),
        };
        let said = (None, "erased");
        match self.commands.tell::<Call>(context(entry), call, command, None, said).await {
            Ok(_) => Ok(()),
            // A call that goes on refuses it: it is told when it is over.
            Err(failure) => Err(ErasureError::Command(failure.to_string())),
        }
    }
}

fn context(entry: &Entry) -> Context {
    Context {
        org_id: entry.organization_id,
        actor: Actor { kind: ActorKind::System, id: "erasure".to_owned(), role: None },
        correlation_id: entry.erasure_id,
        causation_id: None,
        source: "erasure",
    }
}
