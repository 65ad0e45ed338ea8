//! How long the dashboard lags behind the log, and whether it is right, while nothing else happens
//! and while thousands of events a second are appended.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use domain::call::{
    AnsweredBy, CallCommand, Enqueue, InboundCall, Observation, ObservedStatus, Provider,
};
use domain::{PhoneNumber, QueueId, SubjectId, Timestamp};
use processes::{Clock as _, SystemClock};
use serde_json::Value;
use tests::busy::{Figures, Load, tell};
use uuid::Uuid;

use crate::Size;
use crate::home::Home;
use crate::server::Server;
use crate::times::Times;

const PATIENCE: Duration = Duration::from_secs(30);
/// How long whoever looks rests between two looks.
const REST: Duration = Duration::from_millis(5);
const DAY_MS: i64 = 86_400_000;
const IDLE: Duration = Duration::from_secs(20);

/// Measures both, and prints.
pub async fn run(home: &Home, server: &Server, size: Size) -> anyhow::Result<()> {
    println!("\nfrom the reply to a command until an answer has it, ms");
    println!(
        "{:<34} {:<28} {:>6} {:>8} {:>8} {:>8}",
        "meanwhile", "what is looked at", "times", "p50", "p95", "most"
    );
    let began = Instant::now();
    let mut idle = Delays::new()?;
    while began.elapsed() < IDLE {
        idle.look(home, server).await?;
    }
    idle.print("nothing")?;

    let head = *home.commands.log().head().borrow();
    let since = SystemClock.now();
    let load = Load::begin(&home.commands, home.org, size.rate).await?;
    let until = Instant::now() + Duration::from_secs(size.seconds);
    let (mut delays, mut seen, mut looks) = (Delays::new()?, Figures::default(), 0_u64);
    while Instant::now() < until {
        delays.look(home, server).await?;
        let (figures, _) = asked(server, since).await?;
        // A call counts as begun before it is, and each look makes one.
        let begun = load.appended.calls.load(Ordering::SeqCst) + delays.calls;
        figures.follow(&seen, begun)?;
        (seen, looks) = (figures, looks + 1);
    }
    let rate = load.end().await?;
    delays.print(&format!("{rate:.0} events/s are appended"))?;
    let counted = Figures::counted(&home.database, home.org, head, since).await?;
    let last = settled(home, server, since).await?;
    ensure!(last == counted, "the figures say {last:?}, the log {counted:?}");
    println!(
        "\nchecked: while {rate:.0} events/s were appended for {} s, no figure of {looks} answers \
         went backwards\nor knew of a call that had not begun; afterwards they are what the log \
         says: {counted:?}",
        size.seconds
    );
    let memory = server.memory()?;
    let (now, most, put_off) = (memory.now_mib, memory.peak_mib, server.put_off());
    println!("the server has {now:.0} MiB, {most:.0} at most; it said 503 {put_off} times\n");
    Ok(())
}

/// The figures of the calls since an instant, and up to which position of the log.
async fn asked(server: &Server, since: Timestamp) -> anyhow::Result<(Figures, i64)> {
    let path = format!("/api/v1/analytics/calls?from={since}&to={}", since.plus_ms(DAY_MS));
    let answer = server.get(&path).await?;
    Ok((Figures::answered(&answer.body)?, answer.position))
}

/// The figures once the read model has all of the log.
async fn settled(home: &Home, server: &Server, since: Timestamp) -> anyhow::Result<Figures> {
    let head = *home.commands.log().head().borrow();
    let end = Instant::now() + PATIENCE;
    loop {
        let (figures, position) = asked(server, since).await?;
        if position >= head {
            return Ok(figures);
        }
        ensure!(Instant::now() < end, "the read model stays at {position}, the log is at {head}");
        tokio::time::sleep(REST).await;
    }
}

/// How long it took until something was seen.
struct Delays {
    waiting: Times,
    summary: Times,
    /// Of each look one.
    calls: u64,
}

