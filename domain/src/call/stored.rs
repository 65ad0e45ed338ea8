//! A call's facts in their stored form: names, versions, personal fields.

use strum::VariantNames;

use super::event::CallEvent as E;
use crate::{DecidedEvent, Sealer, Timestamp};

impl DecidedEvent for E {
    const TYPES: &'static [&'static str] = Self::VARIANTS;

    fn event_type(&self) -> &'static str {
        self.into()
    }

    /// What a call came to says since version 2 what its code meant then, since version 3 also what
    /// the call was about.
    fn event_version(&self) -> i16 {
        let (Self::CallImported { meaning, .. }
        | Self::CallDispositioned { meaning, .. }
        | Self::CallDispositionRevised { meaning, .. }) = self
        else {
            return 1;
        };
        meaning.as_deref().map_or(1, |meaning| 2 + meaning.later())
    }

    fn newest(event_type: &str) -> i16 {
        match event_type {
            "CallImported" | "CallDispositioned" | "CallDispositionRevised" => 3,
            _ => 1,
        }
    }

    fn occurred_at(&self) -> Timestamp {
        match self {
            Self::CallImported { created_at: at, .. }
            | Self::CallDialSubmitted { submitted_at: at, .. }
            | Self::CallAnswered { answered_at: at, .. }
            | Self::CallEnded { ended_at: at, .. }
            | Self::CallInitiated { at, .. }
            | Self::InboundCallReceived { at, .. }
            | Self::CallRinging { at }
            | Self::CallAnswerClassified { at, .. }
            | Self::CallEnteredIvr { at, .. }
            | Self::IvrMenuEntered { at, .. }
            | Self::IvrInputReceived { at, .. }
            | Self::IvrExited { at, .. }
            | Self::CallQueued { at, .. }
            | Self::CallDequeued { at, .. }
            | Self::CallbackRequested { at, .. }
            | Self::CallOffered { at, .. }
            | Self::CallOfferAccepted { at, .. }
            | Self::CallOfferRejected { at, .. }
            | Self::CallOfferTimedOut { at, .. }
            | Self::CallOfferRescinded { at, .. }
            | Self::CallAgentConnected { at, .. }
            | Self::CallAgentDisconnected { at, .. }
            | Self::CallHeld { at, .. }
            | Self::CallResumed { at, .. }
            | Self::CallTransferStarted { at, .. }
            | Self::CallTransferConsultConnected { at, .. }
            | Self::CallTransferCompleted { at, .. }
            | Self::CallTransferCanceled { at, .. }
            | Self::CallTransferFailed { at, .. }
            | Self::CallDropped { at, .. }
            | Self::CallMessageStarted { at, .. }
            | Self::CallMessageEnded { at, .. }
            | Self::CallEndRequested { at, .. }
            | Self::CallOutcomeCorrected { at, .. }
            | Self::CallTimingBackfilled { at, .. }
            | Self::CallWrapUpStarted { at, .. }
            | Self::CallWrapUpExtended { at, .. }
            | Self::CallWrapUpEnded { at, .. }
            | Self::CallDispositioned { at, .. }
            | Self::CallDispositionRevised { at, .. }
            | Self::CallNoteAdded { at, .. }
            | Self::CallTagged { at, .. }
            | Self::CallMetadataChanged { at, .. }
            | Self::CallRated { at, .. }
            | Self::CallErased { at, .. } => *at,
        }
    }

    fn each_personal(&mut self, seal: &mut Sealer<'_>) {
        match self {
            Self::CallInitiated { from, to, .. } => {
                from.iter_mut().for_each(|from| from.seal(seal));
                to.seal(seal);
            }
            Self::InboundCallReceived { from: one, forwarded_from: other, .. }
            | Self::CallImported { from: one, to: other, .. } => {
                one.iter_mut().chain(other).for_each(|number| number.seal(seal));
            }
            Self::IvrInputReceived { input: text, .. }
            | Self::CallDispositioned { note: text, .. }
            | Self::CallDispositionRevised { note: text, .. } => {
                text.iter_mut().for_each(|text| text.seal(seal));
            }
            Self::CallbackRequested { phone, .. } => phone.seal(seal),
            Self::CallTransferStarted { number, .. } => {
                number.iter_mut().for_each(|number| number.seal(seal));
            }
            Self::CallNoteAdded { note, .. } => note.seal(seal),
            Self::CallDialSubmitted { .. }
            | Self::CallRinging { .. }
            | Self::CallAnswered { .. }
            | Self::CallAnswerClassified { .. }
            | Self::CallEnteredIvr { .. }
            | Self::IvrMenuEntered { .. }
            | Self::IvrExited { .. }
            | Self::CallQueued { .. }
            | Self::CallDequeued { .. }
            | Self::CallOffered { .. }
            | Self::CallOfferAccepted { .. }
            | Self::CallOfferRejected { .. }
            | Self::CallOfferTimedOut { .. }
            | Self::CallOfferRescinded { .. }
            | Self::CallAgentConnected { .. }
            | Self::CallAgentDisconnected { .. }
            | Self::CallHeld { .. }
            | Self::CallResumed { .. }
            | Self::CallTransferConsultConnected { .. }
            | Self::CallTransferCompleted { .. }
            | Self::CallTransferCanceled { .. }
            | Self::CallTransferFailed { .. }
            | Self::CallDropped { .. }
            | Self::CallMessageStarted { .. }
            | Self::CallMessageEnded { .. }
            | Self::CallEndRequested { .. }
            | Self::CallEnded { .. }
            | Self::CallOutcomeCorrected { .. }
            | Self::CallTimingBackfilled { .. }
            | Self::CallWrapUpStarted { .. }
            | Self::CallWrapUpExtended { .. }
            | Self::CallWrapUpEnded { .. }
            | Self::CallTagged { .. }
            | Self::CallMetadataChanged { .. }
            | Self::CallRated { .. }
            | Self::CallErased { .. } => {}
        }
    }
}
