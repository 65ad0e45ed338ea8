//! Given, when, then.
#![allow(clippy::unwrap_used, clippy::panic)]

mod budget;
mod crew;
mod dialing;
mod hour;
mod message;
mod resetting;

use uuid::Uuid;

use super::*;
use crate::call::{AmdMode, RecordingPolicy};
use crate::calling_hours::{TimeOfDay, Weekday};
use crate::contact::AttemptRules;
use crate::golden::{golden, sealed};
use crate::{DecidedEvent, Refusal, TeamId};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1_000)
}

fn by() -> UserId {
    UserId::from(Uuid::from_u128(7))
}

fn settings() -> CampaignSettings {
    CampaignSettings {
        name: "Spring".to_owned(),
        description: None,
        mode: CampaignMode::Manual,
        language: None,
        time_zone: "Europe/Prague".to_owned(),
        caller_id: Some("+420777120000".to_owned()),
        script: None,
        schedule: Schedule::default(),
        ring_timeout_seconds: 30,
        preview_seconds: 60,
        attempts: AttemptRules::default(),
        pacing: pacing::Pacing::default(),
        abandonment: pacing::Abandonment {
            message: Some("This is Acme. Press 9 not to be called again.".to_owned()),
            ..pacing::Abandonment::default()
        },
        announcement: None,
        budget: None,
        goal: None,
        recency: Recency::Fifo,
        amd: AmdMode::Off,
        record: RecordingPolicy::Policy,
        dispositions: Some(vec!["sale".to_owned()]),
        teams: vec![TeamId::from(Uuid::from_u128(4))],
        agents: Vec::new(),
        metadata: serde_json::Map::new(),
    }
}

fn create_with(settings: CampaignSettings) -> CampaignCommand {
    let (settings, around) = (Box::new(settings), Around::default());
    CampaignCommand::Create { settings, around, by: by(), at: at(1) }
}

fn create() -> CampaignCommand {
    create_with(settings())
}

fn activate(seconds: i64) -> CampaignCommand {
    CampaignCommand::Activate { outlook: Outlook::FINE, by: by(), at: at(seconds) }
}

fn pause(seconds: i64) -> CampaignCommand {
    CampaignCommand::Pause { by: by(), at: at(seconds) }
}

fn complete(seconds: i64) -> CampaignCommand {
    let reason = CompletionReason::Manual;
    CampaignCommand::Complete { reason, by: Some(by()), at: at(seconds) }
}

fn cancel(seconds: i64) -> CampaignCommand {
    let reason = "the offer is over".to_owned();
    CampaignCommand::Cancel { reason, by: by(), at: at(seconds) }
}

fn delete(seconds: i64) -> CampaignCommand {
    CampaignCommand::Delete { by: by(), at: at(seconds) }
}

fn reopen(seconds: i64) -> CampaignCommand {
    CampaignCommand::Reopen { outlook: Outlook::FINE, by: by(), at: at(seconds) }
}

fn archive(seconds: i64) -> CampaignCommand {
    CampaignCommand::Archive { by: by(), at: at(seconds) }
}

fn update(changes: CampaignChanges) -> CampaignCommand {
    let around = Around::default();
    CampaignCommand::Update { changes: Box::new(changes), around, by: by(), at: at(50) }
}

fn given(commands: impl IntoIterator<Item = CampaignCommand>) -> Campaign {
    let mut campaign = Campaign::default();
    for command in commands {
        let facts = campaign.decide(command).unwrap();
        facts.into_iter().for_each(|fact| campaign.evolve(&sealed(fact)));
    }
    campaign
}

fn status(campaign: &Campaign) -> CampaignStatus {
    campaign.known().unwrap().status
}

#[test]
fn campaign_p1_the_checklist_says_everything_that_is_missing_at_once() {
    let sunday = crate::calling_hours::Window {
        days: vec![Weekday::Sunday],
        from: TimeOfDay::parse("08:00").unwrap(),
        to: TimeOfDay::parse("12:00").unwrap(),
    };
    let schedule = Schedule { end_at: Some(at(10)), windows: vec![sunday], ..Schedule::default() };
    let (caller_id, teams) = (None, Vec::new());
    let bare = CampaignSettings { caller_id, teams, schedule, ..settings() };
    let campaign = given([create_with(bare)]);
    let outlook = Outlook { dialable: false, sayable: false, reachable: false, ..Outlook::FINE };
    let command = CampaignCommand::Activate { outlook, by: by(), at: at(20) };
    let refusal = campaign.decide(command).unwrap_err();
    let lacking: Vec<_> = refusal.fields().iter().map(|fault| fault.reason).collect();
    assert_eq!(refusal.code(), "campaign-not-ready");
    assert_eq!(
        lacking,
        [
            "no-caller-id",
            "no-contacts",
            "no-hours",
            "provider-down",
            "schedule-ended",
            "nobody-assigned",
            "no-dispositions"
        ]
    );
    let ready = given([create(), activate(2)]);
    assert_eq!(status(&ready), CampaignStatus::Active);
    assert_eq!(ready.decide(activate(3)), Ok(vec![]), "it calls already");
}

