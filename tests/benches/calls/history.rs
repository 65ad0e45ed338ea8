//! Calls of another system that come in through the product's own import, rows of CSV that are
//! checked, mapped, sealed and appended; beside COPY BINARY of the rows that it has made of them.

use std::sync::Arc;
use std::time::Instant;

use domain::{OrgId, Timestamp};
use event_store::{Keyring, Log, LogSettings};
use processes::{Commands, SystemClock};
use serde_json::json;
use sqlx::ConnectOptions;
use tests::TestDatabase;
use tests::center::{Center, import};
use uuid::Uuid;

use crate::contest::median;
use crate::{Size, copy, kept, limits};

const CALLS: u64 = 100_000;
const SEED: u64 = 2_026;

/// Runs both, round by round, and prints.
pub async fn run(size: Size) -> anyhow::Result<()> {
    println!("\n{CALLS} calls, an event each\n");
    println!("| round | import, events/s | COPY, events/s | ratio |\n|--:|--:|--:|--:|");
    let (mut ratios, mut found) = (Vec::new(), Vec::new());
    for round in 1..=size.rounds {
        // Calls that are there already would be passed over.
        let home = TestDatabase::create().await;
        let log = Log::open(home.database(), LogSettings::default()).await?;
        let keyring = Keyring::new(home.database(), [7; 32]);
        let commands = Commands::new(log, keyring, Arc::new(SystemClock));
        let until = Timestamp::from(chrono::Utc::now());
        let center = Center::before(until, CALLS, SEED)?;
        let began = Instant::now();
        let calls = import(&commands, OrgId::from(Uuid::from_u128(1)), &center).await?;
        let imported = calls as f64 / began.elapsed().as_secs_f64();
        let mut connection = home.superuser().connect().await?;
        let parts = copy::read(&mut connection, i64::try_from(calls)?).await?;
        let mut fresh = limits::fresh(&home.superuser()).await?;
        let began = Instant::now();
        copy::send(&mut fresh, &parts, "events").await?;
        let copied = calls as f64 / began.elapsed().as_secs_f64();
        println!("| {round} | {imported:.0} | {copied:.0} | {:.2} |", imported / copied);
        ratios.push(imported / copied);
        found.push(json!({ "import_events_per_s": imported, "copy_events_per_s": copied }));
    }
    println!("\nimport ÷ COPY: {:.2}", median(ratios));
    kept::keep("history", &json!(found));
    Ok(())
}
