//! One sentence per fact, for people. It never quotes what somebody typed:
//! reasons, notes, inputs and tags may hold personal data.

use domain::call::{
    AnsweredBy, CallEvent as E, ConnectVia, DequeueReason, DisconnectReason, EndStatus, EndedBy,
    InputType, IvrOutcome, MessageHeard, MessagePurpose, TimingField, TransferKind, TransferTarget,
    WrapUpEnd,
};

/// The sentence.
#[must_use]
pub fn summary(event: &E) -> String {
    match event {
        E::CallInitiated { provider, .. } => format!("The call is dialed through {provider}."),
        E::InboundCallReceived { provider, .. } => format!("A call came in through {provider}."),
        E::CallImported { direction, end_status, .. } => imported(direction.word(), *end_status),
        E::CallDialSubmitted { .. } => "The provider has taken the call.".into(),
        E::CallRinging { .. } => "It rings at the other end.".into(),
        E::CallAnswered { answered_by, estimated, .. } => answered(*answered_by, *estimated),
        E::CallAnswerClassified { answered_by, .. } => answered(Some(*answered_by), false),
        E::CallEnteredIvr { flow_version, .. } => {
            format!("Version {flow_version} of a flow began.")
        }
        E::IvrMenuEntered { visit, .. } => format!("The flow came to a menu, visit {visit}."),
        E::IvrInputReceived { input_type, .. } => input(*input_type).into(),
        E::IvrExited { outcome, .. } => format!("The flow was left {}.", flow_left(*outcome)),
        E::CallQueued { queue_segment, .. } => format!("The caller waits, wait {queue_segment}."),
        E::CallDequeued { reason, waited_ms, .. } => dequeued(*reason, *waited_ms),
        E::CallbackRequested { .. } => "The caller asked to be called back.".into(),
        E::CallOffered { .. } => "An agent is rung.".into(),
        E::CallOfferAccepted { .. } => "The agent took the call.".into(),
        E::CallOfferRejected { .. } => "The agent did not take the call.".into(),
        E::CallOfferTimedOut { rang_ms, .. } => format!("No agent for {}.", seconds(*rang_ms)),
        E::CallOfferRescinded { .. } => "The offer to the agent was taken back.".into(),
        E::CallAgentConnected { via, .. } => format!("The agent is on the call, {}.", how(*via)),
        E::CallAgentDisconnected { reason, .. } => format!("The agent left, {}.", why(*reason)),
        E::CallHeld { by, .. } => format!("The customer was put on hold by the {by}."),
        E::CallResumed { held_ms, .. } => format!("Hold ended after {}.", seconds(*held_ms)),
        E::CallTransferStarted { kind, target, .. } => transfer(*kind, *target),
        E::CallTransferConsultConnected { .. } => {
            "The agent consults the transfer's target.".into()
        }
        E::CallTransferCompleted { .. } => "The call was transferred.".into(),
        E::CallTransferCanceled { .. } => "The transfer was called off.".into(),
        E::CallTransferFailed { .. } => "The transfer failed.".into(),
        E::CallDropped { .. } => "No agent was free; the call is given up.".into(),
        E::CallMessageStarted { purpose, .. } => message(*purpose).into(),
        E::CallMessageEnded { heard, .. } => self::heard(*heard).into(),
        E::CallEndRequested { by, .. } => format!("The end was asked for{}.", by_party(*by)),
        E::CallEnded { end_status, ended_by, .. } => ended(*end_status, *ended_by),
        E::CallOutcomeCorrected { from_status, to_status, .. } => {
            format!("The provider corrected the outcome from {from_status} to {to_status}.")
        }
        E::CallTimingBackfilled { field, .. } => learned(*field).into(),
        E::CallWrapUpStarted { .. } => "The agent's wrap-up began.".into(),
        E::CallWrapUpExtended { .. } => "The agent has more time to wrap up.".into(),
        E::CallWrapUpEnded { reason, duration_ms, .. } => wrapped_up(*reason, *duration_ms),
        E::CallDispositioned { code, .. } => format!("The disposition is {code}."),
        E::CallDispositionRevised { code, previous_code, .. } => {
            format!("The disposition was revised from {previous_code} to {code}.")
        }
        E::CallNoteAdded { .. } => "A note was added.".into(),
        E::CallTagged { added, removed, .. } => {
            format!("Tags: {} added, {} removed.", added.len(), removed.len())
        }
        E::CallMetadataChanged { .. } => "The metadata was changed.".into(),
        E::CallRated { score, .. } => format!("The customer gave {score} of 5."),
        E::CallErased { .. } => "The personal data was erased.".into(),
    }
}

fn imported(direction: &str, end: EndStatus) -> String {
    format!("An {direction} call was imported; it {}.", outcome(end))
}

