//! Other event stores, driven as `cargo bench -p tests --bench calls` says: `peers PEER URL` has a
//! line `CALLERS MILLISECONDS` on its input for each round, and answers one of JSON. It says
//! `ready` before, or why it is not.

#[allow(dead_code, reason = "the benchmark compares by more of it")]
#[path = "../../benches/calls/contest.rs"]
mod contest;
mod disintegrate;
mod es_entity;
mod esrs;
#[allow(dead_code, reason = "the benchmark counts by more of it")]
#[path = "../../src/busy/story.rs"]
mod story;

use std::sync::Arc;

use anyhow::Context;
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use self::contest::serve;

/// As many as the baseline has.
const CONNECTIONS: u32 = 32;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut words = std::env::args().skip(1);
    let (peer, url) = words.next().zip(words.next()).context("peers PEER URL")?;
    let pool = pool(&url, &peer).await?;
    match peer.as_str() {
        "esrs" => serve(&Arc::new(esrs::Esrs::open(pool).await?)).await,
        "disintegrate" => serve(&Arc::new(disintegrate::Disintegrate::open(pool).await?)).await,
        "es_entity" => serve(&Arc::new(es_entity::EsEntities::open(pool).await?)).await,
        other => anyhow::bail!("there is no peer {other}: esrs, disintegrate or es_entity"),
    }
}

/// A pool whose tables are the peer's alone.
async fn pool(url: &str, schema: &str) -> anyhow::Result<PgPool> {
    let options: PgConnectOptions = url.parse()?;
    let options = options.options([("search_path", schema)]);
    let pool = PgPoolOptions::new().max_connections(CONNECTIONS).connect_with(options).await?;
    sqlx::raw_sql(&format!("CREATE SCHEMA IF NOT EXISTS {schema}")).execute(&pool).await?;
    Ok(pool)
}
