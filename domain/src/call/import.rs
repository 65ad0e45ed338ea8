//! C0: a call that another system has had.

use super::command::HistoricCall;
use super::error::{CallRefusal, accepted};
use super::event::CallEvent;
use super::state::{CallDisposition, CallEnd, Imported, KnownCall};
use super::value::{EndedBy, Leg, Stage};
use crate::{Personal, Timestamp, text};

/// No part of a call takes longer than a year and a day.
const LONGEST_MS: i64 = 366 * 86_400_000;

/// Judges nothing but the shape.
pub(super) fn import(call: HistoricCall) -> Result<Vec<CallEvent>, CallRefusal> {
    in_order(&call)?;
    plain(&call)?;
    for (pointer, ms) in [
        ("/wait_ms", call.wait_ms),
        ("/talk_ms", call.talk_ms),
        ("/hold_ms", call.hold_ms),
        ("/wrap_ms", call.wrap_ms),
    ] {
        if ms.is_some_and(|ms| !(0..=LONGEST_MS).contains(&ms)) {
            return Err(CallRefusal::field(pointer, "out-of-range", "between 0 and 366 days"));
        }
    }
    if call.rating.is_some_and(|rating| !(1..=5).contains(&rating)) {
        return Err(CallRefusal::field("/rating", "out-of-range", "from 1 to 5"));
    }
    if call.disposition.is_some() != call.meaning.is_some() {
        return Err(CallRefusal::UnknownDisposition);
    }
    let known = |number| Personal::known(call.subject, number);
    Ok(vec![CallEvent::CallImported {
        source: call.source,
        source_id: call.source_id,
        direction: call.direction,
        subject_key: call.subject,
        from: call.from.map(known),
        to: call.to.map(known),
        created_at: call.created_at,
        answered_at: call.answered_at,
        ended_at: call.ended_at,
        end_status: call.end_status,
        wait_ms: call.wait_ms,
        talk_ms: call.talk_ms,
        hold_ms: call.hold_ms,
        wrap_ms: call.wrap_ms,
        agent_label: call.agent_label,
        queue_label: call.queue_label,
        campaign_label: call.campaign_label,
        attempt_no: call.attempt_no,
        disposition: call.disposition,
        meaning: call.meaning,
        resolved: call.resolved,
        rating: call.rating,
        tags: call.tags,
        test: call.test,
        metadata: call.metadata,
    }])
}

fn in_order(call: &HistoricCall) -> Result<(), CallRefusal> {
    let instants = [
        ("/created_at", Some(call.created_at)),
        ("/answered_at", call.answered_at),
        ("/ended_at", Some(call.ended_at)),
    ];
    let mut before: Option<Timestamp> = None;
    for (pointer, at) in instants {
        let Some(at) = at else { continue };
        if !at.in_range() {
            return Err(CallRefusal::field(pointer, "out-of-range", "the years 1970 to 2100"));
        }
        if before.is_some_and(|before| at < before) {
            let words = "a call begins, is answered and ends, in this order";
            return Err(CallRefusal::field(pointer, "out-of-order", words));
        }
        before = Some(at);
    }
    Ok(())
}

fn plain(call: &HistoricCall) -> Result<(), CallRefusal> {
    accepted("/source", text::label(&call.source))?;
    accepted("/source_id", text::line(&call.source_id, text::MAX_LINE))?;
    for (pointer, label) in [
        ("/agent_label", &call.agent_label),
        ("/queue_label", &call.queue_label),
        ("/campaign_label", &call.campaign_label),
    ] {
        accepted(pointer, label.as_deref().map_or(Ok(()), text::label))?;
    }
    accepted("/tags", text::tags(&call.tags))?;
    accepted("/metadata", text::metadata(&call.metadata))
}

impl KnownCall {
    /// Whether another system had it.
    pub(super) fn historic(&self) -> bool {
        self.imported.is_some()
    }

