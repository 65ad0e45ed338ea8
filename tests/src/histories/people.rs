//! Random histories of people: at the doors, in teams, at work, paying, and called.

use anyhow::anyhow;
use domain::agent::{
    Agent, AgentCommand, DeactivationReason, OnMissed, Presence, PresenceBy, Profile,
    ReleaseOutcome, SignOutReason, Skill, WrapUpEndedBy,
};
use domain::call::WrapUp;
use domain::dnc::{Dnc, DncCommand, DncScope, DncSource};
use domain::security::{Security, SecurityCommand, SecurityEvent};
use domain::team::{
    Able, Among, Team, TeamChanges, TeamCommand, TeamRole, TeamSettings, WorkingHours,
};
use domain::user::{User, UserCommand};
use domain::{
    CallId, CampaignId, Decider, EmailAddress, OfferId, PhoneNumber, Role, SessionId, SubjectId,
    Timestamp, UserId,
};
use event_store::Failure;
use processes::Commands;
use uuid::Uuid;

use super::alarming::alarm;
use super::calling;
use super::exporting::export;
use super::money::pay;
use super::talking::{feel, talk};
use super::{Dice, History, Silent, context};

/// What a person is asked at work, possible or not.
const ASKED: u64 = 12;
/// Teams of an organization.
const TEAMS: u128 = 3;

/// Appends what people do: for each history somebody is registered, comes in or does not, takes
/// calls, and belongs to a team; says where the log ends then.
///
/// # Errors
/// The log did not take it.
pub async fn append_people(commands: &Commands, histories: &[History]) -> anyhow::Result<i64> {
    let mut head = 0;
    for (step, history) in histories.iter().enumerate() {
        let at = history.began.plus_ms(i64::try_from(step)?);
        door(commands, history, step, at).await?;
        let mut dice = Dice::new(history.call.uuid().as_u64_pair().0);
        head = work(commands, history, &mut dice, at).await?.max(head);
        head = team(commands, history, &mut dice, at).await?.max(head);
        head = pay(commands, history, &mut dice, at).await?.max(head);
        head = suppress(commands, history, &mut dice, at).await?.max(head);
        head = talk(commands, history, &mut dice, at).await?.max(head);
        head = feel(commands, history, &mut dice, at).await?.max(head);
        head = alarm(commands, history, &mut dice, at).await?.max(head);
        head = calling::call(commands, history, &mut dice, at).await?.max(head);
        head = export(commands, history, &mut dice, at).await?.max(head);
    }
    Ok(head)
}

/// Asks for something; what is refused did not happen. Says where the log ends then, if it does.
pub(super) async fn ask<A: Decider>(
    commands: &Commands,
    history: &History,
    id: Uuid,
    command: A::Command,
) -> anyhow::Result<i64> {
    let about = context(history, None);
    match commands.run::<A>(about, id, command, None, None, Box::new(Silent)).await {
        Ok(outcome) => Ok(outcome.position.unwrap_or(0)),
        Err(Failure::Refused { .. }) => Ok(0),
        Err(failure) => Err(anyhow!("{failure}")),
    }
}

async fn door(
    commands: &Commands,
    history: &History,
    step: usize,
    at: Timestamp,
) -> anyhow::Result<()> {
    let (org, id) = (history.org.uuid(), history.call.uuid());
    let (user_id, session_id) = (UserId::from(id), SessionId::from(id));
    let event = match step % 3 {
        0 => SecurityEvent::UserSignedIn { user_id, session_id, at },
        1 => SecurityEvent::UserSignInFailed { user_id, at },
        _ => SecurityEvent::SessionClosed { user_id, session_id, because: "kit".to_owned(), at },
    };
    ask::<Security>(commands, history, org, SecurityCommand::Record(event)).await?;
    let command = UserCommand::Register {
        subject: SubjectId::from(id),
        email: EmailAddress::parse(&format!("{id}@example.com"))?,
        name: "Somebody".to_owned(),
        role: Role::Agent,
        at,
    };
    ask::<User>(commands, history, id, command).await?;
    Ok(())
}

/// Somebody is not to be called, and perhaps again; the number is of few, so that they meet.
async fn suppress(
    commands: &Commands,
    history: &History,
    dice: &mut Dice,
    at: Timestamp,
) -> anyhow::Result<i64> {
    let (few, by) = (dice.few(9), UserId::from(history.call.uuid()));
    let id = if dice.chance(50) { few } else { history.call.uuid() };
    let campaign_id = CampaignId::from(few);
    let expires_at = dice.chance(50).then(|| at.plus_ms(1 + dice.ms(60_000)));
    let suppress = DncCommand::Suppress {
        subject: SubjectId::from(few),
        scope: dice
            .one(&[DncScope::Organization, DncScope::Campaign { campaign_id }])
            .unwrap_or(DncScope::Organization),
        number: PhoneNumber::parse("+420777123456")?,
        source: DncSource::Agent,
        reason: "asked not to be called".to_owned(),
        expires_at,
        by: Some(by),
        at,
    };
    let (reason, evidence) = ("asked to be called".to_owned(), "a letter".to_owned());
    let reinstate = DncCommand::Reinstate { reason, evidence, by, at };
    let mut head = ask::<Dnc>(commands, history, id, suppress).await?;
    if dice.chance(40) {
        head = ask::<Dnc>(commands, history, id, reinstate).await?.max(head);
    }
    Ok(head)
}

