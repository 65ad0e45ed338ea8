//! What may be asked of a call, possible or not: the domain decides.

use domain::call::{
    AmdMode, AnsweredBy, Belongs, By, CallCommand, ConnectVia, DequeueReason, DialMode, DialOrder,
    DialVerdict, Direction, EndStatus, EndedBy, Enqueue, HistoricCall, InboundCall, InputType,
    IvrOutcome, MessageHeard, Observation, ObservedStatus, OutboundCall, Provider, RatingChannel,
    RecordingPolicy, Sale, TransferKind, TransferTarget, WrapUp, WrapUpEnd, WrapUpMode,
};
use domain::disposition::{DispositionCatalog, Found, Meaning};
use domain::{OfferId, PhoneNumber, SubjectId, Timestamp, TransferId};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::Dice;

/// What the generator remembers of a call to be able to refer to it.
pub(super) struct Life {
    pub at: Timestamp,
    pub provider_call_id: String,
    pub offer_id: OfferId,
    pub transfer_id: TransferId,
}

pub(super) fn first(dice: &mut Dice, life: &Life, number: usize) -> anyhow::Result<CallCommand> {
    let phone = |last: usize| PhoneNumber::parse(&format!("+4207778{last:05}"));
    // Ours is nobody's, and stands in the log as it is.
    let (theirs, ours) = (phone(number % 40)?, PhoneNumber::parse("+420222000111")?);
    let subject = SubjectId::from(Uuid::from_u128(0xf000 + u128::try_from(number % 40)?));
    let at = life.at;
    Ok(match dice.below(3) {
        0 => CallCommand::InitiateOutbound(Box::new(OutboundCall {
            from: dice.chance(50).then_some(ours),
            to: theirs,
            subject,
            belongs: belongs(dice),
            dial_order: DialOrder::CustomerFirst,
            dial_mode: if number.is_multiple_of(4) {
                DialMode::Progressive
            } else {
                DialMode::Manual
            },
            provider: Provider::Simulator,
            ring_timeout_seconds: 30,
            amd: AmdMode::Off,
            record: RecordingPolicy::Policy,
            metadata: metadata(dice),
            verdict: DialVerdict {
                suppressed: false,
                live_calls: 0,
                max_live_calls: 1_000,
                duplicate_live: false,
                override_duplicate: false,
                provider_back_in_seconds: None,
                agent_busy: false,
            },
            at,
        })),
        1 => CallCommand::RegisterInbound(Box::new(InboundCall {
            provider: Provider::Simulator,
            provider_call_id: life.provider_call_id.clone(),
            from: dice.chance(90).then_some(theirs),
            to: ours,
            subject,
            flow: dice.chance(50).then(|| (dice.few(5).into(), 1)),
            forwarded_from: None,
            at,
        })),
        _ => CallCommand::ImportHistoric(Box::new(historic(dice, life, theirs, subject, number))),
    })
}

fn belongs(dice: &mut Dice) -> Belongs {
    let campaign = dice.chance(80);
    Belongs {
        contact_id: campaign.then(|| dice.few(1).into()),
        campaign_id: campaign.then(|| dice.few(2).into()),
        campaign_revision: campaign.then_some(1),
        attempt_no: campaign.then_some(1),
        agent_id: dice.chance(40).then(|| dice.few(3).into()),
    }
}

fn metadata(dice: &mut Dice) -> Map<String, Value> {
    let mut metadata = Map::new();
    if dice.chance(40) {
        metadata.insert("order".to_owned(), json!(dice.below(1_000)));
        metadata.insert("note é".to_owned(), json!({"a": [1, 2.5, null], "b": "\u{1f4de}"}));
    }
    metadata
}

fn historic(
    dice: &mut Dice,
    life: &Life,
    number: PhoneNumber,
    subject: SubjectId,
    row: usize,
) -> HistoricCall {
    let direction = if dice.chance(50) { Direction::Inbound } else { Direction::Outbound };
    let talked = dice.chance(70);
    let (wait, talk) = (dice.ms(90_000), dice.ms(900_000) + 1);
    let answered_at = talked.then(|| life.at.plus_ms(wait));
    HistoricCall {
        source: "old".to_owned(),
        source_id: row.to_string(),
        direction,
        subject,
        from: (direction == Direction::Inbound).then(|| number.clone()),
        to: (direction == Direction::Outbound).then_some(number),
        created_at: life.at,
        answered_at,
        ended_at: life.at.plus_ms(if talked { wait + talk } else { wait }),
        end_status: if talked { EndStatus::Completed } else { EndStatus::NoAnswer },
        wait_ms: Some(wait),
        talk_ms: talked.then_some(talk),
        hold_ms: None,
        wrap_ms: (talked && dice.chance(50)).then(|| dice.ms(60_000)),
        agent_label: dice.chance(50).then(|| "Ann".to_owned()),
        queue_label: dice.chance(50).then(|| "Sales".to_owned()),
        campaign_label: None,
        attempt_no: None,
        disposition: talked.then(|| "sale".to_owned()),
        meaning: talked.then(|| meant("sale", dice)).flatten(),
        resolved: dice.chance(50).then_some(true),
        rating: (talked && dice.chance(30)).then_some(4),
        tags: vec!["old".to_owned()],
        test: dice.chance(10),
        metadata: metadata(dice),
    }
}

