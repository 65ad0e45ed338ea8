//! The steps of a call, as they are listed.

use chrono::{DateTime, Utc};
use database::Database;
use domain::{CallId, OrgId, Timestamp};
use uuid::Uuid;

use crate::RuntimeError;

/// A step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineRow {
    /// The type of the aggregate of which it is a fact.
    pub about: String,
    /// Place among the facts of that aggregate, from 1.
    pub sequence: i64,
    /// Place in the log.
    pub position: i64,
    /// The event's id.
    pub event_id: Uuid,
    /// The public name, such as `call.answered`.
    pub kind: String,
    /// When it happened in the world.
    pub at: Timestamp,
    /// When the log recorded it.
    pub recorded_at: Timestamp,
    /// Who caused it, in the log's stored form.
    pub actor: String,
    /// One sentence without personal data.
    pub summary: String,
    /// The note that came with it, sealed.
    pub note: Option<String>,
}

/// What of a call is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Steps {
    /// Its own facts.
    Own,
    /// Also what was said, felt and paid there.
    All,
}

/// The steps after a place in the log, oldest first; none where there is no such call.
///
/// # Errors
/// The database is away.
pub async fn list(
    database: &Database,
    org: OrgId,
    call: CallId,
    steps: Steps,
    (after, limit): (Option<i64>, i64),
) -> Result<Vec<TimelineRow>, RuntimeError> {
    struct Row {
        about: String,
        sequence: i64,
        position: i64,
        event_id: Uuid,
        kind: String,
        at: DateTime<Utc>,
        recorded_at: DateTime<Utc>,
        actor: String,
        summary: String,
        note: Option<String>,
    }
    let mut tx = database.org_tx(org.uuid()).await?;
    let rows = sqlx::query_file_as!(
        Row,
        "src/call_timeline/list.sql",
        org.uuid(),
        call.uuid(),
        after.unwrap_or(0),
        steps == Steps::All,
        limit,
    );
    let rows = rows.fetch_all(&mut *tx).await?.into_iter();
    let row = |row: Row| TimelineRow {
        about: row.about,
        sequence: row.sequence,
        position: row.position,
        event_id: row.event_id,
        kind: row.kind,
        at: row.at.into(),
        recorded_at: row.recorded_at.into(),
        actor: row.actor,
        summary: row.summary,
        note: row.note,
    };
    Ok(rows.map(row).collect())
}
