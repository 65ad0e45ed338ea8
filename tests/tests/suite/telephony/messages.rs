//! What a provider tells of a message that it says, in any order and more than once.

use domain::CallId;
use domain::call::{CallCommand, DialMode, Leg, MessageHeard, OutboundCall};
use processes::telephony::{PlayReply, ProviderCall, ProviderCallback, Received, Speech};

use super::kit::World;

/// A call that was dialed by itself, was answered, and is to hear a message.
async fn hearing(world: &World) -> CallId {
    let call = CallId::from(uuid::Uuid::now_v7());
    let CallCommand::InitiateOutbound(outbound) = world.outbound("+420777120001").await else {
        panic!("another command");
    };
    let outbound = OutboundCall { dial_mode: DialMode::Agentless, ..*outbound };
    world.run(call, CallCommand::InitiateOutbound(Box::new(outbound))).await.expect("a call");
    tell(world, world.callback(call, 0, "in-progress"), Received::Applied).await;
    let at = world.now();
    let start = CallCommand::StartMessage { opt_out_key: '9', length_ms: 4_000, at };
    world.run(call, start).await.expect("it is to be said");
    call
}

fn of(world: &World, call: CallId, sequence: u32, told: (&'static str, &str)) -> ProviderCallback {
    ProviderCallback { kind: told.0, ..world.callback(call, sequence, told.1) }
}

async fn tell(world: &World, callback: ProviderCallback, wanted: Received) {
    let words = format!("{callback:?}");
    assert_eq!(world.inbox.take_in(callback).await.expect("it is kept"), wanted, "{words}");
}

#[tokio::test]
async fn what_is_told_of_a_message_is_taken_in_once_and_in_any_order() {
    let (played, pressed) = (("message", "played"), ("key", "9"));
    for last_first in [false, true] {
        let world = World::new().await;
        let call = hearing(&world).await;
        let mut told = [(1, ("key", "1")), (2, pressed), (3, played)];
        let mut wanted = [Received::Stale, Received::Applied, Received::Stale];
        if last_first {
            told.reverse();
            // The end of the message, the key that still counts, the one that means nothing.
            wanted = [Received::Applied, Received::Applied, Received::Stale];
        }
        for ((sequence, what), wanted) in told.into_iter().zip(wanted) {
            tell(&world, of(&world, call, sequence, what), wanted).await;
            tell(&world, of(&world, call, sequence, what), Received::Duplicate).await;
        }
        let known = world.call(call).await;
        assert!(known.opted_out() && known.end_requested.is_some(), "{known:?}");
    }
}

#[tokio::test]
async fn a_key_that_is_told_after_the_end_of_the_call_still_counts() {
    let world = World::new().await;
    let call = hearing(&world).await;
    tell(&world, world.callback(call, 3, "completed"), Received::Applied).await;
    let known = world.call(call).await;
    let heard = known.message.and_then(|message| message.heard);
    assert_eq!((known.leg, heard), (Leg::Ended, Some(MessageHeard::HungUp)));
    tell(&world, of(&world, call, 1, ("message", "played")), Received::Applied).await;
    tell(&world, of(&world, call, 2, ("key", "9")), Received::Applied).await;
    assert!(world.call(call).await.opted_out());
}

#[tokio::test]
async fn words_of_one_kind_mean_nothing_in_another() {
    let world = World::new().await;
    let call = hearing(&world).await;
    for (sequence, what) in
        (4..).zip([("message", "completed"), ("status", "played"), ("key", "99"), ("key", "x")])
    {
        tell(&world, of(&world, call, sequence, what), Received::Unknown).await;
    }
    let silent = world.dial("+420777120002").await;
    tell(&world, of(&world, silent, 0, ("key", "9")), Received::Conflict).await;
}

#[tokio::test]
async fn a_call_hears_one_message_however_often_it_is_asked_for() {
    let mut world = World::new().await;
    let call = world.dial("+420777120001").await;
    let provider_call_id = format!("sim-{}", call.uuid().simple());
    let of = ProviderCall { org: world.org, call, provider_call_id };
    let text = "Your order is ready.".to_owned();
    let speech = Speech { call: of, text, language: None, listens_for: '9' };
    let play = |world: &World| {
        let (telephony, speech) = (world.telephony(), speech.clone());
        async move { telephony.play(speech).await }
    };
    assert_eq!(play(&world).await, PlayReply::Unknown, "nobody was asked for the call");
    world.settle().await;
    assert_eq!(play(&world).await, PlayReply::Unknown, "it does not even ring");
    world.pass(3_000).await;
    assert_eq!(world.status(call).await, "in_progress");
    assert_eq!(play(&world).await, PlayReply::Accepted);
    assert_eq!(play(&world).await, PlayReply::Accepted);
    assert_eq!(world.simulator.said(call), ["Your order is ready."]);
    world.pass(60_000).await;
    assert_eq!(play(&world).await, PlayReply::Accepted, "it has been said");
    assert_eq!(world.simulator.said(call).len(), 1);
    let foreign = domain::OrgId::from(uuid::Uuid::from_u128(0xB));
    let foreign = ProviderCall { org: foreign, ..speech.call.clone() };
    let foreign = Speech { call: foreign, ..speech.clone() };
    assert_eq!(world.telephony().play(foreign).await, PlayReply::Unknown);
}