impl Delays {
    fn new() -> anyhow::Result<Self> {
        Ok(Self { waiting: Times::new()?, summary: Times::new()?, calls: 0 })
    }

    /// Somebody calls: how long until the summary knows of the call, and, once they wait in a queue
    /// of their own, until what goes on now shows them.
    async fn look(&mut self, home: &Home, server: &Server) -> anyhow::Result<()> {
        let (id, queue) = (Uuid::now_v7(), Uuid::now_v7());
        let at = SystemClock.now();
        let before = summary(server).await?.0;
        self.calls += 1;
        let position = tell(&home.commands, home.org, id, comes_in(id, at)).await?.position;
        let position = position.context("a fact")?;
        let replied = Instant::now();
        loop {
            let (calls, seen) = summary(server).await?;
            if seen >= position {
                ensure!(calls > before, "{calls} calls at {seen}, {before} before {position}");
                break;
            }
            ensure!(replied.elapsed() < PATIENCE, "the summary stays at {seen}");
            tokio::time::sleep(REST).await;
        }
        self.summary.record(replied.elapsed())?;
        tell(&home.commands, home.org, id, observed(id, ObservedStatus::Answered)).await?;
        let place = Enqueue {
            queue_id: QueueId::from(queue),
            priority: 50,
            required_skills: Vec::new(),
            language: None,
        };
        let at = SystemClock.now();
        tell(&home.commands, home.org, id, CallCommand::Enqueue { place, at }).await?;
        let replied = Instant::now();
        while !waits(server, &queue.to_string()).await? {
            ensure!(replied.elapsed() < PATIENCE, "nobody waits in {queue}");
            tokio::time::sleep(REST).await;
        }
        self.waiting.record(replied.elapsed())?;
        tell(&home.commands, home.org, id, observed(id, ObservedStatus::Completed)).await?;
        Ok(())
    }

    fn print(&self, meanwhile: &str) -> anyhow::Result<()> {
        for (what, times) in
            [("a call, in the summary", &self.summary), ("who waits, in realtime", &self.waiting)]
        {
            let (count, half, nearly) = (times.count(), times.at(0.5), times.at(0.95));
            let most = times.at(1.0);
            println!("{meanwhile:<34} {what:<28} {count:>6} {half:>8.1} {nearly:>8.1} {most:>8.1}");
        }
        Ok(())
    }
}

/// How many calls there were today, up to which position of the log.
async fn summary(server: &Server) -> anyhow::Result<(u64, i64)> {
    let answer = server.get("/api/v1/dashboard/summary").await?;
    let calls = answer.body.pointer("/calls/calls/value").and_then(Value::as_f64);
    Ok((calls.context("a count")?.round() as u64, answer.position))
}

/// Whether somebody waits in a queue.
async fn waits(server: &Server, queue: &str) -> anyhow::Result<bool> {
    let answer = server.get("/api/v1/analytics/realtime").await?;
    let queues = answer.body.get("queues").and_then(Value::as_array).context("queues")?;
    let known = |one: &&Value| one.get("queue").and_then(Value::as_str) == Some(queue);
    let waiting = queues.iter().find(known).and_then(|one| one.get("waiting")?.as_i64());
    Ok(waiting == Some(1))
}

fn comes_in(id: Uuid, at: Timestamp) -> CallCommand {
    CallCommand::RegisterInbound(Box::new(InboundCall {
        provider: Provider::Simulator,
        provider_call_id: format!("bench-{id}"),
        from: None,
        to: PhoneNumber::parse("+420222000111").expect("a number"),
        subject: SubjectId::from(id),
        flow: None,
        forwarded_from: None,
        at,
    }))
}

fn observed(id: Uuid, status: ObservedStatus) -> CallCommand {
    let at = SystemClock.now();
    CallCommand::Observe(Observation {
        status,
        provider_call_id: Some(format!("bench-{id}")),
        provider_at: at,
        recorded_at: at,
        duration_seconds: None,
        answered_by: Some(AnsweredBy::Human),
        sip_code: None,
    })
}