/// The provider does not answer, and answers again.
#[test]
fn a_campaign_that_waits_for_its_provider_goes_on_by_itself_and_no_other() {
    let reason = PauseReason::ProviderDown;
    let suspend = CampaignCommand::Suspend { reason, at: at(3) };
    let recover = CampaignCommand::Recover { reason, at: at(4) };
    let waits = given([create(), activate(2), suspend.clone()]);
    assert_eq!(waits.known().unwrap().paused, Some(reason));
    let facts = waits.decide(recover.clone()).unwrap();
    assert!(matches!(facts[..], [CampaignEvent::CampaignResumed { by: None, .. }]), "{facts:?}");
    for others in [
        vec![create()],
        vec![create(), activate(2)],
        vec![create(), activate(2), pause(3)],
        vec![create(), activate(2), pause(3), suspend],
        vec![create(), activate(2), complete(3)],
    ] {
        assert_eq!(given(others).decide(recover.clone()), Ok(vec![]));
    }
}

#[test]
fn campaign_p2_one_that_calls_is_not_deleted() {
    let active = given([create(), activate(2)]);
    assert_eq!(active.decide(delete(3)).unwrap_err().code(), "campaign-active");
    assert_eq!(active.decide(archive(3)).unwrap_err().code(), "campaign-active");
    for (commands, end) in [
        (vec![create(), delete(3)], CampaignStatus::Deleted),
        (vec![create(), activate(2), pause(3), delete(4)], CampaignStatus::Archived),
        (vec![create(), activate(2), pause(3), archive(4)], CampaignStatus::Archived),
        (vec![create(), activate(2), complete(3), delete(4)], CampaignStatus::Archived),
        (vec![create(), activate(2), cancel(3), archive(4)], CampaignStatus::Archived),
    ] {
        let campaign = given(commands);
        assert_eq!(status(&campaign), end);
        let again = campaign.decide(delete(9));
        let gone = end == CampaignStatus::Deleted;
        assert_eq!(again, if gone { Err(CampaignRefusal::Unknown) } else { Ok(vec![]) });
        assert!(campaign.decide(activate(9)).is_err());
    }
    assert!(given([create()]).decide(archive(2)).is_err(), "a draft is deleted");
}

#[test]
fn each_command_works_where_it_makes_sense_and_says_nothing_twice() {
    let states = [
        vec![create()],
        vec![create(), activate(2)],
        vec![create(), activate(2), pause(3)],
        vec![create(), activate(2), complete(3)],
        vec![create(), cancel(3)],
        vec![create(), cancel(3), archive(4)],
    ];
    let commands = [activate(5), pause(5), complete(5), reopen(5), cancel(5), archive(5)];
    // A fact, nothing new, or no.
    let expected = [
        ["+", "-", "-", "-", "+", "-"],
        ["=", "+", "+", "=", "+", "-"],
        ["+", "=", "+", "-", "+", "+"],
        ["-", "-", "=", "+", "-", "+"],
        ["-", "-", "-", "-", "=", "+"],
        ["-", "-", "-", "-", "-", "="],
    ];
    for (state, row) in states.into_iter().zip(expected) {
        let campaign = given(state);
        for (command, wanted) in commands.iter().zip(row) {
            let came = match campaign.decide(command.clone()) {
                Ok(facts) if facts.is_empty() => "=",
                Ok(_) => "+",
                Err(_) => "-",
            };
            assert_eq!(came, wanted, "{:?} {command:?}", status(&campaign));
        }
    }
}

