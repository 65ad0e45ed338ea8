//! Given, when, then.
#![allow(clippy::unwrap_used, clippy::panic)]

mod random;
mod reasons;

use uuid::Uuid;

use super::*;
use crate::call::{WrapUp, WrapUpMode};
use crate::golden::{golden, sealed};
use crate::{CallId, DecidedEvent, OfferId, Refusal, SessionId, UserId};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1_000)
}

fn call(number: u128) -> CallId {
    CallId::from(Uuid::from_u128(number))
}

fn offer(number: u128) -> OfferId {
    OfferId::from(Uuid::from_u128(number))
}

fn profile() -> Profile {
    Profile {
        display_name: "Ann".to_owned(),
        address: "client:ann".to_owned(),
        max_concurrent_calls: 1,
        skills: Vec::new(),
        languages: Vec::new(),
        wrap_up: WrapUp::DEFAULT,
    }
}

fn create(slots: u8) -> AgentCommand {
    let profile = Profile { max_concurrent_calls: slots, ..profile() };
    let user_id = UserId::from(Uuid::from_u128(7));
    AgentCommand::Create { user_id, eligible: true, profile, at: at(0) }
}

fn set(presence: Presence, seconds: i64) -> AgentCommand {
    let session_id = Some(SessionId::from(Uuid::from_u128(5)));
    AgentCommand::SetPresence {
        presence,
        reason_code: None,
        note: None,
        by: PresenceBy::Agent,
        eligible: true,
        reason_codes: Vec::new(),
        session_id,
        at: at(seconds),
    }
}

fn reserve(number: u128, seconds: i64) -> AgentCommand {
    let (offer_id, call_id) = (offer(number), call(number));
    AgentCommand::Reserve { offer_id, call_id, until: at(seconds + 20), at: at(seconds) }
}

fn release(number: u128, outcome: ReleaseOutcome, seconds: i64) -> AgentCommand {
    let on_missed = OnMissed::Unavailable;
    AgentCommand::Release { offer_id: offer(number), outcome, on_missed, at: at(seconds) }
}

fn start(number: u128, offered: bool, seconds: i64) -> AgentCommand {
    let offer_id = offered.then(|| offer(number));
    AgentCommand::StartCall { call_id: call(number), segment_no: 1, offer_id, at: at(seconds) }
}

fn finish(number: u128, wrap_up: WrapUp, seconds: i64) -> AgentCommand {
    AgentCommand::FinishCall { call_id: call(number), wrap_up, at: at(seconds) }
}

fn done(number: u128, reason: WrapUpEndedBy, seconds: i64) -> AgentCommand {
    AgentCommand::FinishWrapUp { call_id: call(number), reason, at: at(seconds) }
}

fn sign_out(reason: SignOutReason) -> AgentCommand {
    AgentCommand::SignOut { reason, at: at(90) }
}

fn deactivate() -> AgentCommand {
    AgentCommand::Deactivate { reason: DeactivationReason::Administrator, at: at(90) }
}

const NO_WRAP_UP: WrapUp = WrapUp { mode: WrapUpMode::None, seconds: 0 };

fn given(commands: impl IntoIterator<Item = AgentCommand>) -> Agent {
    let mut agent = Agent::default();
    for command in commands {
        for fact in agent.decide(command).unwrap() {
            agent.evolve(&sealed(fact));
        }
    }
    agent
}

/// Available from the first second on, with so many slots.
fn available(slots: u8, then: impl IntoIterator<Item = AgentCommand>) -> Agent {
    given([create(slots), set(Presence::Available, 1)].into_iter().chain(then))
}

fn types(decided: Result<Vec<AgentEvent>, AgentRefusal>) -> Vec<&'static str> {
    decided.unwrap().iter().map(DecidedEvent::event_type).collect()
}

fn seen(agent: &Agent) -> (Activity, Presence, bool) {
    let agent = agent.known().unwrap();
    (agent.activity(), agent.presence, agent.routable())
}

