//! Which facts follow from a command to a call that exists.

use super::command::{Asked, CallCommand as C};
use super::error::CallRefusal;
use super::event::CallEvent;
use super::state::KnownCall;

type Decided = Result<Vec<CallEvent>, CallRefusal>;

impl KnownCall {
    /// What has happened already follows again as nothing; what the table does
    /// not allow is refused; the rest is decided where it belongs.
    pub(super) fn decide(&self, command: C) -> Decided {
        if let Some(answer) = self.exists(&command) {
            return answer;
        }
        if self.repeats(&command) {
            return Ok(Vec::new());
        }
        if !self.allows(Asked::from(&command)) {
            return Err(self.refusal());
        }
        self.follow(command)
    }

    /// The call exists: to create it again is nothing, to create another is refused.
    fn exists(&self, command: &C) -> Option<Decided> {
        let same = match command {
            C::InitiateOutbound(call) => self.initiated_by(call),
            C::RegisterInbound(call) => self.registered_by(call),
            C::ImportHistoric(call) => self.imported_by(call),
            _ => return None,
        };
        Some(if same { Ok(Vec::new()) } else { Err(CallRefusal::Exists) })
    }

    fn follow(&self, command: C) -> Decided {
        match command {
            C::ImportHistoric(_) | C::InitiateOutbound(_) | C::RegisterInbound(_) => {
                Err(CallRefusal::Exists)
            }
            C::RecordSubmission { .. }
            | C::RecordSubmissionFailure { .. }
            | C::SubmissionTimeout { .. }
            | C::ReconcileMissing { .. }
            | C::Observe(_)
            | C::ClassifyAnswer { .. }
            | C::RequestEnd { .. }
            | C::Drop { .. } => self.follow_leg(command),
            C::StartMessage { opt_out_key, length_ms, at } => {
                Ok(self.start_message(opt_out_key, length_ms, at))
            }
            C::HearMessage { heard, at } => Ok(self.heard(heard, at)),
            C::PressKey { key, at } => Ok(self.pressed(key, at)),
            C::EnterIvr { flow_id, flow_version, at } => {
                Ok(self.enter_ivr(flow_id, flow_version, at))
            }
            C::EnterMenu { menu_id, at } => Ok(self.enter_menu(menu_id, at)),
            C::IvrInput { .. } => self.ivr_input(command),
            C::ExitIvr { outcome, target, at } => self.exit_ivr(outcome, target, at),
            C::Enqueue { .. }
            | C::Offer { .. }
            | C::AcceptOffer { .. }
            | C::RejectOffer { .. }
            | C::TimeOutOffer { .. }
            | C::RescindOffer { .. }
            | C::LeaveQueue { .. }
            | C::RequestCallback { .. } => self.follow_wait(command),
            C::ConnectAgent { .. }
            | C::AgentLegLost { .. }
            | C::Hold { .. }
            | C::Resume { .. }
            | C::StartTransfer { .. }
            | C::ConsultConnected { .. }
            | C::CompleteTransfer { .. }
            | C::CancelTransfer { .. }
            | C::FailTransfer { .. } => self.follow_agent(command),
            C::ExtendWrapUp { seconds, max_extensions, at } => {
                self.extend(seconds, max_extensions, at)
            }
            C::FinishWrapUp { reason, at } => Ok(self.finish_wrap_up(reason, at)),
            C::Disposition { .. } => self.dispose(command),
            C::ReviseDisposition { .. } => self.revise(command),
            C::Erase { requested_by, legal_basis, at } => self.erase(requested_by, legal_basis, at),
            C::AddNote { note, by, at } => self.note(note, by, at),
            C::Change { patch, tags, at } => self.change(patch, tags, at),
            C::Rate { score, channel, at } => self.rate(score, channel, at),
        }
    }

    /// The customer's leg.
    fn follow_leg(&self, command: C) -> Decided {
        match command {
            C::RecordSubmission { provider_call_id, at } => self.submit(provider_call_id, at),
            C::RecordSubmissionFailure { reason, asked, at } => {
                Ok(self.rejected(&reason, asked, at))
            }
            C::SubmissionTimeout { at } => Ok(self.unknown_outcome(at)),
            C::ReconcileMissing { at } => Ok(self.missing(at)),
            C::Observe(seen) => self.observe(&seen),
            C::ClassifyAnswer { answered_by, detection_ms, at } => {
                Ok(vec![CallEvent::CallAnswerClassified { answered_by, detection_ms, at }])
            }
            C::RequestEnd { by, reason, at } => self.request_end(by, reason, at),
            C::Drop { at } => Ok(self.drop_call(at)),
            _ => Err(self.refusal()),
        }
    }

    /// The queue.
    fn follow_wait(&self, command: C) -> Decided {
        match command {
            C::Enqueue { place, at } => self.enqueue(place, at),
            C::Offer { offer_id, agent_id, expires_at, at } => {
                self.ring(offer_id, agent_id, expires_at, at)
            }
            C::AcceptOffer { offer_id, wrap_up, at } => self.accept(offer_id, wrap_up, at),
            C::LeaveQueue { reason, next, at } => self.leave_queue(reason, next, at),
            C::RequestCallback { phone, not_before, not_after, keeps_place, at } => {
                self.callback(phone, (not_before, not_after), keeps_place, at)
            }
            declined => self.decline(declined),
        }
    }

    /// The agent.
    fn follow_agent(&self, command: C) -> Decided {
        match command {
            C::ConnectAgent { agent_id, via, wrap_up, at } => {
                self.connect(agent_id, via, wrap_up, at)
            }
            C::AgentLegLost { requeue, at } => self.lost(requeue, at),
            C::Hold { by, reason, at } => self.hold(by, reason, at),
            C::Resume { by, at } => Ok(Vec::from_iter(self.resumed(by, at))),
            C::ConsultConnected { transfer_id, at } => self.consult(transfer_id, at),
            C::CompleteTransfer { transfer_id, place, wrap_up, at } => {
                self.complete(transfer_id, place, wrap_up, at)
            }
            C::CancelTransfer { transfer_id, by, at } => self.cancel(transfer_id, by, at),
            C::FailTransfer { transfer_id, reason, at } => self.fail(transfer_id, reason, at),
            started => self.start_transfer(started),
        }
    }
}