fn answered(by: Option<AnsweredBy>, estimated: bool) -> String {
    let by = match by {
        None | Some(AnsweredBy::Unknown) => "",
        Some(AnsweredBy::Human) => " by a person",
        Some(AnsweredBy::Fax) => " by a fax",
        Some(
            AnsweredBy::MachineStart
            | AnsweredBy::MachineEndBeep
            | AnsweredBy::MachineEndSilence
            | AnsweredBy::MachineEndOther,
        ) => " by a machine",
    };
    let guess = if estimated { "; the time is estimated" } else { "" };
    format!("The call was answered{by}{guess}.")
}

fn input(kind: InputType) -> &'static str {
    match kind {
        InputType::Dtmf => "The caller pressed keys.",
        InputType::Speech => "The caller said something.",
        InputType::Timeout => "No input came in time.",
    }
}

fn flow_left(outcome: IvrOutcome) -> &'static str {
    match outcome {
        IvrOutcome::Queue => "for a queue",
        IvrOutcome::Transfer => "for another number or agent",
        IvrOutcome::Voicemail => "for a mailbox",
        IvrOutcome::Hangup => "by hanging up",
        IvrOutcome::Abandoned => "by the caller, who hung up",
        IvrOutcome::Error => "because it failed",
        IvrOutcome::AiAgent => "for a machine that speaks",
    }
}

fn dequeued(reason: DequeueReason, waited_ms: i64) -> String {
    let what = match reason {
        DequeueReason::Answered => "an agent answered",
        DequeueReason::Abandoned => "the caller left",
        DequeueReason::Callback => "a callback took the place",
        DequeueReason::Overflow => "the call flowed over",
        DequeueReason::Transferred => "the call was moved elsewhere",
        DequeueReason::Voicemail => "the call went to a mailbox",
        DequeueReason::Timeout => "the longest wait was over",
    };
    format!("After waiting {} {what}.", seconds(waited_ms))
}

fn how(via: ConnectVia) -> &'static str {
    match via {
        ConnectVia::Offer => "by an offer",
        ConnectVia::AgentFirst => "dialed before the customer",
        ConnectVia::Transfer => "by a transfer",
        ConnectVia::Takeover => "by taking over",
        ConnectVia::Pickup => "by picking it up",
        ConnectVia::Dialer => "joined by the dialer",
    }
}

fn why(reason: DisconnectReason) -> &'static str {
    match reason {
        DisconnectReason::Ended => "because the call ended",
        DisconnectReason::Transferred => "after a transfer",
        DisconnectReason::Lost => "because the line was lost",
        DisconnectReason::HungUp => "and the call goes on",
    }
}

fn transfer(kind: TransferKind, target: TransferTarget) -> String {
    let target = match target {
        TransferTarget::Agent { .. } => "an agent",
        TransferTarget::Queue { .. } => "a queue",
        TransferTarget::Number => "a number outside",
        TransferTarget::Ivr { .. } => "a flow",
    };
    format!("A {kind} transfer to {target} began.")
}

fn message(purpose: MessagePurpose) -> &'static str {
    match purpose {
        MessagePurpose::SafeHarbor => "A message says that nobody is there.",
        MessagePurpose::Announcement => "The campaign's message is said.",
    }
}

fn heard(heard: MessageHeard) -> &'static str {
    match heard {
        MessageHeard::Failed => "The message was not said, or nobody knows.",
        MessageHeard::HungUp => "The message was heard until the call ended.",
        MessageHeard::ToTheEnd => "The message was heard to its end.",
        MessageHeard::OptedOut => "A key said that there are to be no more calls.",
    }
}

fn ended(status: EndStatus, by: EndedBy) -> String {
    format!("The call is over; it {}{}.", outcome(status), by_party(by))
}

fn outcome(status: EndStatus) -> &'static str {
    match status {
        EndStatus::Completed => "was completed",
        EndStatus::Busy => "met a busy line",
        EndStatus::NoAnswer => "was not answered",
        EndStatus::Failed => "failed",
        EndStatus::Canceled => "was canceled",
    }
}

fn by_party(by: EndedBy) -> &'static str {
    match by {
        EndedBy::Customer => " by the customer",
        EndedBy::Agent => " by the agent",
        EndedBy::Supervisor => " by a supervisor",
        EndedBy::System => " by a rule of ours",
        EndedBy::Provider => " by the provider",
        EndedBy::Unknown => "",
    }
}

fn learned(field: TimingField) -> &'static str {
    match field {
        TimingField::RingingAt => "It was learned late when it began to ring.",
        TimingField::AnsweredAt => "It was learned late when it was answered.",
    }
}

fn wrapped_up(reason: WrapUpEnd, duration_ms: i64) -> String {
    let why = match reason {
        WrapUpEnd::Agent => "the agent was done",
        WrapUpEnd::Timeout => "the time was up",
        WrapUpEnd::Supervisor => "a supervisor ended it",
        WrapUpEnd::Disconnected => "the agent went away",
    };
    format!("Wrap-up ended after {}: {why}.", seconds(duration_ms))
}

/// Whole seconds, rounded down.
fn seconds(ms: i64) -> String {
    format!("{} s", ms.max(0) / 1_000)
}
