//! What administrators change about people: what they may do, and whether they may come in.

use database::Role as DatabaseRole;
use domain::user::{User, UserCommand, UserStatus};
use domain::{OrgId, Role, UserId};
use event_store::{Context, Outcome, Reply};
use uuid::Uuid;

use super::link::forget_resets;
use super::{Accounts, AuthError};

/// What is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// What they may do.
    Role(Role),
    /// They may not come in any more.
    Suspend,
    /// They may again.
    Reactivate,
}

impl Accounts {
    /// Changes somebody, and closes their sessions where they may do less or something else.
    ///
    /// # Errors
    /// [`AuthError::LastAdmin`] where nobody would be left to administer the organization;
    /// [`AuthError::NobodyLikeThat`]; the domain's and the log's.
    pub async fn change(
        &self,
        context: Context,
        (by, user): (UserId, UserId),
        change: Change,
        if_match: Option<u64>,
        reply: Box<dyn Reply<User>>,
    ) -> Result<Outcome, AuthError> {
        let org = OrgId::from(context.org_id);
        let state = self.inner.commands.state::<User>(org, user.uuid()).await?;
        let known = state.as_ref().and_then(|(user, _)| user.known());
        let known = known.ok_or(AuthError::NobodyLikeThat)?;
        let administers = known.role == Role::Admin && known.status == UserStatus::Active;
        let leaves =
            administers && !matches!(change, Change::Role(Role::Admin) | Change::Reactivate);
        if leaves {
            self.leave(org, user).await?;
        }
        let at = self.inner.clock.now();
        let command = match change {
            Change::Role(role) => UserCommand::ChangeRole { role, by, at },
            Change::Suspend => UserCommand::Suspend { by, at },
            Change::Reactivate => UserCommand::Reactivate { by, at },
        };
        let commands = &self.inner.commands;
        let done = commands.run::<User>(context, user.uuid(), command, None, if_match, reply).await;
        // Whoever is an administrator after all, counts as one.
        let role = self.may_sign_in(org, user).await;
        if matches!(role, Ok(Role::Admin)) {
            self.administer(org, user).await?;
        }
        let outcome = done?;
        if change == Change::Suspend {
            let pool = self.inner.database.pool(DatabaseRole::Process);
            forget_resets(&mut *pool.acquire().await?, (org, user)).await?;
        }
        let because = match change {
            Change::Role(_) => "role_changed",
            Change::Suspend => "suspended",
            Change::Reactivate => return Ok(outcome),
        };
        if outcome.position.is_some() {
            self.close_all(org, user, because).await?;
        }
        Ok(outcome)
    }

    /// Somebody is an administrator.
    pub(super) async fn administer(&self, org: OrgId, user: UserId) -> Result<(), AuthError> {
        let mut connection = self.inner.database.pool(DatabaseRole::Process).acquire().await?;
        sqlx::query(
            "INSERT INTO administrators (org_id, user_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        )
        .bind(org.uuid())
        .bind(user.uuid())
        .execute(&mut *connection)
        .await?;
        Ok(())
    }

    /// Somebody stops being one; never the last. Of two who do so at the same time each waits for
    /// the other.
    pub(super) async fn leave(&self, org: OrgId, user: UserId) -> Result<(), AuthError> {
        let mut tx = self.inner.database.pool(DatabaseRole::Process).transaction().await?;
        let all: Vec<Uuid> = sqlx::query_scalar(
            "SELECT user_id FROM administrators WHERE org_id = $1 ORDER BY user_id FOR UPDATE",
        )
        .bind(org.uuid())
        .fetch_all(&mut *tx)
        .await?;
        let mut others = all.into_iter().map(UserId::from).filter(|other| *other != user);
        let stays = loop {
            // Whoever stands in the table, is one in the log too?
            let Some(other) = others.next() else { break false };
            if matches!(self.may_sign_in(org, other).await, Ok(Role::Admin)) {
                break true;
            }
        };
        if !stays {
            return Err(AuthError::LastAdmin);
        }
        sqlx::query("DELETE FROM administrators WHERE org_id = $1 AND user_id = $2")
            .bind(org.uuid())
            .bind(user.uuid())
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }
}
