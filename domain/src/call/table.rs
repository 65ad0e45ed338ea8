//! What is possible in which state: the one table from which commands are
//! allowed or refused, and from which a refusal tells what would be possible.

use strum::VariantArray;

use super::command::{Asked, CallCommand};
use super::error::CallRefusal;
use super::state::KnownCall;
use super::value::{AnsweredBy, Direction, Leg, MessageHeard, Stage};

impl KnownCall {
    /// The table of domain/03 §3.1.1.
    pub(super) fn allows(&self, asked: Asked) -> bool {
        let (live, ended) = (self.leg < Leg::Ended, self.leg == Leg::Ended);
        match asked {
            // C0 to C2 begin a call.
            Asked::ImportHistoric | Asked::InitiateOutbound | Asked::RegisterInbound => false,
            // C3; under another name it is refused in its own words
            Asked::RecordSubmission => !self.historic(),
            // C4, C5
            Asked::RecordSubmissionFailure | Asked::SubmissionTimeout => self.leg == Leg::Queued,
            // C6 to C8; what it is worth is another question
            Asked::Observe => !self.historic(),
            Asked::ClassifyAnswer => !self.historic() && self.answered_at.is_some(),
            // C23
            Asked::ReconcileMissing | Asked::RequestEnd => live,
            // C9 to C18 and C26 to C29
            Asked::EnterIvr
            | Asked::EnterMenu
            | Asked::IvrInput
            | Asked::ExitIvr
            | Asked::Enqueue
            | Asked::Offer
            | Asked::LeaveQueue
            | Asked::RequestCallback
            | Asked::AcceptOffer
            | Asked::RejectOffer
            | Asked::TimeOutOffer
            | Asked::RescindOffer
            | Asked::ConnectAgent
            | Asked::Hold
            | Asked::Resume
            | Asked::StartTransfer
            | Asked::ConsultConnected
            | Asked::CompleteTransfer
            | Asked::CancelTransfer
            | Asked::FailTransfer
            | Asked::Drop
            | Asked::AgentLegLost => live && self.allows_handling(asked),
            // C31; what is told of it is taken in whatever has become of the call
            Asked::StartMessage => self.can_hear(),
            Asked::HearMessage | Asked::PressKey => self.message.is_some(),
            // C21, C22
            Asked::ExtendWrapUp | Asked::FinishWrapUp => ended && self.stage == Stage::WrapUp,
            // C24, C25
            Asked::Disposition => ended && self.disposition.is_none(),
            Asked::ReviseDisposition => ended && self.disposition.is_some(),
            // C30
            Asked::Erase => ended,
            Asked::Rate => self.answered_at.is_some() || self.historic(),
            Asked::AddNote | Asked::Change => true,
        }
    }

    /// What may be done with a live call, by its stage.
    fn allows_handling(&self, asked: Asked) -> bool {
        let answered = self.leg == Leg::Answered;
        let speaking = self.speaking().is_some();
        match asked {
            // C9; an inbound call is answered by the flow that begins
            Asked::EnterIvr => {
                let rings = self.leg == Leg::Ringing && self.direction == Direction::Inbound;
                self.stage == Stage::None && self.message.is_none() && (answered || rings)
            }
            // C10
            Asked::EnterMenu | Asked::IvrInput | Asked::ExitIvr => self.stage == Stage::Ivr,
            // C11
            Asked::Enqueue => match self.stage {
                Stage::None => answered && self.message.is_none(),
                Stage::Ivr | Stage::Connected | Stage::Transferring => answered,
                _ => false,
            },
            // C12, C27, C26
            Asked::Offer | Asked::LeaveQueue | Asked::RequestCallback => {
                answered && self.stage == Stage::Waiting
            }
            // C13, C14
            Asked::AcceptOffer | Asked::RejectOffer | Asked::TimeOutOffer | Asked::RescindOffer => {
                answered && self.stage == Stage::Offered
            }
            Asked::ConnectAgent => match self.stage {
                // Who is told that nobody is there is left alone.
                Stage::None => answered && self.message.is_none(),
                Stage::Waiting | Stage::Offered | Stage::Connected | Stage::OnHold => answered,
                _ => false,
            },
            // C15, C16
            Asked::Hold => answered && self.stage == Stage::Connected && speaking,
            Asked::Resume => answered && self.stage == Stage::OnHold,
            // C17, C19
            Asked::StartTransfer => {
                answered && matches!(self.stage, Stage::Connected | Stage::OnHold) && speaking
            }
            // C18
            Asked::ConsultConnected
            | Asked::CompleteTransfer
            | Asked::CancelTransfer
            | Asked::FailTransfer => answered && self.stage == Stage::Transferring,
            // C28
            Asked::Drop => {
                let dialed = self.dialed_by_itself() && !self.agentless();
                let alone = matches!(self.stage, Stage::None | Stage::Waiting);
                dialed && answered && alone && self.segments.is_empty()
            }
            // C29
            Asked::AgentLegLost => answered && speaking,
            _ => false,
        }
    }

