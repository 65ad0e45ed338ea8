//! Teams as they are listed and looked at, and who supervises whom.

use chrono::{DateTime, Utc};
use database::Database;
use domain::team::KnownTeam;
use domain::{OrgId, TeamId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::RuntimeError;
use crate::reading::{self, planned};

/// A team as the read model has it.
#[derive(Clone, Debug, PartialEq)]
pub struct TeamRow {
    /// Which.
    pub id: TeamId,
    /// How many facts it has.
    pub version: u64,
    /// As the domain folds it.
    pub team: KnownTeam,
}

/// A place in the list, newest first: after this team.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamPlace {
    /// When it was made.
    pub created_at: Timestamp,
    /// Which.
    pub id: Uuid,
}

/// At most `limit` teams after a place, newest first: archived ones, others, or all; within a
/// parent or anywhere.
///
/// # Errors
/// The database is away, or a row cannot be read.
pub async fn list(
    database: &Database,
    org: OrgId,
    (archived, parent): (Option<bool>, Option<TeamId>),
    after: Option<&TeamPlace>,
    limit: i64,
) -> Result<Vec<TeamRow>, RuntimeError> {
    let mut tx = planned(database, org).await?;
    let rows = sqlx::query_file!(
        "src/teams/list.sql",
        org.uuid(),
        archived as _,
        parent.map(|parent| parent.uuid()) as _,
        after.map(|place| DateTime::<Utc>::from(place.created_at)) as _,
        after.map(|place| place.id) as _,
        limit,
    );
    let rows = rows.fetch_all(&mut *tx).await?;
    let teams = rows.into_iter().map(|row| team(row.team_id, row.version, &row.state));
    teams.collect()
}

/// One team.
///
/// # Errors
/// The database is away, or the row cannot be read.
pub async fn get(
    database: &Database,
    org: OrgId,
    id: TeamId,
) -> Result<Option<TeamRow>, RuntimeError> {
    let mut tx = database.org_tx(org.uuid()).await?;
    let row = sqlx::query_file!("src/teams/get.sql", org.uuid(), id.uuid());
    let row = row.fetch_optional(&mut *tx).await?;
    row.map(|row| team(id.uuid(), row.version, &row.state)).transpose()
}

/// Whether each of some teams is there, archived or not.
///
/// # Errors
/// The database is away.
pub async fn known(database: &Database, org: OrgId, teams: &[Uuid]) -> Result<bool, RuntimeError> {
    let mut tx = database.org_tx(org.uuid()).await?;
    let known = sqlx::query_file_scalar!("src/teams/known.sql", org.uuid(), teams);
    let known = known.fetch_all(&mut *tx).await?;
    Ok(teams.iter().all(|team| known.contains(team)))
}

/// Whoever belongs to a team that somebody supervises, or to a team within one.
///
/// # Errors
/// The database is away.
pub async fn supervised(
    database: &Database,
    org: OrgId,
    by: UserId,
) -> Result<Vec<Uuid>, RuntimeError> {
    let mut tx = database.org_tx(org.uuid()).await?;
    let users = sqlx::query_file_scalar!("src/teams/supervised.sql", org.uuid(), by.uuid());
    Ok(users.fetch_all(&mut *tx).await?)
}

/// Whoever shares a team with somebody, themselves among them.
///
/// # Errors
/// The database is away.
pub async fn mates(database: &Database, org: OrgId, of: UserId) -> Result<Vec<Uuid>, RuntimeError> {
    let mut tx = database.org_tx(org.uuid()).await?;
    let users = sqlx::query_file_scalar!("src/teams/mates.sql", org.uuid(), of.uuid());
    Ok(users.fetch_all(&mut *tx).await?)
}

/// Whoever belongs to a team.
///
/// # Errors
/// The database is away.
pub async fn members(
    database: &Database,
    org: OrgId,
    team: TeamId,
) -> Result<Vec<Uuid>, RuntimeError> {
    let mut tx = database.org_tx(org.uuid()).await?;
    let users = sqlx::query_file_scalar!("src/teams/members.sql", org.uuid(), team.uuid());
    Ok(users.fetch_all(&mut *tx).await?)
}

/// Those of some agents, or of all where none is named, who are in one of some teams that are
/// not archived; the same agents where no team is named. Nobody is told as the nil id: none would
/// be everybody.
///
/// # Errors
/// The database is away.
pub async fn of_teams(
    database: &Database,
    org: OrgId,
    asked: &[Uuid],
    among: Vec<Uuid>,
) -> Result<Vec<Uuid>, RuntimeError> {
    if asked.is_empty() {
        return Ok(among);
    }
    let mut tx = planned(database, org).await?;
    let teams: Vec<String> = asked.iter().map(Uuid::to_string).collect();
    let found = sqlx::query_file_scalar!("src/teams/of_teams.sql", org.uuid(), &teams);
    let mut found = found.fetch_all(&mut *tx).await?;
    found.retain(|member| among.is_empty() || among.contains(member));
    if found.is_empty() {
        found.push(Uuid::nil());
    }
    Ok(found)
}

/// The teams that somebody supervises, and those within them.
///
/// # Errors
/// The database is away.
pub async fn led(database: &Database, org: OrgId, by: UserId) -> Result<Vec<Uuid>, RuntimeError> {
    let mut tx = database.org_tx(org.uuid()).await?;
    let teams = sqlx::query_file_scalar!("src/teams/led.sql", org.uuid(), by.uuid());
    Ok(teams.fetch_all(&mut *tx).await?)
}

/// People with the teams, not archived, that they belong to; ordered by both.
///
/// # Errors
/// The database is away.
pub async fn teams_of(
    database: &Database,
    org: OrgId,
    users: &[Uuid],
) -> Result<Vec<(Uuid, Uuid)>, RuntimeError> {
    let mut tx = database.org_tx(org.uuid()).await?;
    let rows = sqlx::query_file!("src/teams/of_users.sql", org.uuid(), users);
    let rows = rows.fetch_all(&mut *tx).await?;
    Ok(rows.into_iter().map(|row| (row.user_id, row.team_id)).collect())
}

fn team(id: Uuid, version: i64, state: &str) -> Result<TeamRow, RuntimeError> {
    let (version, team) = reading::folded(version, state)?;
    Ok(TeamRow { id: TeamId::from(id), version, team })
}
