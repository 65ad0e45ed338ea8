//! Two processes that append to one log, beside one process with as many callers.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use database::{Database, Settings};
use serde_json::json;
use tests::{TestDatabase, TestDirectory};
use tokio::process::Command;

use crate::contest::{Figures, Round, events_per_command, ratio, serve};
use crate::meter::Meter;
use crate::ours::Ours;
use crate::peer::Peer;
use crate::{Size, kept, stock};

const CALLERS: usize = 256;

/// Runs both, round by round, and prints.
pub async fn run(home: &TestDatabase, size: Size) -> anyhow::Result<()> {
    let pool = stock::pool(&home.superuser()).await?;
    let meter = Meter::of(&pool).await?;
    let (mut one, mut other) = (worker(home).await?, worker(home).await?);
    let (mut alone, mut together) = (Vec::new(), Vec::new());
    let time = Duration::from_secs(size.seconds);
    for round in 0..=size.rounds {
        let by_one = meter.round(&[one.id], one.drive(CALLERS, time)).await?;
        let ids = [one.id, other.id];
        let both = async {
            let half = CALLERS / 2;
            let (one, other) = tokio::try_join!(one.drive(half, time), other.drive(half, time))?;
            Ok(Round {
                commands: one.commands + other.commands,
                wall_us: one.wall_us.max(other.wall_us),
                p50_us: one.p50_us.max(other.p50_us),
                p99_us: one.p99_us.max(other.p99_us),
                ..one
            })
        };
        let by_both = meter.round(&ids, both).await?;
        if round > 0 {
            alone.push(by_one);
            together.push(by_both);
        }
        eprintln!("round {round} of {}", size.rounds);
    }
    println!("\n{CALLERS} callers of one log; CPU in µs per command\n");
    println!("| processes | commands/s | p99 ms | CPU |\n|--:|--:|--:|--:|");
    for (processes, rounds) in [(1, &alone), (2, &together)] {
        let all = Figures::of(rounds, events_per_command());
        let Figures { commands_per_s, p99_ms, cpu_us, .. } = all;
        println!("| {processes} | {commands_per_s:.0} | {p99_ms:.2} | {cpu_us:.1} |");
    }
    let more = ratio(&together, &alone, |all| all.commands_per_s);
    println!("\ntwo ÷ one: {more:.2}");
    let holes: i64 = sqlx::query_scalar(
        "SELECT (SELECT position FROM public.log_head) - (SELECT count(*) FROM public.events)",
    )
    .fetch_one(&pool)
    .await?;
    anyhow::ensure!(holes == 0, "{holes} positions are missing");
    println!("checked: no position is missing");
    kept::keep("pair", &json!({ "one": alone, "two": together, "ratio": more }));
    Ok(())
}

/// A process of its own that appends to the log of a database.
async fn worker(home: &TestDatabase) -> anyhow::Result<Peer> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("worker").arg(home.url()).arg(home.secrets_dir()).arg(home.role_prefix());
    Peer::spawn(command).await?.context("it does not begin")
}

/// Is such a process, as long as it is asked.
pub async fn work(url: &str, secrets: &str, prefix: &str) -> anyhow::Result<()> {
    let directory = TestDirectory::create();
    let opened = Database::open(&Settings {
        data_dir: directory.path().to_owned(),
        database_url: Some(url.to_owned()),
        secrets_dir: Path::new(secrets).to_owned(),
        role_prefix: prefix.to_owned(),
        allow_install: false,
        say: |_| {},
    })
    .await?;
    let (ours, _) = Ours::over(&opened.database).await?;
    serve(&Arc::new(ours)).await
}
