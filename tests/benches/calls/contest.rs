//! What is compared, and what one round of it is. The peers (`tests/peers`) are driven by the same
//! lines.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use domain::call::CallCommand;
use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::story;

/// Something that commands can be sent to.
pub trait System: Send + Sync + 'static {
    /// Runs one command to its end.
    fn run(
        &self,
        id: Uuid,
        command: CallCommand,
    ) -> impl Future<Output = anyhow::Result<()>> + Send;
}

/// What a system did in a round.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Round {
    /// How many commands were answered.
    pub commands: u64,
    /// In how many µs.
    pub wall_us: u64,
    /// What half of them took at most, in µs.
    pub p50_us: u64,
    /// What 99 of a hundred took at most, in µs.
    pub p99_us: u64,
    /// CPU seconds of whoever has sent them.
    pub client_s: f64,
    /// CPU seconds of the database server.
    pub server_s: f64,
    /// Bytes that were written to the write-ahead log.
    pub wal_bytes: i64,
}

/// The figures of a system, each of them the median of its rounds.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Figures {
    pub commands_per_s: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub server_us: f64,
    pub client_us: f64,
    pub cpu_us: f64,
    pub wal_bytes_per_event: f64,
}

impl Figures {
    /// Of rounds of commands that lead to so many events each.
    pub fn of(rounds: &[Round], events: f64) -> Self {
        let each = |of: &dyn Fn(&Round, f64) -> f64| {
            median(rounds.iter().map(|round| of(round, round.commands as f64)).collect())
        };
        Self {
            commands_per_s: each(&|round, commands| commands * 1e6 / round.wall_us as f64),
            p50_ms: each(&|round, _| round.p50_us as f64 / 1e3),
            p99_ms: each(&|round, _| round.p99_us as f64 / 1e3),
            server_us: each(&|round, commands| round.server_s * 1e6 / commands),
            client_us: each(&|round, commands| round.client_s * 1e6 / commands),
            cpu_us: each(&|round, commands| (round.server_s + round.client_s) * 1e6 / commands),
            wal_bytes_per_event: each(&|round, commands| {
                round.wal_bytes as f64 / (commands * events)
            }),
        }
    }
}

/// Ratios are taken within each round, where both met the same machine; the median of them counts.
pub fn ratio(mine: &[Round], theirs: &[Round], of: fn(Figures) -> f64) -> f64 {
    let one = |round: &Round| of(Figures::of(std::slice::from_ref(round), 1.0));
    median(mine.iter().zip(theirs).map(|(mine, theirs)| one(mine) / one(theirs)).collect())
}

/// The events of a command, on the average of a call.
pub fn events_per_command() -> f64 {
    story::EVENTS as f64 / story::COMMANDS as f64
}

/// The median of some numbers.
pub fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    let middle = numbers.len() / 2;
    match (numbers.get(middle), numbers.get(middle.wrapping_sub(1))) {
        (Some(upper), Some(lower)) if numbers.len().is_multiple_of(2) => {
            f64::midpoint(*lower, *upper)
        }
        (Some(middle), _) => *middle,
        (None, _) => f64::NAN,
    }
}

/// Has each of so many callers drive one call after the other. What they have used is not known
/// here.
pub async fn drive<S: System>(
    system: &Arc<S>,
    callers: usize,
    time: Duration,
) -> anyhow::Result<Round> {
    let system = Arc::clone(system);
    repeat(callers, time, story::next, move |id, command| {
        let system = Arc::clone(&system);
        async move { system.run(id, command).await }
    })
    .await
}

/// Has each of so many callers go through one story after the other, command by command.
pub async fn repeat<C, Run>(
    callers: usize,
    time: Duration,
    story: impl Fn() -> (Uuid, Vec<C>) + Clone + Send + 'static,
    run: impl Fn(Uuid, C) -> Run + Clone + Send + 'static,
) -> anyhow::Result<Round>
where
    C: Send + 'static,
    Run: Future<Output = anyhow::Result<()>> + Send,
{
    let began = Instant::now();
    let until = began + time;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..callers {
        let (story, run) = (story.clone(), run.clone());
        tasks.spawn(async move {
            let mut latency = histogram()?;
            while Instant::now() < until {
                let (id, commands) = story();
                for command in commands {
                    let sent = Instant::now();
                    run(id, command).await?;
                    latency.record(u64::try_from(sent.elapsed().as_micros())?.max(1))?;
                }
            }
            anyhow::Ok(latency)
        });
    }
    let mut latency = histogram()?;
    while let Some(done) = tasks.join_next().await {
        latency.add(done??)?;
    }
    Ok(Round {
        commands: latency.len(),
        wall_us: u64::try_from(began.elapsed().as_micros())?,
        p50_us: latency.value_at_quantile(0.5),
        p99_us: latency.value_at_quantile(0.99),
        client_s: 0.0,
        server_s: 0.0,
        wal_bytes: 0,
    })
}

/// Says that it is ready, and then drives as many callers for as long as each line of the input
/// says: `CALLERS MILLISECONDS`. A round is answered as a line of JSON.
pub async fn serve<S: System>(system: &Arc<S>) -> anyhow::Result<()> {
    println!("ready");
    // Nothing else goes on between two rounds.
    for line in std::io::stdin().lines() {
        let line = line?;
        let (callers, ms) = line.split_once(' ').context("CALLERS MILLISECONDS")?;
        let round = drive(system, callers.parse()?, Duration::from_millis(ms.parse()?)).await?;
        println!("{}", serde_json::to_string(&round)?);
    }
    Ok(())
}

/// For times of up to a minute, in µs.
pub fn histogram() -> anyhow::Result<Histogram<u64>> {
    Ok(Histogram::new_with_bounds(1, 60_000_000, 3)?)
}
