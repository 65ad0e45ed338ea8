//! What PostgreSQL can do at most with the same rows, beside what commands get of it: the append
//! statement in a bare loop (with and without what proves the log), plain multi-row INSERT, and
//! COPY BINARY. Into tables with the same columns and indexes, empty at the start of each round.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use serde_json::json;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, PgConnection};
use tests::TestDatabase;

use crate::contest::{drive, events_per_command, median};
use crate::cpu::Server;
use crate::ours::Ours;
use crate::rows::{self, Rows};
use crate::{Size, copy, kept, stock};

/// Rows of a round.
const ROWS: usize = 204_800;
/// Of a bare statement.
const BATCH: usize = 128;
/// Of a plain INSERT.
const INSERT: usize = 500;
const CALLERS: usize = 256;
const SCHEMA: &str = "raw";

/// The append statement as the writer sends it where nobody has a key.
const APPEND: &str = concat!(
    include_str!("../../../event-store/src/sql/append_events.sql"),
    "SELECT base FROM head"
);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Limit {
    Append,
    Unproven,
    Insert,
    Copy,
}

impl Limit {
    const ALL: [Self; 4] = [Self::Append, Self::Unproven, Self::Insert, Self::Copy];

    fn name(self) -> &'static str {
        match self {
            Self::Append => "the append statement in a bare loop, batches of 128",
            Self::Unproven => "the same without roots and chain",
            Self::Insert => "INSERT of 500 rows",
            Self::Copy => "COPY BINARY, 10,000 rows in a transaction",
        }
    }

    async fn drive(self, connection: &mut PgConnection, rows: &Rows) -> anyhow::Result<()> {
        match self {
            Self::Append => rows.append(connection, APPEND, BATCH).await,
            Self::Unproven => rows.append(connection, &unproven()?, BATCH).await,
            Self::Insert => rows.insert(connection, INSERT).await,
            Self::Copy => copy::send(connection, &rows.copied, "events").await,
        }
    }
}

/// The append statement without the row of the batch and without its hash.
fn unproven() -> anyhow::Result<String> {
    let text = APPEND.replace("sha256(hash || $2)", "$2");
    let (before, rest) = text.split_once("batch AS (").context("a batch")?;
    let (_, after) = rest.split_once("), event").context("the end of it")?;
    Ok(format!("{before}event{after}"))
}

/// What somebody has done, round by round.
struct Entry {
    name: &'static str,
    rates: Vec<f64>,
    cpu_us: Vec<f64>,
}

/// Runs all of them, round by round, and prints.
pub async fn run(home: &TestDatabase, size: Size) -> anyhow::Result<()> {
    let pool = stock::pool(&home.superuser()).await?;
    let server = Server::of(&pool).await?;
    let (ours, _) = Ours::open(home).await?;
    let ours = Arc::new(ours);
    let head = ours.head();
    while usize::try_from(*head.borrow())? < ROWS {
        drive(&ours, CALLERS, Duration::from_secs(1)).await?;
    }
    let rows = rows::read(&home.superuser(), ROWS).await?;
    let names = ["commands, 256 callers"].into_iter().chain(Limit::ALL.map(Limit::name));
    let mut entries: Vec<Entry> =
        names.map(|name| Entry { name, rates: Vec::new(), cpu_us: Vec::new() }).collect();
    let this = [std::process::id()];
    for round in 0..=size.rounds {
        let time = Duration::from_secs(size.seconds);
        let used = server.used(&this);
        let done = drive(&ours, CALLERS, time).await?;
        let used = server.used(&this).since(used);
        let events = done.commands as f64 * events_per_command();
        let mut found = vec![(events, done.wall_us as f64 / 1e6, used)];
        for limit in Limit::ALL {
            let mut connection = fresh(&home.superuser()).await?;
            let (used, began) = (server.used(&this), Instant::now());
            limit.drive(&mut connection, &rows).await?;
            let took = began.elapsed().as_secs_f64();
            found.push((ROWS as f64, took, server.used(&this).since(used)));
        }
        // The first round warms up.
        for (entry, (events, took, used)) in entries.iter_mut().zip(found).filter(|_| round > 0) {
            entry.rates.push(events / took);
            entry.cpu_us.push((used.client + used.server) * 1e6 / events);
        }
        eprintln!("round {round} of {}", size.rounds);
    }
    print(&entries);
    Ok(())
}

/// A connection to tables of their own that are empty.
pub async fn fresh(options: &PgConnectOptions) -> anyhow::Result<PgConnection> {
    let mut connection = options
        .clone()
        .options([
            ("search_path", SCHEMA),
            ("plan_cache_mode", "force_generic_plan"),
            ("jit", "off"),
        ])
        .connect()
        .await?;
    let tables = format!(
        "DROP SCHEMA IF EXISTS {SCHEMA} CASCADE;
         CREATE SCHEMA {SCHEMA};
         CREATE TABLE events (LIKE public.events INCLUDING ALL);
         CREATE TABLE batches (LIKE public.batches INCLUDING ALL);
         CREATE TABLE log_head (LIKE public.log_head INCLUDING ALL) WITH (fillfactor = 10);
         INSERT INTO log_head SELECT 1, 0, 1, decode(repeat('00', 32), 'hex')"
    );
    sqlx::raw_sql(&tables).execute(&mut connection).await?;
    Ok(connection)
}

fn print(entries: &[Entry]) {
    println!("\n{ROWS} rows a round; CPU of client and server in µs per event\n");
    println!("| | events/s | CPU | commands ÷ it | × their CPU |\n|---|--:|--:|--:|--:|");
    let Some(commands) = entries.first() else { return };
    let ratio = |mine: &[f64], theirs: &[f64]| {
        median(mine.iter().zip(theirs).map(|(mine, theirs)| mine / theirs).collect())
    };
    let mut found = Vec::new();
    for Entry { name, rates, cpu_us } in entries {
        let (rate, cpu) = (median(rates.clone()), median(cpu_us.clone()));
        let part = ratio(&commands.rates, rates);
        let more = ratio(&commands.cpu_us, cpu_us);
        println!("| {name} | {rate:.0} | {cpu:.1} | {part:.2} | {more:.2} |");
        found.push(json!({ "name": name, "rates": rates, "cpu_us": cpu_us, "part": part }));
    }
    if let [_, proven, unproven, ..] = entries {
        let kept = ratio(&proven.rates, &unproven.rates);
        println!("\nwith roots and chain ÷ without: {kept:.3}");
    }
    kept::keep("limits", &json!(found));
}
