//! Calls told as facts, straight into a projection: no log, no commands.

use std::collections::HashMap;
use std::sync::Arc;

use database::{Database, Role};
use domain::agent::AgentEvent;
use domain::call::CallEvent;
use domain::campaign::CampaignEvent;
use domain::{DecidedEvent, OrgId, Timestamp};
use projections::{Fact, Projection, Recorded, Tables};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// The organization of these calls.
pub fn org() -> OrgId {
    id(1).into()
}

/// A made-up id.
pub fn id(number: u128) -> Uuid {
    Uuid::from_u128(0x7000_0000_0000_0000_8000_0000_0000_0000 + number)
}

/// An instant.
pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap_or_else(|_| panic!("{text} is no instant"))
}

/// A fact as it is stored.
pub fn event(kind: &str, payload: Value) -> CallEvent {
    tagged(kind, payload)
}

fn tagged<E: DeserializeOwned>(kind: &str, payload: Value) -> E {
    let mut tagged = Map::new();
    tagged.insert(kind.to_owned(), payload);
    serde_json::from_value(Value::Object(tagged)).unwrap_or_else(|error| panic!("{kind}: {error}"))
}

/// A log of calls.
#[derive(Clone, Default)]
pub struct Told {
    pub events: Vec<Arc<Recorded>>,
    sequences: HashMap<Uuid, i64>,
}

impl Told {
    /// One more fact of a call.
    pub fn tell(&mut self, call: u128, event: CallEvent) {
        self.record(call, event.occurred_at(), Fact::Call(event));
    }

    /// One more fact of an agent, as it is stored.
    pub fn agent(&mut self, agent: u128, kind: &str, payload: Value) {
        let event: AgentEvent = tagged(kind, payload);
        self.record(agent, event.occurred_at(), Fact::Agent(event));
    }

    /// One more fact of a campaign, as it is stored.
    pub fn campaign(&mut self, campaign: u128, kind: &str, payload: Value) {
        let event: CampaignEvent = tagged(kind, payload);
        self.record(campaign, event.occurred_at(), Fact::Campaign(event));
    }

    fn record(&mut self, of: u128, at: Timestamp, fact: Fact) {
        let aggregate_id = id(of);
        let sequence = self.sequences.entry(aggregate_id).or_default();
        *sequence += 1;
        let position = i64::try_from(self.events.len()).unwrap() + 1;
        self.events.push(Arc::new(Recorded {
            position,
            org_id: org(),
            aggregate_id,
            sequence: *sequence,
            event_id: id(0xe_0000_0000 + u128::try_from(position).unwrap()),
            actor: "user:somebody:agent".to_owned(),
            correlation_id: id(3),
            causation_id: None,
            occurred_at: at,
            recorded_at: at.plus_ms(40),
            event: fact,
        }));
    }

    /// The same, as it is stored.
    pub fn say(&mut self, call: u128, kind: &str, payload: Value) {
        self.tell(call, event(kind, payload));
    }

    /// A call comes in, is answered by us, and waits.
    pub fn waits(&mut self, call: u128, queue: u128, queued: Timestamp) {
        let received = json!({
            "provider": "simulator", "provider_call_id": format!("sim-{call}"),
            "to": "+420800123456", "subject_key": id(0x5000 + call), "at": queued,
        });
        self.say(call, "InboundCallReceived", received);
        let answered = json!({ "answered_at": queued, "estimated": false });
        self.say(call, "CallAnswered", answered);
        self.queued(call, queue, 1, queued);
    }

    /// A call waits in a queue.
    pub fn queued(&mut self, call: u128, queue: u128, segment: u32, queued: Timestamp) {
        let wait = json!({
            "queue_id": id(queue), "priority": 50, "required_skills": [],
            "queue_segment": segment, "at": queued,
        });
        self.say(call, "CallQueued", wait);
    }

    /// It waits no longer.
    pub fn dequeued(
        &mut self,
        call: u128,
        (queue, segment): (u128, u32),
        reason: &str,
        queued: Timestamp,
        at: Timestamp,
    ) {
        let left = json!({
            "queue_id": id(queue), "queue_segment": segment, "reason": reason,
            "waited_ms": at.since_ms(queued), "at": at,
        });
        self.say(call, "CallDequeued", left);
    }

    /// An agent comes in.
    pub fn connected(&mut self, call: u128, agent: u128, segment: u32, at: Timestamp) {
        let connected = json!({
            "agent_id": id(agent), "segment_no": segment, "via": "offer",
            "wrap_up": { "mode": "manual", "seconds": 0 }, "at": at,
        });
        self.say(call, "CallAgentConnected", connected);
    }

    /// The agent leaves.
    pub fn disconnected(&mut self, call: u128, agent: u128, segment: u32, at: Timestamp) {
        let left = json!({
            "agent_id": id(agent), "segment_no": segment, "reason": "ended", "at": at,
        });
        self.say(call, "CallAgentDisconnected", left);
    }

    /// The customer hears music for a while.
    pub fn held(&mut self, call: u128, from: Timestamp, ms: i64) {
        self.say(call, "CallHeld", json!({ "by": "agent", "at": from }));
        let resumed = json!({ "by": "agent", "held_ms": ms, "at": from.plus_ms(ms) });
        self.say(call, "CallResumed", resumed);
    }

