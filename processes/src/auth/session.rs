//! Sessions: opened, refreshed, closed, listed.

use chrono::{DateTime, Utc};
use database::Role as DatabaseRole;
use domain::security::SecurityEvent;
use domain::{OrgId, Role, SessionId, Timestamp, UserId};
use sqlx::PgConnection;
use uuid::Uuid;

use super::proof::{Claim, Kind};
use super::{Accounts, AuthError, Client, Principal, SignedIn, utc};

/// A session ends when nobody has come back for so long, or after so long altogether.
const IDLE_MS: i64 = 30 * 86_400_000;
const LONGEST_MS: i64 = 90 * 86_400_000;
/// How long the token before the current one is good for the same successor, whose reply was lost.
const GRACE_MS: i64 = 10_000;
/// How many sessions a person may have; one more closes the oldest.
const MOST: i64 = 20;

/// A session that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenSession {
    /// Which.
    pub id: Uuid,
    /// What the program calls itself.
    pub program: String,
    /// Its network address.
    pub address: String,
    /// Since when.
    pub created_at: Timestamp,
    /// When it was used last to get another token.
    pub refreshed_at: Timestamp,
    /// Until when it can be.
    pub expires_at: Timestamp,
}

/// What closing found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// It was open.
    Now,
    /// There is no such open session of theirs.
    Nothing,
}

#[derive(sqlx::FromRow)]
struct Row {
    user_id: Uuid,
    nonce: Vec<u8>,
    turn: i32,
    client: String,
    refreshed_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    closed_at: Option<DateTime<Utc>>,
}

/// Closes sessions of a person: one, or all but one.
pub(super) async fn close_in(
    connection: &mut PgConnection,
    (org, user): (OrgId, UserId),
    (because, now): (&str, Timestamp),
    (only, but): (Option<Uuid>, Option<Uuid>),
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar(
        "UPDATE sessions SET closed_at = $3, closed_because = $4 \
         WHERE org_id = $1 AND user_id = $2 AND closed_at IS NULL \
           AND ($5::uuid IS NULL OR session_id = $5) \
           AND ($6::uuid IS NULL OR session_id <> $6) RETURNING session_id",
    )
    .bind(org.uuid())
    .bind(user.uuid())
    .bind(utc(now))
    .bind(because)
    .bind(only)
    .bind(but)
    .fetch_all(connection)
    .await
}

impl Accounts {
    /// Opens a session of somebody who was let in, with a password of this version. Where that
    /// password was changed, or they were kept out, since it was looked at, none is left open.
    pub(super) async fn open(
        &self,
        (org, user, role): (OrgId, UserId, Role),
        version: Option<i32>,
        client: &Client,
    ) -> Result<SignedIn, AuthError> {
        let now = self.inner.clock.now();
        let (session, nonce) = (self.inner.ids.next(now), rand::random::<[u8; 32]>());
        let mut tx = self.inner.database.pool(DatabaseRole::Process).transaction().await?;
        // Whoever changes the password waits for this, or has changed it before.
        let opened = sqlx::query(
            "INSERT INTO sessions (org_id, session_id, user_id, nonce, turn, client, address, \
                                   created_at, refreshed_at, expires_at) \
             SELECT c.org_id, $2, c.user_id, $4, 1, $5, $6, $7, $7, $8 FROM credentials c \
             WHERE c.org_id = $1 AND c.user_id = $3 AND c.version = coalesce($9, c.version) \
             FOR SHARE",
        )
        .bind(org.uuid())
        .bind(session)
        .bind(user.uuid())
        .bind(nonce.as_slice())
        .bind(&client.program)
        .bind(&client.address)
        .bind(utc(now))
        .bind(utc(now.plus_ms(IDLE_MS)))
        .bind(version)
        .execute(&mut *tx)
        .await?;
        if opened.rows_affected() == 0 {
            return Err(AuthError::InvalidCredentials);
        }
        let many: Vec<Uuid> = sqlx::query_scalar(
            "UPDATE sessions SET closed_at = $3, closed_because = 'too_many' \
             WHERE org_id = $1 AND closed_at IS NULL AND session_id IN ( \
                 SELECT session_id FROM sessions \
                 WHERE org_id = $1 AND user_id = $2 AND closed_at IS NULL \
                 ORDER BY created_at DESC, session_id DESC OFFSET $4) \
             RETURNING session_id",
        )
        .bind(org.uuid())
        .bind(user.uuid())
        .bind(utc(now))
        .bind(MOST)
        .fetch_all(&mut *tx)
        .await?;
        tx.commit().await?;
        self.forget(org, user, &many, ("too_many", now)).await?;
        if role == Role::Admin {
            self.administer(org, user).await?;
        }
        if let Err(kept_out) = self.may_sign_in(org, user).await {
            self.close_one(org, user, session, "kept_out").await?;
            return Err(kept_out);
        }
        let principal = Principal { org, user, role, session };
        let claim = Claim { kind: Kind::Refresh, org: org.uuid(), id: session, turn: 1 };
        Ok(SignedIn { principal, refresh_token: claim.token(&self.inner.refresh_key, &nonce) })
    }

