//! What a command costs, and what a rebuild costs: stock cqrs-es with
//! postgres-es and this log, on the same work, in the same run, on the same
//! server, in interleaved rounds; and that the log kept its guarantees meanwhile.
//!
//! `cargo bench -p tests --bench calls` prints the tables, with `-- append` or
//! `-- rebuild` one of the two. `VOICE_BENCH_SECONDS`
//! (per round, default 2), `VOICE_BENCH_ROUNDS` (default 5) and
//! `VOICE_BENCH_EVENTS` (of the rebuild, default 500000) change the size.
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
mod kept;
mod ours;
mod peer;
mod rebuild;
mod replay;
mod stock;

use anyhow::Context;
use tests::TestDatabase;
use tests::busy::story;

/// How large a run is.
#[derive(Clone, Copy)]
pub struct Size {
    seconds: u64,
    rounds: usize,
    events: i64,
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
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(run(size))
}

async fn run(size: Size) -> anyhow::Result<()> {
    let home = TestDatabase::create().await;
    println!("machine: {} cores, {}", std::thread::available_parallelism()?, cpu::model());
    // `cargo bench` hands over `--bench`; a word of ours is one of the two parts.
    let part = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    match part.as_deref() {
        None => {
            append::run(&home, size).await?;
            rebuild::run(&home, size).await
        }
        Some("append") => append::run(&home, size).await,
        Some("rebuild") => rebuild::run(&home, size).await,
        Some(other) => anyhow::bail!("there is no part {other}: append or rebuild"),
    }
}
