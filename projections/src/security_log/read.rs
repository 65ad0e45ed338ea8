//! What happened at the doors, as it is listed.

use chrono::{DateTime, Utc};
use database::Database;
use domain::OrgId;
use uuid::Uuid;

use crate::RuntimeError;
use crate::reading::planned;

/// What an entry can be called.
pub const KINDS: [&str; 20] = [
    "dead_letter.discarded",
    "dead_letter.retried",
    "export.downloaded",
    "export.requested",
    "permission.denied",
    "session.closed",
    "session.token_reused",
    "subject.erased",
    "subject.exported",
    "user.erased",
    "user.invitation_accepted",
    "user.invited",
    "user.password_changed",
    "user.profile_updated",
    "user.reactivated",
    "user.registered",
    "user.role_changed",
    "user.sign_in_failed",
    "user.signed_in",
    "user.suspended",
];

/// An entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityRow {
    /// Place in the log.
    pub position: i64,
    /// The event's id.
    pub event_id: Uuid,
    /// One of [`KINDS`].
    pub kind: String,
    /// Whom it is about.
    pub user_id: Uuid,
    /// In which session.
    pub session_id: Option<Uuid>,
    /// An operation, a role, or why.
    pub detail: Option<String>,
    /// Who caused it, in the log's stored form.
    pub actor: String,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// When the log recorded it.
    pub recorded_at: DateTime<Utc>,
}

/// At most `limit` entries before a position, newest first.
///
/// # Errors
/// The database is away.
pub async fn list(
    database: &Database,
    org: OrgId,
    (kind, user): (Option<&str>, Option<Uuid>),
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<SecurityRow>, RuntimeError> {
    let mut tx = planned(database, org).await?;
    let rows = sqlx::query_file_as!(
        SecurityRow,
        "src/security_log/list.sql",
        org.uuid(),
        kind as _,
        user as _,
        before as _,
        limit,
    );
    Ok(rows.fetch_all(&mut *tx).await?)
}
