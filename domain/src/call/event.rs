//! The facts of a call, as they are stored forever (domain/02 §2.3).
//!
//! A payload is externally tagged by the event's type. Nothing here is ever
//! renamed; a changed payload is a new version with an upcaster.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use strum::{IntoStaticStr, VariantNames};

use super::value::{
    AmdMode, AnsweredBy, By, ConnectVia, DequeueReason, DialMode, DialOrder, Direction,
    DisconnectReason, EndStatus, EndedBy, InputType, IvrOutcome, MessageHeard, MessagePurpose,
    Provider, RatingChannel, RecordingPolicy, Sale, TimingField, TransferKind, TransferTarget,
    WrapUp, WrapUpEnd,
};
use crate::disposition::Meaning;
use crate::personal::present;
use crate::{
    AgentId, CampaignId, ContactId, FlowId, FreeText, MenuId, OfferId, Personal, PhoneNumber,
    QueueId, SubjectId, Timestamp, TransferId,
};

/// One fact of a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr, VariantNames)]
#[expect(missing_docs, reason = "docs/EVENTS.md says what the fields mean, generated from golden/")]
#[expect(clippy::large_enum_variant, reason = "facts come one by one and are not kept")]
pub enum CallEvent {
    /// Somebody asks us to dial.
    CallInitiated {
        direction: Direction,
        #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
        from: Option<Personal<PhoneNumber>>,
        to: Personal<PhoneNumber>,
        subject_key: SubjectId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        contact_id: Option<ContactId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        campaign_id: Option<CampaignId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        campaign_revision: Option<u32>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        attempt_no: Option<u32>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        agent_id: Option<AgentId>,
        dial_order: DialOrder,
        dial_mode: DialMode,
        provider: Provider,
        ring_timeout_seconds: u16,
        amd: AmdMode,
        recording_policy_snapshot: RecordingPolicy,
        metadata: Map<String, Value>,
        at: Timestamp,
    },
    /// Somebody calls us.
    InboundCallReceived {
        provider: Provider,
        provider_call_id: String,
        #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
        from: Option<Personal<PhoneNumber>>,
        /// Our own number, which is nobody's personal data.
        to: String,
        subject_key: SubjectId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        flow_id: Option<FlowId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        flow_version: Option<u32>,
        #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
        forwarded_from: Option<Personal<PhoneNumber>>,
        at: Timestamp,
    },
    /// Another system tells of a call of its own.
    CallImported {
        source: String,
        source_id: String,
        direction: Direction,
        subject_key: SubjectId,
        #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
        from: Option<Personal<PhoneNumber>>,
        #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
        to: Option<Personal<PhoneNumber>>,
        created_at: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answered_at: Option<Timestamp>,
        ended_at: Timestamp,
        end_status: EndStatus,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        wait_ms: Option<i64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        talk_ms: Option<i64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hold_ms: Option<i64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        wrap_ms: Option<i64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        agent_label: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        queue_label: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        campaign_label: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        attempt_no: Option<u32>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        disposition: Option<String>,
        /// What the code meant then; in version 1, what the standard code always has.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        meaning: Option<Box<Meaning>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resolved: Option<bool>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rating: Option<u8>,
        tags: Vec<String>,
        test: bool,
        metadata: Map<String, Value>,
    },
    /// The provider has taken the call and named it.
    CallDialSubmitted { provider_call_id: String, submitted_at: Timestamp },
    /// It rings at the other end.
    CallRinging { at: Timestamp },
    /// The other end has answered.
    CallAnswered {
        answered_at: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answered_by: Option<AnsweredBy>,
        /// Computed back from the end, because nobody told of the answer.
        estimated: bool,
    },
    /// It is known now who has answered.
    CallAnswerClassified { answered_by: AnsweredBy, detection_ms: i64, at: Timestamp },
    /// The caller hears a flow.
    CallEnteredIvr { flow_id: FlowId, flow_version: u32, at: Timestamp },
    /// The flow has come to a menu.
    IvrMenuEntered { menu_id: MenuId, visit: u32, at: Timestamp },
    /// The caller pressed or said something, or nothing.
    IvrInputReceived {
        menu_id: MenuId,
        input_type: InputType,
        #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
        input: Option<Personal<FreeText>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        confidence: Option<f64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        matched_option: Option<String>,
        at: Timestamp,
    },
    /// The caller has left the flow.
    IvrExited {
        outcome: IvrOutcome,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        target: Option<String>,
        at: Timestamp,
    },
    /// The caller waits for an agent.
    CallQueued {
        queue_id: QueueId,
        priority: u8,
        required_skills: Vec<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<String>,
        /// The how-manieth wait of this call it is, from 1.
        queue_segment: u32,
        at: Timestamp,
    },
    /// The caller waits no longer.
    CallDequeued {
        queue_id: QueueId,
        queue_segment: u32,
        reason: DequeueReason,
        waited_ms: i64,
        at: Timestamp,
    },
    /// The caller wants to be called back.
    CallbackRequested {
        phone: Personal<PhoneNumber>,
        not_before: Timestamp,
        not_after: Timestamp,
        queue_id: QueueId,
        keeps_place: bool,
        at: Timestamp,
    },
    /// An agent is rung.
    CallOffered { offer_id: OfferId, agent_id: AgentId, expires_at: Timestamp, at: Timestamp },
    /// The agent has taken the call.
    CallOfferAccepted { offer_id: OfferId, agent_id: AgentId, at: Timestamp },
    /// The agent does not want it.
    CallOfferRejected { offer_id: OfferId, agent_id: AgentId, reason: String, at: Timestamp },
    /// The agent did not answer in time.
    CallOfferTimedOut { offer_id: OfferId, agent_id: AgentId, rang_ms: i64, at: Timestamp },
    /// The offer was taken back.
    CallOfferRescinded { offer_id: OfferId, agent_id: AgentId, reason: String, at: Timestamp },
    /// Agent and customer can speak.
    CallAgentConnected {
        agent_id: AgentId,
        /// The how-manieth agent of this call it is, from 1.
        segment_no: u32,
        via: ConnectVia,
        wrap_up: WrapUp,
        at: Timestamp,
    },
    /// They cannot any more.
    CallAgentDisconnected {
        agent_id: AgentId,
        segment_no: u32,
        reason: DisconnectReason,
        at: Timestamp,
    },
    /// The customer hears music.
    CallHeld {
        by: By,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        at: Timestamp,
    },
    /// The customer hears the agent again.
    CallResumed { by: By, held_ms: i64, at: Timestamp },
    /// The agent hands the call on.
    CallTransferStarted {
        transfer_id: TransferId,
        kind: TransferKind,
        target: TransferTarget,
        #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
        number: Option<Personal<PhoneNumber>>,
        by: By,
        at: Timestamp,
    },
    /// The agent speaks with whoever is to have the call.
    CallTransferConsultConnected { transfer_id: TransferId, at: Timestamp },
    /// Somebody else has the call.
    CallTransferCompleted {
        transfer_id: TransferId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        new_agent_id: Option<AgentId>,
        at: Timestamp,
    },
    /// The agent keeps the call after all.
    CallTransferCanceled { transfer_id: TransferId, by: By, at: Timestamp },
    /// Nobody takes the call; the agent keeps it.
    CallTransferFailed { transfer_id: TransferId, reason: String, at: Timestamp },
    /// A dialed call found no agent and is given up.
    CallDropped { reason: String, connected_wait_ms: i64, safe_harbor_played: bool, at: Timestamp },
    /// Nobody speaks with whoever has answered: they are to hear a message of the campaign.
    CallMessageStarted {
        purpose: MessagePurpose,
        /// Whoever presses it meanwhile is never called again.
        opt_out_key: char,
        /// How long it takes to say it, about.
        length_ms: i64,
        at: Timestamp,
    },
    /// It is over. What is learned of it late follows as another one, and counts more.
    CallMessageEnded { heard: MessageHeard, at: Timestamp },
    /// Somebody wants the call to end; the provider is asked.
    CallEndRequested {
        by: EndedBy,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        at: Timestamp,
    },
    /// The customer's leg is over.
    CallEnded {
        end_status: EndStatus,
        ended_by: EndedBy,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// The provider's own words for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        detail: Option<String>,
        ended_at: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        provider_duration_seconds: Option<u32>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sip_code: Option<u16>,
    },
    /// The provider's word replaces our own guess of how it ended.
    CallOutcomeCorrected {
        from_status: EndStatus,
        to_status: EndStatus,
        /// By whom, as it is known now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ended_by: Option<EndedBy>,
        /// Where the answer falls by the provider's duration.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answered_at: Option<Timestamp>,
        ended_at: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        provider_duration_seconds: Option<u32>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sip_code: Option<u16>,
        evidence: String,
        at: Timestamp,
    },
    /// An instant that was missing or guessed is known now.
    CallTimingBackfilled {
        field: TimingField,
        value: Timestamp,
        replaces_estimate: bool,
        at: Timestamp,
    },
    /// The agent writes down what there was.
    CallWrapUpStarted {
        agent_id: AgentId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deadline: Option<Timestamp>,
        at: Timestamp,
    },
    /// The agent has more time for it.
    CallWrapUpExtended { agent_id: AgentId, new_deadline: Timestamp, at: Timestamp },
    /// The agent is done.
    CallWrapUpEnded { agent_id: AgentId, reason: WrapUpEnd, duration_ms: i64, at: Timestamp },
    /// What the call came to for the business.
    CallDispositioned {
        code: String,
        /// What the code meant then; in version 1, what the standard code always has.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        meaning: Option<Box<Meaning>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resolved: Option<bool>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        right_party: Option<bool>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sale: Option<Sale>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        follow_up_at: Option<Timestamp>,
        #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
        note: Option<Personal<FreeText>>,
        by: String,
        at: Timestamp,
    },
    /// It came to something else.
    CallDispositionRevised {
        code: String,
        /// What the code meant then; in version 1, what the standard code always has.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        meaning: Option<Box<Meaning>>,
        previous_code: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resolved: Option<bool>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        right_party: Option<bool>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sale: Option<Sale>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        follow_up_at: Option<Timestamp>,
        #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
        note: Option<Personal<FreeText>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        by: String,
        at: Timestamp,
    },
    /// Somebody noted something.
    CallNoteAdded { note: Personal<FreeText>, by: String, at: Timestamp },
    /// Words to find it by were put on or taken off.
    CallTagged { added: Vec<String>, removed: Vec<String>, at: Timestamp },
    /// The organization's own fields were changed by a merge patch (RFC 7396).
    CallMetadataChanged { patch: Map<String, Value>, at: Timestamp },
    /// The customer rated the call.
    CallRated { score: u8, channel: RatingChannel, at: Timestamp },
    /// The personal data is gone.
    CallErased { requested_by: String, legal_basis: String, at: Timestamp },
}
