//! A call: one conversation that is tried, from the wish to dial or the first
//! ring to the last note about it (domain/03 §3.1).
//!
//! Two regions move on their own. The **leg** is the customer's carrier leg and
//! only goes forward; the **stage** is where the call is handled.
//!
//! ```text
//! leg    queued ──► initiated ──► ringing ──► answered ──► ended
//!          │            └────────────┴──── (jumps) ──────────▲
//!          └── refused by the provider, or nobody knows ─────┘
//!
//! stage  none ──► ivr ──┐         ┌────────────── rejected, timed out ────┐
//!          │            ▼         ▼                                       │
//!          ├────────► waiting ──────────────────────► offered ────────────┤
//!          │            ▲  │ picked up                                    │
//!          │            │  ▼                                   accepted   │
//!          └────────► connected ◄─────────────────────────────────────────┘
//!                       │   ▲ ▲
//!                  hold │   │ └──── canceled, failed ───┐
//!                       ▼   │ resume                    │
//!                     on_hold ──────────────────► transferring ──► connected,
//!                                                       waiting, none, closed
//!
//!        any stage ── the leg ends ──► wrap_up (an agent was on it) ──► closed
//! ```
//!
//! What is possible in which state stands in one place, `table.rs`; what
//! follows from a command and what a fact changes stand together, in the file
//! of the stage that they are about.

mod agent;
mod begin;
mod command;
mod decide;
mod durations;
mod ending;
mod error;
mod event;
mod evolve;
mod import;
mod ivr;
mod message;
mod notes;
mod observation;
mod queue;
mod result;
mod state;
mod stored;
mod table;
mod timed;
mod transfer;
mod value;
mod words;
mod wrap_up;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use begin::{callable, dialable};
pub use command::{CallCommand, HistoricCall, InboundCall, OutboundCall};
pub use durations::Durations;
pub use error::CallRefusal;
pub use event::CallEvent;
pub use message::CallMessage;
pub use state::{
    AgentSegment, CallDisposition, CallEnd, ClosedOffer, ClosedTransfer, Dial, Imported, KnownCall,
    Offer, OfferOutcome, QueueSegment, Transfer, TransferOutcome, WrapUpTime,
};
pub use value::{
    AmdMode, AnsweredBy, Belongs, By, ConnectVia, DequeueReason, DialMode, DialOrder, DialVerdict,
    Direction, DisconnectReason, EndStatus, EndedBy, Enqueue, InputType, IvrOutcome, Leg,
    MessageHeard, MessagePurpose, Observation, ObservationVerdict, ObservedStatus, Provider,
    RatingChannel, RecordingPolicy, Sale, Stage, TimingField, TransferKind, TransferTarget, WrapUp,
    WrapUpEnd, WrapUpMode,
};

use crate::decider::aggregate;
use crate::{Decider, SubjectId};

/// A call, or none yet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Call {
    /// There is no such call.
    #[default]
    Unknown,
    /// There is.
    Known(Box<KnownCall>),
}

aggregate!(Call, "call", CallCommand, CallEvent, CallRefusal);

impl Decider for Call {
    fn decide(&self, command: CallCommand) -> Result<Vec<CallEvent>, CallRefusal> {
        match (self, command) {
            (Self::Known(call), command) => call.decide(command),
            (Self::Unknown, CallCommand::ImportHistoric(call)) => import::import(*call),
            (Self::Unknown, CallCommand::InitiateOutbound(call)) => begin::initiate(*call),
            (Self::Unknown, CallCommand::RegisterInbound(call)) => begin::register(*call),
            (Self::Unknown, _) => Err(CallRefusal::Unknown),
        }
    }

    fn evolve(&mut self, event: &CallEvent) {
        match self {
            Self::Known(call) => call.evolve(event),
            Self::Unknown => {
                if let Some(call) = KnownCall::begun(event) {
                    *self = Self::Known(Box::new(call));
                }
            }
        }
    }

    fn subject(&self) -> Option<SubjectId> {
        self.known().map(|call| call.subject)
    }
}

impl Call {
    /// The call, where there is one.
    #[must_use]
    pub fn known(&self) -> Option<&KnownCall> {
        match self {
            Self::Unknown => None,
            Self::Known(call) => Some(call),
        }
    }

    /// The customer's leg.
    #[must_use]
    pub fn leg(&self) -> Leg {
        self.known().map_or(Leg::Queued, |call| call.leg)
    }

    /// Where it is handled.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.known().map_or(Stage::None, |call| call.stage)
    }

    /// What clients see, derived from leg and stage.
    #[must_use]
    pub fn status(&self) -> &'static str {
        match (self.leg(), self.stage()) {
            (Leg::Queued | Leg::Initiated, _) => "queued",
            (Leg::Ringing, _) => "ringing",
            (Leg::Answered, Stage::OnHold) => "on_hold",
            (Leg::Answered, _) => "in_progress",
            (Leg::Ended, _) => {
                let end = self.known().and_then(|call| call.end.as_ref());
                end.map_or("failed", |end| end.status.word())
            }
        }
    }

    /// Words to find it by.
    #[must_use]
    pub fn tags(&self) -> &[String] {
        self.known().map_or(&[], |call| &call.tags)
    }

    /// What an observation is worth to the call, as it is now.
    #[must_use]
    pub fn observation_verdict(&self, seen: &Observation) -> ObservationVerdict {
        self.known().map_or(ObservationVerdict::Conflict, |call| call.weigh(seen).0)
    }
}
