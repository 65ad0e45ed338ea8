//! Who must know that the log has grown, after the commit and never inside it (L10).
//!
//! In this process a watch; for others one coalesced notification, at most 50 a second; and a
//! poll as the truth: losing every notification costs only time.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use database::{Database, Pool, Role};
use sqlx::postgres::PgListener;
use sqlx::{ConnectOptions, Connection, PgConnection};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, sleep};

use crate::LogError;
use crate::log::Shared;

const CHANNEL: &str = "event_log";
const NOTIFY: &str = "SELECT pg_notify('event_log', $1::text)";
const HEAD: &str = "SELECT position, current_setting('fsync') <> 'off'
    AND current_setting('full_page_writes') <> 'off' FROM log_head WHERE id = 1";
const REST: Duration = Duration::from_millis(20);
const POLL: Duration = Duration::from_millis(500);
const RETRY: Duration = Duration::from_secs(1);

/// Starts the tasks; they end with the set.
pub(crate) fn start(tasks: &mut JoinSet<()>, database: &Database, shared: &Arc<Shared>) {
    let pool = database.pool(Role::App);
    tasks.spawn(announce(pool.clone(), Arc::clone(shared)));
    tasks.spawn(listen(pool.clone(), Arc::clone(shared)));
    tasks.spawn(poll(pool.clone(), Arc::clone(shared)));
}

/// Tells other processes how far this one has come, over a connection of its own whose
/// commits need not wait for the disk: nothing is lost with a notification.
async fn announce(pool: Pool, shared: Arc<Shared>) {
    let mut own = shared.own();
    let mut connection = None;
    while own.changed().await.is_ok() {
        let position = *own.borrow_and_update();
        if let Err(error) = notify(&pool, &mut connection, position).await {
            tracing::debug!(%error, "a notification was lost; others will poll");
            connection = None;
        }
        sleep(REST).await;
    }
}

async fn notify(
    pool: &Pool,
    connection: &mut Option<PgConnection>,
    position: i64,
) -> Result<(), sqlx::Error> {
    if connection.is_none() {
        let options = pool.connect_options().options([("synchronous_commit", "off")]);
        *connection = Some(PgConnection::connect_with(&options).await?);
    }
    if let Some(connection) = connection {
        sqlx::query(NOTIFY).bind(position).execute(connection).await?;
    }
    Ok(())
}

/// Hears how far others have come.
async fn listen(pool: Pool, shared: Arc<Shared>) {
    loop {
        if let Err(error) = hear(&pool, &shared).await {
            tracing::debug!(%error, "not listening; the log is polled");
        }
        sleep(RETRY).await;
    }
}

async fn hear(pool: &Pool, shared: &Shared) -> Result<(), sqlx::Error> {
    let url = pool.connect_options().to_url_lossy();
    let mut listener = PgListener::connect(url.as_str()).await?;
    listener.listen(CHANNEL).await?;
    loop {
        let heard = listener.recv().await?;
        if let Ok(position) = heard.payload().parse() {
            shared.learn(position);
        }
    }
}

/// Looks where the head is, and whether the server still keeps its promises (L1).
async fn poll(pool: Pool, shared: Arc<Shared>) {
    let mut ticks = interval(POLL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match look(&pool).await {
            Ok((position, durable)) => {
                shared.learn(position);
                shared.durable.store(durable, Ordering::Relaxed);
            }
            Err(error) => tracing::debug!(%error, "the head could not be read"),
        }
    }
}

async fn look(pool: &Pool) -> Result<(i64, bool), LogError> {
    let mut connection = pool.acquire().await?;
    Ok(sqlx::query_as(HEAD).fetch_one(&mut *connection).await?)
}