#[test]
fn who_sets_a_presence_while_offline_signs_in() {
    let agent = given([create(1)]);
    assert_eq!(seen(&agent), (Activity::Offline, Presence::Offline, false));
    let facts = types(agent.decide(set(Presence::Training, 1)));
    assert_eq!(facts, ["AgentSignedIn", "AgentPresenceChanged"]);
    let agent = available(1, []);
    assert_eq!(seen(&agent), (Activity::Available, Presence::Available, true));
    assert_eq!(agent.known().unwrap().routable_since, Some(at(1)));
    assert_eq!(agent.decide(set(Presence::Available, 5)), Ok(vec![]), "the same again");
    let facts = types(agent.decide(set(Presence::Offline, 5)));
    assert_eq!(facts, ["AgentSignedOut", "AgentPresenceChanged"]);
}

#[test]
fn who_may_not_sign_in_takes_no_calls_and_can_go_home() {
    let user_id = UserId::from(Uuid::from_u128(7));
    let create = AgentCommand::Create { user_id, eligible: false, profile: profile(), at: at(0) };
    let refusal = Agent::default().decide(create).unwrap_err();
    assert_eq!((refusal.code(), refusal.pointer()), ("invalid-reference", Some("/user_id")));
    let not_any_more = |command| match command {
        AgentCommand::SetPresence { presence, by, at, .. } => AgentCommand::SetPresence {
            presence,
            reason_code: None,
            note: None,
            by,
            eligible: false,
            reason_codes: Vec::new(),
            session_id: None,
            at,
        },
        command => command,
    };
    let agent = available(1, []);
    let back = agent.decide(not_any_more(set(Presence::Break, 2)));
    assert_eq!(back, Err(AgentRefusal::NotEligible));
    let facts = types(agent.decide(not_any_more(set(Presence::Offline, 2))));
    assert_eq!(facts, ["AgentSignedOut", "AgentPresenceChanged"]);
}

#[test]
fn offline_again_is_no_news_whatever_is_said_about_it() {
    let command = AgentCommand::SetPresence {
        presence: Presence::Offline,
        reason_code: Some("home".to_owned()),
        note: Some("bye".to_owned()),
        by: PresenceBy::Agent,
        eligible: true,
        reason_codes: Vec::new(),
        session_id: None,
        at: at(5),
    };
    assert_eq!(given([create(1)]).decide(command), Ok(vec![]));
}

#[test]
fn a_note_is_kept_at_once_or_with_what_waits() {
    let noted = |presence, seconds| AgentCommand::SetPresence {
        presence,
        reason_code: None,
        note: Some("a note".to_owned()),
        by: PresenceBy::Supervisor,
        eligible: true,
        reason_codes: Vec::new(),
        session_id: None,
        at: at(seconds),
    };
    let agent = available(1, []);
    assert_eq!(types(agent.decide(noted(Presence::Available, 2))), ["AgentPresenceChanged"]);
    let mut agent = available(1, [start(1, false, 3), noted(Presence::Offline, 4)]);
    let facts = agent.decide(finish(1, NO_WRAP_UP, 60)).unwrap();
    let AgentEvent::AgentPresenceChanged { note, by, .. } = facts.last().unwrap() else {
        panic!("{facts:?}")
    };
    assert!(matches!(note, Some(Personal::Sealed(_))));
    assert_eq!(*by, PresenceBy::Supervisor);
    let out = AgentEvent::AgentSignedOut { reason: SignOutReason::Supervisor, at: at(60) };
    assert!(facts.contains(&out), "{facts:?}");
    facts.iter().for_each(|fact| agent.evolve(fact));
    assert_eq!(seen(&agent), (Activity::Offline, Presence::Offline, false));
}

#[test]
fn agent_a1_of_two_offers_one_slot_takes_one() {
    let agent = available(1, [reserve(1, 2)]);
    let refusal = agent.decide(reserve(2, 2)).unwrap_err();
    assert_eq!(refusal.code(), "invalid-state-transition");
    assert_eq!(refusal.current_state(), Some("reserved"));
    assert_eq!(agent.decide(reserve(1, 2)), Ok(vec![]), "the same offer again");
    let other =
        AgentCommand::Reserve { offer_id: offer(1), call_id: call(9), until: at(9), at: at(3) };
    assert_eq!(agent.decide(other), Err(AgentRefusal::NoSuchOffer));
}

