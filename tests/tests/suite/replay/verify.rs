//! `replay verify` finds what was done to the log (U2).

use serde_json::json;

use super::{World, replay};

/// Verifies before and after something is done to the log, and answers what was found.
async fn found(world: &World, tampering: &str) -> Vec<String> {
    world.tamper(tampering).await;
    let people = replay(world, &["verify"]).await;
    assert_eq!(people.code, 3, "{tampering}: {}{}", people.out, people.err);
    assert!(people.out.contains("CORRUPT"), "{}", people.out);
    let said = replay(world, &["verify", "--json"]).await;
    assert_eq!(said.code, 3, "{}", said.err);
    let document = said.document();
    let faults = document["faults"].as_array().expect("faults");
    faults
        .iter()
        .map(|fault| {
            format!("{} {}", fault["position"], fault["what"].as_str().unwrap_or_default())
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_healthy_log_is_all_as_it_was() {
    let world = World::create().await;
    let empty = replay(&world, &["verify"]).await;
    assert_eq!((empty.code, empty.out.as_str()), (0, "there is nothing to verify there\n"));
    let head = world.happen(70, 20).await;
    let said = replay(&world, &["verify", "--json"]).await;
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let told = said.document();
    assert_eq!(told["faults"], json!([]));
    assert_eq!(
        (&told["events"], &told["first"], &told["last"]),
        (&json!(head), &json!(1), &json!(head))
    );
    let half = (head / 2).to_string();
    let part = replay(&world, &["verify", "--from", &half, "--to", &half, "--json"]).await;
    assert_eq!(part.code, 0, "{}", part.out);
    let told = part.document();
    assert!(told["first"].as_i64() <= Some(head / 2) && told["last"].as_i64() >= Some(head / 2));
    let people = replay(&world, &["verify"]).await;
    assert!(people.out.contains("all as it was"), "{}", people.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn u2_one_changed_byte_is_found() {
    let world = World::create().await;
    let head = world.happen(71, 20).await;
    let at = world
        .number(
            "SELECT min(position) FROM events
             WHERE payload::text LIKE '%2026-%' AND position > 20",
        )
        .await;
    assert!(at > 0 && at < head);
    let change = format!(
        "UPDATE events SET payload = replace(payload::text, '2026-', '2027-')::json
         WHERE position = {at}"
    );
    let faults = found(&world, &change).await;
    assert!(faults.iter().all(|fault| fault.contains("does not have its root")), "{faults:?}");
    assert_eq!(faults.len(), 1, "one batch, and only that one: {faults:?}");
    // The part of the log beside it is fine.
    let first: i64 = faults[0].split(' ').next().and_then(|word| word.parse().ok()).expect("at");
    let before = (first - 1).to_string();
    assert_eq!(replay(&world, &["verify", "--to", &before]).await.code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_event_is_found() {
    let world = World::create().await;
    let head = world.happen(72, 20).await;
    let gone = format!("DELETE FROM events WHERE position = {}", head / 2);
    let faults = found(&world, &gone).await;
    let missing = format!("{} the event is missing", head / 2);
    assert!(faults.contains(&missing), "{faults:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_events_that_changed_places_are_found() {
    let world = World::create().await;
    let head = world.happen(73, 20).await;
    let (one, other) = (head / 2, head / 2 + 1);
    let swap = format!(
        "UPDATE events SET position = 1000000 WHERE position = {one};
         UPDATE events SET position = {one} WHERE position = {other};
         UPDATE events SET position = {other} WHERE position = 1000000"
    );
    let faults = found(&world, &swap).await;
    assert!(faults.iter().any(|fault| fault.contains("does not have its root")), "{faults:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tail_that_was_cut_off_is_found() {
    let world = World::create().await;
    let head = world.happen(74, 20).await;
    let cut = head - 3;
    let faults = found(&world, &format!("DELETE FROM events WHERE position > {cut}")).await;
    assert!(faults.iter().any(|fault| fault.contains("missing")), "{faults:?}");
    // With its batches, too: the head knows better.
    let first = world.number("SELECT max(first) FROM batches").await;
    let cut = format!(
        "DELETE FROM events WHERE position >= {first}; DELETE FROM batches WHERE first >= {first}"
    );
    let faults = found(&world, &cut).await;
    assert!(faults.iter().any(|fault| fault.contains("the last batch ends at")), "{faults:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn l12_an_event_that_todays_code_can_not_read_is_found() {
    let world = World::create().await;
    let head = world.happen(75, 10).await;
    let at = head / 2;
    for (change, words) in [
        ("event_type = 'CallTeleported'", "CallTeleported"),
        ("aggregate_type = 'spaceship'", "no aggregate is called spaceship"),
    ] {
        let world = World::create().await;
        world.happen(75, 10).await;
        let faults =
            found(&world, &format!("UPDATE events SET {change} WHERE position = {at}")).await;
        let unreadable =
            |fault: &&String| fault.starts_with(&format!("{at} ")) && fault.contains(words);
        assert!(faults.iter().any(|fault| unreadable(&fault)), "{faults:?}");
    }
    let call =
        world.texts(&format!("SELECT aggregate_id::text FROM events WHERE position = {at}")).await;
    world.tamper(&format!("UPDATE events SET event_version = 9 WHERE position = {at}")).await;
    let said = replay(&world, &["call", &call[0]]).await;
    assert_eq!((said.code, said.out.as_str()), (3, ""), "{}", said.err);
    assert!(said.err.contains(&format!("the event at position {at}")), "{}", said.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_with_a_missing_event_is_not_told_as_if_it_were_whole() {
    let world = World::create().await;
    world.happen(76, 10).await;
    let second = "SELECT min(position) FROM events WHERE sequence = 2";
    let at = world.number(second).await;
    let call =
        world.texts(&format!("SELECT aggregate_id::text FROM events WHERE position = {at}")).await;
    world.tamper(&format!("UPDATE events SET sequence = 500 WHERE position = {at}")).await;
    let said = replay(&world, &["call", &call[0]]).await;
    assert_eq!((said.code, said.out.as_str()), (3, ""), "{}", said.err);
    assert!(said.err.contains("follows event 1"), "{}", said.err);
}
