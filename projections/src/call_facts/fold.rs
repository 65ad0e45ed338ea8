//! What an event changes in the facts of its call (domain/03 §3.1.4, domain/06
//! §6.2). Pure: the row in, the row out.

use chrono::{DateTime, Utc};
use domain::Timestamp;
use domain::call::{CallEvent as E, DequeueReason, Direction, EndStatus, EndedBy, TimingField};
use domain::disposition::Meaning;
use uuid::Uuid;

use super::row::{CallFact, WaitFact};
use crate::Recorded;

/// The types of events that figures follow from; no other is even decoded.
pub(super) const READS: &[&str] = &[
    "CallInitiated",
    "InboundCallReceived",
    "CallImported",
    "CallRinging",
    "CallAnswered",
    "CallAnswerClassified",
    "CallQueued",
    "CallDequeued",
    "CallAgentConnected",
    "CallAgentDisconnected",
    "CallHeld",
    "CallResumed",
    "CallEnded",
    "CallOutcomeCorrected",
    "CallTimingBackfilled",
    "CallWrapUpStarted",
    "CallWrapUpEnded",
    "CallDispositioned",
    "CallDispositionRevised",
    "CallRated",
];

/// The facts of a call that begins with this event; nothing where it is not a
/// beginning.
pub(super) fn begin(recorded: &Recorded, event: &E) -> Option<(CallFact, Vec<WaitFact>)> {
    if let E::CallInitiated { direction, subject_key, provider, at, .. } = event {
        let mut fact = CallFact::new(recorded, *direction, subject_key.uuid(), *at);
        fact.provider = Some(provider.word().to_owned());
        if let E::CallInitiated { campaign_id, agent_id, .. } = event {
            fact.campaign_id = campaign_id.map(|campaign| campaign.uuid());
            fact.agent_id = agent_id.map(|agent| agent.uuid());
        }
        return Some((fact, Vec::new()));
    }
    if let E::InboundCallReceived { provider, from, to, subject_key, at, .. } = event {
        let mut fact = CallFact::new(recorded, Direction::Inbound, subject_key.uuid(), *at);
        fact.provider = Some(provider.word().to_owned());
        fact.ringing_at = Some((*at).into());
        fact.identified = from.is_some();
        fact.dialed = Some(to.clone());
        return Some((fact, Vec::new()));
    }
    imported(recorded, event)
}

/// Another system's call: its durations are given, not observed. An inbound one
/// that tells of a wait counts as a wait in a queue, one with talk as handled,
/// by a person.
fn imported(recorded: &Recorded, event: &E) -> Option<(CallFact, Vec<WaitFact>)> {
    let E::CallImported {
        direction,
        subject_key,
        from,
        created_at,
        answered_at,
        ended_at,
        end_status,
        wait_ms,
        talk_ms,
        hold_ms,
        wrap_ms,
        agent_label,
        queue_label,
        campaign_label,
        disposition,
        meaning,
        resolved,
        rating,
        test,
        ..
    } = event
    else {
        return None;
    };
    let mut fact = CallFact::new(recorded, *direction, subject_key.uuid(), *created_at);
    fact.test = *test;
    fact.identified = *direction == Direction::Inbound && from.is_some();
    fact.agent_label.clone_from(agent_label);
    fact.queue_label.clone_from(queue_label);
    fact.campaign_label.clone_from(campaign_label);
    fact.answered_at = answered_at.map(DateTime::from);
    fact.ended_at = Some((*ended_at).into());
    fact.end_status = Some(end_status.word().to_owned());
    fact.talk_ms = *talk_ms;
    fact.hold_ms = *hold_ms;
    fact.wrap_ms = *wrap_ms;
    fact.holds = i32::from(hold_ms.is_some_and(|held| held > 0));
    fact.total_ms = Some(ended_at.since_ms(*created_at).max(0));
    if talk_ms.is_some_and(|talked| talked > 0) {
        let parts = [*talk_ms, *hold_ms, *wrap_ms];
        fact.handle_ms = parts.into_iter().flatten().reduce(i64::saturating_add);
        fact.handled_at = Some(ended_at.plus_ms(wrap_ms.unwrap_or(0)).into());
    }
    fact.resolved = *resolved;
    fact.rating = rating.map(i16::from);
    let meaning = disposition.as_deref().map(|code| (code, meaning.as_deref()));
    dispose(&mut fact, meaning, None);
    let mut waits = Vec::new();
    if let (Direction::Inbound, Some(waited)) = (direction, wait_ms) {
        let mut wait = WaitFact::new(&fact, 1, fact.created_at);
        wait.queue_label.clone_from(queue_label);
        let reason = if answered_at.is_some() {
            wait.agent_label.clone_from(agent_label);
            DequeueReason::Answered
        } else {
            DequeueReason::Abandoned
        };
        dequeue(&mut fact, &mut wait, reason, *waited, created_at.plus_ms(*waited));
        fact.queue_segments = 1;
        waits.push(wait);
    }
    fact.queue_ms = *wait_ms;
    Some((fact, waits))
}

