//! Commands per second, their latency and their CPU, for several numbers of
//! concurrent callers, each of which drives one call after the other.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use tests::TestDatabase;
use uuid::Uuid;

use crate::checked::{self, Acknowledged};
use crate::cpu::{Server, Used};
use crate::{Size, copy, ours::Ours, stock, story};
use domain::call::CallCommand;

const CALLERS: [usize; 4] = [1, 8, 64, 256];

/// Something that commands can be sent to.
pub trait System: Send + Sync + 'static {
    /// What it is called in the tables.
    fn name(&self) -> &'static str;

    /// Runs one command to its end.
    fn run(
        &self,
        id: Uuid,
        command: CallCommand,
    ) -> impl Future<Output = anyhow::Result<()>> + Send;
}

#[derive(Default)]
struct Measured {
    commands: u64,
    wall: Duration,
    used: Used,
    latency: Option<Histogram<u64>>,
}

impl Measured {
    fn add(&mut self, other: Self) {
        self.commands += other.commands;
        self.wall += other.wall;
        self.used.client += other.used.client;
        self.used.server += other.used.server;
        match (&mut self.latency, other.latency) {
            (Some(mine), Some(theirs)) => mine.add(theirs).expect("the same bounds"),
            (none, theirs) => *none = theirs,
        }
    }

    fn rate(&self) -> f64 {
        self.commands as f64 / self.wall.as_secs_f64()
    }

    fn cpu_us(&self) -> f64 {
        (self.used.client + self.used.server) * 1e6 / self.commands as f64
    }

    fn at(&self, quantile: f64) -> f64 {
        let value = self.latency.as_ref().map_or(0, |all| all.value_at_quantile(quantile));
        value as f64 / 1000.0
    }
}

/// Runs every system with every number of callers, round by round, and prints.
pub async fn run(home: &TestDatabase, size: Size) -> anyhow::Result<()> {
    let pool = stock::pool(&home.superuser()).await?;
    let server = Server::of(&pool).await?;
    let stock = Arc::new(stock::Stock::new(pool));
    let (ours, keyed) = Ours::open(home).await?;
    let (ours, keyed) = (Arc::new(ours), Arc::new(keyed));
    let mut table: Vec<[Measured; 3]> = CALLERS.iter().map(|_| Default::default()).collect();
    let mut acknowledged = Acknowledged::default();
    for round in 0..=size.rounds {
        for (row, callers) in table.iter_mut().zip(CALLERS) {
            let measured = [
                drive(&stock, callers, size.seconds, server).await?,
                drive(&ours, callers, size.seconds, server).await?,
                drive(&keyed, callers, size.seconds, server).await?,
            ];
            acknowledged.commands += measured[1].commands + measured[2].commands;
            acknowledged.keyed += measured[2].commands;
            // The first round warms up.
            if round > 0 {
                row.iter_mut().zip(measured).for_each(|(sum, one)| sum.add(one));
            }
        }
        eprintln!("round {round} of {}", size.rounds);
    }
    print(&table, [stock.name(), ours.name(), keyed.name()]);
    checked::run(home, acknowledged).await?;
    let raw = copy::rate(home, size).await?;
    println!("\nraw limit, the same rows by COPY BINARY: {:.0} events/s\n", raw);
    Ok(())
}

async fn drive<S: System>(
    system: &Arc<S>,
    callers: usize,
    seconds: u64,
    server: Server,
) -> anyhow::Result<Measured> {
    let (before, began) = (server.used(), Instant::now());
    let until = began + Duration::from_secs(seconds);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..callers {
        let system = Arc::clone(system);
        tasks.spawn(async move {
            let mut latency = Histogram::<u64>::new_with_bounds(1, 60_000_000, 3)?;
            let mut commands = 0_u64;
            while Instant::now() < until {
                let (id, story) = story::next();
                for command in story {
                    let sent = Instant::now();
                    system.run(id, command).await?;
                    latency.record(u64::try_from(sent.elapsed().as_micros())?.max(1))?;
                    commands += 1;
                }
            }
            anyhow::Ok((commands, latency))
        });
    }
    let mut sum = Measured::default();
    while let Some(done) = tasks.join_next().await {
        let (commands, latency) = done??;
        sum.add(Measured { commands, latency: Some(latency), ..Measured::default() });
    }
    sum.wall = began.elapsed();
    sum.used = server.used().since(before);
    Ok(sum)
}

fn print(table: &[[Measured; 3]], names: [&str; 3]) {
    println!("\nwhole calls of {} commands; latency in ms, CPU in µs per command", story::COMMANDS);
    println!(
        "{:>8}  {:<30} {:>11} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>9}",
        "callers",
        "system",
        "commands/s",
        "p50",
        "p99",
        "server",
        "client",
        "both",
        "× rate",
        "÷ CPU"
    );
    for (row, callers) in table.iter().zip(CALLERS) {
        let [peer, ..] = row;
        for (one, name) in row.iter().zip(names) {
            let per = |seconds: f64| seconds * 1e6 / one.commands as f64;
            println!(
                "{callers:>8}  {name:<30} {:>11.0} {:>8.2} {:>8.2} {:>8.1} {:>8.1} {:>8.1} {:>8.2} {:>9.2}",
                one.rate(),
                one.at(0.5),
                one.at(0.99),
                per(one.used.server),
                per(one.used.client),
                one.cpu_us(),
                one.rate() / peer.rate(),
                peer.cpu_us() / one.cpu_us(),
            );
        }
    }
}
