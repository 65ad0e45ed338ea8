//! Whom a segment means: whatever filter somebody writes, the statement that is put together for it
//! means those whom a walk over the filter means.

use chrono::{DateTime, Utc};
use domain::OrgId;
use domain::segment::{Condition, Filter, Instant, Number, OneWord, Optional, Order, Same, Word};
use projections::contacts::segment::count;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use tests::TestDatabase;
use tests::histories::Dice;
use uuid::Uuid;

/// Of so many contacts each organization has some.
const CONTACTS: u64 = 60;
const FILTERS: usize = 400;

/// Somebody, as far as a segment asks.
struct Somebody {
    status: &'static str,
    campaign: Uuid,
    tags: Vec<String>,
    outcome: Option<&'static str>,
    time_zone: Option<&'static str>,
    language: Option<&'static str>,
    priority: u32,
    tried: u32,
    created_at: i64,
    due_at: Option<i64>,
}

const STATUSES: [&str; 5] = ["pending", "scheduled", "completed", "failed", "removed"];
const TAGS: [&str; 3] = ["vip", "new", "it's"];
const OUTCOMES: [&str; 2] = ["sale", "max_attempts"];
const ZONES: [&str; 2] = ["Europe/Prague", "Asia/Tokyo"];
const LANGUAGES: [&str; 2] = ["cs", "en"];

fn campaign(number: u64) -> Uuid {
    Uuid::from_u128(u128::from(number))
}

fn moment(day: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(day * 86_400, 0).expect("a moment")
}

fn one_of<'w>(dice: &mut Dice, words: &[&'w str]) -> &'w str {
    words[usize::try_from(dice.below(words.len() as u64)).expect("small")]
}

fn somebody(dice: &mut Dice) -> Somebody {
    let maybe =
        |dice: &mut Dice, words: &[&'static str]| dice.chance(60).then(|| one_of(dice, words));
    Somebody {
        status: one_of(dice, &STATUSES),
        campaign: campaign(dice.below(3)),
        tags: TAGS.iter().filter(|_| dice.chance(40)).map(|tag| (*tag).to_owned()).collect(),
        outcome: maybe(dice, &OUTCOMES),
        time_zone: maybe(dice, &ZONES),
        language: maybe(dice, &LANGUAGES),
        priority: u32::try_from(dice.below(4)).expect("small"),
        tried: u32::try_from(dice.below(4)).expect("small"),
        created_at: i64::try_from(dice.below(4)).expect("small"),
        due_at: dice.chance(60).then(|| i64::try_from(dice.below(4)).expect("small")),
    }
}

async fn keep(admin: &mut PgConnection, org: OrgId, somebody: &Somebody) {
    let profile = json!({ "time_zone": somebody.time_zone, "language": somebody.language });
    sqlx::query(
        "INSERT INTO contacts (org_id, contact_id, version, campaign_id, subject_id, status,
                               callback, due_at, priority, tried, started, outcome, tags,
                               created_at, state)
         VALUES ($1, gen_random_uuid(), 1, $2, gen_random_uuid(), $3, false, $4, $5, $6, 0, $7, $8,
                 $9, $10)",
    )
    .bind(org.uuid())
    .bind(somebody.campaign)
    .bind(somebody.status)
    .bind(somebody.due_at.map(moment))
    .bind(i16::try_from(somebody.priority).expect("small"))
    .bind(i32::try_from(somebody.tried).expect("small"))
    .bind(somebody.outcome)
    .bind(&somebody.tags)
    .bind(moment(somebody.created_at))
    .bind(json!({ "profile": profile }))
    .execute(admin)
    .await
    .expect("kept");
}

/// A filter of any shape.
fn filter(dice: &mut Dice, depth: u32) -> Value {
    if depth == 0 || dice.chance(30) {
        return condition(dice);
    }
    let some = |dice: &mut Dice| -> Vec<Value> {
        (0..=dice.below(3)).map(|_| filter(dice, depth - 1)).collect()
    };
    match dice.below(3) {
        0 => json!({ "all": some(dice) }),
        1 => json!({ "any": some(dice) }),
        _ => json!({ "not": filter(dice, depth - 1) }),
    }
}

