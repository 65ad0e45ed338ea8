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
    pub verified: bool,
    /// The link by which they show that the address is theirs, as long as they have not.
    link_id: Option<Uuid>,
}

impl Accounts {
    /// Signs somebody in.
    ///
    /// # Errors
    /// [`AuthError::InvalidCredentials`] after the same work for an unknown address as for a
    /// wrong password; [`AuthError::Suspended`] and [`AuthError::Unverified`] only with the right
    /// one, and with the latter another mail is asked for;
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
        let account = self.account(index).await?;
        let phc = account.as_ref().map(|account| account.phc.clone());
        let right = self.inner.passwords.matches(phc, password).await?;
        let known = account
            .as_ref()
            .map(|account| (OrgId::from(account.org_id), UserId::from(account.user_id)));
        let Some(((org, user), account)) = known.zip(account).filter(|_| right) else {
            if let Some((org, user)) = known {
                let event = SecurityEvent::UserSignInFailed { user_id: user, at: now };
                self.write_down_later(org, user, event);
            }
            return Err(AuthError::InvalidCredentials);
        };
        let role = match self.may_sign_in(org, user).await {
            Ok(role) => role,
            Err(error) => {
                let event = SecurityEvent::UserSignInFailed { user_id: user, at: now };
                self.write_down(org, user, event).await?;
                return Err(error);
            }
        };
        self.succeeded(&suspects).await?;
        if let Some(link) = account.link_id {
            self.write_to(index, Purpose::Register, Some((org, link))).await?;
            return Err(AuthError::Unverified);
        }
        self.catch_up(org, user, account.version).await?;
        let signed_in = self.open((org, user, role), Some(account.version), client).await?;
        let session_id = SessionId::from(signed_in.principal.session);
        let event = SecurityEvent::UserSignedIn { user_id: user, session_id, at: now };
        self.write_down(org, user, event).await?;
        Ok(signed_in)
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
        forget_resets(&mut tx, (org, user)).await?;
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
            "SELECT org_id, user_id, version, phc, true AS verified, \
                    NULL::uuid AS link_id FROM credentials \
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
            Some((UserStatus::Invited, _)) | None => Err(AuthError::InvalidCredentials),
        }
    }

    /// Whoever signs in with an address: who has shown that it is theirs, or else who has
    /// registered with it last and has not shown so yet.
    pub(super) async fn account(&self, index: [u8; 32]) -> Result<Option<Account>, AuthError> {
        let mut connection = self.inner.database.pool(DatabaseRole::Process).acquire().await?;
        let account = sqlx::query_as(
            "SELECT a.org_id, a.user_id, c.version, c.phc, a.link_id IS NULL AS verified, a.link_id \
             FROM (SELECT org_id, user_id, NULL::uuid AS link_id, now() AS at FROM email_addresses \
                   WHERE address = $1 AND confirmed_at IS NOT NULL \
                   UNION ALL \
                   (SELECT org_id, user_id, link_id, created_at FROM account_links \
                    WHERE address = $1 AND purpose = 'register' AND expires_at > $2 \
                    ORDER BY created_at DESC LIMIT 1)) a \
             JOIN credentials c ON c.org_id = a.org_id AND c.user_id = a.user_id \
             ORDER BY verified DESC LIMIT 1",
        );
        let account = account.bind(index.as_slice()).bind(utc(self.inner.clock.now()));
        Ok(account.fetch_optional(&mut *connection).await?)
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
