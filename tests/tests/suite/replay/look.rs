//! What was, what is, and how it came to be: `status`, `call`, `stream`, `events`.

use domain::call::{Call, CallEvent};
use domain::{DecidedEvent, Decider};
use event_store::StreamKey;
use serde_json::{Value, json};
use tests::until;
use uuid::Uuid;

use super::{Buffer, World, replay, watched};

/// The call with the most events, and whose it is.
async fn longest(world: &World) -> (String, String) {
    let streams = world
        .texts(
            "SELECT org_id || ' ' || aggregate_id FROM events GROUP BY org_id, aggregate_id
             ORDER BY count(*) DESC, aggregate_id LIMIT 1",
        )
        .await;
    let (org, id) = streams[0].split_once(' ').expect("both");
    (org.to_owned(), id.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn u1_a_call_at_every_version_is_the_fold_of_its_events() {
    let world = World::create().await;
    world.happen(60, 15).await;
    let (org, id) = longest(&world).await;
    let (org_id, aggregate_id): (Uuid, Uuid) = (org.parse().unwrap(), id.parse().unwrap());
    let stream = StreamKey { org_id, aggregate_type: Call::TYPE, aggregate_id };
    let events = world.log.read_stream(stream, 1).await.expect("the stream");
    let mut call = Call::default();
    let mut before = Value::Null;
    for event in &events {
        let fact = CallEvent::decode(&event.event_type, event.event_version, &event.payload);
        call.evolve(&fact.expect("a fact"));
        let version = event.sequence.to_string();
        let said = replay(&world, &["call", &id, "--at-version", &version, "--json"]).await;
        assert_eq!((said.code, said.err.as_str()), (0, ""));
        let told = said.document();
        assert_eq!(told["version"], json!(event.sequence));
        assert_eq!(told["organization_id"], json!(org));
        let folded = hidden(serde_json::to_value(call.known()).expect("a state"));
        assert_eq!(told["state"], folded, "at version {version}");
        assert_eq!(told["steps"].as_array().map(Vec::len), usize::try_from(event.sequence).ok());
        let step = &told["steps"][told["steps"].as_array().expect("steps").len() - 1];
        assert_eq!(step["event_type"], json!(event.event_type));
        assert_eq!(step["position"], json!(event.position));
        assert_eq!(step["actor"], json!("user:kit"));
        // What is told as changed is what did change.
        for change in step["changed"].as_array().expect("changes") {
            let field = change["field"].as_str().expect("a pointer");
            let now = folded.pointer(field).cloned().unwrap_or(Value::Null);
            assert_eq!(now, change["is"], "{field}");
            assert_ne!(change["was"], change["is"], "{field}");
        }
        // An input in a menu of a flow changes nothing of the call.
        let changes = event.event_type != "IvrInputReceived";
        assert_eq!(told["state"] != before, changes, "version {version}");
        before = told["state"].clone();
    }
    let whole = replay(&world, &["call", &id, "--json"]).await.document();
    assert_eq!(whole["state"], before);
}

/// Sealed texts, as they are shown to everybody.
fn hidden(mut state: Value) -> Value {
    match &mut state {
        Value::Object(fields) => fields.values_mut().for_each(|v| *v = hidden(v.take())),
        Value::Array(items) => items.iter_mut().for_each(|v| *v = hidden(v.take())),
        Value::String(text) if event_store::Keyring::sealed(text) => {
            *text = "[personal]".to_owned();
        }
        _ => {}
    }
    state
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_shown_as_the_log_knew_it_at_a_time() {
    let world = World::create().await;
    world.happen(61, 10).await;
    let (_, id) = longest(&world).await;
    let times = format!(
        "SELECT to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')
                || ' ' || max(sequence)
         FROM events WHERE aggregate_id = '{id}' GROUP BY recorded_at"
    );
    for line in world.texts(&times).await {
        let (time, version) = line.split_once(' ').expect("both");
        let told = replay(&world, &["call", &id, "--at-time", time, "--json"]).await.document();
        assert_eq!(told["version"].to_string(), version, "at {time}");
    }
    let early = replay(&world, &["call", &id, "--at-time", "2001-01-01T00:00:00Z"]).await;
    assert_eq!((early.code, early.out.as_str()), (1, ""));
    assert!(early.err.contains("not yet known then"), "{}", early.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_told_as_a_story_without_personal_data_unless_it_is_revealed() {
    let world = World::create().await;
    world.happen(62, 12).await;
    let calls = world
        .texts(
            "SELECT aggregate_id::text FROM events
             WHERE event_type IN ('CallNoteAdded', 'CallInitiated') GROUP BY 1
             HAVING count(DISTINCT event_type) = 2",
        )
        .await;
    let id = calls.first().expect("an outbound call with a note");
    let story = replay(&world, &["call", id, "--story"]).await;
    assert_eq!(story.code, 0, "{}", story.err);
    assert!(story.out.starts_with(&format!("Call {id}\n   1. ")), "{}", story.out);
    assert!(story.out.contains("A call from"), "{}", story.out);
    assert!(story.out.contains("A note: [personal]"), "{}", story.out);
    assert!(!story.out.contains("receipt") && !story.out.contains("+4207778"), "{}", story.out);
    assert!(story.out.contains("by user:kit, because of a request"), "{}", story.out);
    assert!(story.out.contains("because of #1 CallInitiated"), "{}", story.out);
    let revealed = replay(&world, &["call", id, "--story", "--reveal"]).await;
    assert!(revealed.out.contains("A note: Wants a receipt"), "{}", revealed.out);
    assert!(revealed.out.contains("+4207778"), "{}", revealed.out);
    let shown = replay(&world, &["call", id]).await;
    assert!(shown.out.contains("#1 CallInitiated  (position "), "{}", shown.out);
    assert!(shown.out.contains("state: {"), "{}", shown.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_and_events_are_printed_in_order() {
    let world = World::create().await;
    let head = world.happen(63, 6).await;
    let (org, id) = longest(&world).await;
    let stream = replay(&world, &["stream", "call", &id, "--json"]).await.documents();
    for (number, event) in stream.iter().enumerate() {
        assert_eq!(event["sequence"], json!(number + 1));
        assert_eq!(event["aggregate_id"], json!(id));
    }
    let all = replay(&world, &["events", "--json"]).await.documents();
    let positions: Vec<_> = all.iter().filter_map(|event| event["position"].as_i64()).collect();
    assert_eq!(positions, (1..=head).collect::<Vec<_>>());
    assert!(all.iter().all(|event| !event["payload"].to_string().contains("+4207778")));
    let ours = replay(&world, &["events", "--org", &org, "--json"]).await.documents();
    assert!(ours.iter().all(|event| event["organization_id"] == json!(org)));
    let words = ["events", "--type", "CallTagged", "--from", "2", "--limit", "2", "--json"];
    let tagged = replay(&world, &words).await.documents();
    assert_eq!(tagged.len(), 2);
    assert!(tagged.iter().all(|event| event["event_type"] == "CallTagged"));
    let people = replay(&world, &["events", "--limit", "1"]).await;
    assert!(people.out.contains("call ") && people.out.contains(" #1 "), "{}", people.out);
    let clear = replay(&world, &["events", "--reveal", "--json"]).await;
    assert!(clear.out.contains("+4207778"), "nothing was revealed");
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_followed_as_they_come() {
    let world = World::create().await;
    let head = world.happen(64, 3).await;
    let out = Buffer::default();
    let from = (head + 1).to_string();
    let words = ["events", "--follow", "--json", "--limit", "3", "--from", &from];
    let later = async {
        // It waits, with nothing to say, until something happens.
        until("it waits at the head", async || {
            world
                .number(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                          AND query LIKE '%FROM events WHERE position%'",
                )
                .await
                > 0
        })
        .await;
        world.happen(65, 3).await
    };
    let (said, _) = tokio::join!(watched(&world, &words, out.clone()), later);
    assert_eq!(said.code, 0, "{}", said.err);
    let positions: Vec<_> =
        said.documents().iter().filter_map(|event| event["position"].as_i64()).collect();
    assert_eq!(positions, [head + 1, head + 2, head + 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn status_tells_position_lag_and_state_of_every_projection() {
    let world = World::create().await;
    let head = world.happen(66, 4).await;
    let told = replay(&world, &["status", "--json"]).await.document();
    assert_eq!(told["head"], json!(head));
    let names: Vec<_> =
        projections::registry().iter().map(|projection| projection.name()).collect();
    let projections = told["projections"].as_array().expect("projections");
    assert_eq!(projections.len(), names.len());
    for (projection, name) in projections.iter().zip(&names) {
        assert_eq!(projection["name"], json!(name));
        assert_eq!(projection["state"], "stopped");
        assert_eq!(projection["lag_events"], json!(head));
    }
    let live = world.project(projections::registry(), "live", 100);
    live.settle(head).await.expect("settled");
    let told = replay(&world, &["status", "--json"]).await.document();
    for projection in told["projections"].as_array().expect("projections") {
        let found = (&projection["state"], &projection["position"], &projection["lag_events"]);
        assert_eq!(found, (&json!("running"), &json!(head), &json!(0)));
    }
    live.stop().await;
    let people = replay(&world, &["status"]).await;
    assert_eq!(people.code, 0);
    for name in names {
        assert!(people.out.contains(name), "{}", people.out);
    }
    assert!(people.out.contains(&format!("head of the log: {head}")), "{}", people.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_said_and_ends_with_1() {
    let world = World::create().await;
    world.happen(67, 3).await;
    let (_, id) = longest(&world).await;
    let nobody = Uuid::from_u128(5).to_string();
    for (words, complaint) in [
        (vec!["call", &nobody], "there is no call"),
        (vec!["call", &id, "--org", &nobody], "there is no call"),
        (vec!["call", &id, "--at-version", "9999"], "has no version 9999 yet"),
        (vec!["call", "x"], "invalid value"),
        (vec!["call", &id, "--at-version", "0"], "invalid value"),
        (vec!["call", &id, "--at-version", "1", "--at-time", "2026-01-01T00:00:00Z"], "cannot be"),
        (vec!["stream", "spaceship", &id], "there is no spaceship"),
        (vec!["rebuild", "nothing"], "there is no projection \"nothing\""),
        (vec!["rebuild", "calls", "--workers", "0"], "invalid value"),
        (vec!["verify", "--from", "5", "--to", "4"], "--from 5 is behind --to 4"),
        (vec!["dance"], "unrecognized subcommand"),
    ] {
        let said = replay(&world, &words).await;
        assert_eq!((said.code, said.out.as_str()), (1, ""), "{words:?}: {}", said.err);
        assert!(said.err.contains(complaint), "{words:?}: {}", said.err);
    }
    let help = replay(&world, &["--help"]).await;
    assert_eq!(help.code, 0);
    assert!(help.out.contains("2 a difference found, 3 corruption found"), "{}", help.out);
}
