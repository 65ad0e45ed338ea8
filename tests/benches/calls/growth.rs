//! How the cost of a command grows with the log, and the memory of a rebuild with it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use tests::TestDatabase;

use crate::contest::{Figures, drive, events_per_command, ratio};
use crate::meter::Meter;
use crate::ours::Ours;
use crate::{Size, cpu, kept, rebuild, stock};

const CALLERS: usize = 256;

/// Measures at each size, and prints.
pub async fn run(home: &TestDatabase, size: Size) -> anyhow::Result<()> {
    let pool = stock::pool(&home.superuser()).await?;
    let meter = Meter::of(&pool).await?;
    let (ours, _) = Ours::open(home).await?;
    let (ours, this) = (Arc::new(ours), [std::process::id()]);
    let head = ours.head();
    println!("\n{CALLERS} callers; CPU in µs per command; memory is this process's peak\n");
    println!(
        "| events in the log | commands/s | p99 ms | CPU | server | rebuild ev/s | MiB |\n\
         |--:|--:|--:|--:|--:|--:|--:|"
    );
    let (mut first, mut found) = (None, Vec::new());
    let sizes = [100_000, 300_000, 1_000_000, 3_000_000, 10_000_000];
    for events in sizes.into_iter().filter(|events| *events <= size.growth) {
        while *head.borrow() < events {
            drive(&ours, CALLERS, Duration::from_secs(1)).await?;
        }
        let mut rounds = Vec::new();
        for _ in 0..size.rounds {
            let time = Duration::from_secs(size.seconds);
            rounds.push(meter.round(&this, drive(&ours, CALLERS, time)).await?);
        }
        let at = *head.borrow();
        cpu::forget_peak()?;
        let began = Instant::now();
        let rebuilt = rebuild::built(home).await?;
        let (took, peak) = (began.elapsed(), cpu::peak_mib());
        let all = Figures::of(&rounds, events_per_command());
        println!(
            "| {at} | {:.0} | {:.2} | {:.1} | {:.1} | {rebuilt:.0} | {peak:.0} |",
            all.commands_per_s, all.p99_ms, all.cpu_us, all.server_us
        );
        eprintln!("{at} events: rebuilt in {} s", took.as_secs());
        let least = first.get_or_insert_with(|| rounds.clone());
        let rate = ratio(&rounds, least, |all| all.commands_per_s);
        let cpu = ratio(&rounds, least, |all| all.cpu_us);
        found.push(json!({
            "events": at, "rounds": rounds, "figures": all, "rebuild_events_per_s": rebuilt,
            "rebuild_peak_mib": peak, "rate_of_least": rate, "cpu_of_least": cpu,
        }));
        println!("  ÷ the smallest: rate {rate:.2}, CPU {cpu:.2}");
    }
    kept::keep("growth", &json!(found));
    Ok(())
}
