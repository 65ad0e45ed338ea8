//! Rebuilt = live (P4): for every registered projection, however it is cut,
//! killed and resumed; and a swap that loses nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use domain::CallId;
use domain::call::CallCommand;
use projections::rebuild::{
    Difference, Progress, RebuildOptions, RebuildReport, rebuild_projection,
};
use projections::{Projection, RuntimeError, find, registry};
use serde_json::Value;
use sqlx::Executor;
use tests::histories::{Dice, History, append, histories};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Tally, World, options};

async fn rebuild(
    world: &World,
    projection: Arc<dyn Projection>,
    options: &RebuildOptions,
) -> RebuildReport {
    let cancel = CancellationToken::new();
    let name = projection.name();
    let done = rebuild_projection(world.database(), projection, options, &|_| (), &cancel).await;
    done.unwrap_or_else(|fault| panic!("{name}: {fault}"))
}

/// Kills a rebuild as soon as it has written a position; `None` where it was
/// done before.
async fn killed(
    world: &World,
    projection: Arc<dyn Projection>,
    options: RebuildOptions,
    at: i64,
) -> Option<RebuildReport> {
    let database = world.database().clone();
    let written = Arc::new(AtomicI64::new(0));
    let (seen, kill) = (Arc::clone(&written), CancellationToken::new());
    let token = kill.clone();
    let mut work = tokio::spawn(async move {
        let show = move |progress: Progress| {
            seen.store(progress.position, Ordering::SeqCst);
            if progress.position >= at {
                token.cancel();
            }
        };
        // Never canceled: it gets no chance to leave in order.
        let cancel = CancellationToken::new();
        rebuild_projection(&database, projection, &options, &show, &cancel).await
    });
    tokio::select! {
        biased;
        () = kill.cancelled() => {
            work.abort();
            match work.await {
                Ok(done) => Some(done.expect("rebuilt")),
                Err(_) => None,
            }
        }
        done = &mut work => Some(done.expect("no panic").expect("rebuilt")),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p4_a_rebuild_gives_the_live_rows_for_every_projection() {
    let world = World::create().await;
    let mut head = 0;
    // The live ones see the log in small and large pieces, as it grows.
    for (seed, batch) in [(40, 1), (41, 9), (42, 5_000)] {
        let live = world.project(registry(), "live", batch);
        head = world.happen_everywhere(seed, 20).await;
        live.settle(head).await.expect("settled");
        live.stop().await;
    }
    assert!(registry().len() >= 3, "no projection is registered");
    for projection in registry() {
        let name = projection.name();
        let live = world.rows(&*projection).await;
        assert!(live.len() > 15, "{name} has only {} rows", live.len());
        for (batch, workers) in [(1, 2), (7, 1), (64, 3), (20_000, 1)] {
            let report = rebuild(&world, Arc::clone(&projection), &options(batch, workers)).await;
            assert_eq!((report.from, report.position), (0, head), "{name}");
            assert_eq!(report.differences, Some(vec![]), "{name} by {batch} × {workers}");
            assert!(world.rows(&*projection).await == live, "{name} by {batch} × {workers}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p4_a_rebuild_that_is_killed_anywhere_goes_on_and_gives_the_same_rows() {
    let world = World::create().await;
    let head = world.happen(43, 40).await;
    let live = world.project(registry(), "live", 50);
    live.settle(head).await.expect("settled");
    live.stop().await;
    let mut dice = Dice::new(43);
    for projection in registry() {
        let name = projection.name();
        let rows = world.rows(&*projection).await;
        // The last kill falls between the last page and the end of the swap.
        let mut kills: Vec<i64> = (0..3)
            .map(|_| 1 + i64::try_from(dice.below(200)).expect("small") * head / 200)
            .collect();
        kills.push(head);
        kills.sort_unstable();
        let mut done = None;
        for at in kills {
            if done.is_none() {
                done = killed(&world, Arc::clone(&projection), options(10, 2), at).await;
            }
        }
        let report = match done {
            Some(report) => report,
            None => rebuild(&world, Arc::clone(&projection), &options(10, 2)).await,
        };
        assert_eq!(report.position, head, "{name}");
        assert!(world.rows(&*projection).await == rows, "{name}");
        let left = "SELECT nspname::text FROM pg_namespace WHERE nspname ~ '_v[0-9]+_b[0-9]+'";
        rebuild(&world, Arc::clone(&projection), &options(1_000, 1)).await;
        assert_eq!(world.texts(left).await, Vec::<String>::new(), "schemas are left");
    }
}

/// Calls of another system with as much metadata as there may be.
fn heavy(calls: u128) -> Vec<History> {
    let imported = histories(50, 20).expect("histories").into_iter().find_map(|history| {
        let first = history.commands.first().cloned();
        match first {
            Some(CallCommand::ImportHistoric(call)) => Some((history, call)),
            _ => None,
        }
    });
    let (history, mut call) = imported.expect("an imported call");
    call.metadata.clear();
    for key in 0..7 {
        call.metadata.insert(format!("key{key}"), Value::String("x".repeat(1_000)));
    }
    let heavy = |number| History {
        call: CallId::from(Uuid::from_u128(number)),
        commands: vec![CallCommand::ImportHistoric(call.clone())],
        ..history.clone()
    };
    (1..=calls).map(heavy).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn p4_a_page_that_is_too_large_to_hold_is_cut_and_nothing_is_lost() {
    let world = World::create().await;
    let head = append(&world.commands, &heavy(3_000)).await.expect("appended");
    for workers in [1, 3] {
        let projection = find("calls").expect("registered");
        let report = rebuild(&world, projection, &options(2_400, workers)).await;
        assert_eq!(report.position, head);
        assert_eq!(world.number("SELECT count(*) FROM calls").await, 3_000, "{workers}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_rebuild_resumes_where_it_was() {
    let world = World::with_tally().await;
    let head = world.happen(44, 40).await;
    let killed = killed(&world, Arc::new(Tally::default()), options(5, 1), head / 2).await;
    assert!(killed.is_none(), "it was done before it was killed");
    let status = world.status("tally").await;
    let build = status.build.expect("the build is seen");
    assert!(build.position >= head / 2 && status.position == 0, "{build:?}");
    let report = rebuild(&world, Arc::new(Tally::default()), &options(5, 1)).await;
    assert_eq!((report.from, report.position), (build.position, head));
    world.exact().await;
    assert_eq!(world.status("tally").await.build, None);
}

/// Who was told to stop while the server made an index: the server goes on with it.
#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_waits_for_the_index_that_a_stopped_one_is_still_making() {
    let world = World::create().await;
    let head = world.happen(51, 20).await;
    let facts = find("call_facts").expect("registered");
    let options = RebuildOptions { compare: false, ..options(100, 1) };
    assert!(killed(&world, Arc::clone(&facts), options.clone(), head).await.is_none());
    let schema = "SELECT schema_name FROM projection_checkpoints
                  WHERE name = 'call_facts' AND build > 0";
    let schema = world.texts(schema).await.remove(0);
    let mut admin = world.admin().await;
    let make = format!(
        "BEGIN; CREATE INDEX IF NOT EXISTS call_facts_created
         ON {schema}.call_facts (org_id, created_at)"
    );
    admin.execute(make.as_str()).await.expect("being made");
    let (first, commit) = tokio::join!(rebuild(&world, facts, &options), async {
        tokio::time::sleep(std::time::Duration::from_millis(2_500)).await;
        admin.execute("COMMIT").await
    });
    commit.expect("committed");
    assert_eq!(first.position, head);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_canceled_rebuild_is_free_at_once() {
    let world = World::with_tally().await;
    let head = world.happen(45, 20).await;
    let cancel = CancellationToken::new();
    let stop = |progress: Progress| {
        if progress.position >= head / 2 {
            cancel.cancel();
        }
    };
    let tally = Arc::new(Tally::default());
    let slow = options(5, 1);
    let done = rebuild_projection(world.database(), tally, &slow, &stop, &cancel).await;
    assert!(matches!(done, Err(RuntimeError::Canceled)), "{done:?}");
    let build = world.status("tally").await.build.expect("the build is kept");
    assert!(!build.active, "its lease was not given back");
    let report = rebuild(&world, Arc::new(Tally::default()), &slow).await;
    assert_eq!(report.from, build.position);
    world.exact().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_beside_a_running_projector_loses_and_doubles_nothing() {
    let world = World::with_tally().await;
    world.happen(46, 20).await;
    let live = world.project(vec![Arc::new(Tally::default())], "live", 10);
    let mut head = 0;
    for seed in 0..4 {
        let tally = Arc::new(Tally::default());
        let slow = options(3, 2);
        let (report, appended) =
            tokio::join!(rebuild(&world, tally, &slow), world.happen(500 + seed, 12));
        head = appended;
        assert!(report.differences.is_none_or(|tables| tables.is_empty()), "wrong rows");
    }
    live.settle(head).await.expect("settled");
    world.exact().await;
    live.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_rebuilds_of_one_projection_do_not_meet() {
    let world = World::with_tally().await;
    let head = world.happen(47, 40).await;
    let cancel = CancellationToken::new();
    let (one, other) = (options(2, 1), options(3, 1));
    let build = |options| {
        let tally = Arc::new(Tally::default());
        rebuild_projection(world.database(), tally, options, &|_| (), &cancel)
    };
    let (one, other) = tokio::join!(build(&one), build(&other));
    let (done, refused): (Vec<_>, Vec<_>) = [one, other].into_iter().partition(Result::is_ok);
    assert!(!done.is_empty(), "{refused:?}");
    for fault in refused {
        let fault = fault.expect_err("refused");
        assert!(matches!(fault, RuntimeError::Busy { .. } | RuntimeError::Fenced(_)), "{fault}");
    }
    assert_eq!(world.status("tally").await.position, head);
    world.exact().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_were_wrong_are_told_and_are_right_afterwards() {
    let world = World::with_tally().await;
    let head = world.happen(48, 10).await;
    let live = world.project(vec![Arc::new(Tally::default())], "live", 10);
    live.settle(head).await.expect("settled");
    live.stop().await;
    world
        .plant(
            "UPDATE tally SET n = n + 1 WHERE id = (SELECT min(id::text)::uuid FROM tally);
             DELETE FROM tally WHERE id = (SELECT max(id::text)::uuid FROM tally)",
        )
        .await;
    let report = rebuild(&world, Arc::new(Tally::default()), &options(10, 1)).await;
    let wrong = Difference { table: "tally".to_owned(), live_only: 1, built_only: 2 };
    assert_eq!(report.differences, Some(vec![wrong]));
    world.exact().await;
}

/// Everything about a table but its rows.
async fn shape(world: &World, table: &str) -> Vec<String> {
    world
        .texts(&format!(
            "SELECT 'column ' || attname || ' ' || format_type(atttypid, atttypmod) || ' '
                    || attnotnull || ' ' || coalesce(pg_get_expr(adbin, adrelid), '')
             FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
             WHERE attrelid = 'public.{table}'::regclass AND attnum > 0 AND NOT attisdropped
             UNION ALL
             SELECT 'index ' || pg_get_indexdef(indexrelid) FROM pg_index
             WHERE indrelid = 'public.{table}'::regclass
             UNION ALL
             SELECT 'constraint ' || conname || ' ' || pg_get_constraintdef(oid)
             FROM pg_constraint WHERE conrelid = 'public.{table}'::regclass
             UNION ALL
             SELECT 'right ' || a.grantee::regrole || ' ' || a.privilege_type
             FROM pg_class, aclexplode(relacl) a
             WHERE oid = 'public.{table}'::regclass
             UNION ALL
             SELECT 'policy ' || polname || ' ' || pg_get_expr(polqual, polrelid)
             FROM pg_policy WHERE polrelid = 'public.{table}'::regclass
             UNION ALL
             SELECT 'owner ' || relowner::regrole || ' ' || relrowsecurity || ' '
                    || coalesce(reloptions::text, '')
             FROM pg_class WHERE oid = 'public.{table}'::regclass
             ORDER BY 1"
        ))
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_swapped_in_has_statistics_of_its_indexed_columns() {
    let world = World::create().await;
    world.happen_everywhere(48, 20).await;
    for projection in registry() {
        rebuild(&world, Arc::clone(&projection), &options(100, 1)).await;
        for table in projection.tables() {
            let unknown = format!(
                "SELECT count(*) FROM pg_attribute a WHERE a.attrelid = '{table}'::regclass
                 AND EXISTS (SELECT FROM pg_index
                             WHERE indrelid = attrelid AND attnum = ANY (indkey))
                 AND NOT EXISTS (SELECT FROM pg_stats s
                                 WHERE s.tablename = '{table}' AND s.attname = a.attname)"
            );
            assert_eq!(world.number(&unknown).await, 0, "{table}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_swap_keeps_rights_indexes_and_policies() {
    let world = World::with_tally().await;
    world
        .plant(
            "ALTER TABLE tally ENABLE ROW LEVEL SECURITY;
             CREATE POLICY everything ON tally USING (n >= 0) WITH CHECK (n >= 0)",
        )
        .await;
    world.happen(49, 5).await;
    let mut all: Vec<Arc<dyn Projection>> = registry();
    all.push(Arc::new(Tally::default()));
    for projection in all {
        for table in projection.tables() {
            let before = shape(&world, table).await;
            assert!(before.iter().any(|line| line.contains("_projector INSERT")), "{before:?}");
            for _ in 0..2 {
                rebuild(&world, Arc::clone(&projection), &options(100, 1)).await;
                assert_eq!(shape(&world, table).await, before, "{table}");
            }
        }
    }
}
