//! GET /analytics/campaigns and GET /analytics/dispositions beneath HTTP: the worked case of
//! domain/06 §6.7, and what nothing was dialed for.

use database::Role;
use domain::Timestamp;
use domain::campaign::Campaign;
use domain::campaign::pacing::{Answers, Cap};
use projections::Projection;
use projections::call_facts::CallFacts;
use projections::campaign_attempts::CampaignAttempts;
use projections::campaigns::Campaigns;
use projections::figures::read::{
    Answer, CallMetricsQuery, CampaignMetrics, CampaignStanding, Cell, Dimension, DimensionValue,
    DispositionMetrics, GroupBy, Sheet, Tz, attempted, metrics,
};
use serde_json::{Value, json};
use tests::TestDatabase;

use super::analytics::figure;
use super::call_facts_kit::{Told, fold, id, org};

pub const SPRING: u128 = 0xca;
pub const OTHER: u128 = 0xcb;

/// A campaign that is active since an instant, by the stored facts of another one.
pub fn campaign(told: &mut Told, campaign: u128, since: Timestamp) {
    priced(told, campaign, since, Value::Null);
}

/// The same with a budget.
pub fn priced(told: &mut Told, campaign: u128, since: Timestamp, budget: Value) {
    let golden = |text: &str, kind: &str| {
        let mut stored: Value =
            serde_json::from_str(text.lines().next().expect("a fact")).expect("JSON");
        stored[kind]["at"] = json!(since);
        stored[kind].take()
    };
    let created = include_str!("../../../../domain/src/campaign/golden/CampaignCreated.v1.json");
    let activated =
        include_str!("../../../../domain/src/campaign/golden/CampaignActivated.v1.json");
    let mut created = golden(created, "CampaignCreated");
    created["settings"]["budget"] = budget;
    told.campaign(campaign, "CampaignCreated", created);
    told.campaign(campaign, "CampaignActivated", golden(activated, "CampaignActivated"));
}

