//! Names of teams: reserved before they are borne.

use database::Role as DatabaseRole;
use domain::team::TeamRefusal;
use domain::{OrgId, TeamId};
use uuid::Uuid;

use super::Teams;
use crate::commands::OrderError;

/// How long a name is kept for a team that does not bear it yet.
const UNFINISHED_MS: i64 = 60_000;

/// Names that differ only in the case of their letters are the same.
pub(super) fn folded(name: &str) -> String {
    name.to_lowercase()
}

impl Teams {
    /// Keeps a name for a team; `false` where it is another one's. A name that was reserved and
    /// never borne, or is borne no more, is free again: the log knows who bears it.
    pub(super) async fn reserve(
        &self,
        org: OrgId,
        name: &str,
        id: TeamId,
    ) -> Result<bool, OrderError<TeamRefusal>> {
        let now = self.commands.now();
        let mut connection = self.database.pool(DatabaseRole::Process).acquire().await?;
        let (holder, fresh): (Uuid, bool) = sqlx::query_as(
            "INSERT INTO team_names AS n (org_id, name, team_id, reserved_at) \
             VALUES ($1, $2, $3, $4) \
             ON CONFLICT (org_id, name) DO UPDATE SET reserved_at = \
                 CASE WHEN n.team_id = excluded.team_id THEN excluded.reserved_at \
                      ELSE n.reserved_at END \
             RETURNING team_id, reserved_at > $5",
        )
        .bind(org.uuid())
        .bind(name)
        .bind(id.uuid())
        .bind(chrono::DateTime::<chrono::Utc>::from(now))
        .bind(chrono::DateTime::<chrono::Utc>::from(now.plus_ms(-UNFINISHED_MS)))
        .fetch_one(&mut *connection)
        .await?;
        if holder == id.uuid() {
            return Ok(true);
        }
        let bearer = self.team(org, TeamId::from(holder)).await?;
        let borne = bearer.is_some_and(|team| folded(&team.settings.name) == name);
        if borne || fresh {
            return Ok(false);
        }
        let taken_over = sqlx::query(
            "UPDATE team_names SET team_id = $3, reserved_at = $4 \
             WHERE org_id = $1 AND name = $2 AND team_id = $5 AND reserved_at <= $6",
        )
        .bind(org.uuid())
        .bind(name)
        .bind(id.uuid())
        .bind(chrono::DateTime::<chrono::Utc>::from(now))
        .bind(holder)
        .bind(chrono::DateTime::<chrono::Utc>::from(now.plus_ms(-UNFINISHED_MS)))
        .execute(&mut *connection)
        .await?;
        Ok(taken_over.rows_affected() == 1)
    }

    /// A team does not bear a name, or no more.
    pub(super) async fn give_back(
        &self,
        org: OrgId,
        name: &str,
        id: TeamId,
    ) -> Result<(), OrderError<TeamRefusal>> {
        let bearer = self.team(org, id).await?;
        if bearer.is_some_and(|team| folded(&team.settings.name) == name) {
            return Ok(());
        }
        let mut connection = self.database.pool(DatabaseRole::Process).acquire().await?;
        sqlx::query("DELETE FROM team_names WHERE org_id = $1 AND name = $2 AND team_id = $3")
            .bind(org.uuid())
            .bind(name)
            .bind(id.uuid())
            .execute(&mut *connection)
            .await?;
        Ok(())
    }
}
