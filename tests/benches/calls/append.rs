//! Commands per second, their latency, their CPU and the bytes that they write, for several
//! numbers of concurrent callers, each of which drives one call after the other.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use sqlx::PgPool;
use tests::TestDatabase;

use crate::checked::{self, Acknowledged};
use crate::contest::{Figures, Round, drive, events_per_command, ratio};
use crate::meter::Meter;
use crate::ours::Ours;
use crate::peer::{self, PEERS, Peer};
use crate::{Size, kept, stock, story};

const CALLERS: [usize; 4] = [1, 8, 64, 256];

/// Somebody who takes part.
enum Contestant {
    Stock(Arc<stock::Stock>),
    Peer(Box<Peer>),
    Ours(Arc<Ours>),
}

impl Contestant {
    async fn drive(&mut self, callers: usize, time: Duration) -> anyhow::Result<Round> {
        match self {
            Self::Stock(stock) => drive(stock, callers, time).await,
            Self::Peer(peer) => peer.drive(callers, time).await,
            Self::Ours(ours) => drive(ours, callers, time).await,
        }
    }

    /// The process that sends its commands.
    fn process(&self) -> u32 {
        match self {
            Self::Peer(peer) => peer.id,
            Self::Stock(_) | Self::Ours(_) => std::process::id(),
        }
    }
}

/// A contestant with what it has done.
struct Entry {
    name: &'static str,
    /// Its tables, as a condition for `pg_class` and its schema.
    tables: &'static str,
    contestant: Contestant,
    /// Its rounds by the number of callers.
    rounds: [Vec<Round>; CALLERS.len()],
    /// All of its commands.
    commands: u64,
}

impl Entry {
    fn of(name: &'static str, tables: &'static str, contestant: Contestant) -> Self {
        let rounds = std::array::from_fn(|_| Vec::new());
        Self { name, tables, contestant, rounds, commands: 0 }
    }
}

/// Runs every system with every number of callers, round by round, and prints.
pub async fn run(home: &TestDatabase, size: Size) -> anyhow::Result<()> {
    peer::build().await?;
    let pool = stock::pool(&home.superuser()).await?;
    let (meter, time) = (Meter::of(&pool).await?, Duration::from_secs(size.seconds));
    let mut entries = entries(home, pool.clone()).await?;
    for round in 0..=size.rounds {
        for (place, callers) in CALLERS.into_iter().enumerate() {
            for entry in &mut entries {
                let process = entry.contestant.process();
                let done = meter.round(&[process], entry.contestant.drive(callers, time)).await?;
                entry.commands += done.commands;
                // The first round warms up.
                if round > 0 {
                    entry.rounds[place].push(done);
                }
            }
        }
        eprintln!("round {round} of {}", size.rounds);
    }
    print(&entries);
    bytes(&entries, &pool).await?;
    let [.., ours, keyed] = entries.as_slice() else { anyhow::bail!("who takes part") };
    let commands = ours.commands + keyed.commands;
    checked::run(home, Acknowledged { commands, keyed: keyed.commands }).await?;
    Ok(())
}

async fn entries(home: &TestDatabase, pool: PgPool) -> anyhow::Result<Vec<Entry>> {
    let stock = Contestant::Stock(Arc::new(stock::Stock::new(pool)));
    let mut entries = vec![Entry::of("stock cqrs-es + postgres-es", "nspname = 'stock'", stock)];
    for (program, name) in PEERS {
        let tables = match program {
            "esrs" => "nspname = 'esrs'",
            "disintegrate" => "nspname = 'disintegrate'",
            _ => "nspname = 'es_entity'",
        };
        match Peer::start(program, &home.url()).await? {
            Some(peer) => {
                entries.push(Entry::of(name, tables, Contestant::Peer(Box::new(peer))));
            }
            None => println!("{name} does not run on this server, and takes no part"),
        }
    }
    let (ours, keyed) = Ours::open(home).await?;
    let log = "nspname = 'public' AND relname IN ('events', 'batches', 'log_head')";
    entries.push(Entry::of("voice", log, Contestant::Ours(Arc::new(ours))));
    let name = "voice, with idempotency keys";
    entries.push(Entry::of(name, "false", Contestant::Ours(Arc::new(keyed))));
    Ok(entries)
}

fn print(entries: &[Entry]) {
    println!("\nwhole calls of {} commands; CPU in µs per command\n", story::COMMANDS);
    println!(
        "| callers | system | commands/s | p50 ms | p99 ms | server | client | both | WAL B/event \
         | × rate | ÷ CPU | ÷ p99 |"
    );
    println!("|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    let Some(baseline) = entries.first() else { return };
    let mut rows = Vec::new();
    for (place, callers) in CALLERS.into_iter().enumerate() {
        for entry in entries {
            let all = Figures::of(&entry.rounds[place], events_per_command());
            let of = |of| ratio(&entry.rounds[place], &baseline.rounds[place], of);
            let (rate, cpu) = (of(|all| all.commands_per_s), 1.0 / of(|all| all.cpu_us));
            let p99 = 1.0 / of(|all| all.p99_ms);
            println!(
                "| {callers} | {} | {:.0} | {:.2} | {:.2} | {:.1} | {:.1} | {:.1} | {:.0} \
                 | {rate:.2} | {cpu:.2} | {p99:.2} |",
                entry.name,
                all.commands_per_s,
                all.p50_ms,
                all.p99_ms,
                all.server_us,
                all.client_us,
                all.cpu_us,
                all.wal_bytes_per_event,
            );
            rows.push(json!({
                "callers": callers, "system": entry.name, "rounds": entry.rounds[place],
                "figures": all, "rate_of_stock": rate, "stock_cpu_of_it": cpu,
                "stock_p99_of_it": p99,
            }));
        }
    }
    kept::keep("append", &json!(rows));
}

/// What an event takes on the disk, tables and indexes.
async fn bytes(entries: &[Entry], pool: &PgPool) -> anyhow::Result<()> {
    println!("\n| system | events | table + index B/event |\n|---|--:|--:|");
    let mut rows = Vec::new();
    for entry in entries.iter().filter(|entry| entry.tables != "false") {
        let statement = format!(
            "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c
             JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind = 'r' AND {}",
            entry.tables
        );
        let bytes: i64 = sqlx::query_scalar(&statement).fetch_one(pool).await?;
        // Whoever has keys writes into the same log.
        let ours = entry.name == "voice";
        let both = entries.last().filter(|_| ours).map_or(0, |keyed| keyed.commands);
        let events = (entry.commands + both) * story::EVENTS as u64 / story::COMMANDS as u64;
        let each = bytes as f64 / events as f64;
        println!("| {} | {events} | {each:.0} |", entry.name);
        rows.push(json!({ "system": entry.name, "events": events, "bytes_per_event": each }));
    }
    kept::keep("append-bytes", &json!(rows));
    Ok(())
}
