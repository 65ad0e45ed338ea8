//! What the doors cost: row-level security on the lists of calls, and how long signing in takes for
//! an address that somebody has and for one that nobody has. Both in interleaved rounds.
//!
//! ```console
//! $ cargo bench -p tests --bench doors
//! ```
#![allow(clippy::expect_used, clippy::as_conversions, missing_docs)]

mod sign_in;
mod walls;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // `cargo bench` passes `--bench`; any other word is a mistake.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    anyhow::ensure!(words.is_empty(), "there is nothing to choose: {words:?}");
    let home = tests::TestDatabase::create().await;
    walls::run(&home).await?;
    sign_in::run(&home).await
}

/// The middle one of some times, in microseconds.
fn median(mut times: Vec<std::time::Duration>) -> f64 {
    times.sort_unstable();
    times.get(times.len() / 2).map_or(0.0, |middle| middle.as_secs_f64() * 1e6)
}
