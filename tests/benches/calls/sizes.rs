//! Events of 300 bytes and of 2 KiB: eight to a stream, by stock cqrs-es with postgres-es and by
//! this log.

use std::sync::Arc;
use std::time::Duration;

use event_store::{Log, LogSettings};
use serde_json::json;
use tests::TestDatabase;
use uuid::Uuid;

use crate::contest::{Figures, Round, ratio, repeat};
use crate::meter::Meter;
use crate::text::{Ours, Stock, Taker};
use crate::{Size, kept, stock};

const BYTES: [usize; 2] = [300, 2_048];
const CALLERS: [usize; 2] = [64, 256];
const STREAM: usize = 8;
/// What an event has around its text.
const AROUND: usize = r#"{"Text":{"text":""}}"#.len();

/// Runs all of them, round by round, and prints.
pub async fn run(home: &TestDatabase, size: Size) -> anyhow::Result<()> {
    let pool = stock::pool(&home.superuser()).await?;
    let meter = Meter::of(&pool).await?;
    let stock = Arc::new(Stock::new(pool));
    let ours = Arc::new(Ours(Log::open(home.database(), LogSettings::default()).await?));
    let time = Duration::from_secs(size.seconds);
    let this = [std::process::id()];
    println!("\nevents of a size, one to a command; CPU in µs per command\n");
    println!(
        "| bytes | callers | system | commands/s | p99 ms | CPU | WAL B/event | × rate | ÷ CPU |"
    );
    println!("|--:|--:|---|--:|--:|--:|--:|--:|--:|");
    let mut found = Vec::new();
    for bytes in BYTES {
        for callers in CALLERS {
            let (mut theirs, mut mine) = (Vec::new(), Vec::new());
            for round in 0..=size.rounds {
                let one = meter.round(&this, drive(&stock, (callers, bytes), time)).await?;
                let other = meter.round(&this, drive(&ours, (callers, bytes), time)).await?;
                if round > 0 {
                    theirs.push(one);
                    mine.push(other);
                }
            }
            for (name, rounds) in [("stock", &theirs), ("voice", &mine)] {
                let all = Figures::of(rounds, 1.0);
                let rate = ratio(rounds, &theirs, |all| all.commands_per_s);
                let cpu = 1.0 / ratio(rounds, &theirs, |all| all.cpu_us);
                println!(
                    "| {bytes} | {callers} | {name} | {:.0} | {:.2} | {:.1} | {:.0} | {rate:.2} \
                     | {cpu:.2} |",
                    all.commands_per_s, all.p99_ms, all.cpu_us, all.wal_bytes_per_event
                );
                found.push(json!({
                    "bytes": bytes, "callers": callers, "system": name, "rounds": rounds,
                    "figures": all, "rate_of_stock": rate, "stock_cpu_of_it": cpu,
                }));
            }
        }
    }
    kept::keep("sizes", &json!(found));
    Ok(())
}

async fn drive<T: Taker>(
    taker: &Arc<T>,
    (callers, bytes): (usize, usize),
    time: Duration,
) -> anyhow::Result<Round> {
    let text = "x".repeat(bytes - AROUND);
    let stories = move || (Uuid::now_v7(), vec![text.clone(); STREAM]);
    let taker = Arc::clone(taker);
    repeat(callers, time, stories, move |id, text| {
        let taker = Arc::clone(&taker);
        async move { taker.take(id, text).await }
    })
    .await
}
