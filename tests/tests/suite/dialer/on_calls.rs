//! Calls that are made for an agent, and the agent.

use domain::CallId;
use domain::agent::{Agent, AgentCommand, Presence, Slot};
use domain::call::{CallCommand, ConnectVia};
use domain::campaign::CampaignMode;

use super::kit::{Center, agent};

/// A call for the first agent.
async fn call_for(center: &Center, number: &str) -> CallId {
    let call = CallId::from(uuid::Uuid::now_v7());
    let CallCommand::InitiateOutbound(mut outbound) = center.outbound(number).await else {
        panic!("a call");
    };
    outbound.belongs.agent_id = Some(agent(1));
    center.run(call, CallCommand::InitiateOutbound(outbound)).await.expect("a call");
    call
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_calls_is_on_the_call_until_it_is_over() {
    let mut center = Center::open(1).await;
    let call = call_for(&center, "+420777120006").await;
    center.pass_quarter().await;
    let kept = Slot::OnCall { call_id: call, segment_no: 1 };
    assert_eq!(center.known_agent(1).await.slots, [kept], "while it rings");
    center.pass_seconds(6).await;
    let known = center.call(call).await;
    assert_eq!(known.segments.len(), 1, "{known:?}");
    assert_eq!((known.segments[0].agent_id, known.segments[0].via), (agent(1), ConnectVia::Pickup));
    assert!(known.segments[0].disconnected_at.is_some());
    assert_eq!(center.known_agent(1).await.slots, []);
}

/// Whoever calls somebody is not promised to anybody else, and has one call at a time.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_calls_cannot_call_somebody_else_meanwhile() {
    let mut center = Center::open(1).await;
    let one = call_for(&center, "+420777120001").await;
    center.pass_quarter().await;
    let id = center.campaign(CampaignMode::Progressive, 1..=1, (1, "0001")).await;
    let two = call_for(&center, "+420777130001").await;
    center.pass_seconds(5).await;
    assert_eq!(center.calls(id).await.len(), 0, "the dialer waits for the agent");
    let known = center.call(two).await;
    assert!(known.segments.is_empty() && known.ended_at.is_some(), "{known:?}");
    assert_eq!(known.end_request_reason.as_deref(), Some("agent_busy"));
    assert_eq!(center.call(one).await.segments.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_not_there_is_not_joined() {
    let mut center = Center::open(1).await;
    center.presence(1, Presence::Offline).await;
    let call = call_for(&center, "+420777120006").await;
    center.pass_seconds(6).await;
    let known = center.call(call).await;
    assert!(known.answered_at.is_some() && known.segments.is_empty(), "{known:?}");
    assert_eq!(center.known_agent(1).await.slots, []);
}

/// An agent who was kept for a call by somebody who was killed before both were joined.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_kept_by_a_call_that_is_over() {
    let mut center = Center::open(1).await;
    let call_id = call_for(&center, "+420777120002").await;
    let (segment_no, offer_id, at) = (1, None, center.at());
    let start = AgentCommand::StartCall { call_id, segment_no, offer_id, at };
    center.ask::<Agent>(agent(1).uuid(), start).await;
    center.pass_seconds(4).await;
    assert!(center.call(call_id).await.ended_at.is_some());
    assert_eq!(center.known_agent(1).await.slots, []);
}