/// What comes of a call of a campaign.
pub enum Comes {
    /// No provider takes it.
    Refused,
    /// Nobody answers.
    Nothing,
    /// A machine answers.
    Machine,
    /// Somebody answers, and there is no agent.
    Dropped,
    /// Somebody speaks with an agent, and this is the result.
    Of(&'static str),
}

pub fn dial(
    told: &mut Told,
    (call, campaign, attempt): (u128, u128, u32),
    at: Timestamp,
    comes: Comes,
) {
    let after = |seconds: i64| at.plus_ms(seconds * 1_000);
    let initiated = json!({
        "direction": "outbound", "to": "sealed", "subject_key": id(0x5000 + call),
        "contact_id": id(0x6000 + call), "campaign_id": id(campaign), "attempt_no": attempt,
        "dial_order": "customer_first", "dial_mode": "predictive", "provider": "simulator",
        "ring_timeout_seconds": 30, "amd": "off", "recording_policy_snapshot": "never",
        "metadata": {}, "at": at,
    });
    told.say(call, "CallInitiated", initiated);
    let end = |told: &mut Told, status: &str, at: Timestamp| {
        let ended = json!({ "end_status": status, "ended_by": "customer", "ended_at": at });
        told.say(call, "CallEnded", ended);
    };
    if matches!(comes, Comes::Refused) {
        return end(told, "failed", after(1));
    }
    let submitted = json!({ "provider_call_id": format!("sim-{call}"), "submitted_at": after(1) });
    told.say(call, "CallDialSubmitted", submitted);
    if matches!(comes, Comes::Nothing) {
        return end(told, "no_answer", after(31));
    }
    let by = if matches!(comes, Comes::Machine) { "machine_start" } else { "human" };
    let answered = json!({ "answered_at": after(10), "answered_by": by, "estimated": false });
    told.say(call, "CallAnswered", answered);
    match comes {
        Comes::Dropped => {
            let dropped = json!({
                "reason": "no_agent_available", "connected_wait_ms": 2_000,
                "safe_harbor_played": true, "at": after(12),
            });
            told.say(call, "CallDropped", dropped);
        }
        Comes::Of(code) => {
            told.connected(call, 0xa, 1, after(11));
            told.disconnected(call, 0xa, 1, after(60));
            end(told, "completed", after(60));
            let said = json!({ "code": code, "by": "user:somebody", "at": after(61) });
            return told.say(call, "CallDispositioned", said);
        }
        Comes::Refused | Comes::Nothing | Comes::Machine => {}
    }
    end(told, "completed", after(13));
}

/// 1000 attempts, 240 live, 8 dropped, and among the others 60 machines.
fn worked(since: Timestamp, at: Timestamp) -> Told {
    let mut told = Told::default();
    campaign(&mut told, SPRING, since);
    campaign(&mut told, OTHER, since);
    for call in 0..1_000 {
        let comes = match call {
            0..8 => Comes::Dropped,
            8..32 => Comes::Of("sale"),
            32..132 => Comes::Of("not_interested"),
            132..182 => Comes::Of("wrong_number"),
            182..240 => Comes::Of("left_message"),
            240..300 => Comes::Machine,
            _ => Comes::Nothing,
        };
        let attempt = if call % 4 == 0 { 2 } else { 1 };
        dial(
            &mut told,
            (call + 1, SPRING, attempt),
            at.plus_ms(i64::try_from(call).unwrap()),
            comes,
        );
    }
    dial(&mut told, (2_000, SPRING, 1), at, Comes::Refused);
    told
}

async fn filled(told: &Told) -> TestDatabase {
    let db = TestDatabase::create().await;
    let all: [&dyn Projection; 3] = [&Campaigns, &CampaignAttempts, &CallFacts];
    for projection in all {
        fold(db.database(), projection, told.events.chunks(701)).await;
    }
    db
}

pub async fn ask<S: Sheet>(db: &TestDatabase, query: &CallMetricsQuery) -> Answer<S> {
    metrics(db.database(), org(), query).await.expect("an answer")
}

fn name(campaign: u128) -> DimensionValue {
    DimensionValue::Text(id(campaign).to_string())
}

pub fn of<S>(answer: &Answer<S>, campaign: u128) -> Option<&Cell<S>> {
    answer.series.iter().find(|cell| cell.dims["campaign"] == name(campaign))
}

pub fn ago(hours: i64) -> Timestamp {
    Timestamp::from_millis(chrono::Utc::now().timestamp_millis()).plus_ms(-hours * 3_600_000)
}

pub fn by_campaign() -> CallMetricsQuery {
    CallMetricsQuery {
        dimensions: vec![Dimension::Campaign],
        ..CallMetricsQuery::new(ago(72), ago(0), Tz::UTC, GroupBy::None)
    }
}

#[tokio::test]
async fn the_worked_case_of_campaigns() {
    let db = filled(&worked(ago(120), ago(48))).await;
    let answer = ask::<CampaignMetrics>(&db, &by_campaign()).await;
    let spring = &of(&answer, SPRING).expect("the campaign").metrics;
    let ratio = |metric| {
        let (value, top, bottom, _) = figure(metric);
        (value, top, bottom)
    };
    let is = |value, top, bottom| (Some(value), Some(top), Some(bottom));
    // What no provider has taken is no attempt.
    assert_eq!(figure(&spring.attempts), (Some(1000.0), Some(1000.0), None, 1000));
    assert_eq!(ratio(&spring.contact_rate), is(0.24, 240.0, 1000.0));
    assert_eq!(ratio(&spring.dial_answer_rate), is(0.3, 300.0, 1000.0));
    assert_eq!(ratio(&spring.machine_rate), is(0.2, 60.0, 300.0));
    assert_eq!(ratio(&spring.rpc_rate), is(0.124, 124.0, 1000.0));
    assert_eq!(ratio(&spring.conversion_per_contact), is(0.137_931, 24.0, 174.0));
    assert_eq!(ratio(&spring.conversion_per_attempt), is(0.024, 24.0, 1000.0));
    assert_eq!(ratio(&spring.conversion_per_rpc), is(0.193_548, 24.0, 124.0));
    assert_eq!(answer.totals, *spring);

    let standing = ask::<CampaignStanding>(&db, &by_campaign()).await;
    let now = &of(&standing, SPRING).expect("the campaign").metrics;
    assert_eq!(ratio(&now.abandonment_regulatory), is(0.033_333, 8.0, 240.0));
    // They were dialed two days ago.
    assert_eq!(ratio(&now.abandonment_rolling_24h), (None, Some(0.0), Some(0.0)));
    let period = standing.periods.iter().find(|period| period.campaign_id == id(SPRING));
    let period = period.expect("the campaign");
    assert_eq!(period.limit, Some(0.03));
    let mut state = Campaign::default();
    for recorded in worked(ago(120), ago(48)).events {
        if let projections::Fact::Campaign(event) = &recorded.event
            && recorded.aggregate_id == id(SPRING)
        {
            domain::Decider::evolve(&mut state, event);
        }
    }
    let rule = &state.known().expect("it is there").settings.abandonment;
    assert_eq!(rule.cap(Answers { live: 240, abandoned: 8 }), Cap::Reached, "it is throttled");
    let other = &of(&standing, OTHER).expect("the other one").metrics;
    assert_eq!(ratio(&other.abandonment_regulatory), (None, Some(0.0), Some(0.0)));
    assert!(of(&answer, OTHER).is_none(), "nothing was dialed for it");
}

#[tokio::test]
async fn the_24_hours_of_abandonment_roll_and_the_period_does_not() {
    let mut told = Told::default();
    campaign(&mut told, SPRING, ago(120));
    dial(&mut told, (1, SPRING, 1), ago(25), Comes::Dropped);
    dial(&mut told, (2, SPRING, 1), ago(23), Comes::Dropped);
    dial(&mut told, (3, SPRING, 2), ago(2), Comes::Of("sale"));
    let db = filled(&told).await;
    let standing = ask::<CampaignStanding>(&db, &by_campaign()).await;
    let now = &of(&standing, SPRING).expect("the campaign").metrics;
    let seen = [&now.abandonment_regulatory, &now.abandonment_rolling_24h];
    assert_eq!(seen.map(|metric| metric.value), [Some(0.666_667), Some(0.5)]);
    let seen = [&now.list_penetration, &now.list_exhaustion].map(|metric| metric.value);
    assert_eq!(seen, [None, None], "it has no list");
}

#[tokio::test]
async fn a_list_is_penetrated_and_exhausted_by_its_contacts_as_they_are() {
    let mut told = Told::default();
    campaign(&mut told, SPRING, ago(120));
    let db = filled(&told).await;
    let mut connection = db.database().pool(Role::Projector).acquire().await.expect("in");
    let rows = "INSERT INTO contacts (org_id, contact_id, version, campaign_id, subject_id, status,
                    callback, priority, tried, started, tags, created_at, state)
                SELECT $1, gen_random_uuid(), 1, $2, gen_random_uuid(), status, false, 50, 0,
                       started, '{}', now(), '{}'
                FROM (VALUES ('pending', 0), ('pending', 1), ('scheduled', 2), ('completed', 1),
                             ('failed', 3), ('do_not_call', 1), ('removed', 1))
                    AS c(status, started)";
    sqlx::query(rows).bind(org().uuid()).bind(id(SPRING)).execute(&mut *connection).await.unwrap();
    let standing = ask::<CampaignStanding>(&db, &by_campaign()).await;
    let now = &of(&standing, SPRING).expect("the campaign").metrics;
    assert_eq!(figure(&now.list_penetration), (Some(0.8), Some(4.0), Some(5.0), 5));
    assert_eq!(figure(&now.list_exhaustion), (Some(0.5), Some(3.0), Some(6.0), 6));
}

