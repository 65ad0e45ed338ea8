//! `replay rebuild`: what it changes, what it finds, how it ends.

use serde_json::json;

use super::{World, replay};

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_of_right_rows_ends_with_0_and_one_of_wrong_rows_with_2() {
    let world = World::create().await;
    let head = world.happen(80, 10).await;
    let live = world.project(projections::registry(), "live", 100);
    live.settle(head).await.expect("settled");
    live.stop().await;
    let fine = replay(&world, &["rebuild", "calls", "--json"]).await;
    assert_eq!(fine.code, 0, "{}{}", fine.out, fine.err);
    let told = fine.document();
    assert_eq!((&told["projection"], &told["position"]), (&json!("calls"), &json!(head)));
    assert_eq!((&told["events"], &told["differences"]), (&json!(head), &json!([])));
    world
        .plant("DELETE FROM calls WHERE call_id = (SELECT min(call_id::text)::uuid FROM calls)")
        .await;
    let wrong =
        replay(&world, &["rebuild", "calls", "--batch", "7", "--workers", "2", "--json"]).await;
    assert_eq!(wrong.code, 2, "{}{}", wrong.out, wrong.err);
    let difference = json!([{"table": "calls", "live_only": 0, "built_only": 1}]);
    assert_eq!(wrong.document()["differences"], difference);
    let right = replay(&world, &["rebuild", "calls"]).await;
    assert_eq!(right.code, 0, "{}{}", right.out, right.err);
    assert!(right.out.contains("the rows before were the same"), "{}", right.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_over_a_broken_log_ends_with_3_and_changes_nothing() {
    let world = World::create().await;
    let head = world.happen(81, 10).await;
    let live = world.project(projections::registry(), "live", 100);
    live.settle(head).await.expect("settled");
    live.stop().await;
    let calls = projections::find("calls").expect("registered");
    let before = world.rows(&*calls).await;
    world.tamper(&format!("DELETE FROM events WHERE position = {}", head / 2)).await;
    let said = replay(&world, &["rebuild", "calls"]).await;
    assert_eq!((said.code, said.out.as_str()), (3, ""), "{}", said.err);
    assert!(said.err.contains("the log is broken: position"), "{}", said.err);
    assert!(world.rows(&*calls).await == before);
}
