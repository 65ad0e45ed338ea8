//! What is known of a call.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::message::CallMessage;
use super::value::{
    AmdMode, AnsweredBy, Belongs, ConnectVia, DequeueReason, DialMode, DialOrder, Direction,
    EndStatus, EndedBy, Leg, Provider, RecordingPolicy, Sale, Stage, TransferKind, TransferTarget,
    WrapUp,
};
use crate::disposition::Meaning;
use crate::personal::present;
use crate::{
    AgentId, FlowId, MenuId, OfferId, Personal, PhoneNumber, QueueId, SubjectId, Timestamp,
    TransferId,
};

/// A call that exists. Personal fields are as the facts had them: sealed, once
/// these come from the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KnownCall {
    /// Who called whom.
    pub direction: Direction,
    /// The customer's carrier leg. It only moves forward.
    pub leg: Leg,
    /// Where the call is handled.
    pub stage: Stage,
    /// Whom its personal data is about.
    pub subject: SubjectId,
    /// The caller's number.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub from: Option<Personal<PhoneNumber>>,
    /// The called number, where it is a person's.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub to: Option<Personal<PhoneNumber>>,
    /// The called number of an inbound call: ours, nobody's personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_number: Option<String>,
    /// Whose network carries it; none for an imported call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<Provider>,
    /// The provider's name for it, once it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_call_id: Option<String>,
    /// How it was to be dialed; of an outbound call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dial: Option<Dial>,
    /// What it belongs to from outside.
    pub belongs: Belongs,
    /// The queue of the current or last wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue_id: Option<QueueId>,
    /// The agent who speaks or spoke last; else the one it was made for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<AgentId>,
    /// Who or what answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_by: Option<AnsweredBy>,
    /// When it began for us.
    pub created_at: Timestamp,
    /// When it began to ring.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ringing_at: Option<Timestamp>,
    /// When it was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<Timestamp>,
    /// Whether that was computed back from the end.
    pub answered_estimated: bool,
    /// When the customer's leg was over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// How.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<CallEnd>,
    /// Who wanted it to end first, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_requested: Option<(EndedBy, Timestamp)>,
    /// And why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_request_reason: Option<String>,
    /// Whether it was given up because no agent was free.
    pub dropped: bool,
    /// What is said to whoever has answered, where nobody speaks with them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<CallMessage>,
    /// The flow that the caller hears or heard last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow: Option<(FlowId, u32)>,
    /// How often which menu was come to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub menus: Vec<(MenuId, u32)>,
    /// With which agents, in order.
    pub segments: Vec<AgentSegment>,
    /// In which queues, in order.
    pub queue_segments: Vec<QueueSegment>,
    /// The offer that is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<Offer>,
    /// The offer that was closed last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_offer: Option<ClosedOffer>,
    /// The transfer under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer: Option<Transfer>,
    /// The transfer that was under way last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_transfer: Option<ClosedTransfer>,
    /// Between which instants the caller wants to be called back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback: Option<(Timestamp, Timestamp)>,
    /// Since when the customer hears music, or heard it when the leg ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_since: Option<Timestamp>,
    /// Whether an agent was on the call until the leg ended.
    #[serde(default)]
    pub agent_to_the_end: bool,
    /// How often there was a hold.
    pub holds: u32,
    /// The agent's time after the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrap_up: Option<WrapUpTime>,
    /// What it came to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disposition: Option<CallDisposition>,
    /// How many notes there are.
    pub notes: u32,
    /// The customer's rating, 1 to 5; the last one counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<u8>,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// The organization's own fields.
    pub metadata: Map<String, Value>,
    /// Whether it is a test, which no report counts.
    pub test: bool,
    /// What another system told of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imported: Option<Box<Imported>>,
    /// Whether its personal data was erased.
    pub erased: bool,
}

/// How a call was to be dialed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dial {
    /// Which leg first.
    pub order: DialOrder,
    /// By what.
    pub mode: DialMode,
    /// How long it may ring.
    pub ring_timeout_seconds: u16,
    /// Whether a machine is looked for.
    pub amd: AmdMode,
    /// Whether it is recorded.
    pub record: RecordingPolicy,
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallEnd {
    /// How.
    pub status: EndStatus,
    /// By whom.
    pub by: EndedBy,
    /// Why, where it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The SIP status behind a failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sip_code: Option<u16>,
    /// How long it took by the provider's word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_duration_seconds: Option<u32>,
}

