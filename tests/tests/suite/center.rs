//! The generator of centers: it follows the data that it is made of, and the same seed gives the
//! same facts; what the read models say of a center is what it was made of.

use std::io::Read as _;

use chrono::{DateTime, Datelike as _, Utc};
use database::Role;
use domain::call::Call;
use domain::call_sentiment::{CallSentiment, EngineVersion, Heard, SentimentCommand};
use domain::sentiment::{Engine as _, Phrases, Thresholds, Vader};
use domain::speech::Speaker;
use domain::{OrgId, RunId, Timestamp};
use event_store::{Feed, Keyring, Log, LogSettings};
use processes::commands::Order;
use processes::{Clock as _, Commands, SystemClock, ids};
use serde_json::{Value, json};
use tests::TestDatabase;
use tests::center::{Center, Made, QUEUES, SOURCE, fill};
use uuid::Uuid;

use super::http_kit::{Server, commands, context};

const DAY_MS: i64 = 86_400_000;

fn center(calls: u64, seed: u64) -> Center {
    let until: Timestamp = "2026-03-02T12:00:00.000Z".parse().unwrap();
    Center::before(until, calls, seed).unwrap()
}

/// A part of some calls, in parts of a hundred.
fn percent<'c>(calls: impl IntoIterator<Item = &'c Made>, is: impl Fn(&Made) -> bool) -> f64 {
    let (mut those, mut all) = (0.0, 0.0);
    for call in calls {
        all += 1.0;
        those += f64::from(u8::from(is(call)));
    }
    those * 100.0 / all
}

fn near(what: &str, found: f64, wanted: f64, off: f64) {
    assert!((found - wanted).abs() <= off, "{what}: {found:.2} and not {wanted:.2} ± {off}");
}

#[test]
fn a_center_has_the_shape_of_its_data() {
    let center = center(50_000, 1);
    let shape = &center.shape;
    let calls: Vec<Made> = center.made().collect();
    assert_eq!(calls.len(), 50_000);
    assert!(calls.is_sorted_by_key(|call| call.at), "in the order in which they began");
    let (first, last) = (calls[0].at, calls[calls.len() - 1].at);
    assert!(first >= center.until.plus_ms(-100 * DAY_MS) && last < center.until);

    let (inbound, outbound): (Vec<&Made>, Vec<&Made>) = calls.iter().partition(|one| one.inbound);
    let reached: Vec<&Made> = outbound.iter().copied().filter(|call| call.answered).collect();
    let talk: i64 = reached.iter().map(|call| call.talk_ms).sum();
    let mean = talk as f64 / 1_000.0 / reached.len() as f64;
    near("seconds of talk", mean, shape.talk_seconds(), shape.talk_seconds() * 0.05);
    let sold = |call: &Made| call.disposition == Some("sale");
    near("sales", percent(reached.clone(), sold), shape.sold_percent(), 1.5);
    let answered = percent(outbound, |call| call.answered);
    near("attempts that reach somebody", answered, 100.0 / shape.attempts(), 1.5);
    let subflows: u32 = QUEUES.iter().map(|(_, subflows)| subflows).sum();
    for (queue, subflows_of) in QUEUES {
        let share = percent(inbound.clone(), |call| call.queue == Some(queue));
        near(queue, share, f64::from(subflows_of) * 100.0 / f64::from(subflows), 1.5);
    }
    near("abandoned", percent(inbound, |call| !call.answered), 7.5, 3.0);
    let on = |day: u32| {
        percent(&calls, |call| {
            DateTime::<Utc>::from(call.at).weekday().num_days_from_monday() == day
        })
    };
    near("Saturdays beside Mondays", on(5) / on(0), 0.25, 0.05);
    let people = 50_000.0 / shape.attempts();
    assert!(calls.iter().all(|call| (call.person as f64) < people.ceil()));
}

#[test]
fn the_same_seed_gives_the_same_export() {
    let export = |seed: u64| {
        let mut text = String::new();
        center(2_000, seed).export().read_to_string(&mut text).unwrap();
        text
    };
    assert_eq!(export(7), export(7));
    assert_eq!(export(7).lines().count(), 2_001);
    assert_ne!(export(7), export(8));
}

/// Forgets what is sealed and whose it is: keys and ids follow from secrets.
fn forget(fact: &mut Value) {
    match fact {
        Value::Object(fields) => {
            fields.remove("subject_key");
            fields.remove("run_id");
            fields.values_mut().for_each(forget);
        }
        Value::Array(items) => items.iter_mut().for_each(forget),
        Value::String(text) if text.starts_with("sealed:") => text.clear(),
        Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Null => {}
    }
}