/// Moves the facts of a call on by one event.
pub(super) fn evolve(fact: &mut CallFact, waits: &mut Vec<WaitFact>, event: &E) {
    match event {
        E::CallRinging { .. }
        | E::CallAnswered { .. }
        | E::CallAnswerClassified { .. }
        | E::CallTimingBackfilled { .. } => learn(fact, event),
        E::CallQueued { queue_id, queue_segment, at, .. } => {
            queue(fact, waits, queue_id.uuid(), *queue_segment, *at);
        }
        E::CallDequeued { queue_segment, reason, waited_ms, at, .. } => {
            let segment = number(*queue_segment);
            if let Some(wait) = waits.iter_mut().find(|wait| wait.queue_segment == segment) {
                dequeue(fact, wait, *reason, *waited_ms, *at);
            }
        }
        E::CallAgentConnected { agent_id, segment_no, at, .. } => {
            connect(fact, waits, agent_id.uuid(), *segment_no, (*at).into());
        }
        E::CallAgentDisconnected { at, .. } => disconnect(fact, (*at).into()),
        E::CallHeld { at, .. } => hold(fact, (*at).into()),
        E::CallResumed { held_ms, .. } => resume(fact, *held_ms),
        E::CallEnded { end_status, ended_at, .. } => end(fact, waits, *end_status, *ended_at),
        E::CallOutcomeCorrected { to_status, ended_by, answered_at, ended_at, .. } => {
            fact.end_status = Some(to_status.word().to_owned());
            fact.answered_at = answered_at.map(DateTime::from).or(fact.answered_at);
            move_end(fact, waits, *ended_by, (*ended_at).into());
        }
        E::CallWrapUpStarted { at, .. } => fact.wrapping_since = Some((*at).into()),
        E::CallWrapUpEnded { duration_ms, at, .. } => wrap_up(fact, *duration_ms, (*at).into()),
        E::CallDispositioned { code, meaning, resolved, right_party, .. }
        | E::CallDispositionRevised { code, meaning, resolved, right_party, .. } => {
            fact.resolved = *resolved;
            dispose(fact, Some((code, meaning.as_deref())), *right_party);
        }
        E::CallRated { score, .. } => fact.rating = Some(i16::from(*score)),
        E::CallInitiated { .. }
        | E::InboundCallReceived { .. }
        | E::CallImported { .. }
        | E::CallDialSubmitted { .. }
        | E::CallEnteredIvr { .. }
        | E::IvrMenuEntered { .. }
        | E::IvrInputReceived { .. }
        | E::IvrExited { .. }
        | E::CallbackRequested { .. }
        | E::CallOffered { .. }
        | E::CallOfferAccepted { .. }
        | E::CallOfferRejected { .. }
        | E::CallOfferTimedOut { .. }
        | E::CallOfferRescinded { .. }
        | E::CallTransferStarted { .. }
        | E::CallTransferConsultConnected { .. }
        | E::CallTransferCompleted { .. }
        | E::CallTransferCanceled { .. }
        | E::CallTransferFailed { .. }
        | E::CallDropped { .. }
        | E::CallMessageStarted { .. }
        | E::CallMessageEnded { .. }
        | E::CallEndRequested { .. }
        | E::CallWrapUpExtended { .. }
        | E::CallNoteAdded { .. }
        | E::CallTagged { .. }
        | E::CallMetadataChanged { .. }
        | E::CallErased { .. } => return,
    }
    settle(fact);
}

