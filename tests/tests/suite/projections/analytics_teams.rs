//! Figures by team: whoever is in two is in the cells of both, and once in the totals; and waits by
//! call.

use database::Role;
use projections::Projection;
use projections::call_facts::CallFacts;
use projections::calls::Calls;
use projections::figures::read::{
    CallMetricsQuery, Cell, Dimension, DimensionValue, Level, Metrics, metrics,
};
use tests::TestDatabase;
use uuid::Uuid;

use super::analytics::{A, B, SUPPORT, clock, figure, golden, half_hour};
use super::call_facts_kit::{Told, fold, id, org};

const ALPHA: u128 = 0xa1;
const BETA: u128 = 0xb1;
const GONE: u128 = 0xc1;

async fn filled(told: &Told) -> TestDatabase {
    let db = TestDatabase::create().await;
    let all: [&dyn Projection; 2] = [&Calls, &CallFacts];
    for projection in all {
        fold(db.database(), projection, told.events.chunks(5)).await;
    }
    let mut connection = db.database().pool(Role::Projector).acquire().await.expect("in");
    for (team, archived, members) in
        [(ALPHA, false, vec![A]), (BETA, false, vec![A, B]), (GONE, true, vec![B])]
    {
        let row = "INSERT INTO teams (org_id, team_id, version, archived, created_at, state)
                   VALUES ($1, $2, 1, $3, now(), '{}')";
        let row = sqlx::query(row).bind(org().uuid()).bind(id(team)).bind(archived);
        row.execute(&mut *connection).await.expect("a team");
        let row = "INSERT INTO team_members (org_id, team_id, user_id, role)
                   SELECT $1, $2, unnest($3::uuid[]), 'member'";
        let members: Vec<Uuid> = members.into_iter().map(id).collect();
        let row = sqlx::query(row).bind(org().uuid()).bind(id(team)).bind(members);
        row.execute(&mut *connection).await.expect("members");
    }
    db
}

async fn ask(db: &TestDatabase, query: &CallMetricsQuery) -> (Vec<Cell<Metrics>>, Metrics) {
    let answer = metrics(db.database(), org(), query).await.expect("an answer");
    (answer.series, answer.totals)
}

fn of(cells: &[Cell<Metrics>], team: Option<u128>) -> &Metrics {
    let team =
        team.map_or(DimensionValue::Nothing, |team| DimensionValue::Text(id(team).to_string()));
    let cell = cells.iter().find(|cell| cell.dims["team"] == team);
    &cell.expect("the team").metrics
}

#[tokio::test]
async fn a_call_counts_for_every_team_of_its_agent_and_once_in_all() {
    let db = filled(&golden()).await;
    let (_, plain) = ask(&db, &half_hour()).await;
    let by_team = CallMetricsQuery { dimensions: vec![Dimension::Team], ..half_hour() };
    let (cells, totals) = ask(&db, &by_team).await;
    assert_eq!(totals, plain, "whoever is in two teams is once in the total");
    // C1 and C5 are A's, C2 is B's; C7 is handled after the bucket.
    let (alpha, beta) = (of(&cells, Some(ALPHA)), of(&cells, Some(BETA)));
    assert_eq!(figure(&alpha.handle_seconds_mean), (Some(295.0), Some(590.0), Some(2.0), 2));
    assert_eq!(figure(&beta.handle_seconds_mean), (Some(316.667), Some(950.0), Some(3.0), 3));
    assert_eq!((alpha.calls.n, beta.calls.n), (2, 4));
    assert_eq!((alpha.answered.n, beta.answered.n), (2, 4));
    // Whoever has given up belongs to no agent, and so to no team.
    let nobodys = of(&cells, None);
    assert_eq!((nobodys.calls.n, nobodys.abandoned.value), (3, Some(2.0)));
    assert_eq!(cells.len(), 3, "an archived team is none");
    let both = vec![Dimension::Team, Dimension::Agent];
    let (cells, totals) = ask(&db, &CallMetricsQuery { dimensions: both, ..half_hour() }).await;
    assert_eq!((totals, cells.len()), (plain, 4), "A twice, B once, and nobody");
}

#[tokio::test]
async fn a_call_that_waits_twice_is_offered_once_by_its_first_wait() {
    let mut told = golden();
    told.waits(20, SUPPORT, clock("10:10:00"));
    let first = (clock("10:10:00"), clock("10:10:40"));
    told.dequeued(20, (SUPPORT, 1), "transferred", first.0, first.1);
    told.queued(20, SUPPORT, 2, clock("10:11:00"));
    told.dequeued(20, (SUPPORT, 2), "abandoned", clock("10:11:00"), clock("10:13:00"));
    told.ended(20, "customer", clock("10:13:00"));
    let db = filled(&told).await;
    let (_, segments) = ask(&db, &half_hour()).await;
    let (_, calls) = ask(&db, &CallMetricsQuery { level: Level::Call, ..half_hour() }).await;
    let seen = |of: &Metrics| {
        let waits = [&of.offered, &of.abandoned, &of.flowed_out, &of.longest_wait_seconds];
        waits.map(|metric| metric.value.expect("a number"))
    };
    assert_eq!(seen(&segments), [9.0, 3.0, 2.0, 120.0]);
    assert_eq!(seen(&calls), [8.0, 2.0, 2.0, 75.0]);
    assert_eq!(segments.calls, calls.calls, "what is of calls stays");
}
