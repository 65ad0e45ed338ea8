//! Folds a batch: the states of its calls, moved on by the domain itself.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::call::{Call, CallEvent, DisconnectReason, Leg};
use domain::{Decider, Timestamp};
use sqlx::PgConnection;
use uuid::Uuid;

use super::segments::Segments;
use crate::{ApplyError, Recorded};

/// A call as the batch leaves it.
struct Folded {
    org: Uuid,
    id: Uuid,
    call: Call,
    version: i64,
    position: i64,
    recorded_at: Timestamp,
    /// The tags that it has rows for.
    tags: Vec<String>,
    /// Segments in the batch after which somebody else had the call.
    left: Vec<u32>,
}

pub(super) async fn apply(
    tx: &mut PgConnection,
    batch: &[Arc<Recorded>],
) -> Result<(), ApplyError> {
    let mut calls = begun_before(tx, batch).await?;
    let mut places: HashMap<(Uuid, Uuid), usize> =
        calls.iter().enumerate().map(|(place, call)| ((call.org, call.id), place)).collect();
    for recorded in batch {
        let Some(event) = recorded.event.call() else { continue };
        let (org, id) = (recorded.org_id.uuid(), recorded.aggregate_id);
        let place = *places.entry((org, id)).or_insert_with(|| {
            let recorded_at = recorded.recorded_at;
            let call = Call::default();
            let (version, position, tags, left) = (0, 0, Vec::new(), Vec::new());
            calls.push(Folded { org, id, call, version, position, recorded_at, tags, left });
            calls.len() - 1
        });
        let Some(folded) = calls.get_mut(place) else { continue };
        if folded.version + 1 != recorded.sequence {
            let (version, sequence) = (folded.version, recorded.sequence);
            let reason = format!("the row of {id} is of version {version}, the event {sequence}");
            return Err(ApplyError::Event { position: recorded.position, reason });
        }
        folded.call.evolve(event);
        if let CallEvent::CallAgentDisconnected {
            segment_no,
            reason: DisconnectReason::Transferred,
            ..
        } = event
        {
            folded.left.push(*segment_no);
        }
        folded.version = recorded.sequence;
        folded.position = recorded.position;
        folded.recorded_at = recorded.recorded_at;
    }
    write(tx, &calls).await?;
    write_tags(tx, &calls).await?;
    let mut segments = Segments::default();
    for folded in &calls {
        if let Some(call) = folded.call.known() {
            segments.of(folded.org, folded.id, call, &folded.left);
        }
    }
    segments.write(tx).await?;
    Ok(())
}

/// The calls of the batch whose first event is not in it.
async fn begun_before(
    tx: &mut PgConnection,
    batch: &[Arc<Recorded>],
) -> Result<Vec<Folded>, ApplyError> {
    let mut first: HashMap<(Uuid, Uuid), &Recorded> = HashMap::new();
    for recorded in batch {
        first.entry((recorded.org_id.uuid(), recorded.aggregate_id)).or_insert(recorded);
    }
    let (mut orgs, mut ids) = (Vec::new(), Vec::new());
    for ((org, id), recorded) in &first {
        if recorded.sequence > 1 {
            orgs.push(*org);
            ids.push(*id);
        }
    }
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = sqlx::query_file!("src/calls/load.sql", &orgs, &ids).fetch_all(tx).await?;
    let mut calls = Vec::with_capacity(rows.len());
    for row in rows {
        let key = (row.org_id, row.call_id);
        let call = serde_json::from_str(&row.state).map(Call::Known).map_err(|error| {
            ApplyError::Event {
                position: first.get(&key).map_or(0, |recorded| recorded.position),
                reason: format!("the row of call {} cannot be read: {error}", row.call_id),
            }
        })?;
        let (org, id) = key;
        let (version, position) = (row.version, row.last_position);
        let recorded_at = Timestamp::from_millis(0);
        let tags = call.known().map(|call| call.tags.clone()).unwrap_or_default();
        let left = Vec::new();
        calls.push(Folded { org, id, call, version, position, recorded_at, tags, left });
    }
    Ok(calls)
}