fn condition(dice: &mut Dice) -> Value {
    let day = |dice: &mut Dice| json!(moment(i64::try_from(dice.below(4)).expect("small")));
    let (field, value) = match dice.below(11) {
        0 => ("status", json!(one_of(dice, &STATUSES[..4]))),
        1 => ("campaign_id", json!(campaign(dice.below(3)))),
        2 => ("tag", json!(one_of(dice, &TAGS))),
        3 => ("outcome", json!(one_of(dice, &OUTCOMES))),
        4 => ("time_zone", json!(one_of(dice, &ZONES))),
        5 => ("language", json!(one_of(dice, &LANGUAGES))),
        6 => ("priority", json!(dice.below(4))),
        7 => ("attempts", json!(dice.below(4))),
        8 => ("created_at", day(dice)),
        9 => ("next_attempt_at", day(dice)),
        _ => {
            let field = one_of(dice, &["outcome", "time_zone", "language", "next_attempt_at"]);
            return json!({ "field": field, "op": "exists", "value": dice.chance(50) });
        }
    };
    let ops: &[&str] = match field {
        "priority" | "attempts" => &["eq", "ne", "lt", "lte", "gt", "gte"],
        "created_at" | "next_attempt_at" => &["lt", "lte", "gt", "gte"],
        _ => &["eq", "ne", "in"],
    };
    let op = one_of(dice, ops);
    let value = if op == "in" { json!([value]) } else { value };
    json!({ "field": field, "op": op, "value": value })
}

/// The walk.
fn means(filter: &Filter, of: &Somebody) -> bool {
    match filter {
        Filter::All(all) => all.iter().all(|filter| means(filter, of)),
        Filter::Any(any) => any.iter().any(|filter| means(filter, of)),
        Filter::Not(filter) => !means(filter, of),
        Filter::Is(condition) => applies(condition, of),
    }
}

fn applies(condition: &Condition, of: &Somebody) -> bool {
    let word = |field: Word, word: &String| match field {
        Word::Status => of.status == word,
        Word::CampaignId => of.campaign.to_string() == *word,
        Word::Tag => of.tags.contains(word),
        Word::Outcome => of.outcome == Some(word),
        Word::TimeZone => of.time_zone == Some(word),
        Word::Language => of.language == Some(word),
    };
    let number = |field: Number| match field {
        Number::Priority => of.priority,
        Number::Attempts => of.tried,
    };
    let moments = |field: Instant| match field {
        Instant::CreatedAt => Some(of.created_at),
        Instant::NextAttemptAt => of.due_at,
    };
    match condition {
        Condition::Word { field, op, value } => word(*field, value) == (*op == OneWord::Eq),
        Condition::Words { field, value, .. } => value.iter().any(|value| word(*field, value)),
        Condition::Exactly { field, op, value } => (number(*field) == *value) == (*op == Same::Eq),
        Condition::Number { field, op, value } => ordered(*op, number(*field), *value),
        Condition::Instant { field, op, value } => moments(*field)
            .is_some_and(|day| ordered(*op, moment(day), DateTime::<Utc>::from(*value))),
        Condition::There { field, value, .. } => {
            *value
                == match field {
                    Optional::Outcome => of.outcome.is_some(),
                    Optional::TimeZone => of.time_zone.is_some(),
                    Optional::Language => of.language.is_some(),
                    Optional::NextAttemptAt => of.due_at.is_some(),
                }
        }
    }
}

fn ordered<V: PartialOrd>(op: Order, one: V, other: V) -> bool {
    match op {
        Order::Lt => one < other,
        Order::Lte => one <= other,
        Order::Gt => one > other,
        Order::Gte => one >= other,
    }
}

