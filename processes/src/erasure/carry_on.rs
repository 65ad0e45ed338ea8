//! Carries erasures on that were begun: their calls say so, what is left is purged, the log has it.

use database::Role;
use domain::call::{Call, CallCommand};
use domain::security::{Security, SecurityCommand, SecurityEvent};
use domain::{OrgId, SubjectId};
use event_store::{Actor, ActorKind, Context};
use projections::calls::read::{self as calls, CallFilter, CallPlace};
use sqlx::Row;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::ledger::Entry;
use super::{ErasureError, Erasures, of};

/// How often somebody looks.
const TICK_MS: i64 = 1_000;
/// When it is tried again what did not go to its end.
const AGAIN_MS: i64 = 15_000;
/// Calls that are looked at together.
const PAGE: i64 = 100;

impl Erasures {
    /// Carries on everything that is due, and says how many that were.
    ///
    /// # Errors
    /// Something is away; what did not go to its end is tried again after 15 seconds.
    pub async fn run_due(&self) -> Result<usize, ErasureError> {
        let mut done = 0;
        while let Some(entry) = self.next().await? {
            self.carry_on(&entry).await?;
            done += 1;
        }
        Ok(done)
    }

    /// Looks on every tick until the token is canceled.
    pub async fn run(self, token: CancellationToken) {
        loop {
            if let Err(error) = self.run_due().await {
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
        let row = sqlx::query(
            "UPDATE erasures SET due_at = $2 WHERE (org_id, erasure_id) = ( \
                 SELECT org_id, erasure_id FROM erasures WHERE due_at <= $1 \
                 ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED) \
             RETURNING org_id, erasure_id, subject_id, encode(key_mark, 'hex') AS mark, \
                       legal_basis, requested_by, requested_at",
        )
        .bind(chrono::DateTime::<chrono::Utc>::from(now))
        .bind(chrono::DateTime::<chrono::Utc>::from(now.plus_ms(AGAIN_MS)))
        .fetch_optional(&mut *connection)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let requested_at: chrono::DateTime<chrono::Utc> = row.try_get("requested_at")?;
        Ok(Some(Entry {
            erasure_id: row.try_get("erasure_id")?,
            organization_id: row.try_get("org_id")?,
            subject_id: row.try_get("subject_id")?,
            key_mark: row.try_get("mark")?,
            legal_basis: row.try_get("legal_basis")?,
            requested_by: row.try_get("requested_by")?,
            requested_at: requested_at.into(),
        }))
    }

    async fn carry_on(&self, entry: &Entry) -> Result<(), ErasureError> {
        // Where it died before: in the ledger once, destroyed once.
        self.destroy(entry.clone()).await?;
        self.caught_up().await?;
        let calls = self.tell_calls(entry).await?;
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
        let (command, said) = (SecurityCommand::Record(event), (None, "erased"));
        let told = self.commands.tell::<Security>(
            context(entry),
            entry.organization_id,
            command,
            None,
            said,
        );
        let told = told.await.map_err(|failure| ErasureError::Command(failure.to_string()))?;
        let mut connection = self.database.pool(Role::Process).acquire().await?;
        sqlx::query(
            "UPDATE erasures SET due_at = NULL, calls = $3, position = $4, erased_at = $5 \
             WHERE org_id = $1 AND erasure_id = $2",
        )
        .bind(entry.organization_id)
        .bind(entry.erasure_id)
        .bind(i64::from(calls))
        .bind(told.position)
        .bind(chrono::DateTime::<chrono::Utc>::from(self.commands.now()))
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