/// What is learned of the leg's instants, be it late.
fn learn(fact: &mut CallFact, event: &E) {
    if let E::CallRinging { at } = event {
        fact.ringing_at = Some((*at).into());
    } else if let E::CallAnswered { answered_at, answered_by, .. } = event {
        fact.answered_at = Some((*answered_at).into());
        if let Some(by) = answered_by {
            fact.answered_by = Some(by.word().to_owned());
        }
    } else if let E::CallAnswerClassified { answered_by, .. } = event {
        fact.answered_by = Some(answered_by.word().to_owned());
    } else if let E::CallTimingBackfilled { field, value, .. } = event {
        match field {
            TimingField::RingingAt => fact.ringing_at = Some((*value).into()),
            TimingField::AnsweredAt => fact.answered_at = Some((*value).into()),
        }
    }
}

fn queue(fact: &mut CallFact, waits: &mut Vec<WaitFact>, queue: Uuid, segment: u32, at: Timestamp) {
    let mut wait = WaitFact::new(fact, number(segment), at.into());
    wait.queue_id = Some(queue);
    if fact.queue_segments == 0 {
        // A call belongs to the first queue that it was in (domain/06 §6.3).
        fact.queue_id = Some(queue);
    }
    fact.queue_segments = fact.queue_segments.saturating_add(1);
    waits.push(wait);
}

fn dequeue(
    fact: &mut CallFact,
    wait: &mut WaitFact,
    reason: DequeueReason,
    waited_ms: i64,
    at: Timestamp,
) {
    fact.queue_ms = Some(fact.queue_ms.unwrap_or(0).saturating_add(waited_ms));
    wait.dequeued_at = Some(at.into());
    wait.reason = Some(reason.word().to_owned());
    wait.wait_ms = Some(waited_ms);
}

/// An agent comes in. Whoever waited for one has waited until now, the ringing
/// included.
fn connect(
    fact: &mut CallFact,
    waits: &mut [WaitFact],
    agent: Uuid,
    segment: u32,
    at: DateTime<Utc>,
) {
    disconnect(fact, at);
    fact.agent_id = Some(agent);
    fact.agent_segments = number(segment);
    fact.connected_at = Some(at);
    let answered = |wait: &&mut WaitFact| {
        wait.agent_id.is_none() && wait.reason.as_deref() == Some(DequeueReason::Answered.word())
    };
    if let Some(wait) = waits.last_mut().filter(answered) {
        wait.agent_id = Some(agent);
        wait.wait_ms = Some(ms(wait.queued_at, at));
    }
}

/// The agent who is in, leaves, and with that a hold ends.
fn disconnect(fact: &mut CallFact, at: DateTime<Utc>) {
    if let Some(held_at) = fact.held_at {
        resume(fact, ms(held_at, at));
    }
    let Some(connected_at) = fact.connected_at.take() else { return };
    fact.connected_ms = fact.connected_ms.saturating_add(ms(connected_at, at));
    fact.handling_until = fact.handling_until.max(Some(at));
}

fn hold(fact: &mut CallFact, at: DateTime<Utc>) {
    fact.holds = fact.holds.saturating_add(1);
    fact.held_at = Some(at);
}

fn resume(fact: &mut CallFact, held_ms: i64) {
    fact.held_at = None;
    fact.hold_ms = Some(fact.hold_ms.unwrap_or(0).saturating_add(held_ms));
}

/// The leg is over, and with it whatever was going on: who waits on, gives up.
fn end(fact: &mut CallFact, waits: &mut [WaitFact], status: EndStatus, at: Timestamp) {
    fact.end_status = Some(status.word().to_owned());
    fact.ended_at = Some(at.into());
    let (connected_at, held_at) = (fact.connected_at, fact.held_at);
    disconnect(fact, at.into());
    (fact.connected_at, fact.held_at) = (connected_at, held_at);
    if let Some(wait) = waits.last_mut().filter(|wait| wait.reason.is_none()) {
        let waited_ms = ms(wait.queued_at, at.into());
        dequeue(fact, wait, DequeueReason::Abandoned, waited_ms, at);
    }
}