#[derive(Default)]
struct Columns<'f> {
    orgs: Vec<Uuid>,
    ids: Vec<Uuid>,
    versions: Vec<i64>,
    positions: Vec<i64>,
    updated_at: Vec<DateTime<Utc>>,
    statuses: Vec<&'static str>,
    stages: Vec<&'static str>,
    directions: Vec<&'static str>,
    agents: Vec<Option<Uuid>>,
    queues: Vec<Option<Uuid>>,
    campaigns: Vec<Option<Uuid>>,
    contacts: Vec<Option<Uuid>>,
    subjects: Vec<Uuid>,
    dispositions: Vec<Option<&'f str>>,
    created_at: Vec<DateTime<Utc>>,
    ended_at: Vec<Option<DateTime<Utc>>>,
    total_ms: Vec<Option<i64>>,
    live: Vec<bool>,
    states: Vec<String>,
}

impl<'f> Columns<'f> {
    fn push(&mut self, folded: &'f Folded) -> Result<(), serde_json::Error> {
        let Some(call) = folded.call.known() else { return Ok(()) };
        self.orgs.push(folded.org);
        self.ids.push(folded.id);
        self.versions.push(folded.version);
        self.positions.push(folded.position);
        self.updated_at.push(folded.recorded_at.into());
        self.statuses.push(folded.call.status());
        self.stages.push(call.stage.word());
        self.directions.push(call.direction.word());
        self.agents.push(call.agent_id.map(|agent| agent.uuid()));
        self.queues.push(call.queue_id.map(|queue| queue.uuid()));
        self.campaigns.push(call.belongs.campaign_id.map(|campaign| campaign.uuid()));
        self.contacts.push(call.belongs.contact_id.map(|contact| contact.uuid()));
        self.subjects.push(call.subject.uuid());
        self.dispositions.push(call.disposition.as_ref().map(|made| made.code.as_str()));
        self.created_at.push(call.created_at.into());
        self.ended_at.push(call.ended_at.map(DateTime::from));
        self.total_ms.push(call.durations().total_ms);
        self.live.push(call.leg != Leg::Ended);
        self.states.push(serde_json::to_string(call)?);
        Ok(())
    }
}

async fn write(tx: &mut PgConnection, calls: &[Folded]) -> Result<(), ApplyError> {
    let mut columns = Columns::default();
    for folded in calls {
        columns.push(folded).map_err(|error| ApplyError::Event {
            position: folded.position,
            reason: format!("call {} cannot be written: {error}", folded.id),
        })?;
    }
    let upsert = sqlx::query_file!(
        "src/calls/upsert.sql",
        &columns.orgs as _,
        &columns.ids as _,
        &columns.versions as _,
        &columns.positions as _,
        &columns.updated_at as _,
        &columns.statuses as _,
        &columns.stages as _,
        &columns.directions as _,
        &columns.agents as _,
        &columns.queues as _,
        &columns.campaigns as _,
        &columns.contacts as _,
        &columns.subjects as _,
        &columns.dispositions as _,
        &columns.created_at as _,
        &columns.ended_at as _,
        &columns.total_ms as _,
        &columns.live as _,
        &columns.states as _,
    );
    upsert.execute(tx).await?;
    Ok(())
}

async fn write_tags(tx: &mut PgConnection, calls: &[Folded]) -> Result<(), sqlx::Error> {
    let (mut changed, mut borne) = ((vec![], vec![]), (vec![], vec![], vec![]));
    for folded in calls {
        let Some(call) = folded.call.known().filter(|call| call.tags != folded.tags) else {
            continue;
        };
        changed.0.push(folded.org);
        changed.1.push(folded.id);
        for tag in &call.tags {
            borne.0.push(folded.org);
            borne.1.push(tag.as_str());
            borne.2.push(folded.id);
        }
    }
    if changed.0.is_empty() {
        return Ok(());
    }
    let delete = sqlx::query_file!("src/calls/delete_tags.sql", &changed.0, &changed.1);
    delete.execute(&mut *tx).await?;
    let insert = sqlx::query_file!("src/calls/insert_tags.sql", &borne.0, &borne.1 as _, &borne.2);
    insert.execute(tx).await?;
    Ok(())
}
