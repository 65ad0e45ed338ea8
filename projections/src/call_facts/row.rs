//! What is kept of a call and of its waits: the columns of the two tables.

use chrono::{DateTime, Utc};
use domain::{Timestamp, call::Direction};
use uuid::Uuid;

use super::sheet::Sheet;
use crate::Recorded;

/// A call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CallFact {
    pub org_id: Uuid,
    pub call_id: Uuid,
    pub last_position: i64,
    pub updated_at: DateTime<Utc>,
    pub direction: String,
    pub provider: Option<String>,
    pub subject_id: Uuid,
    pub test: bool,
    pub queue_id: Option<Uuid>,
    pub queue_label: Option<String>,
    pub campaign_id: Option<Uuid>,
    pub campaign_label: Option<String>,
    pub agent_id: Option<Uuid>,
    pub agent_label: Option<String>,
    pub created_at: DateTime<Utc>,
    pub ringing_at: Option<DateTime<Utc>>,
    pub answered_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub handled_at: Option<DateTime<Utc>>,
    pub answered_by: Option<String>,
    pub end_status: Option<String>,
    pub ring_ms: Option<i64>,
    pub queue_ms: Option<i64>,
    pub talk_ms: Option<i64>,
    pub hold_ms: Option<i64>,
    pub wrap_ms: Option<i64>,
    pub handle_ms: Option<i64>,
    pub total_ms: Option<i64>,
    pub holds: i32,
    pub agent_segments: i32,
    pub queue_segments: i32,
    pub disposition: Option<String>,
    pub human_contact: bool,
    pub right_party: bool,
    pub conversion: bool,
    pub resolved: Option<bool>,
    pub rating: Option<i16>,
    pub connected_ms: i64,
    pub connected_at: Option<DateTime<Utc>>,
    pub handling_until: Option<DateTime<Utc>>,
    pub held_at: Option<DateTime<Utc>>,
    pub wrapping_since: Option<DateTime<Utc>>,
    pub identified: bool,
    pub dialed: Option<String>,
    pub resolves: bool,
    pub topic: Option<String>,
}

/// A wait in a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct WaitFact {
    pub org_id: Uuid,
    pub call_id: Uuid,
    pub queue_segment: i32,
    pub queue_id: Option<Uuid>,
    pub queue_label: Option<String>,
    pub campaign_id: Option<Uuid>,
    pub campaign_label: Option<String>,
    pub agent_id: Option<Uuid>,
    pub agent_label: Option<String>,
    pub direction: String,
    pub subject_id: Uuid,
    pub test: bool,
    pub queued_at: DateTime<Utc>,
    pub dequeued_at: Option<DateTime<Utc>>,
    pub reason: Option<String>,
    pub wait_ms: Option<i64>,
}

impl CallFact {
    /// Puts the row down, in the order of `insert.sql`.
    pub(super) fn put(&self, sheet: &mut Sheet) {
        sheet.row(&[
            &self.org_id,
            &self.call_id,
            &self.last_position,
            &self.updated_at,
            &self.direction,
            &self.provider,
            &self.subject_id,
            &self.test,
            &self.queue_id,
            &self.queue_label,
            &self.campaign_id,
            &self.campaign_label,
            &self.agent_id,
            &self.agent_label,
            &self.created_at,
            &self.ringing_at,
            &self.answered_at,
            &self.ended_at,
            &self.handled_at,
            &self.answered_by,
            &self.end_status,
            &self.ring_ms,
            &self.queue_ms,
            &self.talk_ms,
            &self.hold_ms,
            &self.wrap_ms,
            &self.handle_ms,
            &self.total_ms,
            &self.holds,
            &self.agent_segments,
            &self.queue_segments,
            &self.disposition,
            &self.human_contact,
            &self.right_party,
            &self.conversion,
            &self.resolved,
            &self.rating,
            &self.connected_ms,
            &self.connected_at,
            &self.handling_until,
            &self.held_at,
            &self.wrapping_since,
            &self.identified,
            &self.dialed,
            &self.resolves,
            &self.topic,
        ]);
    }

    /// A call of which only its beginning is known.
    pub(super) fn new(
        recorded: &Recorded,
        direction: Direction,
        subject: Uuid,
        at: Timestamp,
    ) -> Self {
        Self {
            org_id: recorded.org_id.uuid(),
            call_id: recorded.aggregate_id,
            last_position: recorded.position,
            updated_at: recorded.recorded_at.into(),
            direction: direction.word().to_owned(),
            subject_id: subject,
            created_at: at.into(),
            provider: None,
            test: false,
            queue_id: None,
            queue_label: None,
            campaign_id: None,
            campaign_label: None,
            agent_id: None,
            agent_label: None,
            ringing_at: None,
            answered_at: None,
            ended_at: None,
            handled_at: None,
            answered_by: None,
            end_status: None,
            ring_ms: None,
            queue_ms: None,
            talk_ms: None,
            hold_ms: None,
            wrap_ms: None,
            handle_ms: None,
            total_ms: None,
            holds: 0,
            agent_segments: 0,
            queue_segments: 0,
            disposition: None,
            human_contact: false,
            right_party: false,
            conversion: false,
            resolved: None,
            rating: None,
            connected_ms: 0,
            connected_at: None,
            handling_until: None,
            held_at: None,
            wrapping_since: None,
            identified: false,
            dialed: None,
            resolves: false,
            topic: None,
        }
    }
}

impl WaitFact {
    /// Puts the row down, in the order of `insert_segments.sql`.
    pub(super) fn put(&self, sheet: &mut Sheet) {
        sheet.row(&[
            &self.org_id,
            &self.call_id,
            &self.queue_segment,
            &self.queue_id,
            &self.queue_label,
            &self.campaign_id,
            &self.campaign_label,
            &self.agent_id,
            &self.agent_label,
            &self.direction,
            &self.subject_id,
            &self.test,
            &self.queued_at,
            &self.dequeued_at,
            &self.reason,
            &self.wait_ms,
        ]);
    }

    /// A wait that begins, with what it has from its call.
    pub(super) fn new(call: &CallFact, segment: i32, queued_at: DateTime<Utc>) -> Self {
        Self {
            org_id: call.org_id,
            call_id: call.call_id,
            queue_segment: segment,
            queue_id: None,
            queue_label: None,
            campaign_id: call.campaign_id,
            campaign_label: call.campaign_label.clone(),
            agent_id: None,
            agent_label: None,
            direction: call.direction.clone(),
            subject_id: call.subject_id,
            test: call.test,
            queued_at,
            dequeued_at: None,
            reason: None,
            wait_ms: None,
        }
    }
}
