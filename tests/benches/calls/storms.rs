//! Bad weather: many at once at few streams, in one process and in two; commands that can never be
//! stored among others; and more commands than can be done.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use event_store::{Failure, Log, LogSettings, Metrics};
use hdrhistogram::Histogram;
use serde_json::json;
use tests::TestDatabase;
use uuid::Uuid;

use crate::contest::histogram;
use crate::text::{Ours, POISON};
use crate::{Size, cpu, kept};

const CALLERS: u64 = 256;
/// Callers of the overload, so many times what is done.
const OVERLOAD: f64 = 3.0;

/// What became of commands.
struct Weather {
    done: u64,
    /// Answered with a failure that says what it is.
    refused: u64,
    latency: Histogram<u64>,
    took: Duration,
    metrics: Metrics,
}

/// Which stream the command of a caller is for, by its number, and what it says.
type Story = fn(caller: u64, turn: u64) -> (u128, &'static str);

const TEXT: &str = "Wants to be called back on Monday, before noon; has the offer at hand.";

fn own(caller: u64, turn: u64) -> (u128, &'static str) {
    (u128::from(caller) << 32 | u128::from(turn / 8), TEXT)
}

fn eight(caller: u64, turn: u64) -> (u128, &'static str) {
    (1 << 100 | u128::from(turn / 1_000) << 8 | u128::from(caller % 8), TEXT)
}

fn poisoned(caller: u64, turn: u64) -> (u128, &'static str) {
    let poison = (caller + turn).is_multiple_of(100);
    let (stream, text) = own(caller, turn);
    (2 << 100 | stream, if poison { POISON } else { text })
}

/// Runs all of them, and prints.
pub async fn run(home: &TestDatabase, size: Size) -> anyhow::Result<()> {
    let one = Arc::new(Ours(Log::open(home.database(), LogSettings::default()).await?));
    // A second writer with a connection and a memory of its own is what another process is to the
    // log.
    let two = Arc::new(Ours(Log::open(home.database(), LogSettings::default()).await?));
    let alone = [Arc::clone(&one)];
    let both = [Arc::clone(&one), two];
    let time = Duration::from_secs(size.seconds * 2);
    println!("\n{CALLERS} callers\n");
    println!(
        "| | done/s | refused/s | p50 ms | p99 ms | most ms | batches taken apart | conflicts |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|"
    );
    let runs: [(&str, &[Arc<Ours>], Story); 5] = [
        ("warming up", &alone, own),
        ("each their own streams", &alone, |caller, turn| own(caller + 1_000, turn)),
        ("eight streams for all, one process", &alone, eight),
        ("eight streams for all, two writers", &both, |caller, turn| {
            eight(caller, turn + 10_000_000)
        }),
        ("one of a hundred can never be stored", &alone, poisoned),
    ];
    let mut found = Vec::new();
    let mut rate = 0.0;
    for (name, logs, story) in runs {
        let weather = drive(logs, time, story).await?;
        if name.starts_with("each") {
            rate = weather.done as f64 / weather.took.as_secs_f64();
        }
        found.push(weather.print(name));
    }
    cpu::forget_peak()?;
    let weather = overload(&one, time, rate * OVERLOAD).await?;
    found.push(weather.print("three times as many as can be done begin"));
    println!("\nmemory of this process meanwhile: {:.0} MiB at most", cpu::peak_mib());
    kept::keep("storms", &json!(found));
    Ok(())
}

impl Weather {
    fn print(&self, name: &str) -> serde_json::Value {
        let each = |count: u64| count as f64 / self.took.as_secs_f64();
        let ms = |quantile| self.latency.value_at_quantile(quantile) as f64 / 1e3;
        let (done, refused) = (each(self.done), each(self.refused));
        println!(
            "| {name} | {done:.0} | {refused:.0} | {:.2} | {:.2} | {:.2} | {} | {} |",
            ms(0.5),
            ms(0.99),
            ms(1.0),
            self.metrics.split,
            self.metrics.conflicts
        );
        json!({
            "name": name, "done_per_s": done, "refused_per_s": refused, "p50_ms": ms(0.5),
            "p99_ms": ms(0.99), "split": self.metrics.split, "conflicts": self.metrics.conflicts,
        })
    }
}

async fn drive(logs: &[Arc<Ours>], time: Duration, story: Story) -> anyhow::Result<Weather> {
    let (began, before) = (Instant::now(), totals(logs));
    let mut tasks = tokio::task::JoinSet::new();
    for caller in 0..CALLERS {
        let log = Arc::clone(&logs[caller as usize % logs.len()]);
        tasks.spawn(async move {
            let (mut latency, mut refused) = (histogram()?, 0);
            for turn in 0.. {
                if began.elapsed() >= time {
                    break;
                }
                let (stream, text) = story(caller, turn);
                let sent = Instant::now();
                let done = log.send(Uuid::from_u128(stream), text.to_owned()).await;
                match done {
                    Ok(_) => latency.record(micros(sent.elapsed())?)?,
                    Err(Failure::Conflict) => refused += 1,
                    Err(Failure::Fault(_)) if text == POISON => refused += 1,
                    Err(failure) => anyhow::bail!("{failure}"),
                }
            }
            Ok((latency, refused))
        });
    }
    let (mut latency, mut refused) = (histogram()?, 0);
    while let Some(done) = tasks.join_next().await {
        let (some, not) = done??;
        latency.add(some)?;
        refused += not;
    }
    let (took, after) = (began.elapsed(), totals(logs));
    let metrics = Metrics {
        split: after.split - before.split,
        conflicts: after.conflicts - before.conflicts,
        ..Metrics::default()
    };
    Ok(Weather { done: latency.len(), refused, latency, took, metrics })
}

fn totals(logs: &[Arc<Ours>]) -> Metrics {
    logs.iter().fold(Metrics::default(), |sum, log| {
        let Metrics { split, conflicts, .. } = log.0.metrics();
        Metrics { split: sum.split + split, conflicts: sum.conflicts + conflicts, ..sum }
    })
}

/// Commands begin at a rate, whatever becomes of the ones before; times are from when each was
/// meant to begin.
async fn overload(log: &Arc<Ours>, time: Duration, rate: f64) -> anyhow::Result<Weather> {
    let (began, before) = (Instant::now(), log.0.metrics());
    let latency = Arc::new(std::sync::Mutex::new(histogram()?));
    let refused = Arc::new(AtomicU64::new(0));
    let mut tasks = tokio::task::JoinSet::new();
    let gap = Duration::from_secs_f64(1.0 / rate);
    let mut sent = 0_u32;
    while began.elapsed() < time {
        // As many as are due by now, then a rest: timers are no finer than a millisecond.
        let due = (began.elapsed().as_secs_f64() * rate) as u32;
        for turn in sent..due {
            let (log, latency) = (Arc::clone(log), Arc::clone(&latency));
            let (refused, meant) = (Arc::clone(&refused), began + gap * turn);
            tasks.spawn(async move {
                let id = Uuid::from_u128(3 << 100 | u128::from(turn));
                match log.send(id, TEXT.to_owned()).await {
                    Ok(_) => {
                        let took = micros(meant.elapsed())?;
                        latency.lock().expect("a histogram").record(took)?;
                    }
                    Err(Failure::Overloaded) => {
                        refused.fetch_add(1, Ordering::Relaxed);
                    }
                    Err(failure) => anyhow::bail!("{failure}"),
                }
                Ok(())
            });
        }
        sent = due;
        while let Some(done) = tasks.try_join_next() {
            done??;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    let took = began.elapsed();
    let latency = latency.lock().expect("a histogram").clone();
    let metrics = Metrics { split: log.0.metrics().split - before.split, ..Metrics::default() };
    let refused = refused.load(Ordering::Relaxed);
    Ok(Weather { done: latency.len(), refused, latency, took, metrics })
}

fn micros(time: Duration) -> anyhow::Result<u64> {
    Ok(u64::try_from(time.as_micros())?.max(1))
}