    /// Opens a session without a password: of the demo's people, for development.
    ///
    /// # Errors
    /// They may not sign in, or the database is away.
    pub async fn open_session(
        &self,
        org: OrgId,
        user: UserId,
        client: &Client,
    ) -> Result<SignedIn, AuthError> {
        let role = self.may_sign_in(org, user).await?;
        self.open((org, user, role), None, client).await
    }

    /// Takes a refresh token and gives its successor.
    ///
    /// The token before the current one is good for ten more seconds, for the same program and
    /// the same successor: the reply may have been lost.
    ///
    /// # Errors
    /// [`AuthError::Reused`] closes the session; [`AuthError::InvalidToken`],
    /// [`AuthError::Suspended`].
    pub async fn refresh(&self, token: &str, client: &Client) -> Result<SignedIn, AuthError> {
        let now = self.inner.clock.now();
        let (claim, proof) = Claim::read(Kind::Refresh, token).ok_or(AuthError::InvalidToken)?;
        let row = self.row(&claim).await?.ok_or(AuthError::InvalidToken)?;
        if !claim.proved(&self.inner.refresh_key, &row.nonce, &proof) {
            return Err(AuthError::InvalidToken);
        }
        if row.closed_at.is_some() || utc(now) >= row.expires_at {
            return Err(AuthError::InvalidToken);
        }
        let (org, user) = (OrgId::from(claim.org), UserId::from(row.user_id));
        // The turn comes last: what fails before it has spent nothing.
        let role = match self.may_sign_in(org, user).await {
            Ok(role) => role,
            Err(AuthError::InvalidCredentials) => return Err(AuthError::InvalidToken),
            Err(error) => return Err(error),
        };
        let turn = match row.turn - claim.turn {
            0 if self.turn(&claim, now).await? => claim.turn + 1,
            // Somebody came with the same token at the same moment.
            0 | 1 if self.lost(&claim, &row, now, client).await? => claim.turn + 1,
            _ => {
                self.close_one(org, user, claim.id, "reuse_detected").await?;
                let session_id = SessionId::from(claim.id);
                let event =
                    SecurityEvent::RefreshTokenReused { user_id: user, session_id, at: now };
                self.write_down(org, user, event).await?;
                return Err(AuthError::Reused);
            }
        };
        let principal = Principal { org, user, role, session: claim.id };
        let next = Claim { turn, ..claim };
        Ok(SignedIn { principal, refresh_token: next.token(&self.inner.refresh_key, &row.nonce) })
    }

    /// Moves a session on by one turn, once.
    async fn turn(&self, claim: &Claim, now: Timestamp) -> Result<bool, AuthError> {
        let mut connection = self.inner.database.pool(DatabaseRole::Process).acquire().await?;
        let turned = sqlx::query(
            "UPDATE sessions SET turn = turn + 1, refreshed_at = $4, \
                    expires_at = least($5, created_at + $6 * interval '1 ms') \
             WHERE org_id = $1 AND session_id = $2 AND turn = $3 AND closed_at IS NULL",
        )
        .bind(claim.org)
        .bind(claim.id)
        .bind(claim.turn)
        .bind(utc(now))
        .bind(utc(now.plus_ms(IDLE_MS)))
        .bind(LONGEST_MS)
        .execute(&mut *connection)
        .await?;
        Ok(turned.rows_affected() == 1)
    }