    /// Whether this call was imported with the same content. Numbers are the
    /// same where their subject is.
    pub(super) fn imported_by(&self, call: &HistoricCall) -> bool {
        let Some(imported) = &self.imported else { return false };
        let end = self.end.as_ref().map(|end| end.status);
        self.direction == call.direction
            && self.subject == call.subject
            && self.from.is_some() == call.from.is_some()
            && self.to.is_some() == call.to.is_some()
            && self.created_at == call.created_at
            && self.answered_at == call.answered_at
            && self.ended_at == Some(call.ended_at)
            && end == Some(call.end_status)
            && self.test == call.test
            && self.belongs.attempt_no == call.attempt_no
            && imported.source == call.source
            && imported.source_id == call.source_id
            && imported.wait_ms == call.wait_ms
            && imported.talk_ms == call.talk_ms
            && imported.hold_ms == call.hold_ms
            && imported.wrap_ms == call.wrap_ms
            && imported.agent_label == call.agent_label
            && imported.queue_label == call.queue_label
            && imported.campaign_label == call.campaign_label
            && imported.disposition == call.disposition
            && imported.resolved == call.resolved
            && imported.rating == call.rating
            && *imported.tags.as_ref().unwrap_or(&self.tags) == call.tags
            && *imported.metadata.as_ref().unwrap_or(&self.metadata) == call.metadata
    }

    pub(super) fn imported(event: &CallEvent) -> Option<Self> {
        let CallEvent::CallImported {
            direction,
            subject_key,
            from,
            to,
            created_at,
            answered_at,
            ended_at,
            end_status,
            hold_ms,
            attempt_no,
            rating,
            tags,
            test,
            metadata,
            ..
        } = event
        else {
            return None;
        };
        let mut call = Self::new(*direction, *subject_key, None, *created_at);
        call.leg = Leg::Ended;
        call.stage = Stage::Closed;
        call.from.clone_from(from);
        call.to.clone_from(to);
        call.answered_at = *answered_at;
        call.ended_at = Some(*ended_at);
        call.end = Some(CallEnd {
            status: *end_status,
            by: EndedBy::Unknown,
            reason: None,
            sip_code: None,
            provider_duration_seconds: None,
        });
        call.holds = u32::from(hold_ms.is_some_and(|held| held > 0));
        call.belongs.attempt_no = *attempt_no;
        call.rating = *rating;
        call.tags.clone_from(tags);
        call.test = *test;
        call.metadata.clone_from(metadata);
        call.disposition = disposed(event);
        call.imported = told(event).map(Box::new);
        Some(call)
    }
}

/// What another system said that the call came to.
fn disposed(event: &CallEvent) -> Option<CallDisposition> {
    let CallEvent::CallImported { source, disposition, meaning, resolved, ended_at, .. } = event
    else {
        return None;
    };
    let code = disposition.clone()?;
    Some(CallDisposition {
        code,
        meaning: meaning.clone(),
        by: format!("import:{source}"),
        at: *ended_at,
        first_at: *ended_at,
        resolved: *resolved,
        right_party: None,
        sale: None,
        follow_up_at: None,
        revised: false,
    })
}

fn told(event: &CallEvent) -> Option<Imported> {
    let CallEvent::CallImported {
        source,
        source_id,
        wait_ms,
        talk_ms,
        hold_ms,
        wrap_ms,
        agent_label,
        queue_label,
        campaign_label,
        disposition,
        resolved,
        rating,
        ..
    } = event
    else {
        return None;
    };
    Some(Imported {
        source: source.clone(),
        source_id: source_id.clone(),
        wait_ms: *wait_ms,
        talk_ms: *talk_ms,
        hold_ms: *hold_ms,
        wrap_ms: *wrap_ms,
        agent_label: agent_label.clone(),
        queue_label: queue_label.clone(),
        campaign_label: campaign_label.clone(),
        disposition: disposition.clone(),
        resolved: *resolved,
        rating: *rating,
        tags: None,
        metadata: None,
    })
}
