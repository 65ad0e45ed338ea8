//! Events per second of a rebuild of `call_facts`, beside the bare feed of the
//! same events and beside stock `QueryReplay`.

use std::sync::Arc;
use std::time::Instant;

use database::Role;
use event_store::Feed;
use projections::rebuild::{RebuildOptions, rebuild};
use tests::TestDatabase;
use tokio_util::sync::CancellationToken;

use crate::contest::System;
use crate::{Size, cpu, ours::Ours, replay, story};

const WRITERS: usize = 256;
const PAGE: i64 = 20_000;

/// Fills the log, measures in interleaved rounds, and prints.
pub async fn run(home: &TestDatabase, size: Size) -> anyhow::Result<()> {
    let head = fill(home, size.events).await?;
    println!("rebuild of call_facts over {head} events; memory is this process's peak");
    println!(
        "{:>6}  {:>14} {:>14} {:>9} {:>9}",
        "round", "feed ev/s", "rebuild ev/s", "of feed", "MiB"
    );
    let (mut feeds, mut rebuilds) = (0.0, 0.0);
    for round in 1..=size.rounds {
        let feed = feed(home, head).await?;
        cpu::forget_peak()?;
        let built = built(home).await?;
        feeds += feed;
        rebuilds += built;
        let (ratio, peak) = (built / feed, cpu::peak_mib());
        println!("{round:>6}  {feed:>14.0} {built:>14.0} {ratio:>9.2} {peak:>9.0}");
    }
    println!("{:>6}  mean ratio {:.2}", "", rebuilds / feeds);
    let (events, rate) = replay::rate(home).await?;
    let mean = rebuilds / size.rounds as f64;
    println!(
        "stock QueryReplay + GenericQuery over {events} of the same events: {rate:.0} events/s"
    );
    println!("rebuild ÷ QueryReplay: {:.0}", mean / rate);
    Ok(())
}

async fn fill(home: &TestDatabase, events: i64) -> anyhow::Result<i64> {
    let (ours, _) = Ours::open(home).await?;
    let ours = Arc::new(ours);
    let head = ours.head();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..WRITERS {
        let (ours, head) = (Arc::clone(&ours), head.clone());
        tasks.spawn(async move {
            while *head.borrow() < events {
                let (id, commands) = story::next();
                for command in commands {
                    ours.run(id, command).await?;
                }
            }
            anyhow::Ok(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    let last = *head.borrow();
    Ok(last)
}

async fn feed(home: &TestDatabase, head: i64) -> anyhow::Result<f64> {
    let began = Instant::now();
    let mut feed = Feed::open(home.database().pool(Role::Projector)).await?;
    let (mut after, mut bytes) = (0, 0_usize);
    while after < head {
        feed.page(after, PAGE, |event| {
            after = event.position;
            bytes += event.payload.len();
            Ok::<(), std::convert::Infallible>(())
        })
        .await?;
    }
    anyhow::ensure!(bytes > 0, "the feed gave no payload");
    Ok(head as f64 / began.elapsed().as_secs_f64())
}

/// Rebuilds `call_facts`; how many events per second.
pub async fn built(home: &TestDatabase) -> anyhow::Result<f64> {
    // Only the rebuild: comparing its rows with the live ones reads both once more.
    let options = RebuildOptions { compare: false, ..RebuildOptions::default() };
    let began = Instant::now();
    let never = CancellationToken::new();
    let report = rebuild(home.database(), "call_facts", &options, &|_| {}, &never).await?;
    Ok(report.events as f64 / began.elapsed().as_secs_f64())
}
