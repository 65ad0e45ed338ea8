//! What a campaign says itself.

use super::super::pacing::{Abandonment, Answers};
use super::*;

fn announcement() -> Announcement {
    let message = "This is Acme. Press 9 not to be called again.".to_owned();
    Announcement { message, opt_out_key: None, leave_on_machine: false }
}

/// Nobody calls for it, nobody says what came of its calls.
fn agentless(announcement: Option<Announcement>) -> CampaignSettings {
    let (mode, teams) = (CampaignMode::Agentless, Vec::new());
    CampaignSettings { mode, teams, announcement, ..settings() }
}

fn lacks(settings: CampaignSettings) -> Vec<(&'static str, &'static str)> {
    let campaign = given([create_with(settings)]);
    let outlook = Outlook { sayable: false, ..Outlook::FINE };
    let lacking = campaign.known().unwrap().lacking(&outlook, at(2));
    let lacking = lacking.into_iter().filter(|fault| fault.reason != "no-dispositions");
    lacking.map(|fault| (fault.pointer, fault.reason)).collect()
}

#[test]
fn a_campaign_that_dials_ahead_under_a_regulator_has_something_to_say_to_whom_it_drops() {
    use {AbandonmentPreset as P, CampaignMode as M};
    for (mode, preset, says, ready) in [
        (M::Progressive, P::Us, false, false),
        (M::Predictive, P::Uk, false, false),
        (M::Predictive, P::Us, true, true),
        (M::Predictive, P::None, false, true),
        (M::Preview, P::Us, false, true),
        (M::Manual, P::Us, false, true),
    ] {
        let message = says.then(|| "This is Acme.".to_owned());
        let abandonment = Abandonment { preset, message, ..Abandonment::default() };
        let lacking = lacks(CampaignSettings { mode, abandonment, ..settings() });
        let missing = [("/abandonment/message", "no-safe-harbor-message")];
        assert_eq!(lacking, if ready { &[][..] } else { &missing }, "{mode} {preset}");
    }
}

#[test]
fn a_campaign_that_has_nobody_speak_needs_words_and_nobody() {
    assert_eq!(lacks(agentless(None)), [("/announcement", "no-announcement")]);
    let outlook = Outlook { sayable: false, ..Outlook::FINE };
    let ready = given([create_with(agentless(Some(announcement())))]);
    assert_eq!(ready.known().unwrap().lacking(&outlook, at(2)), []);
    let leaves = Announcement { leave_on_machine: true, ..announcement() };
    let deaf = agentless(Some(leaves.clone()));
    assert_eq!(lacks(deaf), [("/amd", "no-message-end")]);
    let amd = AmdMode::DetectMessageEnd;
    assert_eq!(lacks(CampaignSettings { amd, ..agentless(Some(leaves)) }), []);
}

#[test]
fn where_nobody_waits_for_an_agent_nobody_is_abandoned() {
    let campaign = given([create_with(agentless(Some(announcement()))), activate(2)]);
    let answers = Answers { live: 100, abandoned: 100 };
    assert_eq!(campaign.decide(CampaignCommand::Weigh { answers, at: at(3) }), Ok(vec![]));
}

#[test]
fn a_campaign_says_what_a_call_was_made_for() {
    use crate::call::MessagePurpose::{Announcement, SafeHarbor};
    let known = settings();
    let said = known.message(SafeHarbor).unwrap();
    assert_eq!((said.opt_out_key, said.length_ms()), ('9', 3_000));
    assert_eq!(known.message(Announcement), None, "what whoever is dropped hears is another one");
    let opt_out_key = Some('#');
    let other = agentless(Some(super::Announcement { opt_out_key, ..announcement() }));
    assert_eq!(other.message(Announcement).map(|said| said.opt_out_key), Some('#'));
    assert_eq!((spoken_ms(""), spoken_ms(&"x".repeat(500))), (1_000, 33_333));
}

#[test]
fn what_cannot_be_said_or_pressed_is_refused_by_field() {
    let refused = |settings: CampaignSettings| {
        let refusal = Campaign::default().decide(create_with(settings)).unwrap_err();
        (refusal.pointer().unwrap(), refusal.reason().unwrap())
    };
    let dropping = |message: &str, opt_out_key| {
        let message = Some(message.to_owned());
        let abandonment = Abandonment { message, opt_out_key, ..Abandonment::default() };
        refused(CampaignSettings { abandonment, ..settings() })
    };
    let announcing = |message: &str, opt_out_key| {
        let message = message.to_owned();
        refused(agentless(Some(Announcement { message, opt_out_key, leave_on_machine: false })))
    };
    let long = "x".repeat(501);
    assert_eq!(dropping("", None), ("/abandonment/message", "empty"));
    assert_eq!(dropping(&long, None), ("/abandonment/message", "too-long"));
    assert_eq!(dropping("x", Some('a')), ("/abandonment/opt_out_key", "invalid-value"));
    assert_eq!(announcing("", None), ("/announcement/message", "empty"));
    assert_eq!(announcing(&long, None), ("/announcement/message", "too-long"));
    assert_eq!(announcing("x", Some(' ')), ("/announcement/opt_out_key", "invalid-value"));
}

#[test]
fn what_is_said_stays_while_it_calls() {
    let changes = CampaignChanges { announcement: Some(None), ..CampaignChanges::default() };
    let campaign = given([create_with(agentless(Some(announcement()))), activate(2)]);
    let refusal = campaign.decide(update(changes.clone())).unwrap_err();
    assert!(refusal.to_string().ends_with("announcement"), "{refusal}");
    let paused = given([create_with(agentless(Some(announcement()))), activate(2), pause(3)]);
    let facts = paused.decide(update(changes)).unwrap();
    assert_eq!(facts.first().map(DecidedEvent::event_version), Some(3));
}
