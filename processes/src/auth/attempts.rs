//! How often signing in may fail: per e-mail address and per network address, each longer locked
//! the more often it fails (domain/04 §4.7). Never longer than an hour.

use chrono::{DateTime, Utc};
use database::Role;
use domain::Timestamp;

use super::{Accounts, AuthError, Client, keyed};

/// Failures that are forgiven, for an account and for a network address.
const FORGIVEN: [i32; 2] = [5, 20];
/// After how long without a failure the count begins anew.
const WINDOW_MS: i64 = 15 * 60_000;

/// Whom failures are counted for.
pub(super) struct Suspects([[u8; 32]; 2]);

impl Suspects {
    fn keys(&self) -> Vec<&[u8]> {
        self.0.iter().map(<[u8; 32]>::as_slice).collect()
    }
}

impl Accounts {
    /// The account, whether there is one or not, and the network address.
    pub(super) fn suspects(&self, index: [u8; 32], client: &Client) -> Suspects {
        Suspects([index, keyed(&self.inner.address_key, "network", &client.address)])
    }

    /// Refuses where it has failed too often.
    pub(super) async fn allowed(&self, of: &Suspects, now: Timestamp) -> Result<(), AuthError> {
        let mut connection = self.inner.database.pool(Role::Process).acquire().await?;
        let locked: Option<DateTime<Utc>> = sqlx::query_scalar(
            "SELECT max(locked_until) FROM sign_in_failures \
             WHERE subject = ANY ($1) AND locked_until > $2",
        )
        .bind(of.keys())
        .bind(DateTime::<Utc>::from(now))
        .fetch_one(&mut *connection)
        .await?;
        match locked {
            None => Ok(()),
            Some(until) => {
                let seconds = Timestamp::from(until).since_ms(now).div_euclid(1_000) + 1;
                Err(AuthError::TooOften { retry_after_s: u32::try_from(seconds).unwrap_or(3_600) })
            }
        }
    }

    /// Counts a failure; one too many locks for 1, 2, 4, … 60 minutes.
    pub(super) async fn failed(&self, of: &Suspects, now: Timestamp) -> Result<(), AuthError> {
        let mut connection = self.inner.database.pool(Role::Process).acquire().await?;
        sqlx::query(
            "INSERT INTO sign_in_failures AS f (subject, failures, failed_at) \
             SELECT s.subject, 1, $2 FROM unnest($1::bytea[]) AS s(subject) ORDER BY s.subject \
             ON CONFLICT (subject) DO UPDATE SET \
                 failures = CASE WHEN greatest(f.failed_at, f.locked_until) < $3 THEN 1 \
                            ELSE least(f.failures + 1, 1000000) END, \
                 failed_at = $2",
        )
        .bind(of.keys())
        .bind(DateTime::<Utc>::from(now))
        .bind(DateTime::<Utc>::from(now.plus_ms(-WINDOW_MS)))
        .execute(&mut *connection)
        .await?;
        sqlx::query(
            "UPDATE sign_in_failures f SET locked_until = \
                 $3 + least(60, power(2, least(f.failures - l.forgiven, 6))) * interval '1 minute' \
             FROM unnest($1::bytea[], $2::int[]) AS l(subject, forgiven) \
             WHERE f.subject = l.subject AND f.failures >= l.forgiven",
        )
        .bind(of.keys())
        .bind(FORGIVEN.as_slice())
        .bind(DateTime::<Utc>::from(now))
        .execute(&mut *connection)
        .await?;
        Ok(())
    }

    /// Forgets the failures of an account; those of the network address stay.
    pub(super) async fn forgiven(&self, index: [u8; 32]) -> Result<(), AuthError> {
        let mut connection = self.inner.database.pool(Role::Process).acquire().await?;
        sqlx::query("DELETE FROM sign_in_failures WHERE subject = $1")
            .bind(index.as_slice())
            .execute(&mut *connection)
            .await?;
        Ok(())
    }
}
