//! One call for each free agent.

use domain::PhoneNumber;
use domain::agent::Presence;
use domain::call::{ConnectVia, KnownCall, Leg};
use domain::campaign::{Campaign, CampaignCommand, CampaignMode, CampaignStatus};
use domain::contact::{AttemptOutcome, ContactStatus};

use super::kit::{Center, agent, by};

#[tokio::test(flavor = "multi_thread")]
async fn each_free_agent_has_one_call_and_everybody_is_called() {
    let mut center = Center::open(3).await;
    // A person answers after two seconds, and hangs up one second later.
    let id = center.campaign(CampaignMode::Progressive, 1..=3, (7, "0006")).await;
    let mut most = 0;
    for _ in 0..40 {
        center.pass_seconds(1).await;
        let calls = center.calls(id).await;
        let live = calls.iter().filter(|call| call.leg < Leg::Ended).count();
        most = most.max(live);
    }
    assert_eq!(most, 3, "never more calls than agents, and not fewer either");
    let calls = center.calls(id).await;
    assert_eq!(calls.len(), 7, "everybody once");
    for call in &calls {
        assert_eq!(call.segments.len(), 1, "{call:?}");
        assert_eq!(call.segments[0].via, ConnectVia::Dialer);
        let waited = call.segments[0].connected_at.since_ms(call.answered_at.expect("an answer"));
        assert!(waited <= 500, "{waited} ms");
        assert!(!call.dropped);
    }
    for number in 1..=3 {
        assert_eq!(center.known_agent(number).await.slots, [], "nobody is kept");
        assert!(calls.iter().any(|call| call.segments[0].agent_id == agent(number)));
    }
    assert_eq!(center.value::<i64>("SELECT count(*) FROM dialer_lines").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn agents_who_are_shared_are_not_promised_twice() {
    let mut center = Center::open(2).await;
    let one = center.campaign(CampaignMode::Progressive, 1..=2, (5, "0001")).await;
    let two = center
        .campaign_with(CampaignMode::Progressive, 2..=2, (5, "0001"), |settings| {
            settings.name = "Autumn".to_owned();
        })
        .await;
    for _ in 0..8 {
        center.pass_seconds(1).await;
        let mut live = 0;
        for id in [one, two] {
            let calls = center.calls(id).await;
            live += calls.iter().filter(|call| call.leg < Leg::Ended).count();
        }
        assert!(live <= 2, "{live}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_called_without_an_agent_or_above_the_limits() {
    let mut center = Center::open(4).await;
    center.presence(4, Presence::Break).await;
    let slow = center
        .campaign_with(CampaignMode::Progressive, 1..=4, (9, "0003"), |settings| {
            settings.pacing.calls_per_minute = 6;
            settings.pacing.max_concurrent_calls = 2;
        })
        .await;
    center.pass_seconds(3).await;
    assert_eq!(center.calls(slow).await.len(), 1, "one at once, six a minute");
    center.pass_seconds(30).await;
    let calls = center.calls(slow).await;
    assert!((3..=4).contains(&calls.len()), "{}", calls.len());
    for number in 1..=3 {
        center.presence(number, Presence::Break).await;
    }
    let before = calls.len();
    center.pass_seconds(30).await;
    assert_eq!(center.calls(slow).await.len(), before, "nobody is there");
}

/// P3: what is said between the list and the dial, holds.
#[tokio::test(flavor = "multi_thread")]
async fn p3_whoever_is_suppressed_meanwhile_is_not_called() {
    let mut center = Center::open(1).await;
    center.presence(1, Presence::Break).await;
    let id = center.campaign(CampaignMode::Progressive, 1..=1, (1, "0006")).await;
    center.pass_seconds(2).await;
    let number = PhoneNumber::parse("+420600000006").expect("a number");
    center.suppress(&number).await;
    center.presence(1, Presence::Available).await;
    center.pass_seconds(5).await;
    assert_eq!(center.calls(id).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_not_reached_is_called_again_later() {
    let mut center = Center::open(1).await;
    let id = center.campaign(CampaignMode::Progressive, 1..=1, (1, "0002")).await;
    let contact = center.only_contact(id).await;
    center.pass_seconds(5).await;
    let known = center.known_contact(contact).await;
    assert_eq!(known.status(), ContactStatus::Scheduled);
    assert_eq!(known.attempts[0].outcome, Some(AttemptOutcome::Busy));
    let retry = known.due_at().expect("a retry");
    assert!(retry.since_ms(center.at()) > 14 * 60_000, "in a quarter of an hour, or after the gap");
    center.pass_until(retry.plus_ms(31 * 60_000)).await;
    assert_eq!(center.calls(id).await.len(), 2);
    assert_eq!(center.known_campaign(id).await.status, CampaignStatus::Active);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_left_a_campaign_takes_none_of_its_calls() {
    let mut center = Center::open(2).await;
    let id = center.campaign(CampaignMode::Progressive, 1..=2, (4, "0006")).await;
    let attend = |joins| {
        let (agent_id, at) = (agent(1), center.now());
        CampaignCommand::Attend { agent_id, joins, by: by(), at }
    };
    center.ask::<Campaign>(id.uuid(), attend(false)).await;
    let joined = attend(true);
    center.pass_seconds(12).await;
    let calls = center.calls(id).await;
    assert!(calls.len() > 1, "the other one goes on");
    let takers = |calls: &[KnownCall]| {
        let segments = calls.iter().flat_map(|call| &call.segments);
        segments.map(|segment| segment.agent_id).collect::<Vec<_>>()
    };
    assert!(takers(&calls).iter().all(|taker| *taker == agent(2)));
    center.ask::<Campaign>(id.uuid(), joined).await;
    center.pass_seconds(12).await;
    let calls = center.calls(id).await;
    assert!(takers(&calls).contains(&agent(1)), "they are back");
}