    /// Whether the reply to this token may just have been lost.
    async fn lost(
        &self,
        claim: &Claim,
        seen: &Row,
        now: Timestamp,
        client: &Client,
    ) -> Result<bool, AuthError> {
        let row = match seen.turn == claim.turn {
            true => self.row(claim).await?,
            false => None,
        };
        let row = row.as_ref().unwrap_or(seen);
        let fresh = now.since_ms(row.refreshed_at.into()) <= GRACE_MS;
        let open = row.closed_at.is_none() && row.turn == claim.turn + 1;
        Ok(fresh && open && row.client == client.program)
    }

    async fn row(&self, claim: &Claim) -> Result<Option<Row>, AuthError> {
        let mut connection = self.inner.database.pool(DatabaseRole::Process).acquire().await?;
        let row = sqlx::query_as(
            "SELECT user_id, nonce, turn, client, refreshed_at, expires_at, closed_at \
             FROM sessions WHERE org_id = $1 AND session_id = $2",
        );
        Ok(row.bind(claim.org).bind(claim.id).fetch_optional(&mut *connection).await?)
    }

    /// The open sessions of a person, the newest first.
    ///
    /// # Errors
    /// The database is away.
    pub async fn sessions(&self, org: OrgId, user: UserId) -> Result<Vec<OpenSession>, AuthError> {
        type Found = (Uuid, String, String, DateTime<Utc>, DateTime<Utc>, DateTime<Utc>);
        let mut connection = self.inner.database.pool(DatabaseRole::Process).acquire().await?;
        let found: Vec<Found> = sqlx::query_as(
            "SELECT session_id, client, address, created_at, refreshed_at, expires_at FROM sessions \
             WHERE org_id = $1 AND user_id = $2 AND closed_at IS NULL AND expires_at > $3 \
             ORDER BY created_at DESC, session_id DESC LIMIT $4",
        )
        .bind(org.uuid())
        .bind(user.uuid())
        .bind(utc(self.inner.clock.now()))
        .bind(MOST)
        .fetch_all(&mut *connection)
        .await?;
        let open = |(id, program, address, created_at, refreshed_at, expires_at): Found| {
            let (created_at, refreshed_at) = (created_at.into(), refreshed_at.into());
            let expires_at = expires_at.into();
            OpenSession { id, program, address, created_at, refreshed_at, expires_at }
        };
        Ok(found.into_iter().map(open).collect())
    }

    /// Closes a session of a person.
    ///
    /// # Errors
    /// The database is away.
    pub async fn close_one(
        &self,
        org: OrgId,
        user: UserId,
        session: Uuid,
        because: &str,
    ) -> Result<Closed, AuthError> {
        let closed = self.close(org, user, because, Some(session)).await?;
        Ok(if closed == 0 { Closed::Nothing } else { Closed::Now })
    }

    /// Closes every session of a person.
    ///
    /// # Errors
    /// The database is away.
    pub async fn close_all(
        &self,
        org: OrgId,
        user: UserId,
        because: &str,
    ) -> Result<(), AuthError> {
        self.close(org, user, because, None).await.map(|_| ())
    }

    async fn close(
        &self,
        org: OrgId,
        user: UserId,
        because: &str,
        only: Option<Uuid>,
    ) -> Result<usize, AuthError> {
        let now = self.inner.clock.now();
        let mut connection = self.inner.database.pool(DatabaseRole::Process).acquire().await?;
        let closed = close_in(&mut connection, (org, user), (because, now), (only, None)).await?;
        drop(connection);
        self.forget(org, user, &closed, (because, now)).await?;
        Ok(closed.len())
    }

    /// Sessions were closed: their tokens are good for nothing, and it is written down.
    pub(super) async fn forget(
        &self,
        org: OrgId,
        user: UserId,
        sessions: &[Uuid],
        (because, at): (&str, Timestamp),
    ) -> Result<(), AuthError> {
        self.remember(sessions, at);
        self.closed_down(org, user, sessions, (because, at)).await
    }
}
