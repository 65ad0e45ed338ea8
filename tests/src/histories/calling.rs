//! Random histories of campaigns and of whom they call: what is asked, possible or not.

use domain::call::{AmdMode, RecordingPolicy};
use domain::campaign::pacing::{Abandonment, Answers, Pacing};
use domain::campaign::{
    Around, Campaign, CampaignChanges, CampaignCommand, CampaignMode, CampaignSettings,
    CompletionReason, Outlook, Recency, Schedule,
};
use domain::contact::{
    AttemptOutcome, AttemptRules, Conclusion, Contact, ContactCommand, ContactHistory,
    ContactResult, ContactSource, NewAttempt, NewContact, NewNumber, Profile, ProfileChanges, Said,
};
use domain::disposition::DispositionCatalog;
use domain::dnc::{DncScope, DncSource};
use domain::import_batch::{
    ImportBatch, ImportCommand, ImportFailure, ImportFile, ImportOptions, ImportPurpose, NewImport,
    OnDuplicate, Suppression, Tally,
};
use domain::{
    AgentId, CallId, CampaignId, ContactId, FreeText, PhoneNumber, ResetId, SubjectId, TeamId,
    Timestamp, UserId,
};
use processes::Commands;
use uuid::Uuid;

use super::people::ask;
use super::{Dice, History};

/// What is asked of a campaign and of a contact, possible or not.
const ASKED: u64 = 14;

/// A campaign is run, and somebody is called; says where the log ends then.
pub(super) async fn call(
    commands: &Commands,
    history: &History,
    dice: &mut Dice,
    mut at: Timestamp,
) -> anyhow::Result<i64> {
    let (id, by) = (history.call.uuid(), UserId::from(history.call.uuid()));
    let (settings, around) = (Box::new(settings(dice)), Around::default());
    let create = CampaignCommand::Create { settings, around, by, at };
    let mut head = ask::<Campaign>(commands, history, id, create).await?;
    head = ask::<ImportBatch>(commands, history, id, list(id, dice, at)).await?.max(head);
    let create = ContactCommand::Create(Box::new(contact(id, dice, at)?));
    head = ask::<Contact>(commands, history, id, create).await?.max(head);
    for _ in 0..dice.below(ASKED) {
        at = at.plus_ms(dice.ms(40 * 60_000));
        let command = of_campaign(by, dice, at);
        head = ask::<Campaign>(commands, history, id, command).await?.max(head);
        let command = of_contact(id, dice, at)?;
        head = ask::<Contact>(commands, history, id, command).await?.max(head);
        let command = of_import(id, dice, at);
        head = ask::<ImportBatch>(commands, history, id, command).await?.max(head);
    }
    Ok(head)
}

fn settings(dice: &mut Dice) -> CampaignSettings {
    let mode = [CampaignMode::Manual, CampaignMode::Preview, CampaignMode::Predictive];
    CampaignSettings {
        name: "Spring".to_owned(),
        description: dice.chance(50).then(|| "renewals".to_owned()),
        mode: dice.one(&mode).unwrap_or(CampaignMode::Manual),
        language: None,
        time_zone: "Europe/Prague".to_owned(),
        caller_id: Some("+420777120000".to_owned()),
        script: None,
        schedule: Schedule::default(),
        ring_timeout_seconds: 30,
        preview_seconds: 60,
        attempts: AttemptRules { max_per_day: 20, ..AttemptRules::default() },
        pacing: Pacing::default(),
        abandonment: Abandonment {
            message: Some("This is Acme. Press 9 not to be called again.".to_owned()),
            ..Abandonment::default()
        },
        announcement: None,
        budget: None,
        goal: None,
        recency: Recency::Fifo,
        amd: AmdMode::Off,
        record: RecordingPolicy::Policy,
        dispositions: dice.chance(50).then(|| vec!["sale".to_owned()]),
        teams: (0..dice.below(3)).map(|number| team(number.into())).collect(),
        agents: vec![AgentId::from(dice.few(4))],
        metadata: serde_json::Map::new(),
    }
}

/// Settings of a campaign that can call.
#[must_use]
pub fn campaign_settings() -> CampaignSettings {
    settings(&mut Dice::new(1))
}