#[test]
fn agent_a2_a_break_during_a_call_begins_after_the_wrap_up() {
    let agent = available(1, [reserve(1, 2), start(1, true, 3), set(Presence::Break, 4)]);
    let known = agent.known().unwrap();
    assert_eq!(known.pending.as_ref().unwrap().to, Presence::Break);
    assert_eq!(seen(&agent), (Activity::OnCall, Presence::Available, false));
    assert_eq!(agent.decide(set(Presence::Break, 5)), Ok(vec![]), "the same wish again");
    assert_eq!(types(agent.decide(set(Presence::Available, 5))), ["AgentPresenceDeferred"]);
    assert_eq!(
        types(agent.decide(finish(1, WrapUp::DEFAULT, 60))),
        ["AgentCallFinished", "AgentWrapUpStarted"]
    );
    let agent = available(1, [start(1, false, 3), set(Presence::Break, 4)]);
    let mut wraps = agent;
    for fact in wraps.decide(finish(1, WrapUp::DEFAULT, 60)).unwrap() {
        wraps.evolve(&fact);
    }
    assert_eq!(seen(&wraps), (Activity::WrapUp, Presence::Available, false));
    assert_eq!(wraps.decide(done(1, WrapUpEndedBy::Timeout, 89)), Ok(vec![]), "too early");
    let facts = types(wraps.decide(done(1, WrapUpEndedBy::Timeout, 90)));
    assert_eq!(facts, ["AgentWrapUpEnded", "AgentPresenceChanged"]);
}

#[test]
fn offline_during_a_call_signs_out_after_it() {
    let agent = available(1, [start(1, false, 3), set(Presence::Offline, 4)]);
    let facts = types(agent.decide(finish(1, NO_WRAP_UP, 60)));
    assert_eq!(facts, ["AgentCallFinished", "AgentSignedOut", "AgentPresenceChanged"]);
}

#[test]
fn agent_a3_a_missed_offer_makes_the_agent_unavailable_until_they_say_otherwise() {
    let agent = available(1, [reserve(1, 2)]);
    let early = release(1, ReleaseOutcome::TimedOut, 21);
    assert_eq!(agent.decide(early), Ok(vec![]), "before its time");
    let late = release(1, ReleaseOutcome::TimedOut, 22);
    let expected = ["AgentReservationReleased", "AgentOfferMissed", "AgentPresenceChanged"];
    assert_eq!(types(agent.decide(late.clone())), expected);
    let missed = available(1, [reserve(1, 2), late.clone()]);
    assert_eq!(seen(&missed), (Activity::Missed, Presence::Busy, false));
    assert_eq!(missed.decide(late), Ok(vec![]), "twice");
    let back = available(
        1,
        [reserve(1, 2), release(1, ReleaseOutcome::TimedOut, 22), set(Presence::Available, 30)],
    );
    assert_eq!(seen(&back), (Activity::Available, Presence::Available, true));
    let busy = missed.decide(set(Presence::Busy, 30));
    assert_eq!(types(busy), ["AgentPresenceChanged"], "busy, and not because of an offer");
    let kept = AgentCommand::Release {
        offer_id: offer(1),
        outcome: ReleaseOutcome::TimedOut,
        on_missed: OnMissed::Stay,
        at: at(22),
    };
    let facts = types(agent.decide(kept));
    assert_eq!(facts, ["AgentReservationReleased", "AgentOfferMissed"]);
    let rejected = types(agent.decide(release(1, ReleaseOutcome::Rejected, 3)));
    assert_eq!(rejected, ["AgentReservationReleased"]);
}

