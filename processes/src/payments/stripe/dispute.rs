//! What a dispute tells.

use domain::payment::DisputeOutcome;

use super::wire::{Dispute, word};
use super::{answer, currency};
use crate::payments::notice::Told;

/// Inquiries (`warning_…`) move no money, and a refund is the answer that a bank hopes for: they
/// are told of once they have become a dispute.
pub(super) fn of_dispute(dispute: &Dispute) -> Option<Told> {
    let dispute_id = dispute.id.clone();
    let closed = |outcome| Some(Told::DisputeClosed { dispute_id: dispute_id.clone(), outcome });
    match dispute.status.as_str() {
        "won" => closed(DisputeOutcome::Won),
        "lost" => closed(DisputeOutcome::Lost),
        "needs_response" | "under_review" => Some(Told::DisputeOpened {
            amount_minor: currency::ours(dispute.amount, &dispute.currency)?.amount_minor,
            reason: word(dispute.reason.as_deref()).unwrap_or_else(|| "general".to_owned()),
            due_by: dispute
                .evidence_details
                .as_ref()
                .and_then(|evidence| answer::instant(evidence.due_by?)),
            dispute_id,
        }),
        _ => None,
    }
}