fn purpose(dice: &mut Dice) -> ImportPurpose {
    let campaign_id = CampaignId::from(dice.few(4));
    if dice.chance(70) {
        return ImportPurpose::Contacts { campaign_id };
    }
    let suppression = Suppression {
        scope: DncScope::Campaign { campaign_id },
        source: DncSource::Regulator,
        reason: "a list".to_owned(),
        expires_at: None,
    };
    ImportPurpose::Suppression { suppression }
}

/// A list that is to be brought in.
fn list(id: Uuid, dice: &mut Dice, at: Timestamp) -> ImportCommand {
    ImportCommand::Request(Box::new(NewImport {
        purpose: purpose(dice),
        file: ImportFile {
            id,
            format: "csv".to_owned(),
            encoding: "utf-8".to_owned(),
            delimiter: Some(",".to_owned()),
            byte_size: dice.below(1_000),
            sha256: "00".to_owned(),
        },
        options: ImportOptions {
            on_duplicate: Some(OnDuplicate::Skip),
            default_region: None,
            mapping: [("phone".to_owned(), vec!["phone".to_owned()])].into(),
        },
        by: UserId::from(id),
        at,
    }))
}

fn of_import(id: Uuid, dice: &mut Dice, at: Timestamp) -> ImportCommand {
    match dice.below(8) {
        0..2 => ImportCommand::Start { rows: 10 + dice.below(10), at },
        2..6 => {
            let tally = Tally { created: dice.below(5), ..Tally::default() };
            ImportCommand::Progress { rows_read: 1 + dice.below(20), tally, at }
        }
        6 if dice.chance(20) => {
            let failure = ImportFailure { code: "kit".to_owned(), words: "it is".to_owned() };
            ImportCommand::Fail { failure, at }
        }
        6 if dice.chance(20) => ImportCommand::Cancel { by: UserId::from(id), at },
        _ => ImportCommand::Complete { at },
    }
}

fn team(number: u128) -> TeamId {
    TeamId::from(Uuid::from_u128(number))
}

fn of_campaign(by: UserId, dice: &mut Dice, at: Timestamp) -> CampaignCommand {
    let reset_id = ResetId::from(dice.few(2));
    match dice.below(12) {
        10 => {
            let (filter, unknown) = (Box::default(), None);
            CampaignCommand::ResetContacts { reset_id, filter, unknown, by, at }
        }
        11 => CampaignCommand::ContactsReset { reset_id, count: dice.below(9), at },
        8 => CampaignCommand::Pace { level: if dice.chance(50) { 1.0 } else { 2.5 }, at },
        9 => {
            let abandoned = if dice.chance(50) { 0 } else { 6 };
            CampaignCommand::Weigh { answers: Answers { live: 100, abandoned }, at }
        }
        0 => {
            let changes = Box::new(CampaignChanges {
                teams: Some(vec![team(9)]),
                ..CampaignChanges::default()
            });
            CampaignCommand::Update { changes, around: Around::default(), by, at }
        }
        1..4 => {
            let outlook = Outlook { dialable: dice.chance(80), ..Outlook::FINE };
            CampaignCommand::Activate { outlook, by, at }
        }
        4 => CampaignCommand::Pause { by, at },
        5 => {
            let reason = CompletionReason::Exhausted;
            CampaignCommand::Complete { reason, by: None, at }
        }
        6 => CampaignCommand::Reopen { outlook: Outlook::FINE, by, at },
        _ if dice.chance(10) => CampaignCommand::Delete { by, at },
        _ => CampaignCommand::Pause { by, at },
    }
}

fn contact(id: Uuid, dice: &mut Dice, at: Timestamp) -> anyhow::Result<NewContact> {
    let subject = SubjectId::from(id);
    let said = Said {
        name: dice.chance(70).then(|| FreeText::new("Somebody".to_owned())),
        time_zone: dice.chance(30).then(|| "Europe/Prague".to_owned()),
        priority: u8::try_from(dice.below(100))?,
        tags: if dice.chance(50) { vec!["kit".to_owned()] } else { Vec::new() },
        ..Said::default()
    };
    let profile = said.profile(subject).unwrap_or_else(|_| Profile::default());
    Ok(NewContact {
        subject,
        campaign_id: CampaignId::from(dice.few(4)),
        number: PhoneNumber::parse("+420777123456")?,
        profile,
        source: ContactSource::Api,
        replaces: None,
        history: dice
            .chance(20)
            .then(|| ContactHistory { attempts: 2, outcome: Some(conclusion(dice)) }),
        suppressed: dice.chance(10).then_some((DncScope::Organization, DncSource::Regulator)),
        by: None,
        at,
    })
}

