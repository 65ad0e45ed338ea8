//! A disk on which a flush takes 5 ms longer (`commit_delay`), as many do: stock cqrs-es with
//! postgres-es and this log.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tests::TestDatabase;

use crate::contest::{Figures, drive, events_per_command, ratio};
use crate::meter::Meter;
use crate::ours::Ours;
use crate::{Size, kept, stock};

const CALLERS: usize = 256;

/// Runs both, round by round, and prints.
pub async fn run(home: &TestDatabase, size: Size) -> anyhow::Result<()> {
    // Of this database alone, which goes away: sessions that begin from here on have it.
    let slow = format!(
        "ALTER DATABASE {name} SET commit_delay = 5000;
         ALTER DATABASE {name} SET commit_siblings = 0",
        name = home.name()
    );
    let mut admin = sqlx::ConnectOptions::connect(&home.superuser()).await?;
    sqlx::raw_sql(&slow).execute(&mut admin).await?;
    let pool = stock::pool(&home.superuser()).await?;
    let delay: String =
        sqlx::query_scalar("SELECT current_setting('commit_delay')").fetch_one(&pool).await?;
    anyhow::ensure!(delay == "5000", "flushes are as fast as ever: {delay}");
    let meter = Meter::of(&pool).await?;
    let stock = Arc::new(stock::Stock::new(pool));
    let (ours, _) = Ours::open(home).await?;
    let ours = Arc::new(ours);
    let (time, this) = (Duration::from_secs(size.seconds), [std::process::id()]);
    let (mut theirs, mut mine) = (Vec::new(), Vec::new());
    for round in 0..=size.rounds {
        let one = meter.round(&this, drive(&stock, CALLERS, time)).await?;
        let other = meter.round(&this, drive(&ours, CALLERS, time)).await?;
        if round > 0 {
            theirs.push(one);
            mine.push(other);
        }
    }
    println!("\n{CALLERS} callers, every flush takes 5 ms longer\n");
    println!("| system | commands/s | p99 ms | CPU µs |\n|---|--:|--:|--:|");
    for (name, rounds) in [("stock cqrs-es + postgres-es", &theirs), ("voice", &mine)] {
        let Figures { commands_per_s, p99_ms, cpu_us, .. } =
            Figures::of(rounds, events_per_command());
        println!("| {name} | {commands_per_s:.0} | {p99_ms:.2} | {cpu_us:.1} |");
    }
    let more = ratio(&mine, &theirs, |all| all.commands_per_s);
    println!("\nours ÷ stock: {more:.1}");
    kept::keep("flush", &json!({ "stock": theirs, "voice": mine, "ratio": more }));
    Ok(())
}
