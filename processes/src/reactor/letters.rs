//! What processes could not do: listed, tried again, discarded.

use chrono::{DateTime, Utc};
use database::{Database, DatabaseError, Role};
use domain::security::{Security, SecurityCommand, SecurityEvent, SecurityRefusal};
use domain::{FieldFault, OrgId, Timestamp, UserId, text};
use event_store::{Context, Failure};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use uuid::Uuid;

use crate::clock::utc;
use crate::commands::Commands;

/// An aggregate that a process has looked at too often in vain.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct DeadLetter {
    /// Which.
    pub task_id: Uuid,
    /// Which process.
    pub process: String,
    /// What it has looked at.
    pub aggregate_type: String,
    /// Its id.
    pub aggregate_id: Uuid,
    /// The newest fact that asked for it.
    pub event_id: Uuid,
    /// Where that stands in the log.
    pub position: i64,
    /// How often it was tried.
    pub attempts: i32,
    /// What was in the way the last time.
    pub error: Option<String>,
    /// When it was given up.
    pub failed_at: DateTime<Utc>,
}

/// A place in the list, newest first: after this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterPlace {
    /// When it was given up.
    pub failed_at: Timestamp,
    /// Which.
    pub id: Uuid,
}

/// Why a dead letter stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum DeadLetterError {
    /// There is none like that, or no more.
    #[error("there is no such dead letter")]
    Unknown,
    /// A field is wrong.
    #[error(transparent)]
    Field(#[from] FieldFault),
    /// It could not be written down who has done it.
    #[error("the command did not happen: {0}")]
    Command(Failure<SecurityRefusal>),
    /// The database is away or refuses.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl From<sqlx::Error> for DeadLetterError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

const COLUMNS: &str = "SELECT task_id, process, aggregate_type, aggregate_id, event_id, position, \
                       attempts, error, failed_at FROM process_tasks \
                       WHERE org_id = $1 AND due_at IS NULL";

const RETRY: &str = "UPDATE process_tasks SET due_at = 'epoch', failed_at = NULL, attempts = 0 \
                     WHERE org_id = $1 AND task_id = $2 AND due_at IS NULL \
                     RETURNING process, aggregate_id";
const DISCARD: &str = "DELETE FROM process_tasks \
                       WHERE org_id = $1 AND task_id = $2 AND due_at IS NULL \
                       RETURNING process, aggregate_id";

/// The dead letters of all processes; cheap to clone.
#[derive(Clone)]
pub struct DeadLetters {
    database: Database,
    commands: Commands,
}

impl DeadLetters {
    /// The dead letters of a database.
    #[must_use]
    pub fn new(database: Database, commands: Commands) -> Self {
        Self { database, commands }
    }

    /// At most `limit` dead letters after a place, newest first.
    ///
    /// # Errors
    /// The database is away.
    pub async fn list(
        &self,
        org: OrgId,
        after: Option<&LetterPlace>,
        limit: i64,
    ) -> Result<Vec<DeadLetter>, DeadLetterError> {
        let mut tx = self.database.org_tx(org.uuid()).await?;
        let select = format!(
            "{COLUMNS} AND ($2::timestamptz IS NULL OR (failed_at, task_id) < ($2, $3)) \
             ORDER BY failed_at DESC, task_id DESC LIMIT $4"
        );
        let found = sqlx::query_as(&select)
            .bind(org.uuid())
            .bind(after.map(|place| utc(place.failed_at)))
            .bind(after.map(|place| place.id))
            .bind(limit);
        Ok(found.fetch_all(&mut *tx).await?)
    }

    /// Has it looked at again, at once and as if for the first time.
    ///
    /// # Errors
    /// [`DeadLetterError`]
    pub async fn retry(
        &self,
        context: &Context,
        (by, id): (UserId, Uuid),
    ) -> Result<(), DeadLetterError> {
        self.end(context, (by, id), None).await
    }

    /// Gives it up for good: nothing is owed there until another fact asks for it.
    ///
    /// # Errors
    /// [`DeadLetterError`]
    pub async fn discard(
        &self,
        context: &Context,
        (by, id): (UserId, Uuid),
        reason: &str,
    ) -> Result<(), DeadLetterError> {
        FieldFault::of_text("/reason", text::line(reason, text::MAX_LINE))?;
        self.end(context, (by, id), Some(reason)).await
    }

    /// Ends a dead letter, once: whoever ends it at the same time waits, and finds none. That
    /// somebody did is in the log before it is so.
    async fn end(
        &self,
        context: &Context,
        (user_id, id): (UserId, Uuid),
        reason: Option<&str>,
    ) -> Result<(), DeadLetterError> {
        let (org, now) = (context.org_id, self.commands.now());
        let mut tx = self.database.pool(Role::Process).transaction().await?;
        let ended = match reason {
            None => sqlx::query_as(RETRY).bind(org).bind(id),
            Some(_) => sqlx::query_as(DISCARD).bind(org).bind(id),
        };
        let ended: Option<(String, Uuid)> = ended.fetch_optional(&mut *tx).await?;
        let (process, aggregate_id) = ended.ok_or(DeadLetterError::Unknown)?;
        let at = now;
        let event = match reason {
            None => SecurityEvent::DeadLetterRetried { user_id, process, aggregate_id, at },
            Some(reason) => {
                let reason = reason.to_owned();
                SecurityEvent::DeadLetterDiscarded { user_id, process, aggregate_id, reason, at }
            }
        };
        let (command, said) = (SecurityCommand::Record(event), (None, "written down"));
        let told = self.commands.tell::<Security>(context.clone(), org, command, None, said).await;
        told.map_err(DeadLetterError::Command)?;
        Ok(tx.commit().await?)
    }
}