pub(super) fn any(dice: &mut Dice, life: &mut Life) -> CallCommand {
    match dice.below(3) {
        0 => carrier(dice, life),
        1 => handling(dice, life),
        _ => afterwards(dice, life),
    }
}

/// What comes from the network.
fn carrier(dice: &mut Dice, life: &Life) -> CallCommand {
    let at = life.at;
    match dice.below(12) {
        0 => {
            let provider_call_id = life.provider_call_id.clone();
            CallCommand::RecordSubmission { provider_call_id, at }
        }
        1 if dice.chance(10) => CallCommand::SubmissionTimeout { at },
        2 if dice.chance(10) => {
            CallCommand::RecordSubmissionFailure { reason: "rejected".to_owned(), asked: true, at }
        }
        3 if dice.chance(10) => CallCommand::ReconcileMissing { at },
        4 => CallCommand::ClassifyAnswer { answered_by: AnsweredBy::Human, detection_ms: 900, at },
        _ => observation(dice, life),
    }
}

/// Late and early, some twice, now and then an end.
fn observation(dice: &mut Dice, life: &Life) -> CallCommand {
    use ObservedStatus::{Answered, Busy, Completed, Initiated, NoAnswer, Ringing};
    let statuses = [Initiated, Ringing, Ringing, Answered, Answered, Answered];
    let ends = [Completed, Completed, Busy, NoAnswer];
    let end = dice.chance(12);
    let status = if end { dice.one(&ends) } else { dice.one(&statuses) };
    CallCommand::Observe(Observation {
        status: status.unwrap_or(Ringing),
        provider_call_id: Some(life.provider_call_id.clone()),
        provider_at: life.at.plus_ms(-dice.ms(3_000)),
        recorded_at: life.at,
        duration_seconds: (status == Some(Completed)).then_some(42),
        answered_by: None,
        sip_code: None,
    })
}

/// What happens inside the center.
fn handling(dice: &mut Dice, life: &mut Life) -> CallCommand {
    let at = life.at;
    let wrap_up = WrapUp { mode: WrapUpMode::Timed, seconds: 30 };
    let place = Enqueue {
        queue_id: dice.few(4).into(),
        priority: 50,
        required_skills: vec!["cs".to_owned()],
        language: None,
    };
    let by = By::Agent;
    match dice.below(18) {
        0 => CallCommand::EnterIvr { flow_id: dice.few(5).into(), flow_version: 1, at },
        1 => CallCommand::EnterMenu { menu_id: dice.few(6).into(), at },
        2 => CallCommand::IvrInput {
            menu_id: dice.few(6).into(),
            input_type: InputType::Dtmf,
            input: Some("1".to_owned()),
            sensitive: false,
            confidence: None,
            matched_option: Some("1".to_owned()),
            at,
        },
        3 => CallCommand::ExitIvr { outcome: IvrOutcome::Queue, target: None, at },
        4 | 5 => CallCommand::Enqueue { place, at },
        6 | 7 => {
            life.offer_id = OfferId::from(Uuid::from_u64_pair(dice.roll(), dice.roll()));
            let (offer_id, agent_id) = (life.offer_id, dice.few(3).into());
            CallCommand::Offer { offer_id, agent_id, expires_at: at.plus_ms(600_000), at }
        }
        8 | 9 => CallCommand::AcceptOffer { offer_id: life.offer_id, wrap_up, at },
        10 => {
            let (offer_id, reason) = (life.offer_id, "busy".to_owned());
            CallCommand::RejectOffer { offer_id, reason, at }
        }
        11 => CallCommand::ConnectAgent {
            agent_id: dice.few(3).into(),
            via: ConnectVia::Pickup,
            wrap_up,
            at,
        },
        12 | 13 => CallCommand::Hold { by, reason: None, at },
        14 => CallCommand::Resume { by, at },
        15 => {
            life.transfer_id = TransferId::from(Uuid::from_u64_pair(dice.roll(), dice.roll()));
            let (kind, target) =
                (TransferKind::Warm, TransferTarget::Agent { id: dice.few(3).into() });
            let transfer_id = life.transfer_id;
            CallCommand::StartTransfer { transfer_id, kind, target, number: None, by, at }
        }
        16 => {
            let transfer_id = life.transfer_id;
            match dice.below(3) {
                0 => CallCommand::ConsultConnected { transfer_id, at },
                1 => CallCommand::CancelTransfer { transfer_id, by, at },
                _ => CallCommand::CompleteTransfer { transfer_id, place: None, wrap_up, at },
            }
        }
        _ => match dice.below(3) {
            0 => CallCommand::LeaveQueue { reason: DequeueReason::Timeout, next: None, at },
            1 => CallCommand::AgentLegLost { requeue: Some(place), at },
            _ => CallCommand::Drop { at },
        },
    }
}

