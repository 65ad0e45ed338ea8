//! What can be asked of a call. Everything that was looked up, the clock
//! included, travels inside.

use serde_json::{Map, Value};
use strum::{EnumDiscriminants, IntoStaticStr, VariantArray};

use super::value::{
    AmdMode, AnsweredBy, Belongs, By, ConnectVia, DequeueReason, DialMode, DialOrder, DialVerdict,
    Direction, EndStatus, EndedBy, Enqueue, InputType, IvrOutcome, MessageHeard, Observation,
    Provider, RatingChannel, RecordingPolicy, Sale, TransferKind, TransferTarget, WrapUp,
    WrapUpEnd,
};
use crate::disposition::{Found, Meaning};
use crate::{AgentId, FlowId, MenuId, OfferId, PhoneNumber, SubjectId, Timestamp, TransferId};

/// A command to a call; the codes in brackets are the rows of domain/03 §3.1.1.
#[derive(Clone, Debug, PartialEq, EnumDiscriminants)]
#[strum_discriminants(name(Asked), vis(pub(super)), doc = "What is asked, without the details.")]
#[strum_discriminants(derive(IntoStaticStr, VariantArray), strum(serialize_all = "snake_case"))]
#[expect(missing_docs, reason = "the fields are those of the facts that follow")]
pub enum CallCommand {
    /// [C0] A call that another system has had.
    ImportHistoric(Box<HistoricCall>),
    /// [C1] Dial somebody.
    InitiateOutbound(Box<OutboundCall>),
    /// [C2] Somebody calls us.
    RegisterInbound(Box<InboundCall>),
    /// [C3] The provider has taken the call.
    RecordSubmission { provider_call_id: String, at: Timestamp },
    /// [C4] The provider has refused it for certain; or it was not `asked`, and will not be.
    RecordSubmissionFailure { reason: String, asked: bool, at: Timestamp },
    /// [C5] Nothing was heard of the request for 30 s.
    SubmissionTimeout { at: Timestamp },
    /// [3.1.3-9] The provider does not know the call any more.
    ReconcileMissing { at: Timestamp },
    /// [C3, C6, C7, C8] The provider tells something.
    Observe(Observation),
    /// It is known now who answered.
    ClassifyAnswer { answered_by: AnsweredBy, detection_ms: i64, at: Timestamp },
    /// [C9] The caller hears a flow.
    EnterIvr { flow_id: FlowId, flow_version: u32, at: Timestamp },
    /// [C10] The flow comes to a menu.
    EnterMenu { menu_id: MenuId, at: Timestamp },
    /// [C10] The caller presses or says something. Digits of a sensitive menu are masked.
    IvrInput {
        menu_id: MenuId,
        input_type: InputType,
        input: Option<String>,
        sensitive: bool,
        confidence: Option<f64>,
        matched_option: Option<String>,
        at: Timestamp,
    },
    /// [C10] The caller leaves the flow.
    ExitIvr { outcome: IvrOutcome, target: Option<String>, at: Timestamp },
    /// [C11] The caller waits for an agent.
    Enqueue { place: Enqueue, at: Timestamp },
    /// [C12] An agent is rung. The agent has been reserved for this offer.
    Offer { offer_id: OfferId, agent_id: AgentId, expires_at: Timestamp, at: Timestamp },
    /// [C13] The agent takes it.
    AcceptOffer { offer_id: OfferId, wrap_up: WrapUp, at: Timestamp },
    /// [C14] The agent does not want it.
    RejectOffer { offer_id: OfferId, reason: String, at: Timestamp },
    /// [C14] The agent did not answer in time.
    TimeOutOffer { offer_id: OfferId, at: Timestamp },
    /// [C14] The offer is taken back.
    RescindOffer { offer_id: OfferId, reason: String, at: Timestamp },
    /// An agent is joined without an offer: dialed first, by the dialer, or by a pickup.
    ConnectAgent { agent_id: AgentId, via: ConnectVia, wrap_up: WrapUp, at: Timestamp },
    /// [C15] The customer is to hear music.
    Hold { by: By, reason: Option<String>, at: Timestamp },
    /// [C16] The customer is to hear the agent again.
    Resume { by: By, at: Timestamp },
    /// [C17, C19] The agent hands the call on.
    StartTransfer {
        transfer_id: TransferId,
        kind: TransferKind,
        target: TransferTarget,
        number: Option<PhoneNumber>,
        by: By,
        at: Timestamp,
    },
    /// [C18] The one who is to have the call is on the line.
    ConsultConnected { transfer_id: TransferId, at: Timestamp },
    /// [C18] The call changes hands. `place` is the wait in a target queue,
    /// `wrap_up` belongs to the new agent.
    CompleteTransfer {
        transfer_id: TransferId,
        place: Option<Enqueue>,
        wrap_up: WrapUp,
        at: Timestamp,
    },
    /// [C18] The agent keeps the call after all.
    CancelTransfer { transfer_id: TransferId, by: By, at: Timestamp },
    /// [C18] Nobody takes it.
    FailTransfer { transfer_id: TransferId, reason: String, at: Timestamp },
    /// [C21] More time to write down what there was.
    ExtendWrapUp { seconds: u32, max_extensions: u32, at: Timestamp },
    /// [C22] That was it.
    FinishWrapUp { reason: WrapUpEnd, at: Timestamp },
    /// [C23] Somebody wants the call to end.
    RequestEnd { by: EndedBy, reason: Option<String>, at: Timestamp },
    /// [C24] What the call came to.
    Disposition {
        code: String,
        found: Found,
        resolved: Option<bool>,
        right_party: Option<bool>,
        sale: Option<Sale>,
        follow_up_at: Option<Timestamp>,
        note: Option<String>,
        by: String,
        at: Timestamp,
    },
    /// [C25] It came to something else. Its author may say so for 24 hours,
    /// whoever is `privileged` always.
    ReviseDisposition {
        code: String,
        found: Found,
        resolved: Option<bool>,
        right_party: Option<bool>,
        sale: Option<Sale>,
        follow_up_at: Option<Timestamp>,
        note: Option<String>,
        reason: Option<String>,
        by: String,
        privileged: bool,
        at: Timestamp,
    },
    /// [C26] The caller wants to be called back.
    RequestCallback {
        phone: PhoneNumber,
        not_before: Timestamp,
        not_after: Timestamp,
        keeps_place: bool,
        at: Timestamp,
    },
    /// [C27] The wait ends without an agent: `overflow`, `voicemail` or
    /// `timeout`; with a `next` place it goes on there.
    LeaveQueue { reason: DequeueReason, next: Option<Enqueue>, at: Timestamp },
    /// [C28] No agent for a dialed call.
    Drop { at: Timestamp },
    /// [C31] Nobody speaks with whoever has answered: a message of the campaign is to be said.
    StartMessage { opt_out_key: char, length_ms: i64, at: Timestamp },
    /// [C32] It is known how the message was heard.
    HearMessage { heard: MessageHeard, at: Timestamp },
    /// [C32] A key was pressed meanwhile.
    PressKey { key: char, at: Timestamp },
    /// [C29] The network has lost the agent; with a `requeue` place the caller waits again.
    AgentLegLost { requeue: Option<Enqueue>, at: Timestamp },
    /// [C30] Forget who it was.
    Erase { requested_by: String, legal_basis: String, at: Timestamp },
    /// A note, at most 8 KiB.
    AddNote { note: String, by: String, at: Timestamp },
    /// The organization's own fields by a merge patch, and the tags that the
    /// call has from now on; both or one.
    Change { patch: Option<Map<String, Value>>, tags: Option<Vec<String>>, at: Timestamp },
    /// The customer's rating, 1 to 5.
    Rate { score: u8, channel: RatingChannel, at: Timestamp },
}

