//! What the breakers of all processes have found: each tells the others, and hears from them
//! within a second.

use chrono::{DateTime, Utc};
use database::{Database, DatabaseError, Role};
use domain::Timestamp;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Breakers, Seen, Standing, Window, locked};
use crate::clock::utc;

/// How often the others are asked.
const EVERY_MS: i64 = 1_000;
/// A process that has not been heard of for so long is gone.
const GONE_MS: i64 = 30_000;

type Row = (
    String,
    Uuid,
    String,
    DateTime<Utc>,
    Option<DateTime<Utc>>,
    (i32, i32, i32),
    Option<String>,
    Option<DateTime<Utc>>,
);

impl Breakers {
    /// How this process sees every provider that it has asked.
    fn own(&self) -> Vec<Seen> {
        let at = self.0.clock.now();
        let own = locked(&self.0.own);
        let mut seen: Vec<Seen> = own
            .iter()
            .map(|(service, breaker)| {
                let (state, since) = breaker.state(at);
                let failure = breaker.last_failure();
                Seen {
                    service: service.name(),
                    instance: self.0.instance,
                    state: state.into(),
                    since,
                    retry_at: breaker.rejects_until(at),
                    window: breaker.window(),
                    last_failure: failure.map(|(failure, at)| (failure.word().to_owned(), at)),
                }
            })
            .collect();
        seen.sort_by(|one, other| one.service.cmp(&other.service));
        seen
    }

    /// How all processes see their providers, this one as it is now.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        let mut seen = self.own();
        seen.extend(locked(&self.0.others).iter().cloned());
        seen.sort_by(|one, other| {
            (&one.service, one.instance).cmp(&(&other.service, other.instance))
        });
        seen
    }

    /// Tells the others and hears from them, every second and as soon as something fails, until
    /// the token is canceled. Where the database is away, each process knows what it knew.
    pub(crate) async fn run(self, database: Database, token: CancellationToken) {
        loop {
            if let Err(error) = self.exchange(&database).await {
                tracing::warn!(%error, "what other processes know of providers is not known");
            }
            tokio::select! {
                () = token.cancelled() => return,
                () = self.0.changed.notified() => {}
                () = self.0.clock.sleep_ms(EVERY_MS) => {}
            }
        }
    }

    /// Tells the others and hears from them, once.
    ///
    /// # Errors
    /// The database is away.
    pub async fn exchange(&self, database: &Database) -> Result<(), DatabaseError> {
        let now = self.0.clock.now();
        let mut connection = database.pool(Role::Process).acquire().await?;
        for seen in self.own() {
            sqlx::query(
                "INSERT INTO circuit_breakers AS b (service, instance, state, since, retry_at, \
                   calls, failures, slow, failure, failed_at, seen_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
                 ON CONFLICT (service, instance) DO UPDATE SET state = excluded.state, \
                   since = excluded.since, retry_at = excluded.retry_at, calls = excluded.calls, \
                   failures = excluded.failures, slow = excluded.slow, \
                   failure = excluded.failure, failed_at = excluded.failed_at, \
                   seen_at = excluded.seen_at \
                 WHERE b.seen_at <= excluded.seen_at - interval '10 seconds' \
                   OR (b.state, b.since, b.retry_at, b.failed_at) IS DISTINCT FROM \
                      (excluded.state, excluded.since, excluded.retry_at, excluded.failed_at)",
            )
            .bind(&seen.service)
            .bind(seen.instance)
            .bind(seen.state.word())
            .bind(utc(seen.since))
            .bind(seen.retry_at.map(utc))
            .bind(whole(seen.window.calls))
            .bind(whole(seen.window.failures))
            .bind(whole(seen.window.slow))
            .bind(seen.last_failure.as_ref().map(|(failure, _)| failure))
            .bind(seen.last_failure.as_ref().map(|(_, at)| utc(*at)))
            .bind(utc(now))
            .execute(&mut *connection)
            .await?;
        }
        sqlx::query("DELETE FROM circuit_breakers WHERE seen_at < $1")
            .bind(utc(now.plus_ms(-GONE_MS)))
            .execute(&mut *connection)
            .await?;
        let others: Vec<Row> = sqlx::query_as(
            "SELECT service, instance, state, since, retry_at, (calls, failures, slow), failure, \
               failed_at \
             FROM circuit_breakers WHERE instance <> $1 ORDER BY service, instance LIMIT 1000",
        )
        .bind(self.0.instance)
        .fetch_all(&mut *connection)
        .await?;
        *locked(&self.0.others) = others.into_iter().filter_map(seen).collect();
        Ok(())
    }
}

fn seen(
    (service, instance, state, since, retry_at, counts, failure, failed_at): Row,
) -> Option<Seen> {
    let count = |of: i32| u32::try_from(of).unwrap_or_default();
    let (calls, failures, slow) = counts;
    Some(Seen {
        service,
        instance,
        // A newer server may know more.
        state: Standing::parse(&state)?,
        since: since.into(),
        retry_at: retry_at.map(Timestamp::from),
        window: Window { calls: count(calls), failures: count(failures), slow: count(slow) },
        last_failure: failure.zip(failed_at.map(Timestamp::from)),
    })
}

fn whole(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
