//! How often signing in may fail: per e-mail address and per network address, each longer locked
//! the more often it fails (domain/04 §4.7). Never longer than an hour.
//!
//! An attempt counts as a failure from its beginning and is taken back when it succeeds, so that
//! many at once are no way around.

use chrono::{DateTime, Utc};
use database::Role;
use domain::Timestamp;

use super::{Accounts, AuthError, Client, keyed, utc};

/// The failure that locks an account, and the one that locks a network address.
const LOCKS_AT: [i32; 2] = [5, 20];
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

    /// Counts an attempt as failed, or refuses it where too many have.
    pub(super) async fn attempt(&self, of: &Suspects, now: Timestamp) -> Result<(), AuthError> {
        let mut connection = self.inner.database.pool(Role::Process).acquire().await?;
        let locked: Option<DateTime<Utc>> = sqlx::query_scalar(
            "SELECT max(locked_until) FROM sign_in_failures \
             WHERE subject = ANY ($1) AND locked_until > $2",
        )
        .bind(of.keys())
        .bind(utc(now))
        .fetch_one(&mut *connection)
        .await?;
        if let Some(until) = locked {
            return Err(early(until, now));
        }
        let counted = sqlx::query(include_str!("attempt.sql"))
            .bind(of.keys())
            .bind(LOCKS_AT.as_slice())
            .bind(utc(now))
            .bind(utc(now.plus_ms(-WINDOW_MS)))
            .execute(&mut *connection)
            .await?;
        if counted.rows_affected() < 2 {
            return Err(early(now.plus_ms(60_000).into(), now));
        }
        Ok(())
    }

    /// It was none: the account's failures are forgotten, and the network address has one less.
    pub(super) async fn succeeded(&self, of: &Suspects) -> Result<(), AuthError> {
        let [account, network] = &of.0;
        let mut connection = self.inner.database.pool(Role::Process).acquire().await?;
        sqlx::query("DELETE FROM sign_in_failures WHERE subject = $1")
            .bind(account.as_slice())
            .execute(&mut *connection)
            .await?;
        sqlx::query(
            "UPDATE sign_in_failures SET failures = greatest(failures - 1, 0), \
                    locked_until = CASE WHEN failures > $2 THEN locked_until END \
             WHERE subject = $1",
        )
        .bind(network.as_slice())
        .bind(LOCKS_AT[1])
        .execute(&mut *connection)
        .await?;
        Ok(())
    }
}

fn early(until: DateTime<Utc>, now: Timestamp) -> AuthError {
    let seconds = Timestamp::from(until).since_ms(now).div_euclid(1_000) + 1;
    AuthError::TooOften { retry_after_s: u32::try_from(seconds).unwrap_or(3_600) }
}
