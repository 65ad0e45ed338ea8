//! The writer's own connection: made, checked (L1), lost and made again.

use std::io;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, FromRow, PgConnection};

use crate::{LogError, LogSettings};

const HELLO: &str = include_str!("../sql/hello.sql");
/// Ends a session of ours if it still lives, and waits until it is gone.
const END: &str = "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity
    WHERE pid = $1 AND backend_start = $2 AND usename = current_user";
const BACKOFF_MIN: Duration = Duration::from_millis(20);
const BACKOFF_MAX: Duration = Duration::from_secs(2);
/// How long a server may take to let us in, or to say that it lives.
const PATIENCE: Duration = Duration::from_secs(5);
/// A connection that rested longer is asked whether it lives before a batch is put on it,
/// so that a server that has gone meanwhile leaves no outcome unknown.
const REST: Duration = Duration::from_secs(1);

/// A session on the server, so that it can be ended from another one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Session {
    pid: i32,
    started: DateTime<Utc>,
}

/// How long a statement may take, and wait for a lock, in ms as PostgreSQL reads it.
struct Limits {
    statement: String,
    lock: String,
}

/// The connection, or the memory of it.
pub(super) struct Link {
    options: PgConnectOptions,
    limits: Limits,
    connection: Option<PgConnection>,
    session: Option<Session>,
    used_at: Instant,
    retry_at: Instant,
    backoff: Duration,
    trouble: String,
}

/// What the server says of itself and the log.
#[derive(FromRow)]
pub(super) struct Hello {
    pid: i32,
    started: DateTime<Utc>,
    fsync: String,
    full_page_writes: String,
    synchronous_commit: String,
    pub epoch: i64,
    pub position: i64,
    recorded_at: Option<DateTime<Utc>>,
}

impl Hello {
    /// When the last event was recorded.
    pub(super) fn recorded_at_ms(&self) -> Option<i64> {
        self.recorded_at.map(|at| at.timestamp_millis())
    }

    /// Refuses what would acknowledge and then forget (L1).
    fn durable(&self) -> Result<(), LogError> {
        let settings = [
            ("fsync", &self.fsync),
            ("full_page_writes", &self.full_page_writes),
            ("synchronous_commit", &self.synchronous_commit),
        ];
        match settings.into_iter().find(|(_, value)| *value == "off") {
            None => Ok(()),
            Some((setting, value)) => {
                Err(LogError::NotDurable { setting: setting.to_owned(), value: value.to_owned() })
            }
        }
    }
}

impl Link {
    pub(super) fn new(options: PgConnectOptions, settings: &LogSettings) -> Self {
        let ms = |limit: Duration| limit.as_millis().max(1).to_string();
        let limits = Limits { statement: ms(settings.statement), lock: ms(settings.lock) };
        Self {
            options,
            limits,
            connection: None,
            session: None,
            used_at: Instant::now(),
            retry_at: Instant::now(),
            backoff: BACKOFF_MIN,
            trouble: String::new(),
        }
    }

    /// Connects within this time, whatever was before.
    pub(super) async fn connect(&mut self, patience: Duration) -> Result<Hello, LogError> {
        self.connection = None;
        match tokio::time::timeout(patience, greet(&self.options, &self.limits)).await {
            Ok(Ok((connection, hello))) => {
                self.session = Some(Session { pid: hello.pid, started: hello.started });
                self.connection = Some(connection);
                self.backoff = BACKOFF_MIN;
                Ok(hello)
            }
            Ok(Err(error)) => {
                self.failed(&error.to_string());
                Err(error)
            }
            Err(_) => {
                let words = "the server does not answer";
                self.failed(words);
                Err(sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, words)).into())
            }
        }
    }

    /// The connection, made anew where it is lost and it is time to try; otherwise words.
    pub(super) async fn ready(&mut self) -> Result<(&mut PgConnection, Option<Hello>), String> {
        let mut hello = None;
        if self.used_at.elapsed() > REST
            && let Some(connection) = self.connection.as_mut()
            && !alive(connection).await
        {
            self.lose("the connection was lost");
        }
        self.used_at = Instant::now();
        if self.connection.is_none() {
            if Instant::now() < self.retry_at {
                return Err(self.trouble.clone());
            }
            hello = Some(self.connect(PATIENCE).await.map_err(|error| error.to_string())?);
        }
        let connection = self.connection.as_mut();
        Ok((connection.ok_or_else(|| self.trouble.clone())?, hello))
    }

    /// Lets go of a connection that cannot be relied on; what was on it may still be at work.
    pub(super) fn lose(&mut self, words: &str) -> Option<Session> {
        self.connection = None;
        self.trouble = words.to_owned();
        self.retry_at = Instant::now();
        self.session.take()
    }

    /// Makes sure that a lost session is over, so that what it did or did not do is final.
    pub(super) async fn end(&mut self, session: Session) -> Result<bool, sqlx::Error> {
        let Some(connection) = self.connection.as_mut() else { return Ok(false) };
        let end = sqlx::query_scalar(END).bind(session.pid).bind(session.started);
        let ended: Option<bool> = end.fetch_optional(connection).await?;
        Ok(ended.unwrap_or(true))
    }

    /// Says good-bye.
    pub(super) async fn close(&mut self) {
        if let Some(connection) = self.connection.take()
            && let Err(error) = connection.close().await
        {
            tracing::debug!(%error, "the writer's connection did not close in order");
        }
    }

    fn failed(&mut self, words: &str) {
        self.trouble = words.to_owned();
        self.retry_at = Instant::now() + self.backoff;
        self.backoff = (self.backoff * 2).min(BACKOFF_MAX);
    }
}

async fn alive(connection: &mut PgConnection) -> bool {
    matches!(tokio::time::timeout(PATIENCE, connection.ping()).await, Ok(Ok(())))
}

async fn greet(
    options: &PgConnectOptions,
    limits: &Limits,
) -> Result<(PgConnection, Hello), LogError> {
    let mut connection = PgConnection::connect_with(options).await?;
    let hello = sqlx::query_as(HELLO).bind(&limits.statement).bind(&limits.lock);
    let hello: Option<Hello> = hello.fetch_optional(&mut connection).await?;
    let hello = hello.ok_or_else(|| LogError::Broken("it has no head".to_owned()))?;
    hello.durable()?;
    Ok((connection, hello))
}
