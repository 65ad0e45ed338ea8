//! Links in mails: each is good once, for one purpose, until its time is over.

use chrono::{DateTime, Utc};
use database::Role as DatabaseRole;
use domain::{OrgId, Timestamp, UserId};
use sqlx::PgConnection;
use uuid::Uuid;

use super::letters::Purpose;
use super::proof::{Claim, Kind};
use super::{Accounts, AuthError, utc};

/// A link that is good now.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    pub org: OrgId,
    pub user: UserId,
    id: Uuid,
}

#[derive(sqlx::FromRow)]
struct Row {
    user_id: Uuid,
    nonce: Vec<u8>,
    expires_at: DateTime<Utc>,
}

impl Accounts {
    /// Makes a link for somebody; its token.
    pub(super) async fn link(
        &self,
        (org, user): (OrgId, UserId),
        purpose: Purpose,
        expires_at: Timestamp,
    ) -> Result<String, AuthError> {
        let now = self.inner.clock.now();
        let (id, nonce) = (self.inner.ids.next(now), rand::random::<[u8; 32]>());
        let mut connection = self.inner.database.pool(DatabaseRole::Process).acquire().await?;
        sqlx::query(
            "INSERT INTO account_links \
                 (org_id, link_id, user_id, purpose, nonce, created_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(org.uuid())
        .bind(id)
        .bind(user.uuid())
        .bind(purpose.word())
        .bind(nonce.as_slice())
        .bind(utc(now))
        .bind(utc(expires_at))
        .execute(&mut *connection)
        .await?;
        let claim = Claim { kind: Kind::Link, org: org.uuid(), id, turn: 1 };
        Ok(claim.token(&self.inner.link_key, &nonce))
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
        let row: Option<Row> = sqlx::query_as(
            "SELECT user_id, nonce, expires_at FROM account_links \
             WHERE org_id = $1 AND link_id = $2 AND purpose = $3 FOR UPDATE",
        )
        .bind(claim.org)
        .bind(claim.id)
        .bind(purpose.word())
        .fetch_optional(connection)
        .await?;
        let row = row.ok_or(AuthError::LinkOver)?;
        let proved = claim.proved(&self.inner.link_key, &row.nonce, &proof);
        if !proved || utc(self.inner.clock.now()) >= row.expires_at {
            return Err(AuthError::LinkOver);
        }
        let (org, user) = (OrgId::from(claim.org), UserId::from(row.user_id));
        Ok(Link { org, user, id: claim.id })
    }
}

impl Link {
    /// The address is theirs from now on, and no link of theirs is good any more.
    ///
    /// # Errors
    /// [`AuthError::LinkOver`] where the address is somebody else's by now.
    pub(super) async fn arrived(
        self,
        connection: &mut PgConnection,
        now: Timestamp,
    ) -> Result<(), AuthError> {
        let confirmed = sqlx::query(
            "UPDATE email_addresses SET confirmed_at = coalesce(confirmed_at, $3) \
             WHERE org_id = $1 AND user_id = $2",
        )
        .bind(self.org.uuid())
        .bind(self.user.uuid())
        .bind(utc(now))
        .execute(&mut *connection)
        .await?;
        if confirmed.rows_affected() == 0 {
            return Err(AuthError::LinkOver);
        }
        sqlx::query("DELETE FROM account_links WHERE org_id = $1 AND user_id = $2")
            .bind(self.org.uuid())
            .bind(self.user.uuid())
            .execute(connection)
            .await?;
        tracing::debug!(link = %self.id, "a link was followed");
        Ok(())
    }
}