/// A code of the organization's own, a conversion or none.
fn conclusion(dice: &mut Dice) -> Conclusion {
    Conclusion { code: "bought_both".to_owned(), conversion: dice.chance(50) }
}

/// Anything that can be asked of a contact.
/// What an attempt can come to.
const OUTCOMES: [AttemptOutcome; 9] = [
    AttemptOutcome::Connected,
    AttemptOutcome::Busy,
    AttemptOutcome::NoAnswer,
    AttemptOutcome::Machine,
    AttemptOutcome::Delivered,
    AttemptOutcome::CutOff,
    AttemptOutcome::Canceled,
    AttemptOutcome::NotMade,
    AttemptOutcome::InvalidNumber,
];

fn of_contact(id: Uuid, dice: &mut Dice, at: Timestamp) -> anyhow::Result<ContactCommand> {
    let (call_id, by) = (CallId::from(dice.few(6)), UserId::from(id));
    let rules = || AttemptRules { max_per_day: 20, min_gap_minutes: 0, ..AttemptRules::default() };
    Ok(match dice.below(14) {
        0..5 => {
            let (rules, day_began_at) = (Some(rules()), at);
            ContactCommand::StartAttempt(Box::new(NewAttempt { call_id, rules, day_began_at, at }))
        }
        5 => ContactCommand::Connect { call_id, at },
        6..9 => {
            let outcome = dice.one(&OUTCOMES).unwrap_or(AttemptOutcome::Busy);
            let rules = Box::new(rules());
            ContactCommand::EndAttempt { call_id, outcome, rules, retry_at: at, at }
        }
        9 => {
            let code = dice.one(&["sale", "callback", "left_message"]).unwrap_or("sale");
            let meaning = DispositionCatalog::standard().meaning(code);
            let meaning = meaning.ok_or_else(|| anyhow::anyhow!("no {code}"))?;
            ContactCommand::Dispose(Box::new(ContactResult {
                call_id,
                code: code.to_owned(),
                category: meaning.category,
                conversion: dice.chance(50),
                follow_up_at: Some(at.plus_ms(60_000)),
                agent_id: Some(AgentId::from(id)),
                retry_at: at,
                rules: rules(),
                at,
            }))
        }
        10 => ContactCommand::Schedule {
            due_at: at.plus_ms(60_000),
            agent_id: dice.chance(50).then(|| AgentId::from(id)),
            expires_at: None,
            at,
        },
        11 => {
            let priority = Some(u8::try_from(dice.below(100))?);
            let changes = Box::new(ProfileChanges { priority, ..ProfileChanges::default() });
            ContactCommand::Update { changes, by: None, at }
        }
        12 if dice.chance(50) => ContactCommand::Reset { by: Some(by), at },
        12 => {
            let filter = Box::default();
            ContactCommand::ResetWith { filter, asked_at: at, by, at }
        }
        _ if dice.chance(10) => ContactCommand::Erase { at },
        _ if dice.chance(30) => ContactCommand::Remove { by, at },
        _ if dice.chance(20) => {
            let (subject, contact_id) = (SubjectId::from(id), ContactId::from(dice.few(6)));
            let number = PhoneNumber::parse("+420777123457")?;
            let (taken, reason) = (dice.chance(10), Some("moved house".to_owned()));
            let new = Box::new(NewNumber { subject, contact_id, number, taken, reason });
            ContactCommand::ReplaceNumber { new, by, at }
        }
        _ => {
            let (reason, retry_at) = ("not mine".to_owned(), at.plus_ms(60_000));
            ContactCommand::Skip { given: true, reason, retry_at, by, at }
        }
    })
}