/// A corrected end takes along what the first one cut off: a wait, or an agent's
/// time and a hold in it.
fn move_end(fact: &mut CallFact, waits: &mut [WaitFact], by: Option<EndedBy>, to: DateTime<Utc>) {
    let Some(from) = fact.ended_at.replace(to) else { return };
    let moved = |since: DateTime<Utc>| ms(since, to).saturating_sub(ms(since, from));
    if let Some(connected_at) = fact.connected_at {
        fact.connected_ms = fact.connected_ms.saturating_add(moved(connected_at));
        let left_at = Some(to.max(connected_at));
        let wrapped_up = fact.handling_until.filter(|until| *until > from);
        fact.handling_until = wrapped_up.max(left_at);
    }
    if let Some(held_at) = fact.held_at {
        fact.hold_ms = fact.hold_ms.map(|held| held.saturating_add(moved(held_at)));
    }
    let left = [DequeueReason::Abandoned, DequeueReason::Timeout].map(DequeueReason::word);
    let cut_off = |wait: &&mut WaitFact| {
        let reason = wait.reason.as_deref();
        wait.dequeued_at == Some(from) && reason.is_some_and(|reason| left.contains(&reason))
    };
    if let Some(wait) = waits.last_mut().filter(cut_off) {
        fact.queue_ms = fact.queue_ms.map(|queued| queued.saturating_add(moved(wait.queued_at)));
        wait.dequeued_at = Some(to.max(wait.queued_at));
        wait.wait_ms = Some(ms(wait.queued_at, to));
        if let Some(by) = by {
            wait.reason = Some(DequeueReason::by_end(by).word().to_owned());
        }
    }
}

fn wrap_up(fact: &mut CallFact, took_ms: i64, at: DateTime<Utc>) {
    fact.wrapping_since = None;
    fact.wrap_ms = Some(fact.wrap_ms.unwrap_or(0).saturating_add(took_ms));
    fact.handling_until = fact.handling_until.max(Some(at));
}

/// The flags that a code had then, not its name, say what a result is.
fn dispose(fact: &mut CallFact, said: Option<(&str, Option<&Meaning>)>, right_party: Option<bool>) {
    let known = said.and_then(|(code, meaning)| Meaning::of(code, meaning));
    fact.disposition = said.map(|(code, _)| code.to_owned());
    fact.resolves = known.is_some_and(|known| known.resolves);
    fact.topic = known.and_then(|known| known.topic.clone());
    fact.conversion = known.is_some_and(|known| known.conversion);
    fact.right_party = right_party.unwrap_or_else(|| known.is_some_and(|known| known.right_party));
    // Who talked in another system's call was a person.
    let imported = fact.provider.is_none();
    let talked = imported && fact.talk_ms.is_some_and(|talked| talked > 0);
    fact.human_contact = talked || known.is_some_and(|known| known.human_contact);
}

/// The durations that follow from the instants. How a call was handled is said
/// once its handling is over.
fn settle(fact: &mut CallFact) {
    if fact.provider.is_none() {
        return;
    }
    let rang_at = fact.ringing_at.unwrap_or(fact.created_at);
    fact.ring_ms = fact.answered_at.map(|answered_at| ms(rang_at, answered_at));
    fact.total_ms = fact.ended_at.map(|ended_at| ms(fact.created_at, ended_at));
    if fact.agent_segments == 0 || fact.ended_at.is_none() {
        return;
    }
    let (held, wrapped) = (fact.hold_ms.unwrap_or(0), fact.wrap_ms.unwrap_or(0));
    let talked = fact.connected_ms.saturating_sub(held).max(0);
    (fact.talk_ms, fact.hold_ms, fact.wrap_ms) = (Some(talked), Some(held), Some(wrapped));
    let over = fact.wrapping_since.is_none();
    fact.handle_ms = over.then(|| talked.saturating_add(held).saturating_add(wrapped));
    fact.handled_at = fact.handling_until.filter(|_| over && talked > 0);
}

fn ms(from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
    (to - from).num_milliseconds().max(0)
}

fn number(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
