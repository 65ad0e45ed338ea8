//! Two organizations whose calls interleave, seen through the role of callers.

use std::sync::Arc;

use projections::call_facts::CallFacts;
use projections::call_timeline::CallTimeline;
use projections::calls::Calls;
use sqlx::Executor;
use uuid::Uuid;

use crate::projections::World;

/// The organizations of the random histories, and one that has nothing.
const ORGS: [Uuid; 3] = [Uuid::from_u128(0x0a), Uuid::from_u128(0x0b), Uuid::from_u128(0x0c)];

async fn world() -> World {
    let world = World::create().await;
    let head = world.happen(31, 60).await;
    let all: Vec<Arc<dyn projections::Projection>> =
        vec![Arc::new(Calls), Arc::new(CallTimeline), Arc::new(CallFacts)];
    let live = world.project(all, "live", 500);
    live.settle(head).await.expect("settled");
    live.stop().await;
    world
}

/// The tables that the role of callers may read and that have organizations.
async fn tables(world: &World) -> Vec<String> {
    let prefix = world.db.role_prefix();
    let tables = format!(
        "SELECT c.relname::text FROM pg_class c
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relrowsecurity
           AND has_table_privilege('{prefix}_app', c.oid, 'SELECT') ORDER BY 1"
    );
    world.texts(&tables).await
}

#[tokio::test(flavor = "multi_thread")]
async fn s1_a_caller_sees_one_organization_in_every_table_whatever_it_asks_for() {
    let world = world().await;
    let tables = tables(&world).await;
    assert!(tables.len() >= 8, "{tables:?}");
    let mut seen = 0;
    for table in &tables {
        for org in ORGS {
            let theirs = format!("SELECT count(*) FROM {table} WHERE org_id = '{org}'");
            let theirs = world.number(&theirs).await;
            let mut tx = world.database().org_tx(org).await.expect("in");
            // Nobody says which organization: the statement has lost its WHERE.
            let all = format!("SELECT count(*), count(*) FILTER (WHERE org_id = $1) FROM {table}");
            let all: (i64, i64) =
                sqlx::query_as(&all).bind(org).fetch_one(&mut *tx).await.expect("rows");
            assert_eq!(all, (theirs, theirs), "{table}");
            seen += theirs;
        }
    }
    assert!(seen > 1_000, "only {seen} rows");
}

#[tokio::test(flavor = "multi_thread")]
async fn s1_without_an_organization_a_caller_sees_nothing_and_is_told_so() {
    let world = world().await;
    for table in tables(&world).await {
        let pool = world.database().pool(database::Role::App);
        let mut connection = pool.acquire().await.expect("in");
        let statement = format!("SELECT * FROM {table}");
        let refused = connection.execute(statement.as_str()).await.expect_err("refused");
        let words = refused.to_string();
        assert!(words.contains("no organization is set"), "{table}: {words}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s1_an_organization_does_not_outlive_its_transaction() {
    let world = world().await;
    let mut tx = world.database().org_tx(ORGS[0]).await.expect("in");
    tx.execute("SELECT * FROM calls").await.expect("theirs");
    tx.commit().await.expect("committed");
    let pool = world.database().pool(database::Role::App);
    for _ in 0..8 {
        let mut connection = pool.acquire().await.expect("in");
        connection.execute("SELECT * FROM calls").await.expect_err("nobody's");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s1_a_caller_writes_for_its_own_organization_only() {
    let world = world().await;
    let insert = "INSERT INTO subject_keys (org_id, subject_id, wrapped)
                  VALUES ($1, gen_random_uuid(), decode(repeat('00', 72), 'hex'))";
    let mut tx = world.database().org_tx(ORGS[0]).await.expect("in");
    sqlx::query(insert).bind(ORGS[0]).execute(&mut *tx).await.expect("its own");
    let foreign = sqlx::query(insert).bind(ORGS[1]).execute(&mut *tx).await;
    let words = foreign.expect_err("refused").to_string();
    assert!(words.contains("row-level security policy"), "{words}");
}

/// The first wall alone: without policies, every query still asks for its organization.
#[tokio::test(flavor = "multi_thread")]
async fn s1_the_statements_hold_without_the_policies() {
    let world = world().await;
    let ours = everything(&world, ORGS[0]).await;
    let nobodys = everything(&world, ORGS[2]).await;
    for table in tables(&world).await {
        world.plant(&format!("ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")).await;
    }
    assert_eq!(everything(&world, ORGS[0]).await, ours);
    assert_eq!(everything(&world, ORGS[2]).await, nobodys);
}

/// What the read functions tell an organization, asked with the ids of all.
async fn everything(world: &World, org: Uuid) -> Vec<String> {
    use projections::{call_timeline, calls};
    let (database, org) = (world.database(), org.into());
    let mut told = Vec::new();
    let filter = calls::read::CallFilter::default();
    for row in calls::read::list(database, org, &filter, None, 1_000).await.expect("calls") {
        told.push(format!("{row:?}"));
    }
    let counted = calls::read::count(database, org, &filter, 10_000).await.expect("a count");
    told.push(counted.to_string());
    for id in world.texts("SELECT call_id::text FROM calls ORDER BY 1").await {
        let id = id.parse::<Uuid>().expect("an id").into();
        told.push(format!("{:?}", calls::read::get(database, org, id).await.expect("a call")));
        let all = call_timeline::read::Steps::All;
        let steps = call_timeline::read::list(database, org, id, all, (None, 100)).await;
        told.push(format!("{:?}", steps.expect("steps")));
    }
    told
}
