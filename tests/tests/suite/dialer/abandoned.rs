//! Whoever answers and finds no agent.

use domain::agent::Presence;
use domain::campaign::CampaignMode;
use domain::contact::{AttemptOutcome, ContactStatus};

use super::kit::Center;

/// P8: whoever was dropped is left alone for 72 hours.
#[tokio::test(flavor = "multi_thread")]
async fn p8_whoever_finds_no_agent_in_time_is_dropped_and_left_alone() {
    let mut center = Center::open(1).await;
    let id = center.campaign(CampaignMode::Progressive, 1..=1, (1, "0001")).await;
    let contact = center.only_contact(id).await;
    center.pass_seconds(1).await;
    assert_eq!(center.calls(id).await.len(), 1);
    // The only agent leaves while it rings.
    center.presence(1, Presence::Break).await;
    center.pass_seconds(10).await;
    let calls = center.calls(id).await;
    assert!(calls[0].dropped && calls[0].segments.is_empty(), "{:?}", calls[0]);
    let (ended, answered) = (calls[0].ended_at.unwrap(), calls[0].answered_at.unwrap());
    // Then they are told that nobody is there, in three seconds.
    let message = calls[0].message.expect("a message");
    let (waited, took) = (message.started_at.since_ms(answered), ended.since_ms(answered));
    assert!((2_000..2_500).contains(&waited), "{waited} ms");
    assert!((5_000..6_500).contains(&took), "{took} ms");
    let known = center.known_contact(contact).await;
    assert_eq!(known.status(), ContactStatus::Scheduled);
    assert_eq!(known.attempts[0].outcome, Some(AttemptOutcome::Dropped));
    assert!(known.due_at().unwrap().since_ms(ended) >= 72 * 3_600_000);
    center.presence(1, Presence::Available).await;
    center.pass_seconds(5).await;
    assert_eq!(center.calls(id).await.len(), 1);
    let answers = center.answers(id).await;
    assert_eq!((answers.live, answers.abandoned), (1, 1));
}

/// Whoever comes in time is joined, also when it is not the first look.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_becomes_free_in_time_takes_the_call() {
    let mut center = Center::open(1).await;
    let id = center.campaign(CampaignMode::Progressive, 1..=1, (1, "0001")).await;
    center.pass_seconds(1).await;
    center.presence(1, Presence::Break).await;
    // It rings for a moment, and is answered two seconds later.
    center.pass_seconds(2).await;
    center.presence(1, Presence::Available).await;
    center.pass_seconds(3).await;
    let calls = center.calls(id).await;
    assert!(!calls[0].dropped, "{:?}", calls[0]);
    assert_eq!(calls[0].segments.len(), 1);
    assert_eq!(center.answers(id).await.abandoned, 0);
}

/// A machine is hung up on, and is nobody who found no agent.
#[tokio::test(flavor = "multi_thread")]
async fn a_machine_keeps_no_agent() {
    let mut center = Center::open(1).await;
    let id = center
        .campaign_with(CampaignMode::Progressive, 1..=1, (1, "0004"), |settings| {
            settings.amd = domain::call::AmdMode::Detect;
        })
        .await;
    let contact = center.only_contact(id).await;
    center.pass_seconds(15).await;
    let calls = center.calls(id).await;
    assert!(calls[0].segments.is_empty() && calls[0].ended_at.is_some(), "{:?}", calls[0]);
    assert_eq!(calls[0].end_request_reason.as_deref(), Some("answering_machine"));
    let known = center.known_contact(contact).await;
    assert_eq!(known.attempts[0].outcome, Some(AttemptOutcome::Machine));
    assert_eq!(center.answers(id).await.live, 0);
}
