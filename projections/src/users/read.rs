//! Users, as they are listed.

use chrono::{DateTime, Utc};
use database::Database;
use domain::user::{KnownUser, UserStatus};
use domain::{OrgId, Role, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::RuntimeError;
use crate::reading::{self, planned};

/// A user as the read model has it, personal fields sealed.
#[derive(Clone, Debug, PartialEq)]
pub struct UserRow {
    /// Who.
    pub id: UserId,
    /// How many facts they have.
    pub version: u64,
    /// As the domain folds them.
    pub user: KnownUser,
}

/// A place in the list, newest first: after this user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserPlace {
    /// When they were made.
    pub created_at: domain::Timestamp,
    /// Who.
    pub id: Uuid,
}

/// At most `limit` users after a place, newest first.
///
/// # Errors
/// The database is away, or a row cannot be read.
pub async fn list(
    database: &Database,
    org: OrgId,
    (role, status): (Option<Role>, Option<UserStatus>),
    after: Option<&UserPlace>,
    limit: i64,
) -> Result<Vec<UserRow>, RuntimeError> {
    let mut tx = planned(database, org).await?;
    let rows = sqlx::query_file!(
        "src/users/list.sql",
        org.uuid(),
        role.map(Role::word) as _,
        status.map(UserStatus::word) as _,
        after.map(|place| DateTime::<Utc>::from(place.created_at)) as _,
        after.map(|place| place.id) as _,
        limit,
    );
    let rows = rows.fetch_all(&mut *tx).await?;
    let users = rows.into_iter().map(|row| {
        let (version, user) = reading::folded(row.version, &row.state)?;
        Ok(UserRow { id: UserId::from(row.user_id), version, user })
    });
    users.collect()
}

/// One user.
///
/// # Errors
/// The database is away, or the row cannot be read.
pub async fn get(
    database: &Database,
    org: OrgId,
    id: UserId,
) -> Result<Option<UserRow>, RuntimeError> {
    let mut tx = database.org_tx(org.uuid()).await?;
    let row = sqlx::query_file!("src/users/get.sql", org.uuid(), id.uuid());
    let Some(row) = row.fetch_optional(&mut *tx).await? else { return Ok(None) };
    let (version, user) = reading::folded(row.version, &row.state)?;
    Ok(Some(UserRow { id, version, user }))
}

/// Everybody with a role.
///
/// # Errors
/// The database is away.
pub async fn with_role(
    database: &Database,
    org: OrgId,
    role: Role,
) -> Result<Vec<Uuid>, RuntimeError> {
    let mut tx = database.org_tx(org.uuid()).await?;
    let users = sqlx::query_file_scalar!("src/users/with_role.sql", org.uuid(), role.word() as _);
    Ok(users.fetch_all(&mut *tx).await?)
}