    /// The leg is over.
    pub fn ended(&mut self, call: u128, by: &str, at: Timestamp) {
        let ended = json!({ "end_status": "completed", "ended_by": by, "ended_at": at });
        self.say(call, "CallEnded", ended);
    }

    /// The agent writes for a while.
    pub fn wrapped_up(&mut self, call: u128, agent: u128, from: Timestamp, ms: i64) {
        self.say(call, "CallWrapUpStarted", json!({ "agent_id": id(agent), "at": from }));
        let ended = json!({
            "agent_id": id(agent), "reason": "agent", "duration_ms": ms, "at": from.plus_ms(ms),
        });
        self.say(call, "CallWrapUpEnded", ended);
    }

    /// A user takes so many calls at once, and is offline still.
    pub fn hired(&mut self, agent: u128, calls: u8, at: Timestamp) {
        let created = json!({
            "user_id": id(agent), "subject_key": id(agent), "display_name": "sealed",
            "address": "sealed", "max_concurrent_calls": calls,
            "wrap_up": { "mode": "manual", "seconds": 0 }, "at": at,
        });
        self.agent(agent, "AgentCreated", created);
    }

    /// An agent does something else.
    pub fn does(&mut self, agent: u128, from: &str, to: &str, at: Timestamp) {
        let changed = json!({ "from": from, "to": to, "by": "agent", "at": at });
        self.agent(agent, "AgentPresenceChanged", changed);
    }

    /// A call is offered to an agent, by an offer of the same number.
    pub fn offered(&mut self, agent: u128, call: u128, at: Timestamp) {
        let reserved = json!({
            "offer_id": id(call), "call_id": id(call), "until": at.plus_ms(20_000), "at": at,
        });
        self.agent(agent, "AgentReserved", reserved);
    }

    /// An agent is on a call, from an offer of the same number where there is one.
    pub fn takes(&mut self, agent: u128, call: u128, offered: bool, at: Timestamp) {
        let offer = offered.then(|| id(call));
        let started = json!({
            "call_id": id(call), "segment_no": 1, "offer_id": offer, "at": at,
        });
        self.agent(agent, "AgentCallStarted", started);
    }

    /// An agent is not on a call any more, and writes about it until then.
    pub fn leaves(&mut self, agent: u128, call: u128, at: Timestamp, writes: Option<Timestamp>) {
        self.agent(agent, "AgentCallFinished", json!({ "call_id": id(call), "at": at }));
        let Some(until) = writes else { return };
        self.agent(agent, "AgentWrapUpStarted", json!({ "call_id": id(call), "at": at }));
        let ended = json!({ "call_id": id(call), "reason": "agent", "at": until });
        self.agent(agent, "AgentWrapUpEnded", ended);
    }

    /// A call of another system.
    pub fn imported(&mut self, call: u128, fields: Value) {
        let created = fields["created_at"].clone();
        let mut payload = json!({
            "source": "old", "source_id": call.to_string(), "direction": "outbound",
            "subject_key": id(0x5000 + call), "ended_at": created, "end_status": "completed",
            "tags": [], "test": false, "metadata": {},
        });
        let payload_fields = payload.as_object_mut().unwrap();
        payload_fields.extend(fields.as_object().unwrap().clone());
        self.say(call, "CallImported", payload);
    }
}

/// Folds events into a projection's tables, cut as they are given.
pub async fn fold<'e>(
    database: &Database,
    projection: &dyn Projection,
    batches: impl IntoIterator<Item = &'e [Arc<Recorded>]>,
) {
    for batch in batches {
        let wanted: Vec<Arc<Recorded>> = batch
            .iter()
            .filter(|recorded| match &recorded.event {
                Fact::Call(event) => projection.wants("call", event.event_type()),
                Fact::Agent(event) => projection.wants("agent", event.event_type()),
                Fact::Campaign(event) => projection.wants("campaign", event.event_type()),
                _ => panic!("a fact of something else"),
            })
            .cloned()
            .collect();
        if wanted.is_empty() {
            continue;
        }
        let pool = database.pool(Role::Projector);
        let mut tx = pool.transaction().await.expect("a transaction");
        projection.apply(&mut tx, &wanted, Tables::Live).await.expect("folded");
        tx.commit().await.expect("committed");
    }
}

/// Every row of a projection, as it prints.
pub async fn rows(database: &Database, projection: &dyn Projection) -> Vec<String> {
    let mut rows = Vec::new();
    for table in projection.tables() {
        let query = format!("SELECT t::text FROM {table} t ORDER BY 1");
        let mut connection = database.pool(Role::Auditor).acquire().await.expect("a connection");
        let texts = sqlx::query_scalar::<_, String>(&query).fetch_all(&mut *connection).await;
        rows.extend(texts.expect("rows"));
    }
    rows
}

/// Empties a projection.
pub async fn clear(database: &Database, projection: &dyn Projection) {
    for table in projection.tables() {
        let delete = format!("DELETE FROM {table}");
        let mut connection = database.pool(Role::Projector).acquire().await.expect("in");
        sqlx::query(&delete).execute(&mut *connection).await.expect("emptied");
    }
}