/// The facts of a center, but for what is sealed.
async fn facts(center: &Center) -> Vec<String> {
    let test = TestDatabase::create().await;
    let log = Log::open(test.database(), LogSettings::default()).await.unwrap();
    let keyring = Keyring::new(test.database(), [7; 32]);
    let commands = Commands::new(log.clone(), keyring, std::sync::Arc::new(SystemClock));
    let org = OrgId::from(Uuid::from_u128(0xA));
    let filled = fill(&commands, org, center).await.unwrap();
    let mut feed = Feed::open(test.database().pool(Role::Auditor)).await.unwrap();
    let (mut facts, mut calls, mut felt) = (Vec::new(), 0, 0);
    let read = feed.page(0, 1_000_000, |event| {
        calls += u64::from(event.aggregate_type == Call::TYPE);
        felt += u64::from(event.aggregate_type == CallSentiment::TYPE);
        let mut fact: Value = serde_json::from_slice(event.payload)?;
        forget(&mut fact);
        facts.push(fact.to_string());
        Ok::<(), serde_json::Error>(())
    });
    read.await.unwrap();
    assert_eq!((calls, felt), (filled.calls, filled.felt));
    assert!(felt > 0 && filled.shifts > 0);
    assert_eq!(facts.len() as u64, filled.calls + filled.felt + filled.shifts);
    log.close().await;
    facts.sort_unstable();
    facts
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_seed_gives_the_same_facts() {
    let center = Center { days: 4, ..center(500, 7) };
    let (one, other) = tokio::join!(facts(&center), facts(&center));
    let differ = one.iter().zip(&other).find(|(one, other)| one != other);
    assert_eq!(differ, None, "two centers of one seed");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_figures_say_of_a_center_is_what_it_was_made_of() {
    let server = Server::start().await;
    let until = SystemClock.now();
    let center = Center { days: 4, ..Center::before(until, 2_000, 3).unwrap() };
    let commands = commands(&server).await;
    fill(&commands, api::people::demo_org(), &center).await.unwrap();
    server.settle().await;
    let made: Vec<Made> = center.made().filter(|call| !call.test).collect();
    let span = format!("from={}&to={}", until.plus_ms(-5 * DAY_MS), until.plus_ms(DAY_MS));
    let found = server.get(&format!("/api/v1/analytics/calls?{span}")).await.body;
    let value = |name: &str| found["totals"][name]["value"].as_f64().expect("a figure");
    let count = |is: fn(&Made) -> bool| made.iter().filter(|call| is(call)).count() as f64;
    let sum = |of: fn(&Made) -> i64| made.iter().map(of).sum::<i64>() as f64 / 1_000.0;
    assert_eq!(value("calls"), made.len() as f64);
    assert_eq!(value("answered_calls"), count(|call| call.answered));
    assert_eq!(value("offered"), count(|call| call.inbound));
    assert_eq!(value("abandoned"), count(|call| call.inbound && !call.answered));
    assert_eq!(value("rated"), count(|call| call.rating.is_some()));
    assert_eq!(value("conversions"), count(|call| call.disposition == Some("sale")));
    near("talk", value("talk_seconds_sum"), sum(|call| call.talk_ms), 0.001);
    let trend = server.get(&format!("/api/v1/sentiment/trends?{span}&group_by=none")).await.body;
    let felt = trend["total"]["n"].as_f64().expect("a count");
    let known = count(|call| call.felt.is_some());
    // Of a stretch in which the customer says nothing, nothing is known.
    assert!(felt <= known && felt > known * 0.9, "{felt} of {known}");
    let agents = server.get(&format!("/api/v1/analytics/agents?{span}")).await.body;
    assert!(agents["totals"]["signed_in_seconds"]["value"].as_f64().expect("a sum") > 0.0);
    commands.log().close().await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_versions_of_an_engine_are_never_mixed_in_a_trend() {
    let server = Server::start().await;
    let (until, org) = (SystemClock.now(), api::people::demo_org());
    let center = Center { days: 4, ..Center::before(until, 600, 5).unwrap() };
    let commands = commands(&server).await;
    fill(&commands, org, &center).await.unwrap();
    let talked = (1..).zip(center.made()).filter(|(_, call)| call.answered && !call.test);
    let others: Vec<u64> = talked.map(|(number, _)| number).take(7).collect();
    for number in &others {
        let id = ids::imported_call(commands.keyring(), org, SOURCE, &number.to_string()).await;
        let id = id.unwrap().uuid();
        let scored = Vader::new().score("this is great", Some("en"));
        let (seq, speaker, phrases) = (1, Speaker::Customer, Phrases::default());
        let compute = SentimentCommand::Compute {
            run_id: RunId::from(Uuid::now_v7()),
            by: EngineVersion { engine: "vader".to_owned(), engine_version: "9".to_owned() },
            transcript_version: 1,
            language: None,
            heard: vec![Heard { seq, speaker, scored, phrases }],
            thresholds: Thresholds::default(),
            over: true,
            at: until,
        };
        let silent = Order::<CallSentiment>::silent(context(org.uuid()));
        commands.carry_out(silent, id, compute).await.unwrap();
    }
    server.settle().await;
    let span = format!("from={}&to={}", until.plus_ms(-5 * DAY_MS), until.plus_ms(DAY_MS));
    for group_by in ["none", "week"] {
        let path = format!("/api/v1/sentiment/trends?{span}&group_by={group_by}");
        let most = server.get(&path).await.body;
        let versions = most["versions"].as_array().expect("versions").clone();
        assert_eq!(versions.len(), 2, "{versions:?}");
        assert_eq!(
            (&versions[1]["engine_version"], &versions[1]["calls"]),
            (&json!("9"), &json!(7))
        );
        assert_eq!(most["engine_version"], versions[0]["engine_version"]);
        let other = server.get(&format!("{path}&engine_version=9")).await.body;
        assert_eq!(other["versions"], most["versions"]);
        for (trend, calls) in [(&most, &versions[0]["calls"]), (&other, &json!(7))] {
            assert_eq!(&trend["total"]["n"], calls, "{trend}");
            let series = trend["series"].as_array().expect("buckets").iter();
            let counted: i64 = series.filter_map(|bucket| bucket["n"].as_i64()).sum();
            assert_eq!(&json!(counted), calls, "{group_by}");
        }
        assert_eq!(other["total"]["positive_share"], 1.0);
    }
    commands.log().close().await;
    server.stop().await;
}
