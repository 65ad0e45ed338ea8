//! The public names of a call's facts (domain/02 §2.4).

use domain::call::CallEvent;

/// The dotted name under which a fact is known outside.
#[must_use]
pub fn kind(event: &CallEvent) -> &'static str {
    match event {
        CallEvent::CallInitiated { .. } => "call.initiated",
        CallEvent::InboundCallReceived { .. } => "call.received",
        CallEvent::CallImported { .. } => "call.imported",
        CallEvent::CallDialSubmitted { .. } => "call.dial_submitted",
        CallEvent::CallRinging { .. } => "call.ringing",
        CallEvent::CallAnswered { .. } => "call.answered",
        CallEvent::CallAnswerClassified { .. } => "call.answer_classified",
        CallEvent::CallEnteredIvr { .. } => "call.entered_ivr",
        CallEvent::IvrMenuEntered { .. } => "call.ivr_menu_entered",
        CallEvent::IvrInputReceived { .. } => "call.ivr_input_received",
        CallEvent::IvrExited { .. } => "call.ivr_exited",
        CallEvent::CallQueued { .. } => "call.queued",
        CallEvent::CallDequeued { .. } => "call.dequeued",
        CallEvent::CallbackRequested { .. } => "call.callback_requested",
        CallEvent::CallOffered { .. } => "call.offered",
        CallEvent::CallOfferAccepted { .. } => "call.offer_accepted",
        CallEvent::CallOfferRejected { .. } => "call.offer_rejected",
        CallEvent::CallOfferTimedOut { .. } => "call.offer_timed_out",
        CallEvent::CallOfferRescinded { .. } => "call.offer_rescinded",
        CallEvent::CallAgentConnected { .. } => "call.agent_connected",
        CallEvent::CallAgentDisconnected { .. } => "call.agent_disconnected",
        CallEvent::CallHeld { .. } => "call.held",
        CallEvent::CallResumed { .. } => "call.resumed",
        CallEvent::CallTransferStarted { .. } => "call.transfer_started",
        CallEvent::CallTransferConsultConnected { .. } => "call.transfer_consult_connected",
        CallEvent::CallTransferCompleted { .. } => "call.transferred",
        CallEvent::CallTransferCanceled { .. } => "call.transfer_canceled",
        CallEvent::CallTransferFailed { .. } => "call.transfer_failed",
        CallEvent::CallDropped { .. } => "call.dropped",
        CallEvent::CallEndRequested { .. } => "call.end_requested",
        CallEvent::CallEnded { .. } => "call.ended",
        CallEvent::CallOutcomeCorrected { .. } => "call.outcome_corrected",
        CallEvent::CallTimingBackfilled { .. } => "call.timing_backfilled",
        CallEvent::CallWrapUpStarted { .. } => "call.wrap_up_started",
        CallEvent::CallWrapUpExtended { .. } => "call.wrap_up_extended",
        CallEvent::CallWrapUpEnded { .. } => "call.wrap_up_ended",
        CallEvent::CallDispositioned { .. } => "call.dispositioned",
        CallEvent::CallDispositionRevised { .. } => "call.disposition_revised",
        CallEvent::CallNoteAdded { .. } => "call.note_added",
        CallEvent::CallTagged { .. } => "call.tagged",
        CallEvent::CallMetadataChanged { .. } => "call.metadata_changed",
        CallEvent::CallRated { .. } => "call.rated",
        CallEvent::CallErased { .. } => "call.erased",
    }
}