#[tokio::test]
async fn attempts_are_told_apart_by_their_number_and_calls_by_their_result() {
    let mut told = worked(ago(120), ago(48));
    dial(&mut told, (2_001, OTHER, 1), ago(48), Comes::Of("sale"));
    let db = filled(&told).await;
    let query = CallMetricsQuery { campaign_ids: vec![id(SPRING)], ..by_campaign() };
    let attempts = attempted(db.database(), org(), &query).await.expect("attempts");
    let seen: Vec<_> = attempts
        .iter()
        .map(|row| (row.attempt_no, row.metrics.attempts.n, row.metrics.contact_rate.value))
        .collect();
    assert_eq!(seen, [(1, 750, Some(0.24)), (2, 250, Some(0.24))]);
    let dimensions = vec![Dimension::Campaign, Dimension::Disposition];
    let mix = CallMetricsQuery { dimensions, campaign_ids: Vec::new(), ..query };
    let mut answer = ask::<DispositionMetrics>(&db, &mix).await;
    // Each campaign is a whole.
    let other = answer.series.iter().find(|cell| cell.dims["campaign"] == name(OTHER));
    assert_eq!(other.expect("the other one").metrics.disposition_share.value, Some(1.0));
    answer.series.retain(|cell| cell.dims["campaign"] == name(SPRING));
    let mut shares = 0.0;
    let seen = answer.series.iter().map(|cell| {
        let of = &cell.metrics;
        shares += of.disposition_share.value.unwrap_or(0.0);
        let name = match &cell.dims["disposition"] {
            DimensionValue::Text(code) => code.as_str(),
            _ => "",
        };
        (name, of.calls.n, of.contacts.value, of.right_parties.value, of.conversions.value)
    });
    let seen: Vec<_> = seen.collect();
    let expected = [
        // Whoever has no result has no part of the whole.
        ("", 769, Some(0.0), Some(0.0), Some(0.0)),
        ("left_message", 58, Some(0.0), Some(0.0), Some(0.0)),
        ("not_interested", 100, Some(100.0), Some(100.0), Some(0.0)),
        ("sale", 24, Some(24.0), Some(24.0), Some(24.0)),
        ("wrong_number", 50, Some(50.0), Some(0.0), Some(0.0)),
    ];
    assert_eq!(seen, expected);
    assert!((shares - 1.0).abs() < 0.000_003, "{shares}");
}