/// A time with an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentSegment {
    /// Which agent.
    pub agent_id: AgentId,
    /// From 1.
    pub segment_no: u32,
    /// How the agent came in.
    pub via: ConnectVia,
    /// The rule for the time after it.
    pub wrap_up: WrapUp,
    /// From when.
    pub connected_at: Timestamp,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disconnected_at: Option<Timestamp>,
    /// On hold within it.
    pub held_ms: i64,
}

/// A wait in a queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueSegment {
    /// Which queue.
    pub queue_id: QueueId,
    /// From 1.
    pub queue_segment: u32,
    /// From when.
    pub queued_at: Timestamp,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dequeued_at: Option<Timestamp>,
    /// Why it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<DequeueReason>,
    /// How long it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waited_ms: Option<i64>,
}

/// An agent who is rung.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// The offer.
    pub offer_id: OfferId,
    /// To whom.
    pub agent_id: AgentId,
    /// From when.
    pub offered_at: Timestamp,
    /// Until when it can be accepted.
    pub expires_at: Timestamp,
}

/// An offer that is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosedOffer {
    /// The offer.
    pub offer_id: OfferId,
    /// How it ended.
    pub outcome: OfferOutcome,
}

/// How an offer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferOutcome {
    /// The agent took the call.
    Accepted,
    /// The agent did not want it.
    Rejected,
    /// The agent did not answer.
    TimedOut,
    /// It was taken back.
    Rescinded,
}

/// A transfer under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    /// The transfer.
    pub transfer_id: TransferId,
    /// With or without a word before.
    pub kind: TransferKind,
    /// Where to.
    pub target: TransferTarget,
    /// Whether the target is on the line.
    pub consulting: bool,
}

/// A transfer that is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosedTransfer {
    /// The transfer.
    pub transfer_id: TransferId,
    /// How it ended.
    pub outcome: TransferOutcome,
}

/// How a transfer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferOutcome {
    /// Somebody else had the call then.
    Completed,
    /// The agent kept it.
    Canceled,
    /// Nobody took it.
    Failed,
}

/// An agent's time after the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrapUpTime {
    /// Whose.
    pub agent_id: AgentId,
    /// From when.
    pub started_at: Timestamp,
    /// When it ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Timestamp>,
    /// How often it was made longer.
    pub extensions: u32,
    /// How long it took, once it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub took_ms: Option<i64>,
}

/// What a call came to for the business.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallDisposition {
    /// A code of the catalog.
    pub code: String,
    /// What it meant then, where the fact says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meaning: Option<Box<Meaning>>,
    /// Who said so.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// When a disposition was said for the first time.
    pub first_at: Timestamp,
    /// Whether the matter is settled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved: Option<bool>,
    /// Whether it was the one who was to be spoken to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub right_party: Option<bool>,
    /// What was sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sale: Option<Sale>,
    /// When to call again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follow_up_at: Option<Timestamp>,
    /// Whether it took the place of an earlier one.
    pub revised: bool,
}

/// What another system told of a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Imported {
    /// Which system.
    pub source: String,
    /// Its name for the call.
    pub source_id: String,
    /// In queues.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_ms: Option<i64>,
    /// With agents, without holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub talk_ms: Option<i64>,
    /// On hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold_ms: Option<i64>,
    /// In wrap-up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrap_ms: Option<i64>,
    /// Its name for the agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_label: Option<String>,
    /// Its name for the queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue_label: Option<String>,
    /// Its name for the campaign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign_label: Option<String>,
    /// Its disposition, whatever was revised since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disposition: Option<String>,
    /// Whether the matter was settled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved: Option<bool>,
    /// Its rating, whatever came since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<u8>,
    /// Its tags, where they were changed since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// Its metadata, where it was changed since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Map<String, Value>>,
}

impl CallDisposition {
    /// What the code meant when it was said.
    #[must_use]
    pub fn meaning(&self) -> Option<&Meaning> {
        Meaning::of(&self.code, self.meaning.as_deref())
    }
}

impl KnownCall {
    /// The agent who is on the call.
    pub(super) fn speaking(&self) -> Option<&AgentSegment> {
        self.segments.last().filter(|segment| segment.disconnected_at.is_none())
    }

    /// The wait that is not over.
    pub(super) fn waiting(&self) -> Option<&QueueSegment> {
        self.queue_segments.last().filter(|segment| segment.dequeued_at.is_none())
    }
}
