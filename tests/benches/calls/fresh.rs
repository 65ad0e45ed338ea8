//! How long after the reply to a command its row is there in `calls`, and what read models that
//! keep up cost those who send commands.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use domain::CallId;
use domain::call::CallCommand;
use event_store::Outcome;
use hdrhistogram::Histogram;
use projections::freshness::{Reached, wait_for};
use projections::{Projection, Projector, calls, registry};
use serde_json::json;
use tests::TestDatabase;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::contest::{Figures, drive, events_per_command, histogram, ratio, repeat};
use crate::meter::Meter;
use crate::ours::Ours;
use crate::{Size, kept, stock, story};

const CALLERS: usize = 64;
/// Of so many commands one is followed.
const EACH: u64 = 64;
const RATE: u32 = 1_000;
/// Calls that go on at once at that rate.
const LANES: u32 = 64;
const PATIENCE: Duration = Duration::from_secs(60);

/// Measures all of it, and prints.
pub async fn run(home: &TestDatabase, size: Size) -> anyhow::Result<()> {
    cost(home, size).await?;
    println!("\nfrom the reply until the row of `calls` is there, ms\n");
    println!(
        "| commands | read models | commands/s | followed | p50 | p99 | most |\n\
         |---|---|--:|--:|--:|--:|--:|"
    );
    let mut found = Vec::new();
    for (models, all) in [("calls", false), ("all", true)] {
        for open in [false, true] {
            let live = Live::start(home, all).await?;
            let (rate, delays) = follow(home, size, open).await?;
            live.stop().await;
            let how = match open {
                false => format!("{CALLERS} callers"),
                true => format!("{RATE} a second, as they are meant to begin"),
            };
            let ms = |quantile| delays.value_at_quantile(quantile) as f64 / 1e3;
            let (half, most_of, most) = (ms(0.5), ms(0.99), ms(1.0));
            println!(
                "| {how} | {models} | {rate:.0} | {} | {half:.2} | {most_of:.2} | {most:.2} |",
                delays.len()
            );
            found.push(json!({
                "commands": how, "read_models": models, "commands_per_s": rate,
                "followed": delays.len(), "p50_ms": half, "p99_ms": most_of, "most_ms": most,
            }));
        }
    }
    kept::keep("fresh", &json!(found));
    Ok(())
}

/// Commands with and without read models that keep up, round by round.
async fn cost(home: &TestDatabase, size: Size) -> anyhow::Result<()> {
    let meter = Meter::of(&stock::pool(&home.superuser()).await?).await?;
    let (ours, _) = Ours::open(home).await?;
    let (ours, this) = (Arc::new(ours), [std::process::id()]);
    let time = Duration::from_secs(size.seconds);
    let names = ["none", "calls", "all"];
    let mut rounds: [Vec<_>; 3] = Default::default();
    for round in 0..=size.rounds {
        for (name, rounds) in names.iter().zip(&mut rounds) {
            let live = match *name {
                "none" => None,
                name => Some(Live::start(home, name == "all").await?),
            };
            let done = meter.round(&this, drive(&ours, CALLERS, time)).await?;
            if let Some(live) = live {
                live.stop().await;
            }
            if round > 0 {
                rounds.push(done);
            }
        }
        eprintln!("round {round} of {}", size.rounds);
    }
    println!("\n{CALLERS} callers while read models keep up; CPU of all of it in µs per command\n");
    println!("| read models | commands/s | p99 ms | CPU | ÷ none |\n|---|--:|--:|--:|--:|");
    let [none, ..] = &rounds;
    let mut found = Vec::new();
    for (name, rounds) in names.iter().zip(&rounds) {
        let all = Figures::of(rounds, events_per_command());
        let part = ratio(rounds, none, |all| all.commands_per_s);
        let Figures { commands_per_s, p99_ms, cpu_us, .. } = all;
        println!("| {name} | {commands_per_s:.0} | {p99_ms:.2} | {cpu_us:.1} | {part:.2} |");
        found.push(json!({ "read_models": name, "rounds": rounds, "part": part }));
    }
    kept::keep("live", &json!(found));
    Ok(())
}

/// Read models that keep up, and the log whose end they are told.
struct Live {
    projector: Projector,
    _ours: Ours,
}

