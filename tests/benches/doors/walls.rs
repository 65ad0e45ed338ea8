//! The lists of 100,000 calls with row-level security and without.

use std::time::Instant;

use database::Role;
use domain::OrgId;
use projections::calls::read::{CallFilter, count, list};
use sqlx::{Connection, Executor, PgConnection};
use tests::TestDatabase;
use uuid::Uuid;

use crate::median;

const ORGS: [u128; 2] = [0xa, 0xb];
const CALLS: i32 = 100_000;
const ROUNDS: usize = 6;
const TIMES: usize = 60;
/// After a change of the wall plans are made anew, and pages come into memory.
const WARM_UP: usize = 10;

const FILL: &str = "
    INSERT INTO calls
    SELECT $1, gen_random_uuid(), 1, n, now(), s.status, s.stage,
           CASE WHEN n % 3 = 0 THEN 'inbound' ELSE 'outbound' END,
           md5('a' || n % 200)::uuid, md5('q' || n % 100)::uuid, md5('m' || n % 50)::uuid,
           md5('c' || n)::uuid, md5('s' || n % 40000)::uuid,
           CASE WHEN n % 20 = 0 THEN 'sale' ELSE 'no_answer' END,
           '2025-01-01'::timestamptz + n * interval '90 seconds', now(), (n * 7919) % 600000, false,
           $3::json
    FROM generate_series(1, $2::int) n,
        LATERAL (SELECT CASE WHEN n % 100 = 1 THEN 'failed' ELSE 'completed' END AS status,
                        'closed' AS stage) s";
const TAGS: &str = "
    INSERT INTO call_tags SELECT org_id, 'vip', call_id FROM calls WHERE last_position % 100 = 0";

pub async fn run(home: &TestDatabase) -> anyhow::Result<()> {
    fill(home).await?;
    let org = OrgId::from(Uuid::from_u128(0xa));
    let some = |change: fn(&mut CallFilter)| {
        let mut filter = CallFilter::default();
        change(&mut filter);
        filter
    };
    let questions = [
        ("the newest", CallFilter::default()),
        ("failed", some(|filter| filter.statuses = vec!["failed".to_owned()])),
        (
            "inbound sales",
            some(|filter| {
                filter.direction = Some("inbound".to_owned());
                filter.disposition = Some("sale".to_owned());
            }),
        ),
        ("with a tag", some(|filter| filter.tag = Some("vip".to_owned()))),
        ("long ones", some(|filter| filter.min_duration_ms = Some(599_000))),
    ];
    println!("lists of 100,000 calls, median of {} in us", ROUNDS * TIMES);
    println!("{:>28}  {:>9} {:>9} {:>7}", "", "walled", "open", "ratio");
    let mut slowest = (0.0, 0.0);
    for (name, filter) in &questions {
        for counts in [false, true] {
            let mut times = [Vec::new(), Vec::new()];
            for _ in 0..ROUNDS {
                for (open, times) in times.iter_mut().enumerate() {
                    wall(home, open == 0).await?;
                    for number in 0..WARM_UP + TIMES {
                        let began = Instant::now();
                        match counts {
                            false => drop(list(home.database(), org, filter, None, 21).await?),
                            true => drop(count(home.database(), org, filter, 10_000).await?),
                        }
                        if number >= WARM_UP {
                            times.push(began.elapsed());
                        }
                    }
                }
            }
            let [walled, open] = times.map(median);
            let what = format!("{}{name}", if counts { "count of " } else { "" });
            println!("{what:>28}  {walled:>9.0} {open:>9.0} {:>7.2}", walled / open);
            if open > slowest.0 {
                slowest = (open, walled / open);
            }
        }
    }
    println!("the slowest costs {:.2} times as much behind the wall", slowest.1);
    wall(home, true).await
}

async fn wall(home: &TestDatabase, up: bool) -> anyhow::Result<()> {
    let mut admin = PgConnection::connect_with(&home.superuser()).await?;
    let what = if up { "ENABLE" } else { "DISABLE" };
    for table in ["calls", "call_tags"] {
        let alter = format!("ALTER TABLE {table} {what} ROW LEVEL SECURITY");
        admin.execute(alter.as_str()).await?;
    }
    Ok(admin.close().await?)
}

async fn fill(home: &TestDatabase) -> anyhow::Result<()> {
    let mut connection = home.database().pool(Role::Projector).acquire().await?;
    connection.execute("SET statement_timeout = 0").await?;
    let state = state()?;
    for org in ORGS {
        let fill = sqlx::query(FILL).bind(Uuid::from_u128(org)).bind(CALLS).bind(&state);
        fill.execute(&mut *connection).await?;
    }
    connection.execute(TAGS).await?;
    drop(connection);
    let mut admin = PgConnection::connect_with(&home.superuser()).await?;
    admin.execute("VACUUM ANALYZE calls, call_tags").await?;
    Ok(admin.close().await?)
}

/// A call as the read model keeps it.
fn state() -> anyhow::Result<String> {
    let histories = tests::histories::histories(1, 1)?;
    let mut call = domain::call::Call::default();
    for command in histories.into_iter().flat_map(|history| history.commands) {
        use domain::Decider;
        for mut fact in call.decide(command)? {
            domain::DecidedEvent::each_personal(&mut fact, &mut |_, _| {
                Some("sealed".to_owned().into())
            });
            call.evolve(&fact);
        }
    }
    Ok(serde_json::to_string(call.known().ok_or_else(|| anyhow::anyhow!("no call"))?)?)
}
