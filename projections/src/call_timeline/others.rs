//! What was said, felt and paid in a call: public names, and one sentence for people. It says no
//! words and no amounts: who sees a call need not see those.

use domain::call_sentiment::SentimentEvent as F;
use domain::payment::{DisputeOutcome, PaymentEvent as P, PaymentOperation, VoidReason};
use domain::sentiment::AlertKind;
use domain::transcript::{TranscriptEvent as T, TranscriptSource};

type Told = (&'static str, String);

/// A step of what was said. The segments themselves are in the transcript.
pub(super) fn said(event: &T) -> Option<Told> {
    Some(match event {
        T::TranscriptStarted { source, .. } => ("transcript.started", written(*source).into()),
        T::TranscriptSegmentAppended { .. } => return None,
        T::TranscriptSegmentCorrected { seq, .. } => {
            ("transcript.corrected", format!("Segment {seq} of the transcript was corrected."))
        }
        T::TranscriptCompleted { segments, .. } => {
            ("transcript.completed", format!("The transcript is complete: {segments} segments."))
        }
        T::TranscriptFailed { .. } => ("transcript.failed", "The transcript can not go on.".into()),
    })
}

fn written(source: TranscriptSource) -> &'static str {
    match source {
        TranscriptSource::Stt => "A machine begins to write down what is said.",
        TranscriptSource::Import => "A transcript is brought in.",
        TranscriptSource::Manual => "A person begins to write down what was said.",
    }
}

/// A step of what was felt. The scores of single utterances are with the call's sentiment.
pub(super) fn felt(event: &F) -> Option<Told> {
    Some(match event {
        F::UtterancesScored { .. } => return None,
        F::SentimentComputed { by, .. } => (
            "sentiment.computed",
            format!("How people felt was computed by {} {}.", by.engine, by.engine_version),
        ),
        F::SentimentAlertRaised { kind, .. } => {
            ("sentiment.alert_raised", format!("{}: somebody has to know.", seems(*kind)))
        }
        F::SentimentAlertAcknowledged { kind, .. } => {
            ("sentiment.alert_acknowledged", format!("{}: somebody knows.", seems(*kind)))
        }
        F::SentimentAlertCleared { kind, .. } => {
            ("sentiment.alert_cleared", format!("{} no longer.", seems(*kind)))
        }
    })
}

fn seems(kind: AlertKind) -> &'static str {
    match kind {
        AlertKind::Frustration => "The customer seems frustrated",
        AlertKind::Satisfaction => "The customer seems satisfied",
        AlertKind::Confusion => "The customer seems confused",
        AlertKind::Escalation => "The customer seems to want somebody else",
    }
}

/// A step of a payment that is made in a call.
pub(super) fn paid(event: &P) -> Told {
    match event {
        P::PaymentCreated { .. } => ("payment.created", "A payment was begun.".into()),
        P::PaymentAuthorizationRequested { provider, .. } => {
            ("payment.authorization_requested", format!("{provider} is asked for the payment."))
        }
        P::PaymentActionRequired { .. } => {
            ("payment.action_required", "The payer has to confirm the payment.".into())
        }
        P::PaymentAuthorized { .. } => ("payment.authorized", "The payment is authorized.".into()),
        P::PaymentDeclined { .. } => ("payment.declined", "The payment was declined.".into()),
        P::PaymentOutcomeUnknown { operation, .. } => (
            "payment.outcome_unknown",
            format!("Nobody knows yet what came of the {}.", asked(*operation)),
        ),
        P::PaymentCaptureRequested { .. } => {
            ("payment.capture_requested", "The money is to be taken.".into())
        }
        P::PaymentCaptured { .. } => ("payment.captured", "The money was taken.".into()),
        P::PaymentCaptureFailed { .. } => {
            ("payment.capture_failed", "The money was not taken.".into())
        }
        P::PaymentVoidRequested { .. } => {
            ("payment.void_requested", "The authorization is to be let go.".into())
        }
        P::PaymentVoided { .. } => ("payment.voided", "The authorization was let go.".into()),
        P::PaymentVoidFailed { .. } => {
            ("payment.void_failed", "The authorization was not let go.".into())
        }
        P::PaymentAuthorizationExpired { .. } => {
            ("payment.authorization_expired", "The authorization ran out.".into())
        }
        P::PaymentCanceled { reason, .. } => ("payment.canceled", canceled(*reason).into()),
        P::RefundRequested { needs_approval: true, .. } => {
            ("refund.requested", "A refund was asked for; somebody else has to agree.".into())
        }
        P::RefundRequested { .. } => ("refund.requested", "A refund was asked for.".into()),
        P::RefundApproved { .. } => ("refund.approved", "The refund was agreed to.".into()),
        P::RefundSucceeded { .. } => ("refund.succeeded", "The money was given back.".into()),
        P::RefundFailed { .. } => ("refund.failed", "The money was not given back.".into()),
        P::RefundCanceled { .. } => ("refund.canceled", "The refund was taken back.".into()),
        P::DisputeOpened { .. } => {
            ("dispute.opened", "The payer says that the payment was not theirs.".into())
        }
        P::DisputeClosed { outcome, .. } => ("dispute.closed", decided(*outcome).into()),
        P::PaymentReconciled { .. } => {
            ("payment.reconciled", "The provider told something else than we have.".into())
        }
    }
}

fn asked(operation: PaymentOperation) -> &'static str {
    match operation {
        PaymentOperation::Authorization => "authorization",
        PaymentOperation::Capture => "capture",
        PaymentOperation::Void => "void",
        PaymentOperation::Refund => "refund",
    }
}

fn canceled(reason: VoidReason) -> &'static str {
    match reason {
        VoidReason::Requested | VoidReason::Canceled => "The payment was canceled.",
        VoidReason::Abandoned => "The payer did not confirm the payment in time.",
        VoidReason::Remainder => "What was left of the payment was canceled.",
    }
}

fn decided(outcome: DisputeOutcome) -> &'static str {
    match outcome {
        DisputeOutcome::Won => "The dispute was won.",
        DisputeOutcome::Lost => "The dispute was lost.",
    }
}
