//! From one agent to somebody else (C17 to C19).

use super::command::CallCommand;
use super::error::{CallRefusal, accepted};
use super::event::CallEvent;
use super::state::{ClosedTransfer, KnownCall, Transfer, TransferOutcome};
use super::value::{
    By, ConnectVia, DisconnectReason, Enqueue, Stage, TransferKind, TransferTarget, WrapUp,
};
use crate::{Personal, Timestamp, TransferId, text};

impl KnownCall {
    /// C17, C19
    pub(super) fn start_transfer(
        &self,
        command: CallCommand,
    ) -> Result<Vec<CallEvent>, CallRefusal> {
        let CallCommand::StartTransfer { transfer_id, kind, target, number, by, at } = command
        else {
            return Ok(Vec::new());
        };
        if self.closed_transfer.is_some_and(|closed| closed.transfer_id == transfer_id) {
            return Err(CallRefusal::TransferNotOpen);
        }
        if number.is_some() != (target == TransferTarget::Number) {
            let words = "a number belongs to a transfer to a number, and to no other";
            return Err(CallRefusal::field("/number", "invalid-value", words));
        }
        if let Some(number) = &number {
            super::begin::callable(number)?;
        }
        let speaking =
            self.speaking().map(|segment| TransferTarget::Agent { id: segment.agent_id });
        if speaking == Some(target) {
            let words = "the agent has the call already";
            return Err(CallRefusal::field("/target", "invalid-value", words));
        }
        let number = number.map(|number| Personal::known(self.subject, number));
        Ok(vec![CallEvent::CallTransferStarted { transfer_id, kind, target, number, by, at }])
    }

    fn under_way(&self, transfer_id: TransferId) -> Result<Transfer, CallRefusal> {
        let wanted = |transfer: &Transfer| transfer.transfer_id == transfer_id;
        self.transfer.filter(wanted).ok_or(CallRefusal::TransferNotOpen)
    }

    /// C18: somebody is on the line; only after a warm transfer there is one to consult.
    pub(super) fn consult(
        &self,
        transfer_id: TransferId,
        at: Timestamp,
    ) -> Result<Vec<CallEvent>, CallRefusal> {
        if self.under_way(transfer_id)?.kind == TransferKind::Blind {
            return Err(CallRefusal::TransferNotOpen);
        }
        Ok(vec![CallEvent::CallTransferConsultConnected { transfer_id, at }])
    }

    /// C18: the call changes hands, or goes back to a queue, or leaves us.
    pub(super) fn complete(
        &self,
        transfer_id: TransferId,
        place: Option<Enqueue>,
        wrap_up: WrapUp,
        at: Timestamp,
    ) -> Result<Vec<CallEvent>, CallRefusal> {
        let target = self.under_way(transfer_id)?.target;
        let (new_agent_id, next) = match (target, place) {
            (TransferTarget::Agent { id }, None) => {
                let next = self.connected(id, ConnectVia::Transfer, wrap_up, at);
                (Some(id), Some(next))
            }
            (TransferTarget::Queue { .. }, Some(place)) => (None, Some(self.queued(place, at)?)),
            (TransferTarget::Number | TransferTarget::Ivr { .. }, None) => (None, None),
            (TransferTarget::Queue { .. }, None) => {
                let words = "a transfer to a queue needs a place in it";
                return Err(CallRefusal::field("/place", "required", words));
            }
            (_, Some(_)) => {
                let words = "only a transfer to a queue has a place";
                return Err(CallRefusal::field("/place", "invalid-value", words));
            }
        };
        let mut facts = vec![CallEvent::CallTransferCompleted { transfer_id, new_agent_id, at }];
        facts.extend(self.disconnected(DisconnectReason::Transferred, at));
        facts.extend(next);
        Ok(facts)
    }

    /// C18: the agent keeps the call. A hold from before the transfer is over.
    pub(super) fn cancel(
        &self,
        transfer_id: TransferId,
        by: By,
        at: Timestamp,
    ) -> Result<Vec<CallEvent>, CallRefusal> {
        self.under_way(transfer_id)?;
        let mut facts = Vec::from_iter(self.resumed(by, at));
        facts.push(CallEvent::CallTransferCanceled { transfer_id, by, at });
        Ok(facts)
    }

    /// C18: nobody takes it, so the agent keeps it.
    pub(super) fn fail(
        &self,
        transfer_id: TransferId,
        reason: String,
        at: Timestamp,
    ) -> Result<Vec<CallEvent>, CallRefusal> {
        self.under_way(transfer_id)?;
        accepted("/reason", text::line(&reason, text::MAX_LINE))?;
        let mut facts = Vec::from_iter(self.resumed(By::System, at));
        facts.push(CallEvent::CallTransferFailed { transfer_id, reason, at });
        Ok(facts)
    }

    /// Whether something about this transfer has happened already.
    pub(super) fn transfer_repeats(&self, command: &CallCommand, transfer_id: TransferId) -> bool {
        let open = self.transfer.filter(|transfer| transfer.transfer_id == transfer_id);
        let closed =
            |outcome| self.closed_transfer == Some(ClosedTransfer { transfer_id, outcome });
        match command {
            CallCommand::StartTransfer { .. } => open.is_some(),
            CallCommand::ConsultConnected { .. } => {
                open.is_some_and(|transfer| transfer.consulting)
            }
            CallCommand::CompleteTransfer { .. } => closed(TransferOutcome::Completed),
            CallCommand::CancelTransfer { .. } => closed(TransferOutcome::Canceled),
            CallCommand::FailTransfer { .. } => closed(TransferOutcome::Failed),
            _ => false,
        }
    }

    pub(super) fn transfer_on(&mut self, event: &CallEvent) {
        if let CallEvent::CallTransferStarted { transfer_id, kind, target, .. } = event {
            self.stage = Stage::Transferring;
            let (transfer_id, kind, target) = (*transfer_id, *kind, *target);
            self.transfer = Some(Transfer { transfer_id, kind, target, consulting: false });
        } else if let CallEvent::CallTransferConsultConnected { .. } = event {
            if let Some(transfer) = &mut self.transfer {
                transfer.consulting = true;
            }
        } else if let CallEvent::CallTransferCompleted { .. } = event {
            let target = self.transfer.map(|transfer| transfer.target);
            self.close_transfer(TransferOutcome::Completed);
            self.stage = match target {
                // The call leaves us; the customer's leg may go on.
                Some(TransferTarget::Number) => Stage::Closed,
                Some(TransferTarget::Ivr { .. }) => Stage::None,
                Some(TransferTarget::Agent { .. } | TransferTarget::Queue { .. }) | None => {
                    Stage::Connected
                }
            };
        } else if let CallEvent::CallTransferCanceled { .. } = event {
            self.close_transfer(TransferOutcome::Canceled);
            self.stage = Stage::Connected;
        } else if let CallEvent::CallTransferFailed { .. } = event {
            self.close_transfer(TransferOutcome::Failed);
            self.stage = Stage::Connected;
        }
    }

    fn close_transfer(&mut self, outcome: TransferOutcome) {
        if let Some(Transfer { transfer_id, .. }) = self.transfer.take() {
            self.closed_transfer = Some(ClosedTransfer { transfer_id, outcome });
        }
    }
}
