//! Whatever order a provider tells in, and however often: the figures are the
//! same (Y9).

use database::Role;
use domain::call::{AnsweredBy, Call, CallCommand, Observation, ObservedStatus};
use domain::{Decider, Timestamp};
use projections::figures::read::{CallMetricsQuery, GroupBy, Tz};
use serde_json::json;
use tests::histories::Dice;

use super::analytics::{ask, clock, filled};
use super::call_facts_kit::{Told, event, id};

/// What a provider has to tell of a call of 42 s.
fn observations(began: Timestamp) -> [Observation; 4] {
    let seen = |status, ms, duration_seconds, answered_by| Observation {
        status,
        provider_call_id: Some("sim-1".to_owned()),
        provider_at: began.plus_ms(ms),
        recorded_at: began.plus_ms(ms + 300),
        duration_seconds,
        answered_by,
        sip_code: None,
    };
    [
        seen(ObservedStatus::Initiated, 1_000, None, None),
        seen(ObservedStatus::Ringing, 2_000, None, None),
        seen(ObservedStatus::Answered, 8_000, None, Some(AnsweredBy::Human)),
        seen(ObservedStatus::Completed, 50_000, Some(42), None),
    ]
}

/// Every order of four.
fn orders() -> Vec<[usize; 4]> {
    let mut orders = Vec::new();
    for code in 0..256_usize {
        let order = [code % 4, code / 4 % 4, code / 16 % 4, code / 64];
        if (0..4).all(|one| order.contains(&one)) {
            orders.push(order);
        }
    }
    orders
}

#[tokio::test]
async fn y9_every_order_of_observations_and_every_repetition_gives_the_same_facts() {
    let began = clock("10:00:00");
    let mut dice = Dice::new(9);
    let mut told = Told::default();
    let orders = orders();
    assert_eq!(orders.len(), 24);
    for (call, order) in (1..).zip(&orders) {
        let first = event(
            "CallInitiated",
            json!({
                "direction": "outbound", "to": "sealed", "subject_key": id(7),
                "dial_order": "customer_first", "dial_mode": "manual", "provider": "simulator",
                "ring_timeout_seconds": 30, "amd": "off", "recording_policy_snapshot": "policy",
                "metadata": {}, "at": began,
            }),
        );
        let mut state = Call::default();
        state.evolve(&first);
        told.tell(call, first);
        let mut seen: Vec<usize> = order.to_vec();
        for _ in 0..dice.below(4) {
            let again = usize::try_from(dice.below(4)).unwrap();
            let place = usize::try_from(dice.below(5)).unwrap();
            // What was heard already is heard again, later.
            if let Some(before) = seen.iter().position(|one| *one == again) {
                seen.insert(place.max(before + 1).min(seen.len()), again);
            }
        }
        for which in seen {
            let observation = observations(began)[which].clone();
            let facts = state.decide(CallCommand::Observe(observation)).expect("accepted");
            for fact in facts {
                state.evolve(&fact);
                told.tell(call, fact);
            }
        }
    }
    let db = filled(&told).await;
    let query = "SELECT DISTINCT concat_ws(',', ringing_at, answered_at, answered_by, ended_at,
                        end_status, ring_ms, total_ms, handled_at)
                 FROM call_facts";
    let mut connection = db.database().pool(Role::Auditor).acquire().await.expect("in");
    let kinds: Vec<String> =
        sqlx::query_scalar(query).fetch_all(&mut *connection).await.expect("facts");
    assert_eq!(kinds.len(), 1, "{kinds:?}");
    let query = CallMetricsQuery::new(began, began.plus_ms(60_000), Tz::UTC, GroupBy::None);
    let of = ask(db.database(), &query).await.totals;
    assert_eq!((of.calls.n, of.answered_calls.value), (24, Some(24.0)));
}
