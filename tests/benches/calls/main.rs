//! What a command costs, and what a rebuild costs: stock cqrs-es with
//! postgres-es, other event stores (`tests/peers`) and this log, on the same work, in the same run,
//! on the same server, in interleaved rounds; and that the log kept its guarantees meanwhile.
//!
//! `cargo bench -p tests --bench calls` runs every part and prints its tables, `-- PART` one of
//! them. `VOICE_BENCH_SECONDS` (per round, default 2), `VOICE_BENCH_ROUNDS` (default 5),
//! `VOICE_BENCH_EVENTS` (of the rebuild, default 500000) and `VOICE_BENCH_GROWTH` (how far the log
//! grows, default 1000000) change the size. What is printed is also kept in `target/bench`.
//! CPU is read from `/proc`, so this needs Linux and a server on this machine.

#![allow(
    clippy::expect_used,
    clippy::as_conversions,
    clippy::indexing_slicing,
    reason = "a benchmark may stop anywhere, and its counts are exact as floats"
)]

mod append;
mod checked;
mod contest;
mod copy;
mod cpu;
mod flush;
mod fresh;
mod growth;
mod history;
mod http;
mod kept;
mod limits;
mod meter;
mod ours;
mod pair;
mod peer;
mod rebuild;
mod replay;
mod rows;
#[allow(dead_code, reason = "the other benchmark asks it for more")]
#[path = "../figures/server.rs"]
mod server;
mod sizes;
mod stock;
mod stops;
mod storms;
mod text;

use anyhow::Context;
use tests::TestDatabase;
use tests::busy::story;

/// How large a run is.
#[derive(Clone, Copy)]
pub struct Size {
    seconds: u64,
    rounds: usize,
    events: i64,
    growth: i64,
}

fn setting(name: &str, default: u64) -> anyhow::Result<u64> {
    match std::env::var(name) {
        Ok(text) => text.parse().with_context(|| format!("{name} is a whole number")),
        Err(_) => Ok(default),
    }
}

fn main() -> anyhow::Result<()> {
    let size = Size {
        seconds: setting("VOICE_BENCH_SECONDS", 2)?.max(1),
        rounds: usize::try_from(setting("VOICE_BENCH_ROUNDS", 5)?.max(1))?,
        events: i64::try_from(setting("VOICE_BENCH_EVENTS", 500_000)?.max(10_000))?,
        growth: i64::try_from(setting("VOICE_BENCH_GROWTH", 1_000_000)?)?,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(run(size))
}

/// A part of the run, each on a database of its own.
const PARTS: [&str; 12] = [
    "append", "sizes", "limits", "pair", "flush", "history", "growth", "rebuild", "fresh", "http",
    "storms", "stops",
];

async fn run(size: Size) -> anyhow::Result<()> {
    // `cargo bench` hands over `--bench`; a word of ours is a part.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    // A process of a part's own.
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["worker", url, secrets, prefix] => return pair::work(url, secrets, prefix).await,
        ["bare", url] => return http::bare(url).await,
        _ => {}
    }
    println!("machine: {} cores, {}", cpu::cores()?, cpu::model());
    if words.is_empty() {
        for name in PARTS {
            part(name, size).await?;
        }
    }
    for name in &words {
        part(name, size).await?;
    }
    Ok(())
}

async fn part(name: &str, size: Size) -> anyhow::Result<()> {
    let home = TestDatabase::create().await;
    println!("\n# {name}");
    match name {
        "append" => append::run(&home, size).await,
        "sizes" => sizes::run(&home, size).await,
        "limits" => limits::run(&home, size).await,
        "pair" => pair::run(&home, size).await,
        "flush" => flush::run(&home, size).await,
        "growth" => growth::run(&home, size).await,
        "history" => history::run(size).await,
        "storms" => storms::run(&home, size).await,
        "stops" => stops::run(size).await,
        "fresh" => fresh::run(&home, size).await,
        "http" => http::run(&home, size).await,
        "rebuild" => rebuild::run(&home, size).await,
        other => anyhow::bail!("there is no part {other}: {}", PARTS.join(", ")),
    }
}
