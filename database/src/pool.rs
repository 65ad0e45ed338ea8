//! Connections of one role, with time limits and two safeguards.
//!
//! *Invariant:* what a connection did not finish ends with its return. A future
//! that begins a transaction and is dropped while the server answers leaves the
//! transaction open unseen (transact-rs/sqlx#4393), and the next borrower's
//! acknowledged writes would be lost in it. So transactions begin where nobody
//! can cancel them, and every returned connection is rolled back.
//!
//! *Invariant:* nobody gets a connection to a server that has become a standby.

use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{Connection, Executor, PgConnection, Postgres, Transaction};
use uuid::Uuid;

use crate::{DatabaseError, Role};

const STATEMENT: (&str, &str) = ("statement_timeout", "5s");
const LOCK: (&str, &str) = ("lock_timeout", "2s");
const IDLE: (&str, &str) = ("idle_in_transaction_session_timeout", "10s");

/// How many connections the pools may open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolSize {
    /// A server's.
    Server,
    /// A test's, of which many run at once; so it waits longer for them, too.
    Small,
}

impl PoolSize {
    fn patience(self) -> Duration {
        match self {
            Self::Server => Duration::from_secs(1),
            Self::Small => Duration::from_secs(10),
        }
    }

    fn of(self, role: Role) -> u32 {
        match (self, role) {
            (Self::Server, Role::App) => 24,
            (Self::Server, Role::Projector) => 12,
            (Self::Server, Role::Writer | Role::Process) => 8,
            (Self::Server, Role::Auditor) | (Self::Small, Role::App | Role::Projector) => 4,
            (Self::Small, Role::Writer | Role::Process | Role::Auditor) => 2,
            (_, Role::Migrator) => 1,
        }
    }
}

/// Connections of one role. A clone shares them.
#[derive(Clone)]
pub struct Pool {
    inner: PgPool,
    long: PgConnectOptions,
}

impl Pool {
    /// Opens nothing yet.
    pub(crate) fn new(login: PgConnectOptions, role: Role, size: PoolSize) -> Self {
        let long = login.options([LOCK, IDLE]);
        let inner = PgPoolOptions::new()
            .max_connections(size.of(role))
            .acquire_timeout(size.patience())
            .test_before_acquire(false)
            .before_acquire(|connection, _| Box::pin(writable(connection)))
            .after_release(|connection, _| Box::pin(rolled_back(connection)))
            .connect_lazy_with(long.clone().options([STATEMENT]));
        Self { inner, long }
    }

    /// A connection, within a second. Its statements may take 5 seconds, wait
    /// 2 seconds for a lock, and leave a transaction idle for 10.
    ///
    /// # Errors
    /// None is free in time, or the server is away.
    pub async fn acquire(&self) -> Result<PoolConnection<Postgres>, DatabaseError> {
        Ok(self.inner.acquire().await?)
    }

    /// A transaction, rolled back unless it is committed. Safe to cancel.
    ///
    /// # Errors
    /// No connection is free in time, or the server is away.
    pub async fn transaction(&self) -> Result<Transaction<'static, Postgres>, DatabaseError> {
        self.begin("BEGIN".to_owned()).await
    }

    /// The same, for one organization, which is set in the same round trip.
    pub(crate) async fn org_transaction(
        &self,
        org: Uuid,
    ) -> Result<Transaction<'static, Postgres>, DatabaseError> {
        // The one statement that is put together: an id has nothing but digits and hyphens. SET,
        // because a query would fix the isolation level and the snapshot.
        self.begin(format!("BEGIN; SET LOCAL app.org = '{org}'")).await
    }

    async fn begin(
        &self,
        statement: String,
    ) -> Result<Transaction<'static, Postgres>, DatabaseError> {
        let pool = self.inner.clone();
        // The task goes on when the caller is dropped, and rolls back itself.
        #[expect(clippy::disallowed_methods, reason = "the one place; nobody cancels it")]
        let begin = tokio::spawn(async move { pool.begin_with(statement).await });
        match begin.await {
            Ok(begun) => Ok(begun?),
            // The runtime ends, and everything with it.
            Err(_) => Err(sqlx::Error::WorkerCrashed.into()),
        }
    }

    /// How to open a connection outside the pool, for one that is held for
    /// long: a feed, a projection's seat, the writer of the log. Its statements
    /// may take as long as they need; waiting for a lock and leaving a
    /// transaction idle have the limits of [`Pool::acquire`]. More settings can
    /// be put on top with [`PgConnectOptions::options`]: the last one counts.
    #[must_use]
    pub fn connect_options(&self) -> PgConnectOptions {
        self.long.clone()
    }

    pub(crate) async fn close(&self) {
        self.inner.close().await;
        // The first time leaves open what was given back while it waited.
        self.inner.close().await;
    }
}

async fn writable(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let read_only: String =
        sqlx::query_scalar("SHOW transaction_read_only").fetch_one(connection).await?;
    Ok(read_only == "off")
}

/// One round trip, after the borrower has gone. Beginning first makes it silent
/// in the usual case: a lone ROLLBACK outside a transaction is a warning in the
/// server's log each time. In a transaction that has failed, BEGIN fails too,
/// and the connection is closed, which is as good.
async fn rolled_back(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    connection.execute("BEGIN; ROLLBACK").await?;
    Ok(true)
}

/// Whether a role can log in now.
pub(crate) async fn try_login(options: &PgConnectOptions) -> Result<(), sqlx::Error> {
    PgConnection::connect_with(options).await?.close().await
}