#[tokio::test]
async fn a_segment_means_whom_a_walk_over_its_filter_means() {
    let test = TestDatabase::create().await;
    let mut admin = PgConnection::connect_with(&test.superuser()).await.expect("in");
    let mut dice = Dice::new(71);
    let (ours, theirs) = (OrgId::from(Uuid::from_u128(1)), OrgId::from(Uuid::from_u128(2)));
    let mut known = Vec::new();
    for _ in 0..CONTACTS {
        let (one, other) = (somebody(&mut dice), somebody(&mut dice));
        keep(&mut admin, ours, &one).await;
        keep(&mut admin, theirs, &other).await;
        known.push(one);
    }
    let listed: Vec<&Somebody> = known.iter().filter(|of| of.status != "removed").collect();
    let (mut some, mut seen) = (0, [false; 2]);
    for _ in 0..FILTERS {
        let written = filter(&mut dice, 4);
        let Ok(filter) = Filter::parse(&written) else { continue };
        let meant = listed.iter().filter(|of| means(&filter, of)).count();
        let counted = count(test.database(), ours, &filter).await.expect("a count");
        assert_eq!(usize::try_from(counted), Ok(meant), "{written}");
        // Nobody is neither, and nobody is both.
        let others = count(test.database(), ours, &Filter::Not(Box::new(filter))).await;
        assert_eq!(
            usize::try_from(others.expect("a count")),
            Ok(listed.len() - meant),
            "{written}"
        );
        some += 1;
        seen[usize::from(meant > 0 && meant < listed.len())] = true;
    }
    assert!(some > FILTERS / 2 && seen == [true; 2], "{some} {seen:?}");
}

/// What is written as a value stays one.
#[tokio::test]
async fn what_somebody_writes_into_a_filter_is_never_read_as_a_statement() {
    let test = TestDatabase::create().await;
    let mut admin = PgConnection::connect_with(&test.superuser()).await.expect("in");
    let org = OrgId::from(Uuid::from_u128(1));
    keep(&mut admin, org, &somebody(&mut Dice::new(1))).await;
    for word in ["' OR true --", "x) OR (1=1", "$1", "\\", "'; DROP TABLE contacts; --", "{a,b}"] {
        for op in ["eq", "in"] {
            let value = if op == "in" { json!([word]) } else { json!(word) };
            let filter = json!({ "field": "tag", "op": op, "value": value });
            let filter = Filter::parse(&filter).expect("a tag");
            assert_eq!(count(test.database(), org, &filter).await.expect("a count"), 0, "{word}");
        }
    }
}

/// How long it takes to count is looked at here: a hundred times what it takes would fail.
#[tokio::test]
async fn a_hundred_thousand_contacts_are_counted_at_once() {
    let test = TestDatabase::create().await;
    let mut admin = PgConnection::connect_with(&test.superuser()).await.expect("in");
    let org = OrgId::from(Uuid::from_u128(1));
    sqlx::query(
        "INSERT INTO contacts (org_id, contact_id, version, campaign_id, subject_id, status,
                               callback, due_at, priority, tried, started, tags, created_at, state)
         SELECT $1, gen_random_uuid(), 1, $1, gen_random_uuid(), 'pending', false, now(),
                n % 100, n % 4, 0, ARRAY['t' || n % 7, 'u' || n % 11], now() - n * interval '1 s',
                json_build_object('profile', json_build_object('language', 'l' || n % 5),
                                  'rest', repeat('x', 600))
         FROM generate_series(1, 100000) n",
    )
    .bind(org.uuid())
    .execute(&mut admin)
    .await
    .expect("kept");
    let each = |number: u32| {
        json!({ "any": [{ "field": "tag", "op": "eq", "value": format!("t{}", number % 7) },
                        { "field": "priority", "op": "ne", "value": number },
                        { "field": "language", "op": "eq", "value": "cs" }] })
    };
    let filter: Vec<Value> = (0..16).map(each).collect();
    let filter = Filter::parse(&json!({ "all": filter })).expect("a filter");
    let began = std::time::Instant::now();
    let counted = count(test.database(), org, &filter).await.expect("a count");
    println!("{counted} of 100000 by 48 conditions in {:?}", began.elapsed());
    assert!(counted > 80_000 && began.elapsed().as_secs() < 20, "{counted} {:?}", began.elapsed());
}
