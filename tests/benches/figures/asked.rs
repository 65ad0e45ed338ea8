//! What a question costs through the server, beside its statements alone.

use std::time::{Duration, Instant};

use chrono::{DateTime, Timelike as _, Utc};
use domain::Timestamp;

use crate::Size;
use crate::bare::{AGENTS, Bare, CALLS, Span};
use crate::home::Home;
use crate::server::Server;
use crate::times::Times;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// A round asks a question so often, or for so long, whichever is over first.
const TIMES: usize = 40;
const LONG: Duration = Duration::from_secs(20);

/// What is asked.
#[derive(Clone, Copy)]
enum Question {
    /// How it goes and went, over so many days.
    Summary(&'static str, i64),
    /// Where sentiment went over 90 days by the hour: three answers, for one has at most 1000
    /// buckets.
    Trends,
    /// The same by the day, in one answer.
    Days,
    Agents,
    /// Calls by queue and disposition.
    Calls,
    /// Calls by queue and hour of day: more than one slot.
    Hours,
}

const QUESTIONS: [(&str, Question); 7] = [
    ("dashboard summary, 30 days and the 30 before", Question::Summary("30d", 30)),
    ("dashboard summary, 24 hours and the 24 before", Question::Summary("24h", 1)),
    ("sentiment trends, 90 days by hour, 3 × 720 buckets", Question::Trends),
    ("sentiment trends, 90 days by day", Question::Days),
    ("agents, 30 days", Question::Agents),
    ("calls by queue and disposition, 30 days", Question::Calls),
    ("calls by queue and hour of day, 30 days", Question::Hours),
];

/// How long a question took, through the server and alone.
struct Asked {
    ours: Times,
    bare: Times,
    bytes: usize,
    /// The server's memory meanwhile, in MiB.
    peak: f64,
}

/// Asks everything, round by round, and prints.
pub async fn run(home: &Home, server: &Server, size: Size) -> anyhow::Result<()> {
    let mut bare = Bare::open(home.bare().await?, home.org).await?;
    let rest = server.memory()?.now_mib;
    let mut table = Vec::new();
    for _ in QUESTIONS {
        table.push(Asked { ours: Times::new()?, bare: Times::new()?, bytes: 0, peak: 0.0 });
    }
    for round in 0..=size.rounds {
        for ((_, question), asked) in QUESTIONS.iter().zip(&mut table) {
            server.forget_peak()?;
            let began = Instant::now();
            for _ in 0..TIMES {
                let at = Instant::now();
                asked.bytes = ask(server, home, *question).await?;
                let ours = at.elapsed();
                let at = Instant::now();
                alone(&mut bare, home, *question).await?;
                let theirs = at.elapsed();
                // The first round warms up.
                if round > 0 {
                    asked.ours.record(ours)?;
                    asked.bare.record(theirs)?;
                }
                if began.elapsed() > LONG {
                    break;
                }
            }
            asked.peak = asked.peak.max(server.memory()?.peak_mib);
        }
        eprintln!("round {round} of {}; {}", size.rounds, crate::times::machine()?);
    }
    print(&table);
    println!("the server has {rest:.0} MiB at rest; MiB above is its peak while it was asked;");
    println!("it said 503 {} times\n", server.put_off());
    Ok(())
}

fn print(table: &[Asked]) {
    println!("\n`ours` is the answer over HTTP, `bare` its statements alone; ms");
    println!(
        "{:<52} {:>5} {:>9} {:>9} {:>9} {:>9} {:>7} {:>7} {:>9} {:>6}",
        "",
        "times",
        "ours p50",
        "bare p50",
        "ours p99",
        "bare p99",
        "÷ p50",
        "÷ p99",
        "bytes",
        "MiB"
    );
    for ((name, _), Asked { ours, bare, bytes, peak }) in QUESTIONS.iter().zip(table) {
        let [ours_p50, ours_p99] = [0.5, 0.99].map(|quantile| ours.at(quantile));
        let [bare_p50, bare_p99] = [0.5, 0.99].map(|quantile| bare.at(quantile));
        println!(
            "{name:<52} {:>5} {ours_p50:>9.1} {bare_p50:>9.1} {ours_p99:>9.1} {bare_p99:>9.1} \
             {:>7.2} {:>7.2} {bytes:>9} {peak:>6.0}",
            ours.count(),
            ours_p50 / bare_p50,
            ours_p99 / bare_p99,
        );
    }
}

/// The last days before an instant.
fn last(until: Timestamp, days: i64) -> Span {
    Span { from: until.plus_ms(-days * DAY_MS), to: until }
}

/// How many bytes are answered.
async fn ask(server: &Server, home: &Home, question: Question) -> anyhow::Result<usize> {
    let asked = |room: &str, Span { from, to }: Span, rest: &str| {
        format!("/api/v1/{room}?from={from}&to={to}&{rest}")
    };
    let month = last(home.until, 30);
    let paths = match question {
        Question::Summary(period, _) => vec![format!("/api/v1/dashboard/summary?period={period}")],
        Question::Trends => months(home.until)
            .map(|month| asked("sentiment/trends", month, "group_by=hour"))
            .to_vec(),
        Question::Days => vec![asked("sentiment/trends", last(home.until, 90), "group_by=day")],
        Question::Agents => vec![asked("analytics/agents", month, "")],
        Question::Calls => vec![asked("analytics/calls", month, "dimensions=queue,disposition")],
        Question::Hours => vec![asked("analytics/calls", month, "dimensions=queue,hour_of_day")],
    };
    let mut bytes = 0;
    for path in paths {
        bytes += server.get(path.trim_end_matches('&')).await?.bytes;
    }
    Ok(bytes)
}

/// Three months of 30 days.
fn months(until: Timestamp) -> [Span; 3] {
    [60, 30, 0].map(|ago| last(until.plus_ms(-ago * DAY_MS), 30))
}

async fn alone(bare: &mut Bare, home: &Home, question: Question) -> anyhow::Result<()> {
    let month = last(home.until, 30);
    let whole = (month, &[month.from.into()][..], &[0][..]);
    match question {
        Question::Summary(_, days) => {
            // As the server does, until now.
            let now = Timestamp::from(Utc::now());
            for span in [last(now, days), last(now.plus_ms(-days * DAY_MS), days)] {
                let whole = (span, &[span.from.into()][..], &[0][..]);
                bare.figures(&CALLS, whole, [false; 4], ("", "")).await?;
                bare.settled(span).await?;
                bare.trend(span, &[span.from.into()]).await?;
                bare.reached(span).await?;
            }
            bare.now().await?;
        }
        Question::Trends => {
            for month in months(home.until) {
                bare.trend(month, &starts(month, HOUR_MS)).await?;
            }
        }
        Question::Days => {
            let span = last(home.until, 90);
            bare.trend(span, &starts(span, DAY_MS)).await?;
        }
        Question::Agents => {
            let version = bare.version(month).await?;
            let groups = [false, false, true, false];
            bare.figures(&AGENTS, whole, groups, (&version.0, &version.1)).await?;
        }
        Question::Calls => {
            bare.figures(&CALLS, whole, [true, false, false, true], ("", "")).await?;
        }
        Question::Hours => {
            let hours = starts(month, HOUR_MS);
            let keys: Vec<i32> = hours.iter().map(|hour| hour.hour() as i32).collect();
            let groups = [true, false, false, false];
            bare.figures(&CALLS, (month, &hours, &keys), groups, ("", "")).await?;
        }
    }
    Ok(())
}

fn starts(span: Span, every_ms: i64) -> Vec<DateTime<Utc>> {
    let buckets = span.to.since_ms(span.from) / every_ms;
    (0..buckets).map(|bucket| span.from.plus_ms(bucket * every_ms).into()).collect()
}
