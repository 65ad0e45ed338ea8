//! Forgetting whoever was erased: nothing proves any more that it is them.

use database::Role as DatabaseRole;
use domain::user::{KnownUser, User, UserCommand, UserStatus};
use domain::{OrgId, Role, Timestamp, UserId};
use event_store::{Context, Failure};
use uuid::Uuid;

use super::closed::REMEMBERED_MS;
use super::session::close_in;
use super::{Accounts, AuthError};

/// What is removed in this order, which everybody keeps to: whoever follows a link at the same time
/// holds its row until they have an address and a password, and whoever signs in holds their
/// password until they have a session.
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
    /// Whether there is or was such a user.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn knows(&self, org: OrgId, user: UserId) -> Result<bool, AuthError> {
        Ok(self.user(org, user).await?.is_some())
    }

    /// Takes somebody who is to be erased out of the administrators, unless they are the last one.
    ///
    /// # Errors
    /// [`AuthError::LastAdmin`]
    pub async fn leave_for_good(&self, org: OrgId, user: UserId) -> Result<(), AuthError> {
        match self.may_sign_in(org, user).await {
            Ok(Role::Admin) => self.leave(org, user).await,
            Ok(_) | Err(AuthError::Suspended | AuthError::InvalidCredentials) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Lets no token of somebody in who was erased then, as long as one may live.
    pub fn bar(&self, (org, user): (OrgId, UserId), erased_at: Timestamp) {
        if erased_at.millis() > self.inner.clock.now().millis() - REMEMBERED_MS {
            self.grab_gone().insert((org, user), erased_at.millis());
        }
    }

    /// Removes everything that proves who somebody is, closes their sessions, and gives their
    /// address back. Of nobody there is nothing.
    ///
    /// # Errors
    /// The database is away.
    pub async fn forget_user(&self, org: OrgId, user: UserId) -> Result<(), AuthError> {
        let (because, now) = ("erased", self.inner.clock.now());
        self.bar((org, user), now);
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

    /// Whether somebody was erased.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn erased(&self, org: OrgId, user: UserId) -> Result<bool, AuthError> {
        let known = self.user(org, user).await?;
        Ok(known.is_some_and(|known| known.status == UserStatus::Erased))
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
