//! How long whoever comes next is going to wait (domain/06 §6.10).

use domain::Timestamp;
use projections::Projection;
use projections::agents::Agents;
use projections::call_facts::CallFacts;
use projections::figures::live::paces;
use serde_json::json;
use tests::TestDatabase;

use super::analytics::{A, B, SUPPORT};
use super::analytics_campaigns::ago;
use super::call_facts_kit::{Told, fold, id, org};

/// A call that was handled, in so many seconds.
fn handled(told: &mut Told, call: u128, queue: u128, at: Timestamp, seconds: i64) {
    let over = at.plus_ms(seconds * 1_000);
    told.waits(call, queue, at);
    told.dequeued(call, (queue, 1), "answered", at, at);
    told.connected(call, A, 1, at);
    told.disconnected(call, A, 1, over);
    told.ended(call, "customer", over);
    told.wrapped_up(call, A, over, 0);
}

#[tokio::test]
async fn the_last_fifty_calls_of_a_day_say_how_fast_a_queue_is_served() {
    let (mut told, other) = (Told::default(), SUPPORT + 1);
    for (agent, does) in [(A, "available"), (B, "available"), (0xc, "break")] {
        told.hired(agent, 1, ago(30));
        told.does(agent, "offline", does, ago(29));
    }
    told.hired(0xd, 1, ago(30));
    // Too long ago, too many ago, and the last fifty.
    handled(&mut told, 1, SUPPORT, ago(26), 3_600);
    for call in 2..7 {
        handled(&mut told, call, SUPPORT, ago(20), 3_600);
    }
    for call in 7..57 {
        handled(&mut told, call, SUPPORT, ago(5), 120);
    }
    for call in 57..66 {
        handled(&mut told, call, other, ago(5), 120);
    }
    // Queues that have but a name, from elsewhere: of one the last fifty, of another too few.
    for call in 70..125 {
        let (queue, talk) = if call < 122 { ("Retail", 90_000) } else { ("Bank", 60_000) };
        let talk = if call < 72 { 9_000_000 } else { talk };
        let at = if call < 72 { ago(9) } else { ago(4) };
        told.imported(
            call,
            json!({
                "direction": "inbound", "created_at": at, "answered_at": at,
                "ended_at": at.plus_ms(talk), "talk_ms": talk, "wait_ms": 0, "wrap_ms": 0,
                "agent_label": "old", "queue_label": queue,
            }),
        );
    }
    let db = TestDatabase::create().await;
    let all: [&dyn Projection; 2] = [&Agents, &CallFacts];
    for projection in all {
        fold(db.database(), projection, told.events.chunks(50)).await;
    }
    let of_ids = [SUPPORT, other, 0x9999].map(|queue| Some(id(queue).to_string()));
    let [support, other, nobody] = of_ids;
    let [retail, bank] = ["Retail", "Bank"].map(|queue| Some(queue.to_owned()));
    let names = [support, other, nobody, retail, bank];
    let paces = paces(db.database(), org(), &names).await.expect("read");
    assert_eq!(paces.agents, 2, "whoever is on a break or offline takes no calls");
    assert_eq!(paces.handled[&names[0]], (50, 6_000_000));
    assert_eq!(paces.handled[&names[1]], (9, 1_080_000));
    assert_eq!(paces.handled.get(&names[2]), None);
    assert_eq!(paces.handled[&names[3]], (50, 4_500_000));
    assert_eq!(paces.handled[&names[4]], (3, 180_000));
    let next = names.each_ref().map(|queue| paces.estimate(queue.as_ref(), 2));
    assert_eq!(next, [Some(120), None, None, Some(90), None]);
}
