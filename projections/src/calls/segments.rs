//! Agents' parts of calls, with the durations that the domain has.

use chrono::{DateTime, Utc};
use domain::Timestamp;
use domain::call::{AgentSegment, KnownCall};
use sqlx::PgConnection;
use uuid::Uuid;

/// A part of a call that an agent had.
struct Segment<'c> {
    org: Uuid,
    id: Uuid,
    call: &'c KnownCall,
    number: i32,
    agent: Option<Uuid>,
    connected_at: Timestamp,
    disconnected_at: Option<Timestamp>,
    talk_ms: Option<i64>,
    hold_ms: Option<i64>,
    wrap_ms: Option<i64>,
    handled_at: Option<Timestamp>,
    transferred: bool,
}

/// The segments of the calls of a batch.
#[derive(Default)]
pub(super) struct Segments<'c>(Vec<Segment<'c>>);

impl<'c> Segments<'c> {
    /// Those of a call as it is now; of `left` somebody else had the call afterwards.
    pub(super) fn of(&mut self, org: Uuid, id: Uuid, call: &'c KnownCall, left: &[u32]) {
        let segments = call.segments.iter().enumerate();
        self.0.extend(segments.map(|(place, segment)| {
            let last = call.segments.iter().rposition(|one| one.agent_id == segment.agent_id);
            let wrap_up = call
                .wrap_up
                .filter(|wrap_up| wrap_up.agent_id == segment.agent_id && last == Some(place));
            let hold_ms = segment.disconnected_at.map(|_| segment.held_ms);
            let talk_ms = talked(segment);
            let wrapped = wrap_up.map_or(Some(0), |wrap_up| wrap_up.took_ms);
            let until = wrap_up.map(|wrap_up| wrap_up.started_at.plus_ms(wrapped.unwrap_or(0)));
            let over = wrapped.is_some() && talk_ms.is_some_and(|talked| talked > 0);
            Segment {
                org,
                id,
                call,
                number: i32::try_from(segment.segment_no).unwrap_or(i32::MAX),
                agent: Some(segment.agent_id.uuid()),
                connected_at: segment.connected_at,
                disconnected_at: segment.disconnected_at,
                talk_ms,
                hold_ms,
                wrap_ms: wrapped.filter(|_| segment.disconnected_at.is_some()),
                handled_at: segment.disconnected_at.max(until).filter(|_| over),
                transferred: left.contains(&segment.segment_no),
            }
        }));
        self.0.extend(imported(org, id, call));
    }

    pub(super) async fn write(self, tx: &mut PgConnection) -> Result<(), sqlx::Error> {
        let rows = &self.0;
        if rows.is_empty() {
            return Ok(());
        }
        macro_rules! column {
            ($row:ident => $value:expr) => {
                &rows.iter().map(|$row| $value).collect::<Vec<_>>()
            };
        }
        let upsert = sqlx::query_file!(
            "src/calls/upsert_segments.sql",
            column!(row => row.org),
            column!(row => row.id),
            column!(row => row.number),
            column!(row => row.agent) as _,
            column!(row => label(row.call, |from| from.agent_label.as_deref())) as _,
            column!(row => row.call.queue_id.map(|queue| queue.uuid())) as _,
            column!(row => label(row.call, |from| from.queue_label.as_deref())) as _,
            column!(row => row.call.belongs.campaign_id.map(|campaign| campaign.uuid())) as _,
            column!(row => label(row.call, |from| from.campaign_label.as_deref())) as _,
            column!(row => row.call.direction.word()) as _,
            column!(row => row.call.subject.uuid()),
            column!(row => row.call.test),
            column!(row => DateTime::<Utc>::from(row.connected_at)),
            column!(row => row.disconnected_at.map(DateTime::<Utc>::from)) as _,
            column!(row => row.talk_ms) as _,
            column!(row => row.hold_ms) as _,
            column!(row => row.wrap_ms) as _,
            column!(row => row.handled_at.map(DateTime::<Utc>::from)) as _,
            column!(row => row.transferred),
        );
        upsert.execute(tx).await?;
        Ok(())
    }
}

fn label(call: &KnownCall, of: impl Fn(&domain::call::Imported) -> Option<&str>) -> Option<&str> {
    call.imported.as_deref().and_then(of)
}

fn talked(segment: &AgentSegment) -> Option<i64> {
    let connected = segment.disconnected_at?.since_ms(segment.connected_at).max(0);
    Some(connected.saturating_sub(segment.held_ms).max(0))
}

/// Another system's call with talk was handled by one agent, whom it names or not.
fn imported(org: Uuid, id: Uuid, call: &KnownCall) -> Option<Segment<'_>> {
    let durations = call.imported.as_ref().map(|_| call.durations())?;
    let (ended_at, talk_ms) = (call.ended_at?, durations.talk_ms.filter(|talked| *talked > 0)?);
    Some(Segment {
        org,
        id,
        call,
        number: 1,
        agent: None,
        connected_at: call.answered_at.unwrap_or(call.created_at),
        disconnected_at: Some(ended_at),
        talk_ms: Some(talk_ms),
        hold_ms: durations.hold_ms,
        wrap_ms: durations.wrap_ms,
        handled_at: Some(ended_at.plus_ms(durations.wrap_ms.unwrap_or(0))),
        transferred: false,
    })
}