#[test]
fn while_it_calls_some_things_stay_as_they_are() {
    let active = given([create(), activate(2)]);
    let locked = CampaignChanges {
        caller_id: Some(None),
        mode: Some(CampaignMode::Preview),
        name: Some("Summer".to_owned()),
        ..CampaignChanges::default()
    };
    let refusal = active.decide(update(locked.clone())).unwrap_err();
    assert_eq!(refusal.code(), "campaign-active");
    assert!(refusal.to_string().ends_with("mode, caller_id"), "{refusal}");
    let free = CampaignChanges {
        name: Some("Summer".to_owned()),
        attempts: Some(AttemptRules { max_attempts: 5, ..AttemptRules::default() }),
        ..CampaignChanges::default()
    };
    let changed = given([create(), activate(2), update(free.clone())]);
    let known = changed.known().unwrap();
    assert_eq!((known.revision, known.settings.attempts.max_attempts), (2, 5));
    assert_eq!(changed.decide(update(free)), Ok(vec![]));
    let paused = given([create(), activate(2), pause(3), update(locked)]);
    assert_eq!(paused.known().unwrap().settings.mode, CampaignMode::Preview);
    let canceled = given([create(), cancel(2)]);
    let change = CampaignChanges { name: Some("x".to_owned()), ..CampaignChanges::default() };
    assert!(canceled.decide(update(change)).is_err());
}

#[test]
fn when_its_time_is_over_it_is_complete() {
    let schedule = Schedule { end_at: Some(at(100)), ..Schedule::default() };
    let commands = [create_with(CampaignSettings { schedule, ..settings() }), activate(2)];
    let campaign = given(commands.clone());
    assert_eq!(campaign.owed(at(99)), Owed::Later(at(100)));
    let Owed::Now(end) = campaign.owed(at(100)) else { panic!("nothing is owed") };
    let over = given(commands.into_iter().chain([end]));
    assert_eq!(over.known().unwrap().completed, Some(CompletionReason::ScheduleEnded));
    assert_eq!(over.owed(at(200)), Owed::Nothing);
    assert_eq!(over.decide(reopen(101)).unwrap_err().pointer(), Some("/schedule/end_at"));
    let again = given([create(), activate(2), complete(3), reopen(4)]);
    let known = again.known().unwrap();
    assert_eq!((known.activations, known.first_activated_at), (2, Some(at(2))));
}

fn goal(value: u32) -> Option<Goal> {
    Some(Goal { metric: GoalMetric::Conversions, value })
}

#[test]
fn what_cannot_be_is_refused_by_field() {
    let with = |change: &dyn Fn(&mut CampaignSettings)| {
        let mut settings = settings();
        change(&mut settings);
        let refused = Campaign::default().decide(create_with(settings)).unwrap_err();
        (refused.pointer().unwrap(), refused.reason().unwrap())
    };
    type Change = &'static dyn Fn(&mut CampaignSettings);
    let cases: [(Change, &str, &str); 13] = [
        (&|s| s.name = " x".to_owned(), "/name", "unseen-character"),
        (&|s| s.name = "x".repeat(256), "/name", "too-long"),
        (&|s| s.description = Some(String::new()), "/description", "empty"),
        (&|s| s.time_zone = "Mars/Base".to_owned(), "/time_zone", "invalid-time-zone"),
        (&|s| s.caller_id = Some("112".to_owned()), "/caller_id", "invalid-phone-number"),
        (&|s| s.language = Some("x".to_owned()), "/language", "invalid-language"),
        (&|s| s.ring_timeout_seconds = 4, "/ring_timeout_seconds", "out-of-range"),
        (&|s| s.preview_seconds = 601, "/preview_seconds", "out-of-range"),
        (&|s| s.goal = goal(0), "/goal/value", "out-of-range"),
        (&|s| s.goal = goal(10_000_001), "/goal/value", "out-of-range"),
        (&|s| s.dispositions = Some(vec!["sale".to_owned(); 2]), "/dispositions", "repeated"),
        (&|s| s.teams = vec![TeamId::from(Uuid::nil()); 2], "/teams", "repeated"),
        (
            &|s| {
                s.schedule =
                    Schedule { start_at: Some(at(2)), end_at: Some(at(2)), ..Schedule::default() }
            },
            "/schedule/end_at",
            "out-of-range",
        ),
    ];
    for (change, pointer, reason) in cases {
        assert_eq!(with(change), (pointer, reason));
    }
    let around = Around { name_taken: true, reference: None };
    let settings = Box::new(settings());
    let command = CampaignCommand::Create { settings, around, by: by(), at: at(1) };
    assert_eq!(Campaign::default().decide(command).unwrap_err().code(), "duplicate-resource");
}

#[test]
fn its_facts_stay_as_they_are_and_move_every_state_on() {
    for fact in golden::<CampaignEvent>("campaign") {
        for mut campaign in [Campaign::default(), given([create()]), given([create(), activate(2)])]
        {
            campaign.evolve(&fact);
        }
    }
    let facts = given([create()]).decide(activate(2)).unwrap();
    assert_eq!(
        facts.iter().map(DecidedEvent::event_type).collect::<Vec<_>>(),
        ["CampaignActivated"]
    );
}