impl Live {
    /// Starts `calls`, or every projection, and has them catch up.
    async fn start(home: &TestDatabase, all: bool) -> anyhow::Result<Self> {
        let (ours, _) = Ours::open(home).await?;
        let projections: Vec<Arc<dyn Projection>> =
            if all { registry() } else { vec![Arc::new(calls::Calls)] };
        let names: Vec<_> = projections.iter().map(|projection| projection.name()).collect();
        let (tail, token) = (ours.log().tail(), CancellationToken::new());
        let projector = Projector::start(home.database(), &tail, projections, token);
        let head = *ours.head().borrow();
        for name in names {
            let reached = wait_for(home.database(), name, head, PATIENCE * 10).await?;
            anyhow::ensure!(reached == Reached::Reached, "{name} does not keep up");
        }
        Ok(Self { projector, _ours: ours })
    }

    async fn stop(self) {
        self.projector.stop().await;
    }
}

/// Sends commands and follows some of them; how many a second, and how long each took to be seen.
async fn follow(
    home: &TestDatabase,
    size: Size,
    open: bool,
) -> anyhow::Result<(f64, Histogram<u64>)> {
    let (ours, _) = Ours::open(home).await?;
    let (ours, count) = (Arc::new(ours), Arc::new(AtomicU64::new(0)));
    let (followed, mut replies) = mpsc::unbounded_channel();
    let database = home.database().clone();
    let org = ours.org();
    let seen = tokio::spawn(async move {
        let (mut delays, mut looks) = (histogram()?, tokio::task::JoinSet::new());
        while let Some((id, outcome, replied)) = replies.recv().await {
            let (outcome, replied): (Outcome, Instant) = (outcome, replied);
            let database = database.clone();
            looks.spawn(async move {
                let position = outcome.position.context("a fact")?;
                let reached = wait_for(&database, "calls", position, PATIENCE).await?;
                anyhow::ensure!(reached == Reached::Reached, "{position} is not seen");
                let row = calls::read::get(&database, org, CallId::from(id)).await?;
                let version = row.context("a row")?.version;
                anyhow::ensure!(version >= outcome.version, "{version} < {}", outcome.version);
                anyhow::Ok(replied.elapsed())
            });
        }
        while let Some(delay) = looks.join_next().await {
            delays.record(u64::try_from(delay??.as_micros())?.max(1))?;
        }
        anyhow::Ok(delays)
    });
    let run = move |id: Uuid, command: CallCommand| {
        let (ours, count, followed) = (Arc::clone(&ours), Arc::clone(&count), followed.clone());
        async move {
            let outcome = ours.tell(id, command).await?;
            if count.fetch_add(1, Ordering::Relaxed).is_multiple_of(EACH) {
                followed.send((id, outcome, Instant::now()))?;
            }
            anyhow::Ok(())
        }
    };
    let time = Duration::from_secs(size.seconds * 3);
    let rate = if open {
        let commands = lanes(time, run).await?;
        commands as f64 / time.as_secs_f64()
    } else {
        let round = repeat(CALLERS, time, story::next, run).await?;
        round.commands as f64 * 1e6 / round.wall_us as f64
    };
    Ok((rate, seen.await??))
}

/// Commands that begin when they are meant to, whatever became of the ones before in other calls.
async fn lanes<Run>(
    time: Duration,
    run: impl Fn(Uuid, CallCommand) -> Run + Clone + Send + 'static,
) -> anyhow::Result<u64>
where
    Run: Future<Output = anyhow::Result<()>> + Send,
{
    let (began, gap) = (Instant::now(), Duration::from_secs(1) / RATE);
    let mut tasks = tokio::task::JoinSet::new();
    for lane in 0..LANES {
        let run = run.clone();
        tasks.spawn(async move {
            let (mut sent, mut turn) = (0, lane);
            'calls: loop {
                let (id, commands) = story::next();
                for command in commands {
                    let meant = began + gap * turn;
                    if meant >= began + time {
                        break 'calls;
                    }
                    tokio::time::sleep_until(meant.into()).await;
                    run(id, command).await?;
                    (sent, turn) = (sent + 1, turn + LANES);
                }
            }
            anyhow::Ok(sent)
        });
    }
    let mut commands = 0;
    while let Some(sent) = tasks.join_next().await {
        commands += sent??;
    }
    Ok(commands)
}
