//! Another password for whoever has forgotten theirs, and the proof that an address is theirs.

use database::Role as DatabaseRole;
use domain::user::{User, UserStatus};
use domain::{EmailAddress, OrgId, UserId};
use uuid::Uuid;

use super::letters::Purpose;
use super::session::close_in;
use super::{Accounts, AuthError, utc};

impl Accounts {
    /// Asks for a mail to whoever has an address, with a link to choose another password. Nobody is
    /// told whether somebody has it.
    ///
    /// # Errors
    /// The database is away.
    pub async fn forgotten(&self, email: &EmailAddress) -> Result<(), AuthError> {
        self.write_to(self.index(email), Purpose::Reset, None).await
    }

    /// Follows a link to choose another password: every session is closed with it, the address is
    /// shown to be theirs, and failures to sign in are forgotten.
    ///
    /// # Errors
    /// [`AuthError::LinkOver`]; [`AuthError::Field`] where the password is not good enough, and
    /// the link stays good.
    pub async fn reset(&self, token: &str, password: &str) -> Result<(), AuthError> {
        self.inner.passwords.good("/password", password).await?;
        let phc = self.inner.passwords.hash(password).await?;
        let now = self.inner.clock.now();
        let mut tx = self.inner.database.pool(DatabaseRole::Process).transaction().await?;
        let link = self.followed(&mut tx, token, Purpose::Reset).await?;
        let (org, user) = link.whose();
        let state = self.inner.commands.state::<User>(org, user.uuid()).await?;
        let known = state.as_ref().and_then(|(user, _)| user.known());
        if known.is_none_or(|user| user.status != UserStatus::Active) {
            return Err(AuthError::LinkOver);
        }
        link.arrived(&mut tx, now).await?;
        let version: Option<i32> = sqlx::query_scalar(
            "UPDATE credentials SET phc = $3, version = version + 1, changed_at = $4 \
             WHERE org_id = $1 AND user_id = $2 RETURNING version",
        )
        .bind(org.uuid())
        .bind(user.uuid())
        .bind(&phc)
        .bind(utc(now))
        .fetch_optional(&mut *tx)
        .await?;
        let version = version.ok_or(AuthError::LinkOver)?;
        sqlx::query(
            "DELETE FROM sign_in_failures WHERE subject IN ( \
                 SELECT address FROM email_addresses WHERE org_id = $1 AND user_id = $2)",
        )
        .bind(org.uuid())
        .bind(user.uuid())
        .execute(&mut *tx)
        .await?;
        let closed: Vec<Uuid> =
            close_in(&mut tx, (org, user), ("password_changed", now), (None, None)).await?;
        tx.commit().await?;
        self.forget(org, user, &closed, ("password_changed", now)).await?;
        self.catch_up(org, user, version).await
    }

    /// Follows a link that shows that an address is somebody's who has registered with it. They
    /// enter the password too: others can have registered with the address, and asked for the mail.
    ///
    /// # Errors
    /// [`AuthError::LinkOver`]; [`AuthError::InvalidCredentials`] where the password is not the one
    /// of this registration, and the link stays good.
    pub async fn verify(&self, token: &str, password: &str) -> Result<(OrgId, UserId), AuthError> {
        let now = self.inner.clock.now();
        let mut tx = self.inner.database.pool(DatabaseRole::Process).transaction().await?;
        let link = self.followed(&mut tx, token, Purpose::Register).await?;
        drop(tx);
        let (org, user) = link.whose();
        let account = self.credential(org, user).await?;
        let phc = account.map(|account| account.phc);
        if !self.inner.passwords.matches(phc, password).await? {
            return Err(AuthError::InvalidCredentials);
        }
        let mut tx = self.inner.database.pool(DatabaseRole::Process).transaction().await?;
        let link = self.followed(&mut tx, token, Purpose::Register).await?;
        link.arrived(&mut tx, now).await?;
        tx.commit().await?;
        Ok((org, user))
    }
}