/// What is said to whoever finds nobody. The instant is chance enough.
pub(super) fn message(at: Timestamp) -> CallCommand {
    match (at.millis() / 3) % 6 {
        0 => CallCommand::Drop { at },
        1 | 2 => CallCommand::StartMessage { opt_out_key: '9', length_ms: 6_000, at },
        3 => CallCommand::PressKey { key: '9', at },
        4 => CallCommand::HearMessage { heard: MessageHeard::Failed, at },
        _ => CallCommand::HearMessage { heard: MessageHeard::ToTheEnd, at },
    }
}

/// A call comes into one of some flows.
pub(super) fn enter_flow(at: Timestamp) -> CallCommand {
    let flow_id = Uuid::from_u128(0xf0 + u128::from(at.millis().unsigned_abs() / 8 % 3)).into();
    CallCommand::EnterIvr { flow_id, flow_version: 1, at }
}

/// What may happen to a call that hears a flow.
pub(super) fn flow(at: Timestamp) -> CallCommand {
    let roll = u128::from(at.millis().unsigned_abs() / 8);
    let menu_id = Uuid::from_u128(0xe0 + roll % 3).into();
    let input = |input_type, input: Option<&str>, matched: Option<&str>| CallCommand::IvrInput {
        menu_id,
        input_type,
        input: input.map(str::to_owned),
        sensitive: false,
        confidence: (input_type == InputType::Speech).then_some(0.75),
        matched_option: matched.map(str::to_owned),
        at,
    };
    match roll / 3 % 8 {
        0..3 => CallCommand::EnterMenu { menu_id, at },
        3 => input(InputType::Dtmf, Some("2"), Some("2")),
        4 => input(InputType::Speech, Some("an agent"), None),
        5 => input(InputType::Timeout, None, None),
        6 => CallCommand::ExitIvr { outcome: IvrOutcome::Voicemail, target: None, at },
        _ => CallCommand::ExitIvr { outcome: IvrOutcome::Error, target: None, at },
    }
}

/// What people write down, at any time.
fn afterwards(dice: &mut Dice, life: &Life) -> CallCommand {
    let (at, by) = (life.at, "user:kit".to_owned());
    let sale = Sale { amount_minor: 1_999, currency: "EUR".to_owned() };
    match dice.below(9) {
        0 => CallCommand::FinishWrapUp { reason: WrapUpEnd::Agent, at },
        1 => CallCommand::ExtendWrapUp { seconds: 30, max_extensions: 2, at },
        2 if dice.chance(30) => {
            CallCommand::RequestEnd { by: EndedBy::Agent, reason: Some("done".to_owned()), at }
        }
        3 => CallCommand::Disposition {
            code: "not_interested".to_owned(),
            found: found("not_interested", dice),
            resolved: Some(dice.chance(50)),
            right_party: Some(true),
            sale: None,
            follow_up_at: None,
            note: dice.chance(50).then(|| "Not today".to_owned()),
            by,
            at,
        },
        4 => CallCommand::ReviseDisposition {
            code: "sale".to_owned(),
            found: found("sale", dice),
            resolved: Some(true),
            right_party: Some(true),
            sale: Some(sale),
            follow_up_at: None,
            note: None,
            reason: Some("called back".to_owned()),
            by,
            privileged: true,
            at,
        },
        5 => CallCommand::AddNote { note: "Wants a receipt".to_owned(), by, at },
        6 => CallCommand::Change {
            patch: Some(metadata(dice)),
            tags: Some(vec!["vip".to_owned(), format!("t{}", dice.below(3))]),
            at,
        },
        7 => CallCommand::Rate { score: 5, channel: RatingChannel::Ivr, at },
        _ => CallCommand::Change { patch: None, tags: Some(vec![]), at },
    }
}

/// What a catalog says of a code, the standard one or one that is changed now and then.
fn found(code: &str, dice: &mut Dice) -> Found {
    let mut found = DispositionCatalog::standard().found(code, true);
    if let Some(entry) = found.entry.as_deref_mut()
        && dice.chance(50)
    {
        let meaning = &mut entry.definition.meaning;
        meaning.label = "Changed".to_owned();
        meaning.right_party = dice.chance(50);
        // Nothing is sold where nothing is won.
        meaning.conversion |= dice.chance(50);
    }
    found
}

fn meant(code: &str, dice: &mut Dice) -> Option<Box<Meaning>> {
    found(code, dice).entry.map(|entry| Box::new(entry.definition.meaning))
}
