//! How a call moves on by one fact. Every fact has one home.

use super::event::CallEvent as E;
use super::state::KnownCall;

impl KnownCall {
    pub(super) fn evolve(&mut self, event: &E) {
        match event {
            // A call begins once.
            E::CallInitiated { .. } | E::InboundCallReceived { .. } | E::CallImported { .. } => {}
            E::CallDialSubmitted { .. }
            | E::CallRinging { .. }
            | E::CallAnswered { .. }
            | E::CallAnswerClassified { .. }
            | E::CallTimingBackfilled { .. } => self.learn(event),
            E::CallEnteredIvr { .. }
            | E::IvrMenuEntered { .. }
            | E::IvrInputReceived { .. }
            | E::IvrExited { .. } => self.flow_on(event),
            E::CallQueued { .. }
            | E::CallDequeued { .. }
            | E::CallbackRequested { .. }
            | E::CallOffered { .. }
            | E::CallOfferAccepted { .. }
            | E::CallOfferRejected { .. }
            | E::CallOfferTimedOut { .. }
            | E::CallOfferRescinded { .. } => self.wait_on(event),
            E::CallAgentConnected { .. }
            | E::CallAgentDisconnected { .. }
            | E::CallHeld { .. }
            | E::CallResumed { .. } => self.speak_on(event),
            E::CallTransferStarted { .. }
            | E::CallTransferConsultConnected { .. }
            | E::CallTransferCompleted { .. }
            | E::CallTransferCanceled { .. }
            | E::CallTransferFailed { .. } => self.transfer_on(event),
            E::CallMessageStarted { .. } | E::CallMessageEnded { .. } => self.hear(event),
            E::CallDropped { .. }
            | E::CallEndRequested { .. }
            | E::CallEnded { .. }
            | E::CallOutcomeCorrected { .. } => self.end_with(event),
            E::CallWrapUpStarted { .. }
            | E::CallWrapUpExtended { .. }
            | E::CallWrapUpEnded { .. } => self.wrap_on(event),
            E::CallDispositioned { .. } | E::CallDispositionRevised { .. } => self.come_to(event),
            E::CallNoteAdded { .. }
            | E::CallTagged { .. }
            | E::CallMetadataChanged { .. }
            | E::CallRated { .. }
            | E::CallErased { .. } => self.keep(event),
        }
    }
}