    /// Whether a command has happened already, so that nothing follows from it.
    pub(super) fn repeats(&self, command: &CallCommand) -> bool {
        use CallCommand as C;
        match command {
            C::RecordSubmission { provider_call_id, .. } => {
                self.provider_call_id.as_ref() == Some(provider_call_id)
            }
            C::RecordSubmissionFailure { .. }
            | C::SubmissionTimeout { .. }
            | C::ReconcileMissing { .. }
            | C::RequestEnd { .. }
            | C::Drop { .. } => self.end_repeats(command),
            // There is one message in a call.
            C::StartMessage { .. } => self.message.is_some(),
            C::HearMessage { heard, .. } => self.heard_before(*heard),
            C::PressKey { .. } => self.heard_before(MessageHeard::OptedOut),
            // To know nothing is no news, else it would matter what is heard last.
            C::ClassifyAnswer { answered_by, .. } => self
                .answered_by
                .is_some_and(|known| known == *answered_by || *answered_by == AnsweredBy::Unknown),
            C::EnterIvr { flow_id, flow_version, .. } => {
                self.stage == Stage::Ivr && self.flow == Some((*flow_id, *flow_version))
            }
            C::Enqueue { .. }
            | C::Offer { .. }
            | C::AcceptOffer { .. }
            | C::RejectOffer { .. }
            | C::TimeOutOffer { .. }
            | C::RescindOffer { .. }
            | C::RequestCallback { .. } => self.wait_repeats(command),
            C::ConnectAgent { agent_id, .. } => {
                self.speaking().is_some_and(|segment| segment.agent_id == *agent_id)
            }
            C::Hold { .. } => self.stage == Stage::OnHold,
            C::Resume { .. } => self.leg == Leg::Answered && self.stage == Stage::Connected,
            C::StartTransfer { transfer_id, .. }
            | C::ConsultConnected { transfer_id, .. }
            | C::CompleteTransfer { transfer_id, .. }
            | C::CancelTransfer { transfer_id, .. }
            | C::FailTransfer { transfer_id, .. } => self.transfer_repeats(command, *transfer_id),
            C::FinishWrapUp { .. } => self.wrap_up.is_some_and(|wrap_up| wrap_up.took_ms.is_some()),
            C::Disposition { .. } | C::ReviseDisposition { .. } => {
                self.disposition_repeats(command)
            }
            C::Erase { .. } => self.erased,
            C::Rate { score, .. } => self.rating == Some(*score) && !self.erased,
            C::ImportHistoric(_)
            | C::InitiateOutbound(_)
            | C::RegisterInbound(_)
            | C::Observe(_)
            | C::EnterMenu { .. }
            | C::IvrInput { .. }
            | C::ExitIvr { .. }
            | C::LeaveQueue { .. }
            | C::AgentLegLost { .. }
            | C::ExtendWrapUp { .. }
            | C::AddNote { .. }
            | C::Change { .. } => false,
        }
    }

    /// Says that something is not possible now, and what would be, of what
    /// people may ask for.
    pub(super) fn refusal(&self) -> CallRefusal {
        let possible = Asked::VARIANTS.iter().copied();
        // Of who was erased nothing new is kept; that is refused in its own words.
        let silent =
            |asked| self.erased && matches!(asked, Asked::AddNote | Asked::Rate | Asked::Change);
        let allowed =
            possible.filter(|asked| asked.by_people() && self.allows(*asked) && !silent(*asked));
        CallRefusal::state(self.leg, self.stage, allowed.map(Into::into).collect())
    }
}

impl Asked {
    /// Whether people ask for it, and not a provider or a process of ours.
    fn by_people(self) -> bool {
        match self {
            Self::AcceptOffer
            | Self::RejectOffer
            | Self::ConnectAgent
            | Self::Hold
            | Self::Resume
            | Self::StartTransfer
            | Self::CompleteTransfer
            | Self::CancelTransfer
            | Self::RequestEnd
            | Self::ExtendWrapUp
            | Self::FinishWrapUp
            | Self::Disposition
            | Self::ReviseDisposition
            | Self::RequestCallback
            | Self::Erase
            | Self::AddNote
            | Self::Change
            | Self::Rate => true,
            Self::ImportHistoric
            | Self::InitiateOutbound
            | Self::RegisterInbound
            | Self::RecordSubmission
            | Self::RecordSubmissionFailure
            | Self::SubmissionTimeout
            | Self::ReconcileMissing
            | Self::Observe
            | Self::ClassifyAnswer
            | Self::EnterIvr
            | Self::EnterMenu
            | Self::IvrInput
            | Self::ExitIvr
            | Self::Enqueue
            | Self::Offer
            | Self::TimeOutOffer
            | Self::RescindOffer
            | Self::ConsultConnected
            | Self::FailTransfer
            | Self::LeaveQueue
            | Self::Drop
            | Self::StartMessage
            | Self::HearMessage
            | Self::PressKey
            | Self::AgentLegLost => false,
        }
    }
}
