//! The database room: the private cluster, roles, pools, settings, and the kit
//! itself.

#![allow(clippy::expect_used, clippy::panic)]

mod cluster;
mod crash;
mod kit;
mod pool;
mod roles;
mod settings;

use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, Executor, PgConnection};

/// Runs a statement in a session of its own.
async fn run(to: &PgConnectOptions, statement: &str) -> Result<(), sqlx::Error> {
    let mut session = PgConnection::connect_with(to).await?;
    session.execute(statement).await?;
    session.close().await
}

/// The one number that a query yields, in a session of its own.
async fn number(to: &PgConnectOptions, query: &str) -> Result<i64, sqlx::Error> {
    let mut session = PgConnection::connect_with(to).await?;
    let number = sqlx::query_scalar(query).fetch_one(&mut session).await?;
    session.close().await?;
    Ok(number)
}
