//! Signing in, and changing a password.

use database::Role as DatabaseRole;
use domain::security::SecurityEvent;
use domain::user::{User, UserCommand, UserStatus};
use domain::{EmailAddress, FieldFault, OrgId, Role, SessionId, UserId};
use uuid::Uuid;

use super::letters::Purpose;
use super::link::forget_resets;
use super::session::close_in;
use super::{Accounts, AuthError, Client, Principal, SignedIn, context, keyed, oneself, utc};

#[derive(sqlx::FromRow)]
pub(super) struct Account {
    org_id: Uuid,
    user_id: Uuid,
    version: i32,
    pub phc: String,
    /// The link by which they show that the address is theirs, as long as they have not.
    pub link_id: Option<Uuid>,
}

impl Account {
    fn whose(&self) -> (OrgId, UserId) {
        (OrgId::from(self.org_id), UserId::from(self.user_id))
    }
}

impl Accounts {
    /// Signs somebody in.
    ///
    /// # Errors
    /// [`AuthError::InvalidCredentials`] after the same work for an unknown address as for a
    /// wrong password; [`AuthError::Suspended`] only with the right one; [`AuthError::Unverified`]
    /// with the password of who has registered with the address last, whether it is somebody
    /// else's or nobody's yet, and another mail is asked for;
    /// [`AuthError::TooOften`], [`AuthError::Busy`].
    pub async fn sign_in(
        &self,
        email: &str,
        password: &str,
        client: &Client,
    ) -> Result<SignedIn, AuthError> {
        let now = self.inner.clock.now();
        // What is no address is an unknown one.
        let index = match EmailAddress::parse(email) {
            Ok(email) => self.index(&email),
            Err(_) => keyed(&self.inner.address_key, "no email", email),
        };
        let suspects = self.suspects(index, client);
        self.attempt(&suspects, now).await?;
        let accounts = self.accounts(index).await?;
        let owner = accounts.iter().find(|account| account.link_id.is_none());
        if !self.is_password_of(owner, password).await? {
            return self.keep_out(index, &accounts, password).await;
        }
        let account = owner.ok_or(AuthError::InvalidCredentials)?;
        let (org, user) = account.whose();
        let role = match self.may_sign_in(org, user).await {
            Ok(role) => role,
            Err(error) => {
                let event = SecurityEvent::UserSignInFailed { user_id: user, at: now };
                self.write_down(org, user, event).await?;
                return Err(error);
            }
        };
        self.succeeded(&suspects).await?;
        self.catch_up(org, user, account.version).await?;
        let signed_in = self.open((org, user, role), Some(account.version), client).await?;
        let session_id = SessionId::from(signed_in.principal.session);
        let event = SecurityEvent::UserSignedIn { user_id: user, session_id, at: now };
        self.write_down(org, user, event).await?;
        Ok(signed_in)
    }

    async fn is_password_of(
        &self,
        account: Option<&Account>,
        password: &str,
    ) -> Result<bool, AuthError> {
        let phc = account.map(|account| account.phc.clone());
        self.inner.passwords.matches(phc, password).await
    }

    /// Keeps somebody out who does not know the password of whose the address is. Who has
    /// registered with it is told to read their mail; that does not count as a success, or else
    /// somebody who registers with another one's address could try passwords without end.
    async fn keep_out(
        &self,
        index: [u8; 32],
        accounts: &[Account],
        password: &str,
    ) -> Result<SignedIn, AuthError> {
        let newcomer = accounts.iter().find(|account| account.link_id.is_some());
        // Where addresses are verified, nobody can tell by the time which of the two there are.
        let theirs = self.inner.verify && self.is_password_of(newcomer, password).await?;
        if let Some(newcomer) = newcomer.filter(|_| theirs) {
            let link = newcomer.link_id.map(|link| (newcomer.whose().0, link));
            self.write_to(index, Purpose::Register, link).await?;
            return Err(AuthError::Unverified);
        }
        if let Some((org, user)) = accounts.first().map(Account::whose) {
            let event =
                SecurityEvent::UserSignInFailed { user_id: user, at: self.inner.clock.now() };
            self.write_down_later(org, user, event);
        }
        Err(AuthError::InvalidCredentials)
    }

    /// Changes a password, and closes every other session.
    ///
    /// # Errors
    /// [`AuthError::InvalidCredentials`] where the old one is wrong, [`AuthError::Field`] where
    /// the new one is not good enough.
    pub async fn change_password(
        &self,
        principal: &Principal,
        (old, new): (&str, &str),
        client: &Client,
    ) -> Result<(), AuthError> {
        let (now, org, user) = (self.inner.clock.now(), principal.org, principal.user);
        if old == new {
            let (pointer, words) = ("/new_password", "it is the one until now".to_owned());
            return Err(FieldFault { pointer, reason: "same", words }.into());
        }
        self.inner.passwords.good("/new_password", new).await?;
        let index = keyed(&self.inner.address_key, "user", &user.to_string());
        let suspects = self.suspects(index, client);
        self.attempt(&suspects, now).await?;
        let account = self.credential(org, user).await?;
        let phc = account.as_ref().map(|account| account.phc.clone());
        let right = self.inner.passwords.matches(phc, old).await?;
        let account = account.filter(|_| right).ok_or(AuthError::InvalidCredentials)?;
        self.succeeded(&suspects).await?;
        let phc = self.inner.passwords.hash(new).await?;
        self.replace(principal, (account.version, &phc)).await?;
        self.catch_up(org, user, account.version + 1).await
    }

