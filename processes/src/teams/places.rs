//! Names of teams and their places in the tree: kept in rows that are written before a team is so,
//! and set right from the log where nobody knows whether it is.
//!
//! *Architecture invariant:* of those who change names or places in an organization one does at a
//! time, in all servers, from looking at the rows until the log has taken the change.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use database::Role as DatabaseRole;
use domain::team::{Among, KnownTeam, MAX_TEAMS, Place, TeamRefusal, TeamSettings};
use domain::{OrgId, TeamId};
use sqlx::{PgConnection, Postgres, Transaction};
use tokio::time::Instant;
use uuid::Uuid;

use super::{Teams, tree};
use crate::commands::OrderError;
use crate::text::folded;

/// How long somebody waits for their turn.
const PATIENCE: Duration = Duration::from_secs(2);
/// When it is tried again whether another server has done.
const AGAIN: Duration = Duration::from_millis(20);

type Failed = OrderError<TeamRefusal>;

#[derive(sqlx::FromRow)]
struct Row {
    team_id: Uuid,
    name: String,
    parent_team_id: Option<Uuid>,
    pending: bool,
}

/// The turn to change names and places of an organization; it ends when this is dropped.
pub(super) struct Turn {
    org: OrgId,
    rows: Vec<Row>,
    /// Holds the organization's lock, and is rolled back.
    _lock: Transaction<'static, Postgres>,
    /// One turn per organization in this process, so that whoever waits for a lock holds no
    /// connection.
    _turn: tokio::sync::OwnedMutexGuard<()>,
}

/// The turns in this process: one per organization, so that nobody waits for another one's.
#[derive(Default)]
pub(super) struct Turns(Mutex<HashMap<OrgId, Arc<tokio::sync::Mutex<()>>>>);

impl Turns {
    fn of(&self, org: OrgId) -> Arc<tokio::sync::Mutex<()>> {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        turns.retain(|_, turn| Arc::strong_count(turn) > 1);
        Arc::clone(turns.entry(org).or_default())
    }
}

impl Teams {
    /// Waits for the turn in an organization, and sets right what was left undecided.
    pub(super) async fn turn(&self, org: OrgId) -> Result<Turn, Failed> {
        let until = Instant::now() + PATIENCE;
        let turn = tokio::time::timeout_at(until, self.turns.of(org).lock_owned()).await;
        let turn = turn.map_err(|_| Failed::Busy)?;
        let pool = self.database.pool(DatabaseRole::Process);
        let lock = loop {
            let mut lock = pool.transaction().await?;
            if locked(&mut lock, org).await? {
                break lock;
            }
            lock.rollback().await?;
            if until < Instant::now() {
                return Err(Failed::Busy);
            }
            tokio::time::sleep(AGAIN).await;
        };
        let mut connection = pool.acquire().await?;
        let mut rows = rows(&mut connection, org).await?;
        if rows.iter().any(|row| row.pending) {
            for row in rows.iter().filter(|row| row.pending) {
                self.settle(&mut connection, org, TeamId::from(row.team_id)).await?;
            }
            rows = self::rows(&mut connection, org).await?;
        }
        Ok(Turn { org, rows, _lock: lock, _turn: turn })
    }

    /// What the other teams say to a team that is to be like this; where nothing speaks against
    /// it, its row says so from then on, and is pending.
    pub(super) async fn intend(
        &self,
        turn: &Turn,
        id: TeamId,
        settings: &TeamSettings,
    ) -> Result<Among, Failed> {
        let name = folded(&settings.name);
        let parent = settings.parent_team_id;
        let new = turn.rows.iter().all(|row| row.team_id != id.uuid());
        let bears = |row: &Row| row.name == name && row.team_id != id.uuid();
        let among = Among {
            full: new && turn.rows.len() >= MAX_TEAMS,
            name_taken: turn.rows.iter().any(bears),
            place: match parent {
                None => Place::Fine,
                Some(parent) => self.place(turn, id, parent).await?,
            },
        };
        if among != Among::FINE {
            return Ok(among);
        }
        let mut connection = self.database.pool(DatabaseRole::Process).acquire().await?;
        sqlx::query(
            "INSERT INTO team_places (org_id, team_id, name, parent_team_id, pending) \
             VALUES ($1, $2, $3, $4, true) ON CONFLICT (org_id, team_id) DO UPDATE \
             SET name = excluded.name, parent_team_id = excluded.parent_team_id, pending = true",
        )
        .bind(turn.org.uuid())
        .bind(id.uuid())
        .bind(name)
        .bind(parent.map(|parent| parent.uuid()))
        .execute(&mut *connection)
        .await?;
        Ok(among)
    }

    async fn place(&self, turn: &Turn, id: TeamId, parent: TeamId) -> Result<Place, Failed> {
        let there = self.team(turn.org, parent).await?;
        if there.is_none_or(|parent| parent.archived) {
            return Ok(Place::NoParent);
        }
        let place = |row: &Row| (TeamId::from(row.team_id), row.parent_team_id.map(TeamId::from));
        Ok(tree::place(&turn.rows.iter().map(place).collect(), id, parent))
    }

    /// The row of a team is as the log has the team, whatever has become of what was intended.
    /// Where that fails, the row stays pending, and whoever has the turn next sets it right.
    pub(super) async fn decided(&self, turn: Turn, id: TeamId) {
        let settled = async {
            let mut connection = self.database.pool(DatabaseRole::Process).acquire().await?;
            self.settle(&mut connection, turn.org, id).await
        };
        if let Err(error) = settled.await {
            tracing::warn!(%error, team = %id, "the place of a team is set right later");
        }
    }

    async fn settle(
        &self,
        connection: &mut PgConnection,
        org: OrgId,
        id: TeamId,
    ) -> Result<(), Failed> {
        let Some(KnownTeam { settings, .. }) = self.team(org, id).await? else {
            sqlx::query("DELETE FROM team_places WHERE org_id = $1 AND team_id = $2")
                .bind(org.uuid())
                .bind(id.uuid())
                .execute(connection)
                .await?;
            return Ok(());
        };
        sqlx::query(
            "UPDATE team_places SET name = $3, parent_team_id = $4, pending = false \
             WHERE org_id = $1 AND team_id = $2",
        )
        .bind(org.uuid())
        .bind(id.uuid())
        .bind(folded(&settings.name))
        .bind(settings.parent_team_id.map(|parent| parent.uuid()))
        .execute(connection)
        .await?;
        Ok(())
    }
}

/// Whether it is our turn among all servers.
async fn locked(lock: &mut PgConnection, org: OrgId) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT pg_try_advisory_xact_lock(hashtextextended('teams ' || $1::text, 0))",
    )
    .bind(org.uuid())
    .fetch_one(lock)
    .await
}

async fn rows(connection: &mut PgConnection, org: OrgId) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as(
        "SELECT team_id, name, parent_team_id, pending FROM team_places WHERE org_id = $1",
    )
    .bind(org.uuid())
    .fetch_all(connection)
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_however_they_are_written() {
        for (one, two) in [
            ("Night", "NIGHT"),
            ("Straße", "STRASSE"),
            ("ΟΔΟΣ", "οδοσ"),
            ("ﬁne", "FINE"),
            ("Ｎight", "night"),
            ("Cafe\u{301}", "CAFÉ"),
        ] {
            assert_eq!(folded(one), folded(two));
        }
        assert_ne!(folded("Night"), folded("Nights"));
    }
}
