//! Forgetting whoever was erased: nothing proves any more that it is them.

use database::Role as DatabaseRole;
use domain::user::{KnownUser, User, UserCommand, UserStatus};
use domain::{OrgId, Role, UserId};
use event_store::{Context, Failure};
use uuid::Uuid;

use super::session::close_in;
use super::{Accounts, AuthError};

/// What is removed in this order: whoever follows a link at the same time holds its row until they
/// have an address and a password, and whoever signs in holds their password until they have a
/// session.
const FORGET: [&str; 5] = [
    "WITH gone AS (DELETE FROM account_links WHERE org_id = $1 AND user_id = $2 \
                   RETURNING link_id) \
     DELETE FROM mail_requests m USING gone WHERE m.link_id = gone.link_id",
    "WITH gone AS (DELETE FROM email_addresses WHERE org_id = $1 AND user_id = $2 \
                   RETURNING address), \
     failures AS (DELETE FROM sign_in_failures f USING gone WHERE f.subject = gone.address) \
     DELETE FROM mail_requests m USING gone WHERE m.address = gone.address",
    "DELETE FROM administrators WHERE org_id = $1 AND user_id = $2",
    "DELETE FROM credentials WHERE org_id = $1 AND user_id = $2",
    "UPDATE sessions SET client = '', address = '' WHERE org_id = $1 AND user_id = $2",
];

impl Accounts {
    /// A user who can be erased: the last administrator cannot.
    ///
    /// # Errors
    /// [`AuthError::NobodyLikeThat`], [`AuthError::LastAdmin`]
    pub async fn leave_for_good(&self, org: OrgId, user: UserId) -> Result<(), AuthError> {
        let known = self.user(org, user).await?.ok_or(AuthError::NobodyLikeThat)?;
        if known.role == Role::Admin && known.status == UserStatus::Active {
            self.leave(org, user).await?;
        }
        Ok(())
    }

    /// Removes everything that proves who somebody is, closes their sessions, and gives their
    /// address back. Of nobody there is nothing.
    ///
    /// # Errors
    /// The database is away.
    pub async fn forget_user(&self, org: OrgId, user: UserId) -> Result<(), AuthError> {
        let (because, now) = ("erased", self.inner.clock.now());
        let mut tx = self.inner.database.pool(DatabaseRole::Process).transaction().await?;
        for forget in FORGET {
            let forget = sqlx::query(forget).bind(org.uuid()).bind(user.uuid());
            forget.execute(&mut *tx).await?;
        }
        let closed: Vec<Uuid> =
            close_in(&mut tx, (org, user), (because, now), (None, None)).await?;
        tx.commit().await?;
        self.forget(org, user, &closed, (because, now)).await
    }

    /// Says in the log that a user is erased, once; `false` where there is no such user.
    ///
    /// # Errors
    /// The log does not take it.
    pub async fn tell_erased(
        &self,
        context: Context,
        user: UserId,
        (requested_by, legal_basis): (String, String),
    ) -> Result<bool, AuthError> {
        let at = self.inner.clock.now();
        let command = UserCommand::Erase { requested_by, legal_basis, at };
        let commands = &self.inner.commands;
        let told = commands.tell::<User>(context, user.uuid(), command, None, (None, "erased"));
        match told.await {
            Ok(_) => Ok(true),
            Err(Failure::Refused { .. }) => Ok(false),
            Err(failure) => Err(failure.into()),
        }
    }

    /// A user as they are now.
    pub(super) async fn user(
        &self,
        org: OrgId,
        user: UserId,
    ) -> Result<Option<KnownUser>, AuthError> {
        let state = self.inner.commands.state::<User>(org, user.uuid()).await?;
        Ok(state.as_ref().and_then(|(user, _)| user.known()).cloned())
    }
}