/// [C1] A call that we are asked to make.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of CallInitiated")]
pub struct OutboundCall {
    pub from: Option<PhoneNumber>,
    pub to: PhoneNumber,
    pub subject: SubjectId,
    pub belongs: Belongs,
    pub dial_order: DialOrder,
    pub dial_mode: DialMode,
    pub provider: Provider,
    pub ring_timeout_seconds: u16,
    pub amd: AmdMode,
    pub record: RecordingPolicy,
    pub metadata: Map<String, Value>,
    pub verdict: DialVerdict,
    pub at: Timestamp,
}

/// [C2] A call that comes in.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of InboundCallReceived")]
pub struct InboundCall {
    pub provider: Provider,
    pub provider_call_id: String,
    pub from: Option<PhoneNumber>,
    pub to: PhoneNumber,
    pub subject: SubjectId,
    pub flow: Option<(FlowId, u32)>,
    pub forwarded_from: Option<PhoneNumber>,
    pub at: Timestamp,
}

/// [C0] A call that another system has had, as it was: nothing is judged but its shape.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of CallImported")]
pub struct HistoricCall {
    pub source: String,
    pub source_id: String,
    pub direction: Direction,
    pub subject: SubjectId,
    pub from: Option<PhoneNumber>,
    pub to: Option<PhoneNumber>,
    pub created_at: Timestamp,
    pub answered_at: Option<Timestamp>,
    pub ended_at: Timestamp,
    pub end_status: EndStatus,
    pub wait_ms: Option<i64>,
    pub talk_ms: Option<i64>,
    pub hold_ms: Option<i64>,
    pub wrap_ms: Option<i64>,
    pub agent_label: Option<String>,
    pub queue_label: Option<String>,
    pub campaign_label: Option<String>,
    pub attempt_no: Option<u32>,
    pub disposition: Option<String>,
    /// What that means to the organization; none where its catalog has no such code.
    pub meaning: Option<Box<Meaning>>,
    pub resolved: Option<bool>,
    pub rating: Option<u8>,
    pub tags: Vec<String>,
    pub test: bool,
    pub metadata: Map<String, Value>,
}