    /// Puts a password in the place of one version of it, and closes every other session with it.
    async fn replace(
        &self,
        principal: &Principal,
        (version, phc): (i32, &str),
    ) -> Result<(), AuthError> {
        let (now, org, user) = (self.inner.clock.now(), principal.org, principal.user);
        let mut tx = self.inner.database.pool(DatabaseRole::Process).transaction().await?;
        // Links first, as whoever follows one does.
        forget_resets(&mut tx, (org, user)).await?;
        let changed = sqlx::query(
            "UPDATE credentials SET phc = $4, version = version + 1, changed_at = $5 \
             WHERE org_id = $1 AND user_id = $2 AND version = $3",
        )
        .bind(org.uuid())
        .bind(user.uuid())
        .bind(version)
        .bind(phc)
        .bind(utc(now))
        .execute(&mut *tx)
        .await?;
        if changed.rows_affected() == 0 {
            // Somebody else has just changed it, so that the old one is no longer right.
            return Err(AuthError::InvalidCredentials);
        }
        let but = (None, Some(principal.session));
        let closed = close_in(&mut tx, (org, user), ("password_changed", now), but).await?;
        tx.commit().await?;
        self.forget(org, user, &closed, ("password_changed", now)).await
    }

    pub(super) async fn credential(
        &self,
        org: OrgId,
        user: UserId,
    ) -> Result<Option<Account>, AuthError> {
        let mut connection = self.inner.database.pool(DatabaseRole::Process).acquire().await?;
        let account = sqlx::query_as(
            "SELECT org_id, user_id, version, phc, NULL::uuid AS link_id FROM credentials \
             WHERE org_id = $1 AND user_id = $2",
        );
        let account = account.bind(org.uuid()).bind(user.uuid());
        Ok(account.fetch_optional(&mut *connection).await?)
    }

    /// The role of somebody who may sign in now.
    pub(super) async fn may_sign_in(&self, org: OrgId, user: UserId) -> Result<Role, AuthError> {
        let state = self.inner.commands.state::<User>(org, user.uuid()).await?;
        let known = state.as_ref().and_then(|(user, _)| user.known());
        match known.map(|known| (known.status, known.role)) {
            Some((UserStatus::Active, role)) => Ok(role),
            Some((UserStatus::Suspended, _)) => Err(AuthError::Suspended),
            Some((UserStatus::Invited | UserStatus::Erased, _)) | None => {
                Err(AuthError::InvalidCredentials)
            }
        }
    }

    /// Whose an address is: first who has shown that it is theirs, then who has registered with it
    /// last and has not shown so.
    pub(super) async fn accounts(&self, index: [u8; 32]) -> Result<Vec<Account>, AuthError> {
        let mut connection = self.inner.database.pool(DatabaseRole::Process).acquire().await?;
        let accounts = sqlx::query_as(
            "SELECT a.org_id, a.user_id, c.version, c.phc, a.link_id \
             FROM (SELECT org_id, user_id, NULL::uuid AS link_id FROM email_addresses \
                   WHERE address = $1 AND confirmed_at IS NOT NULL \
                   UNION ALL \
                   (SELECT org_id, user_id, link_id FROM account_links \
                    WHERE address = $1 AND purpose = 'register' AND expires_at > $2 \
                    ORDER BY created_at DESC LIMIT 1)) a \
             JOIN credentials c ON c.org_id = a.org_id AND c.user_id = a.user_id \
             ORDER BY a.link_id NULLS FIRST",
        );
        let accounts = accounts.bind(index.as_slice()).bind(utc(self.inner.clock.now()));
        Ok(accounts.fetch_all(&mut *connection).await?)
    }

    /// Says in the log what the table knows already: that there is another password.
    pub(super) async fn catch_up(
        &self,
        org: OrgId,
        user: UserId,
        version: i32,
    ) -> Result<(), AuthError> {
        let state = self.inner.commands.state::<User>(org, user.uuid()).await?;
        let Some((known, at)) = state else { return Ok(()) };
        let told = known.known().map_or(0, |known| known.credential_version);
        if u32::try_from(version).is_ok_and(|version| version <= told) {
            return Ok(());
        }
        let context = context(org, oneself(user), user.uuid());
        let command = UserCommand::ChangePassword { at: self.inner.clock.now() };
        let commands = &self.inner.commands;
        match commands
            .tell::<User>(context, user.uuid(), command, None, (Some(at), "changed"))
            .await
        {
            // Somebody else has said it.
            Ok(_) | Err(event_store::Failure::VersionMismatch { .. }) => Ok(()),
            Err(failure) => Err(failure.into()),
        }
    }
}
