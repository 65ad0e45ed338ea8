//! What has happened lately.

use database::Database;
use domain::{OrgId, Timestamp};
use uuid::Uuid;

use crate::RuntimeError;
use crate::reading::planned;

/// Something that has happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivityRow {
    /// Its place in the log.
    pub position: i64,
    /// When.
    pub at: Timestamp,
    /// What, such as `call.ended`.
    pub kind: String,
    /// What it is about, such as `call`.
    pub subject_type: String,
    /// Which one.
    pub subject_id: Uuid,
    /// What that is called, where it is no person's name: a campaign as it is called now, the rule
    /// of an alert as it was called when that was raised.
    pub label: Option<String>,
    /// Who did it, in the log's stored form.
    pub actor: String,
}

/// At most `limit` things that happened before a place in the log, newest first; of these kinds, or
/// of any where there are none; of these agents and their calls alone, or of everybody.
///
/// # Errors
/// The database is away.
pub async fn list(
    database: &Database,
    org: OrgId,
    before: Option<i64>,
    (kinds, agents): (Option<&[String]>, &[Uuid]),
    limit: i64,
) -> Result<Vec<ActivityRow>, RuntimeError> {
    let mut tx = planned(database, org).await?;
    let rows = sqlx::query_file!(
        "src/activity/list.sql",
        org.uuid(),
        before as _,
        kinds as _,
        agents,
        limit,
    );
    let rows = rows.fetch_all(&mut *tx).await?;
    let told = rows.into_iter().map(|row| ActivityRow {
        position: row.position,
        at: row.at.into(),
        kind: row.kind,
        subject_type: row.subject_type,
        subject_id: row.subject_id,
        label: row.label,
        actor: row.actor,
    });
    Ok(told.collect())
}
