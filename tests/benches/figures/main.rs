//! What the figures of a day cost over a million calls: the dashboard's summary, the trends of
//! sentiment, agents, and calls by two dimensions, each through the server with authentication on,
//! beside the same statements sent by a bare connection to the same cluster, in interleaved rounds;
//! what a file of all calls costs; how long the dashboard lags behind the log, idle and while
//! thousands of events a second are appended; and whether its figures are right meanwhile and
//! afterwards.
//!
//! ```console
//! $ cargo bench -p tests --bench figures
//! $ cargo bench -p tests --bench figures -- asked      # or: exported, live
//! ```
//!
//! `VOICE_BENCH_CALLS` (default 1000000) says how many calls the center has had
//! (`tests/src/center/`), `VOICE_BENCH_ROUNDS` (default 3) how often everything is asked,
//! `VOICE_BENCH_RATE` (default 5000) how many events a second are appended, `VOICE_BENCH_SECONDS`
//! (default 60) for how long. With `VOICE_BENCH_HOME` the center is kept in that directory and
//! found there by the next run; without, it is thrown away. Memory is read from `/proc`, so this
//! needs Linux. Wall-clock times swing on a busy machine; ratios of interleaved rounds less.

#![allow(
    clippy::expect_used,
    clippy::as_conversions,
    reason = "a benchmark may stop anywhere, and its counts are exact as floats"
)]

mod asked;
mod bare;
mod exported;
mod home;
mod live;
#[allow(dead_code, reason = "the other benchmark asks it for more")]
mod server;
mod times;

use anyhow::Context as _;

use home::Home;
use server::Server;

/// What can be run alone.
const PARTS: [&str; 3] = ["asked", "exported", "live"];

/// How large a run is.
#[derive(Clone, Copy)]
pub struct Size {
    calls: u64,
    rounds: u64,
    rate: u64,
    seconds: u64,
}

fn setting(name: &str, default: u64) -> anyhow::Result<u64> {
    match std::env::var(name) {
        Ok(text) => text.parse().with_context(|| format!("{name} is a whole number")),
        Err(_) => Ok(default),
    }
}

fn main() -> anyhow::Result<()> {
    let size = Size {
        calls: setting("VOICE_BENCH_CALLS", 1_000_000)?.max(1_000),
        rounds: setting("VOICE_BENCH_ROUNDS", 3)?.max(1),
        rate: setting("VOICE_BENCH_RATE", 5_000)?.max(100),
        seconds: setting("VOICE_BENCH_SECONDS", 60)?.max(5),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(run(size))
}

async fn run(size: Size) -> anyhow::Result<()> {
    // `cargo bench` hands over `--bench`; a word of ours is one of the parts.
    let part = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    let of = |name: &str| part.as_deref().is_none_or(|part| part == name);
    if let Some(other) = part.as_deref().filter(|part| !PARTS.contains(part)) {
        anyhow::bail!("there is no part {other}: {}", PARTS.join(", "));
    }
    println!("machine: {}", times::machine()?);
    let home = Home::open(size.calls).await?;
    let server = Server::start(home.dir()).await?;
    if of("asked") {
        asked::run(&home, &server, size).await?;
    }
    if of("exported") {
        exported::run(&home, &server).await?;
    }
    if of("live") {
        live::run(&home, &server, size).await?;
    }
    println!("machine: {}", times::machine()?);
    server.stop().await?;
    home.close().await
}
