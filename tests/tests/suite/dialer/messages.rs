//! Messages that are heard where nobody speaks.

use domain::agent::Presence;
use domain::call::{AmdMode, CallCommand, CallEvent, KnownCall, MessageHeard};
use domain::campaign::pacing::Abandonment;
use domain::campaign::{
    Announcement, Around, Campaign, CampaignChanges, CampaignCommand, CampaignMode,
    CampaignSettings,
};
use domain::contact::{AttemptOutcome, ContactStatus, KnownContact, Standing};
use domain::dnc::{DncScope, DncSource};
use domain::{CallId, CampaignId};
use processes::dnc;
use uuid::Uuid;

use super::kit::{Center, SAFE_HARBOR, by};

/// Four seconds.
const ORDER: &str = "Your order is ready. Press 8 not to be called again, thank you.";

fn announces(leave_on_machine: bool) -> impl FnOnce(&mut CampaignSettings) {
    move |settings| {
        let message = ORDER.to_owned();
        let opt_out_key = Some('8');
        settings.announcement = Some(Announcement { message, opt_out_key, leave_on_machine });
        settings.amd = AmdMode::DetectMessageEnd;
        settings.dispositions = Some(Vec::new());
    }
}

/// An agentless campaign with one contact, a quarter of a minute later: its call, and the contact.
async fn announced(center: &mut Center, suffix: &str, leave: bool) -> (KnownCall, KnownContact) {
    announced_by(center, suffix, announces(leave)).await
}

async fn announced_by(
    center: &mut Center,
    suffix: &str,
    how: impl FnOnce(&mut CampaignSettings),
) -> (KnownCall, KnownContact) {
    let (mode, all) = (CampaignMode::Agentless, (1, suffix));
    let id = center
        .campaign_with(mode, 1..=1, all, |settings| {
            how(settings);
            settings.agents = Vec::new();
        })
        .await;
    center.pass_seconds(15).await;
    let contact = center.only_contact(id).await;
    let calls = center.calls(id).await;
    assert_eq!(calls.len(), 1, "{calls:?}");
    assert!(calls[0].ended_at.is_some() && !calls[0].dropped, "{:?}", calls[0]);
    assert_eq!(center.answers(id).await.abandoned, 0, "nobody waits for an agent");
    (calls.into_iter().next().unwrap(), center.known_contact(contact).await)
}

fn heard(call: &KnownCall) -> Option<MessageHeard> {
    call.message.and_then(|message| message.heard)
}

fn completed(contact: &KnownContact) -> &str {
    match &contact.standing {
        Standing::Completed { outcome, conversion: Some(false) } => outcome,
        standing => panic!("{standing:?}"),
    }
}

