//! Other event stores, driven as `cargo bench -p tests --bench calls` says: `peers PEER URL` has a
//! line `CALLERS MILLISECONDS` on its input for each round, and answers one of JSON. It says
//! `ready` before, or why it is not.

mod disintegrate;
mod es_entity;
mod esrs;
#[allow(dead_code, reason = "the benchmark counts by more of it")]
#[path = "../../src/busy/story.rs"]
mod story;

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use domain::call::CallCommand;
use hdrhistogram::Histogram;
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use uuid::Uuid;

/// As many as the baseline has.
const CONNECTIONS: u32 = 32;

/// Something that commands can be sent to.
trait Peer: Send + Sync + 'static {
    /// Runs one command to its end.
    fn run(
        &self,
        id: Uuid,
        command: CallCommand,
    ) -> impl Future<Output = anyhow::Result<()>> + Send;
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut words = std::env::args().skip(1);
    let (peer, url) = words.next().zip(words.next()).context("peers PEER URL")?;
    let pool = pool(&url, &peer).await?;
    match peer.as_str() {
        "esrs" => serve(esrs::Esrs::open(pool).await?).await,
        "disintegrate" => serve(disintegrate::Disintegrate::open(pool).await?).await,
        "es_entity" => serve(es_entity::EsEntities::open(pool).await?).await,
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

async fn serve(peer: impl Peer) -> anyhow::Result<()> {
    let peer = Arc::new(peer);
    let (mut lines, mut out) = (BufReader::new(tokio::io::stdin()).lines(), tokio::io::stdout());
    out.write_all(b"ready\n").await?;
    out.flush().await?;
    while let Some(line) = lines.next_line().await? {
        let (callers, ms) = line.split_once(' ').context("CALLERS MILLISECONDS")?;
        let round = drive(&peer, callers.parse()?, Duration::from_millis(ms.parse()?)).await?;
        out.write_all(format!("{round}\n").as_bytes()).await?;
        out.flush().await?;
    }
    Ok(())
}

/// Each caller drives one call after the other.
async fn drive<P: Peer>(
    peer: &Arc<P>,
    callers: usize,
    time: Duration,
) -> anyhow::Result<serde_json::Value> {
    let began = Instant::now();
    let until = began + time;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..callers {
        let peer = Arc::clone(peer);
        tasks.spawn(async move {
            let mut latency = Histogram::<u64>::new_with_bounds(1, 60_000_000, 3)?;
            while Instant::now() < until {
                let (id, story) = story::next();
                for command in story {
                    let sent = Instant::now();
                    peer.run(id, command).await?;
                    latency.record(u64::try_from(sent.elapsed().as_micros())?.max(1))?;
                }
            }
            anyhow::Ok(latency)
        });
    }
    let mut latency = Histogram::<u64>::new_with_bounds(1, 60_000_000, 3)?;
    while let Some(done) = tasks.join_next().await {
        latency.add(done??)?;
    }
    Ok(serde_json::json!({
        "commands": latency.len(),
        "wall_us": u64::try_from(began.elapsed().as_micros())?,
        "p50_us": latency.value_at_quantile(0.5),
        "p99_us": latency.value_at_quantile(0.99),
    }))
}
