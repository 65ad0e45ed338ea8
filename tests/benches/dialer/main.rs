//! What a tick of the dialer costs with many campaigns that call.
//!
//! `cargo bench -p tests --bench dialer` prints it. `VOICE_BENCH_CAMPAIGNS` (default 100),
//! `VOICE_BENCH_CONTACTS` (of all of them, default 100000) and `VOICE_BENCH_TICKS` (default 100)
//! change the size. Each campaign has two agents, so a tick after calls have ended dials two calls
//! for each, and a tick while they ring dials none.

#![allow(clippy::expect_used, reason = "a benchmark may stop anywhere")]

mod center;

use std::time::Instant;

use anyhow::Context;
use hdrhistogram::Histogram;

use center::Center;

fn setting(name: &str, default: usize) -> anyhow::Result<usize> {
    match std::env::var(name) {
        Ok(text) => text.parse().with_context(|| format!("{name} is a whole number")),
        Err(_) => Ok(default),
    }
}

fn main() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(run())
}

async fn run() -> anyhow::Result<()> {
    let campaigns = setting("VOICE_BENCH_CAMPAIGNS", 100)?.max(1);
    let contacts = setting("VOICE_BENCH_CONTACTS", 100_000)?.max(campaigns * 100);
    let ticks = setting("VOICE_BENCH_TICKS", 100)?.max(10);
    let cores = std::thread::available_parallelism()?;
    let begun = Instant::now();
    let mut center = Center::open(campaigns, contacts).await?;
    println!(
        "{cores} cores; {campaigns} campaigns, {contacts} contacts, made in {:.0} s",
        begun.elapsed().as_secs_f64()
    );
    let (mut dialing, mut idle) = (figures()?, figures()?);
    let mut calls = 0;
    for _ in 0..ticks {
        center.free_everybody().await?;
        dialing.record(timed(&mut center).await?)?;
        calls += center.lines().await?;
        idle.record(timed(&mut center).await?)?;
    }
    let expected = i64::try_from(ticks * campaigns * 2)?;
    anyhow::ensure!(calls == expected, "{calls} calls instead of {expected}");
    println!("| a tick of all campaigns | p50 ms | p99 ms | most ms |\n|---|---|---|---|");
    let per_tick = campaigns * 2;
    for (what, times) in
        [(format!("that begins {per_tick} calls"), dialing), ("that begins none".to_owned(), idle)]
    {
        let ms = |micros: u64| f64::from(u32::try_from(micros).unwrap_or(u32::MAX)) / 1_000.0;
        let (half, most) = (times.value_at_quantile(0.5), times.max());
        let nearly = times.value_at_quantile(0.99);
        println!("| {what} | {:.1} | {:.1} | {:.1} |", ms(half), ms(nearly), ms(most));
    }
    Ok(())
}

fn figures() -> anyhow::Result<Histogram<u64>> {
    Ok(Histogram::new_with_bounds(1, 600_000_000, 3)?)
}

/// One tick, in microseconds.
async fn timed(center: &mut Center) -> anyhow::Result<u64> {
    center.second().await?;
    let begun = Instant::now();
    center.tick().await?;
    Ok(u64::try_from(begun.elapsed().as_micros())?.max(1))
}