async fn suppressed(center: &Center, contact: &KnownContact) -> bool {
    let number = center.commands.reveal(center.org, &contact.number).await.unwrap().unwrap();
    let number = domain::PhoneNumber::parse(&number).unwrap();
    let found = dnc::suppressed(&center.commands, center.org, &number, None).await.unwrap();
    found == Some(DncScope::Organization)
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_answers_a_campaign_without_agents_hears_its_message_and_it_is_over_with_them() {
    let mut center = Center::open(0).await;
    let (call, contact) = announced(&mut center, "0001", false).await;
    assert_eq!(heard(&call), Some(MessageHeard::ToTheEnd));
    assert_eq!(call.end_request_reason.as_deref(), Some("announcement_over"));
    assert_eq!(completed(&contact), "message_delivered");
    assert!(!suppressed(&center, &contact).await);
    let (call, contact) = announced(&mut center, "0006", false).await;
    assert_eq!(heard(&call), Some(MessageHeard::HungUp));
    assert_eq!(completed(&contact), "message_cut_off");
    let (call, contact) = announced(&mut center, "0002", false).await;
    assert_eq!((call.message, contact.status()), (None, ContactStatus::Scheduled), "busy");
}

/// The campaign is paused, and calls otherwise when it calls again.
async fn change_in_pause(center: &Center, id: CampaignId, changes: CampaignChanges) {
    center.pause(id).await;
    let (changes, around) = (Box::new(changes), Around::default());
    let update = CampaignCommand::Update { changes, around, by: by(), at: center.at() };
    center.ask::<Campaign>(id.uuid(), update).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_says_what_its_campaign_said_when_it_was_begun() {
    let mut center = Center::open(0).await;
    let id = center
        .campaign_with(CampaignMode::Agentless, 1..=1, (1, "0001"), |settings| {
            announces(false)(settings);
            settings.agents = Vec::new();
        })
        .await;
    center.pass_quarter().await;
    let calls = center.calls(id).await;
    assert!(matches!(&calls[..], [rings] if rings.answered_at.is_none()), "{calls:?}");
    // It says nothing any more, to whom it calls from now on.
    let changes = CampaignChanges { announcement: Some(None), ..CampaignChanges::default() };
    change_in_pause(&center, id, changes).await;
    center.pass_seconds(15).await;
    let calls = center.calls(id).await;
    assert_eq!(heard(&calls[0]), Some(MessageHeard::ToTheEnd), "{:?}", calls[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_is_lost_while_a_message_is_said_was_hung_up_by_nobody() {
    let mut center = Center::open(0).await;
    let at_once = |settings: &mut CampaignSettings| {
        announces(false)(settings);
        settings.amd = AmdMode::Off;
    };
    let (call, contact) = announced_by(&mut center, "0011", at_once).await;
    assert_eq!(heard(&call), Some(MessageHeard::HungUp));
    assert_eq!(contact.status(), ContactStatus::Scheduled, "they are called again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_has_somebody_never_called_again_by_anybody() {
    let mut center = Center::open(0).await;
    let (call, contact) = announced(&mut center, "0012", false).await;
    assert_eq!(heard(&call), Some(MessageHeard::OptedOut));
    let source = DncSource::Keypress;
    let scope = DncScope::Organization;
    assert_eq!(contact.standing, Standing::DoNotCall { scope, source });
    assert_eq!(contact.attempts[0].outcome, Some(AttemptOutcome::Delivered));
    assert!(suppressed(&center, &contact).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_is_told_something_where_that_is_wanted_and_hung_up_on_elsewhere() {
    let mut center = Center::open(0).await;
    let (call, contact) = announced(&mut center, "0004", true).await;
    assert_eq!(heard(&call), Some(MessageHeard::ToTheEnd));
    assert_eq!(completed(&contact), "message_delivered");
    let (call, contact) = announced(&mut center, "0004", false).await;
    assert_eq!(call.message, None);
    assert_eq!(call.end_request_reason.as_deref(), Some("answering_machine"));
    assert_eq!(contact.attempts[0].outcome, Some(AttemptOutcome::Machine));
    assert_eq!(contact.status(), ContactStatus::Scheduled);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_without_agents_has_as_many_calls_as_it_may() {
    let mut center = Center::open(1).await;
    let (mode, all) = (CampaignMode::Agentless, (9, "0001"));
    let id = center
        .campaign_with(mode, 1..=1, all, |settings| {
            announces(false)(settings);
            settings.pacing.max_concurrent_calls = 4;
        })
        .await;
    center.pass_seconds(1).await;
    assert_eq!(center.calls(id).await.len(), 4);
    // An agent who is named for it is none that its calls wait for, while they ring.
    let other = center.campaign(CampaignMode::Progressive, 1..=1, (1, "0001")).await;
    center.pass_seconds(1).await;
    assert_eq!((center.calls(id).await.len(), center.calls(other).await.len()), (4, 1));
    center.pass_seconds(30).await;
    assert_eq!(center.calls(id).await.len(), 9);
    assert!(center.calls(id).await.iter().all(|call| call.segments.is_empty()));
}

/// The facts of the only call of a campaign.
async fn told(center: &Center, id: CampaignId) -> (CallId, Vec<CallEvent>) {
    let call: Uuid = center.value("SELECT call_id FROM campaign_attempts").await;
    assert_eq!(center.calls(id).await.len(), 1);
    let told = center.told(CallId::from(call)).await;
    (CallId::from(call), told.into_iter().map(|told| told.event).collect())
}

fn count(told: &[CallEvent], of: fn(&CallEvent) -> bool) -> usize {
    told.iter().filter(|fact| of(fact)).count()
}

/// The only agent leaves while it rings.
async fn left_alone(suffix: &str) -> (Center, CampaignId) {
    let mut center = Center::open(1).await;
    let id = center.campaign(CampaignMode::Progressive, 1..=1, (1, suffix)).await;
    center.pass_seconds(1).await;
    center.presence(1, Presence::Break).await;
    (center, id)
}

#[tokio::test(flavor = "multi_thread")]
async fn c28_whoever_finds_no_agent_hears_who_has_called_before_the_call_ends() {
    let (mut center, id) = left_alone("0001").await;
    center.pass_seconds(4).await;
    let (call, facts) = told(&center, id).await;
    assert_eq!(center.simulator.said(call), [SAFE_HARBOR]);
    assert!(center.call(call).await.ended_at.is_none(), "it is still said");
    assert_eq!(center.answers(id).await.abandoned, 1, "but they have found nobody");
    let dropped = |fact: &CallEvent| match fact {
        CallEvent::CallDropped { connected_wait_ms, safe_harbor_played, .. } => {
            Some((*connected_wait_ms, *safe_harbor_played))
        }
        _ => None,
    };
    let (waited, played) = facts.iter().find_map(dropped).expect("it is dropped");
    assert!(played && (2_000..2_500).contains(&waited), "{waited}");
    // Whoever is free now does not take a call that is given up.
    center.presence(1, Presence::Available).await;
    center.pass_seconds(5).await;
    let call = center.call(call).await;
    assert_eq!(heard(&call), Some(MessageHeard::ToTheEnd));
    assert!(call.ended_at.is_some() && call.segments.is_empty(), "{call:?}");
    let answers = center.answers(id).await;
    assert_eq!((answers.live, answers.abandoned), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_dropped_is_told_what_was_to_be_told_when_the_call_was_begun() {
    let (mut center, id) = left_alone("0001").await;
    let other = Abandonment {
        seconds: 9,
        message: Some("Hi. Press 3.".to_owned()),
        opt_out_key: Some('3'),
        ..Abandonment::default()
    };
    let changes = CampaignChanges { abandonment: Some(other), ..CampaignChanges::default() };
    change_in_pause(&center, id, changes).await;
    center.pass_seconds(4).await;
    let (call, facts) = told(&center, id).await;
    assert_eq!(center.simulator.said(call), [SAFE_HARBOR], "as soon as it was promised");
    let key =
        |fact: &CallEvent| matches!(fact, CallEvent::CallMessageStarted { opt_out_key: '9', .. });
    assert_eq!(count(&facts, key), 1, "the key that is said is the one that is listened for");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_dropped_can_have_themselves_never_called_again() {
    let (mut center, id) = left_alone("0012").await;
    center.pass_seconds(8).await;
    let contact = center.known_contact(center.only_contact(id).await).await;
    assert_eq!(contact.attempts[0].outcome, Some(AttemptOutcome::Dropped));
    assert_eq!(contact.status(), ContactStatus::DoNotCall);
    assert!(suppressed(&center, &contact).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_speaker_that_is_killed_anywhere_has_it_said_once_and_drops_once() {
    for polls in (1..40).step_by(3) {
        let (mut center, id) = left_alone("0001").await;
        center.leave_speaker_out = true;
        center.pass_seconds(4).await;
        let (call, facts) = told(&center, id).await;
        assert!(matches!(facts.last(), Some(CallEvent::CallMessageStarted { .. })), "{facts:?}");
        let whole = center.kill_speaker_after(polls, call).await;
        center.leave_speaker_out = false;
        center.pass_seconds(8).await;
        let (_, facts) = told(&center, id).await;
        assert_eq!(center.simulator.said(call), [SAFE_HARBOR]);
        for once in [
            (|fact| matches!(fact, CallEvent::CallMessageStarted { .. })) as fn(&CallEvent) -> bool,
            |fact| matches!(fact, CallEvent::CallDropped { safe_harbor_played: true, .. }),
            |fact| matches!(fact, CallEvent::CallMessageEnded { .. }),
            |fact| matches!(fact, CallEvent::CallEndRequested { .. }),
        ] {
            assert_eq!(count(&facts, once), 1, "after {polls} polls: {facts:?}");
        }
        let contact = center.known_contact(center.only_contact(id).await).await;
        assert_eq!(contact.status(), ContactStatus::Scheduled, "{contact:?}");
        assert_eq!(center.value::<i64>("SELECT count(*) FROM dialer_lines").await, 0);
        if whole {
            return;
        }
    }
    panic!("a look is never whole");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_tells_nothing_of_a_message_holds_nobody_on_the_line() {
    // Nor of the end of the call.
    let (mut center, id) = left_alone("0009").await;
    center.leave_speaker_out = true;
    center.pass_seconds(4).await;
    let (call, _) = told(&center, id).await;
    // It is taken for begun, and nothing is heard of it.
    center.run(call, CallCommand::Drop { at: center.at() }).await.expect("an answer");
    center.pass_seconds(9).await;
    assert_eq!(heard(&center.call(call).await), None, "three seconds, and ten more");
    center.pass_seconds(5).await;
    let call = center.call(call).await;
    assert_eq!(heard(&call), Some(MessageHeard::Failed));
    assert!(call.end_requested.is_some() && call.dropped, "{call:?}");
}