async fn work(
    commands: &Commands,
    history: &History,
    dice: &mut Dice,
    mut at: Timestamp,
) -> anyhow::Result<i64> {
    let id = history.call.uuid();
    let profile = Profile {
        display_name: "Somebody".to_owned(),
        address: "client:somebody".to_owned(),
        max_concurrent_calls: if dice.chance(50) { 1 } else { 3 },
        skills: vec![Skill { name: "billing".to_owned(), level: 2 }],
        languages: vec!["en".to_owned()],
        wrap_up: WrapUp::DEFAULT,
    };
    let create = AgentCommand::Create { user_id: UserId::from(id), eligible: true, profile, at };
    let mut head = ask::<Agent>(commands, history, id, create).await?;
    for _ in 0..dice.below(ASKED) {
        at = at.plus_ms(dice.ms(60_000));
        let command = any(dice, at);
        head = ask::<Agent>(commands, history, id, command).await?.max(head);
    }
    Ok(head)
}

/// Anything that can be asked of an agent.
fn any(dice: &mut Dice, at: Timestamp) -> AgentCommand {
    let (call_id, offer_id) = (CallId::from(dice.few(7)), OfferId::from(dice.few(8)));
    let presences = [Presence::Available, Presence::Available, Presence::Break, Presence::Offline];
    match dice.below(11) {
        0..=2 => AgentCommand::SetPresence {
            presence: dice.one(&presences).unwrap_or(Presence::Available),
            reason_code: dice.chance(40).then(|| "lunch".to_owned()),
            note: dice.chance(40).then(|| "a note".to_owned()),
            by: PresenceBy::Agent,
            eligible: true,
            reason_codes: Vec::new(),
            session_id: None,
            at,
        },
        3 | 4 => AgentCommand::Reserve { offer_id, call_id, until: at.plus_ms(20_000), at },
        5 => {
            let (outcome, on_missed) = (ReleaseOutcome::TimedOut, OnMissed::Unavailable);
            AgentCommand::Release { offer_id, outcome, on_missed, at }
        }
        6 | 7 => AgentCommand::StartCall { call_id, segment_no: 1, offer_id: None, at },
        8 => AgentCommand::FinishCall { call_id, wrap_up: WrapUp::DEFAULT, at },
        9 => AgentCommand::FinishWrapUp { call_id, reason: WrapUpEndedBy::Agent, at },
        _ if dice.chance(50) => AgentCommand::SignOut { reason: SignOutReason::HeartbeatLost, at },
        _ => AgentCommand::Deactivate { reason: DeactivationReason::Administrator, at },
    }
}

async fn team(
    commands: &Commands,
    history: &History,
    dice: &mut Dice,
    at: Timestamp,
) -> anyhow::Result<i64> {
    let (org, user_id) = (history.org.uuid().as_u128(), UserId::from(history.call.uuid()));
    let team = |number: u64| Uuid::from_u128((org << 64) | (u128::from(number) % TEAMS + 1));
    let id = team(dice.roll());
    let settings = TeamSettings {
        name: "A team".to_owned(),
        description: None,
        parent_team_id: Some(team(dice.roll()).into()),
        time_zone: "Europe/Prague".to_owned(),
        working_hours: WorkingHours::default(),
        max_members: 20,
        skills_default: Vec::new(),
        wrap_up: None,
    };
    let changes = TeamChanges { parent_team_id: Some(None), ..TeamChanges::default() };
    let (able, live_calls) = (Able::Yes, false);
    let role = dice.one(&[TeamRole::Member, TeamRole::Supervisor]).unwrap_or(TeamRole::Lead);
    let mut asked = vec![
        TeamCommand::Create { settings, among: Among::FINE, at },
        TeamCommand::AddMember { user_id, able, role, at },
        TeamCommand::ChangeMemberRole { user_id, able, role: TeamRole::Lead, live_calls, at },
    ];
    match dice.below(8) {
        0 | 1 => asked.push(TeamCommand::RemoveMember { user_id, live_calls, at }),
        2 => asked.push(TeamCommand::Update { changes, among: Among::FINE, at }),
        3 => asked.push(TeamCommand::Archive { live_calls, at }),
        4 => asked.push(TeamCommand::Restore { at }),
        _ => {}
    }
    let mut head = 0;
    for command in asked {
        head = ask::<Team>(commands, history, id, command).await?.max(head);
    }
    Ok(head)
}