#[test]
fn agent_a4_whoever_is_not_heard_of_stays_on_their_call() {
    let lost = || sign_out(SignOutReason::HeartbeatLost);
    let agent = available(2, [start(1, false, 3), reserve(2, 4)]);
    assert_eq!(agent.decide(lost()), Err(AgentRefusal::HasLiveCall));
    assert_eq!(
        types(agent.decide(sign_out(SignOutReason::Supervisor))),
        ["AgentReservationReleased", "AgentSignedOut", "AgentPresenceChanged"]
    );
    let idle = available(1, [start(1, false, 3), finish(1, WrapUp::DEFAULT, 9)]);
    let facts = types(idle.decide(lost()));
    assert_eq!(facts, ["AgentWrapUpEnded", "AgentSignedOut", "AgentPresenceChanged"]);
    assert_eq!(given([create(1)]).decide(lost()), Ok(vec![]), "not there anyway");
    let out = available(1, [start(1, false, 3), sign_out(SignOutReason::Supervisor)]);
    assert_eq!(seen(&out), (Activity::OnCall, Presence::Offline, false));
    let facts = types(out.decide(finish(1, WrapUp::DEFAULT, 100)));
    assert_eq!(facts, ["AgentCallFinished"], "nobody wraps up who is not there");
}

#[test]
fn agent_a5_three_slots_take_three_calls_and_no_fourth() {
    let three = [1, 2, 3].map(|number| start(number, false, 5));
    let agent = available(3, three);
    assert_eq!(agent.decide(reserve(4, 6)).unwrap_err().current_state(), Some("on_call"));
    let fourth = agent.decide(start(4, false, 6));
    assert_eq!(fourth, Err(AgentRefusal::CannotCall(Activity::OnCall)));
    assert_eq!(agent.decide(start(3, false, 6)), Ok(vec![]), "the same call again");
    assert_eq!(agent.known().unwrap().since, at(5), "one activity, since the first of them");
}

#[test]
fn who_is_busy_is_offered_nothing_and_may_call_out() {
    let agent = given([create(1), set(Presence::Busy, 1)]);
    assert!(agent.decide(reserve(1, 2)).is_err());
    assert_eq!(types(agent.decide(start(1, false, 2))), ["AgentCallStarted"]);
    let offline = given([create(1)]).decide(start(1, false, 2));
    assert_eq!(offline, Err(AgentRefusal::CannotCall(Activity::Offline)));
}

#[test]
fn a_deactivated_agent_comes_back_as_they_were_and_nothing_else() {
    let agent = available(1, [start(1, false, 3)]);
    assert_eq!(agent.decide(deactivate()), Err(AgentRefusal::HasLiveCall));
    let gone = available(1, [reserve(1, 3), deactivate()]);
    assert_eq!(seen(&gone), (Activity::Offline, Presence::Offline, false));
    assert_eq!(gone.decide(deactivate()), Ok(vec![]));
    let refusal = gone.decide(set(Presence::Available, 99)).unwrap_err();
    assert_eq!(
        (refusal.code(), refusal.allowed_commands()),
        ("agent-deactivated", &["reactivate"][..])
    );
    let back = AgentCommand::Reactivate { eligible: true, at: at(99) };
    assert_eq!(types(gone.decide(back.clone())), ["AgentReactivated"]);
    assert_eq!(available(1, []).decide(back), Ok(vec![]));
}

#[test]
fn what_is_the_same_in_a_profile_is_no_news() {
    let agent = given([create(2)]);
    let update = |changes| AgentCommand::Update { changes, at: at(5) };
    let skills = || Some(vec![Skill { name: "billing".to_owned(), level: 3 }]);
    let changes = ProfileChanges {
        max_concurrent_calls: Some(2),
        wrap_up: Some(WrapUp::DEFAULT),
        skills: skills(),
        ..ProfileChanges::default()
    };
    assert_eq!(types(agent.decide(update(changes))), ["AgentSkillsChanged"]);
    let fewer = ProfileChanges { max_concurrent_calls: Some(1), ..ProfileChanges::default() };
    let two = available(2, [start(1, false, 2), start(2, false, 2)]);
    assert_eq!(two.decide(update(fewer)).unwrap_err().pointer(), Some("/max_concurrent_calls"));
}

#[test]
fn the_facts_of_an_agent_stay_as_they_are_and_move_every_state_on() {
    for fact in golden::<AgentEvent>("agent") {
        for mut agent in [
            Agent::default(),
            available(1, []),
            available(1, [start(1, false, 2)]),
            given([create(1), deactivate()]),
        ] {
            agent.evolve(&fact);
        }
    }
}
