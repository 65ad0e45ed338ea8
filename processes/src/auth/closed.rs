//! Sessions that were closed: known in memory at once here, and after a second on other servers.

use std::time::Duration;

use database::Role as DatabaseRole;
use domain::Timestamp;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Accounts, AuthError, Principal, utc};

/// How long a closed session is remembered here: longer than an access token lives.
pub(super) const REMEMBERED_MS: i64 = 20 * 60_000;
/// How long a row is kept that tells nobody anything any more, and how often such are removed.
const KEPT_MS: i64 = 86_400_000;
const PURGE_MS: i64 = 10 * 60_000;
const LOOK: Duration = Duration::from_secs(1);
/// Clocks of several servers, and commits that take their time.
const OVERLAP_MS: i64 = 10_000;

impl Accounts {
    /// Whether a session was closed while its access tokens may still live, or whoever has it was
    /// erased. Asked for every request, so it is a look into memory; another server's closings are
    /// there after a second.
    #[must_use]
    pub fn closed(&self, principal: &Principal) -> bool {
        self.grab().contains_key(&principal.session)
            || self.grab_gone().contains_key(&(principal.org, principal.user))
    }

    pub(super) fn remember(&self, sessions: &[Uuid], at: Timestamp) {
        let mut closed = self.grab();
        closed.retain(|_, closed_at| *closed_at > at.millis() - REMEMBERED_MS);
        closed.extend(sessions.iter().map(|session| (*session, at.millis())));
        drop(closed);
        self.grab_gone().retain(|_, erased_at| *erased_at > at.millis() - REMEMBERED_MS);
    }

    /// Learns which sessions were closed a short time ago, by whomever.
    ///
    /// # Errors
    /// The database is away.
    pub async fn look(&self, since: Timestamp) -> Result<(), AuthError> {
        let mut connection = self.inner.database.pool(DatabaseRole::Process).acquire().await?;
        let closed: Vec<Uuid> =
            sqlx::query_scalar("SELECT session_id FROM sessions WHERE closed_at >= $1")
                .bind(utc(since))
                .fetch_all(&mut *connection)
                .await?;
        self.remember(&closed, self.inner.clock.now());
        Ok(())
    }

    /// Whether a session is open, by its row: for tokens that live longer than closings are
    /// remembered.
    ///
    /// # Errors
    /// The database is away.
    pub async fn is_open(&self, principal: &Principal) -> Result<bool, AuthError> {
        let mut connection = self.inner.database.pool(DatabaseRole::Process).acquire().await?;
        let open = sqlx::query_scalar(
            "SELECT EXISTS (SELECT FROM sessions \
                            WHERE org_id = $1 AND session_id = $2 AND closed_at IS NULL)",
        );
        let open = open.bind(principal.org.uuid()).bind(principal.session);
        Ok(open.fetch_one(&mut *connection).await?)
    }

    /// Removes what tells nobody anything any more.
    ///
    /// # Errors
    /// The database is away.
    pub async fn purge(&self) -> Result<(), AuthError> {
        let now = self.inner.clock.now();
        let mut connection = self.inner.database.pool(DatabaseRole::Process).acquire().await?;
        for purge in [
            "DELETE FROM sessions WHERE closed_at < $1 OR expires_at < $1",
            "DELETE FROM sign_in_failures WHERE greatest(failed_at, locked_until) < $1",
            "DELETE FROM email_addresses WHERE confirmed_at IS NULL AND reserved_until < $1",
            "DELETE FROM mail_requests WHERE due_at IS NULL AND asked_at < $1",
            "DELETE FROM account_links WHERE expires_at < $1",
            "DELETE FROM credentials c WHERE changed_at < $1 \
               AND NOT EXISTS (SELECT FROM email_addresses e \
                               WHERE e.org_id = c.org_id AND e.user_id = c.user_id) \
               AND NOT EXISTS (SELECT FROM account_links l \
                               WHERE l.org_id = c.org_id AND l.user_id = c.user_id)",
        ] {
            let purge = sqlx::query(purge).bind(utc(now.plus_ms(-KEPT_MS)));
            purge.execute(&mut *connection).await?;
        }
        Ok(())
    }

    /// Learns of every closing that matters still: before anybody is let in.
    ///
    /// # Errors
    /// The database is away.
    pub async fn look_back(&self) -> Result<(), AuthError> {
        self.look(self.inner.clock.now().plus_ms(-REMEMBERED_MS)).await
    }

    /// Looks every second until the token is canceled.
    pub async fn run(self, token: CancellationToken) {
        let mut since = self.inner.clock.now().plus_ms(-REMEMBERED_MS);
        let mut purged = None;
        loop {
            let now = self.inner.clock.now();
            if purged.is_none_or(|at: Timestamp| now.since_ms(at) > PURGE_MS) {
                purged = Some(now);
                if let Err(error) = self.purge().await {
                    tracing::warn!(%error, "old sessions could not be removed");
                }
            }
            match self.look(since).await {
                Ok(()) => since = now.plus_ms(-OVERLAP_MS),
                Err(error) => tracing::warn!(%error, "closed sessions could not be looked for"),
            }
            tokio::select! {
                () = token.cancelled() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }
}
