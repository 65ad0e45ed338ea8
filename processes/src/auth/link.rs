//! Links in mails: each is good once, for one purpose and one address, until its time is over.

use chrono::{DateTime, Utc};
use database::Role as DatabaseRole;
use domain::{OrgId, Timestamp, UserId};
use sqlx::PgConnection;
use uuid::Uuid;

use super::letters::Purpose;
use super::proof::{Claim, Kind};
use super::{Accounts, AuthError, utc};

/// A link.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Link {
    pub org_id: Uuid,
    pub link_id: Uuid,
    pub user_id: Uuid,
    pub purpose: String,
    /// The keyed hash of the address that it is sent to.
    address: Vec<u8>,
    nonce: Vec<u8>,
    pub expires_at: DateTime<Utc>,
}

const COLUMNS: &str = "SELECT org_id, link_id, user_id, purpose, address, nonce, expires_at \
                       FROM account_links WHERE org_id = $1 AND link_id = $2";

impl Accounts {
    /// Makes a link to be sent to an address.
    pub(super) async fn link(
        &self,
        (org, user): (OrgId, UserId),
        (purpose, address): (Purpose, [u8; 32]),
        expires_at: Timestamp,
    ) -> Result<Link, AuthError> {
        let now = self.inner.clock.now();
        let link = Link {
            org_id: org.uuid(),
            link_id: self.inner.ids.next(now),
            user_id: user.uuid(),
            purpose: purpose.word().to_owned(),
            address: address.to_vec(),
            nonce: rand::random::<[u8; 32]>().to_vec(),
            expires_at: utc(expires_at),
        };
        let mut connection = self.inner.database.pool(DatabaseRole::Process).acquire().await?;
        sqlx::query(
            "INSERT INTO account_links \
                 (org_id, link_id, user_id, purpose, address, nonce, created_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(link.org_id)
        .bind(link.link_id)
        .bind(link.user_id)
        .bind(&link.purpose)
        .bind(&link.address)
        .bind(&link.nonce)
        .bind(utc(now))
        .bind(link.expires_at)
        .execute(&mut *connection)
        .await?;
        Ok(link)
    }

    /// A link that is good now.
    pub(super) async fn good_link(&self, org: Uuid, id: Uuid) -> Result<Option<Link>, AuthError> {
        let mut connection = self.inner.database.pool(DatabaseRole::Process).acquire().await?;
        let link = sqlx::query_as(COLUMNS).bind(org).bind(id);
        let link: Option<Link> = link.fetch_optional(&mut *connection).await?;
        Ok(link.filter(|link| utc(self.inner.clock.now()) < link.expires_at))
    }

    /// The token that stands in the mail.
    pub(super) fn token_of(&self, link: &Link) -> String {
        let claim = Claim { kind: Kind::Link, org: link.org_id, id: link.link_id, turn: 1 };
        claim.token(&self.inner.link_key, &link.nonce)
    }

    /// The link of a token, which nobody else follows until the transaction ends.
    ///
    /// # Errors
    /// [`AuthError::LinkOver`], whatever is wrong with it.
    pub(super) async fn followed(
        &self,
        connection: &mut PgConnection,
        token: &str,
        purpose: Purpose,
    ) -> Result<Link, AuthError> {
        let (claim, proof) = Claim::read(Kind::Link, token).ok_or(AuthError::LinkOver)?;
        let locked = [COLUMNS, " FOR UPDATE"].concat();
        let link = sqlx::query_as(&locked).bind(claim.org).bind(claim.id);
        let link: Option<Link> = link.fetch_optional(connection).await?;
        let link = link.filter(|link| link.purpose == purpose.word());
        let link = link.ok_or(AuthError::LinkOver)?;
        let proved = claim.proved(&self.inner.link_key, &link.nonce, &proof);
        if !proved || utc(self.inner.clock.now()) >= link.expires_at {
            return Err(AuthError::LinkOver);
        }
        Ok(link)
    }
}

impl Link {
    /// Whose it is.
    pub(super) fn whose(&self) -> (OrgId, UserId) {
        (OrgId::from(self.org_id), UserId::from(self.user_id))
    }

    /// The address is theirs from now on: it was kept for them, or for nobody who has shown that it
    /// is theirs. No link of theirs is good any more.
    ///
    /// # Errors
    /// [`AuthError::LinkOver`] where the address is somebody else's.
    pub(super) async fn arrived(
        &self,
        connection: &mut PgConnection,
        now: Timestamp,
    ) -> Result<(), AuthError> {
        let theirs = sqlx::query(
            "INSERT INTO email_addresses AS e \
                 (address, org_id, user_id, reserved_until, confirmed_at) \
             VALUES ($1, $2, $3, $4, $4) ON CONFLICT (address) DO UPDATE \
             SET org_id = excluded.org_id, user_id = excluded.user_id, \
                 confirmed_at = coalesce(e.confirmed_at, excluded.confirmed_at) \
             WHERE e.confirmed_at IS NULL \
                OR (e.org_id = excluded.org_id AND e.user_id = excluded.user_id)",
        )
        .bind(&self.address)
        .bind(self.org_id)
        .bind(self.user_id)
        .bind(utc(now))
        .execute(&mut *connection)
        .await?;
        if theirs.rows_affected() == 0 {
            return Err(AuthError::LinkOver);
        }
        sqlx::query(
            "DELETE FROM account_links \
             WHERE (org_id = $1 AND user_id = $2) OR (address = $3 AND purpose = 'register')",
        )
        .bind(self.org_id)
        .bind(self.user_id)
        .bind(&self.address)
        .execute(connection)
        .await?;
        Ok(())
    }
}

/// Whoever chooses another password, or may not come in any more, follows no older link to choose
/// one.
pub(super) async fn forget_resets(
    connection: &mut PgConnection,
    (org, user): (OrgId, UserId),
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "DELETE FROM account_links WHERE org_id = $1 AND user_id = $2 AND purpose = 'reset'",
    )
    .bind(org.uuid())
    .bind(user.uuid())
    .execute(connection)
    .await?;
    Ok(())
}
