//! The facts of a payment, as they are stored forever.

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};
use uuid::Uuid;

use super::state::Card;
use super::words::{
    CaptureMethod, DisputeOutcome, PaymentOperation, PaymentProvider, PaymentPurpose, RefundReason,
    VoidReason,
};
use crate::personal::present;
use crate::{
    AttemptId, CallId, CaptureId, ContactId, DecidedEvent, FreeText, Money, Personal, RefundId,
    Sealer, SubjectId, Timestamp, UserId, VoidId,
};

/// One fact of a payment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr, VariantNames)]
#[expect(missing_docs, reason = "docs/EVENTS.md says what the fields mean, generated from golden/")]
pub enum PaymentEvent {
    /// Somebody is to pay.
    PaymentCreated {
        subject_key: SubjectId,
        money: Money,
        capture_method: CaptureMethod,
        purpose: PaymentPurpose,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        call_id: Option<CallId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        contact_id: Option<ContactId>,
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
        description: Option<Personal<FreeText>>,
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
        metadata: Option<Personal<FreeText>>,
        by: UserId,
        at: Timestamp,
    },
    /// The provider is to be asked to keep the money for us. Its id is the key by which the
    /// provider knows the question again.
    PaymentAuthorizationRequested {
        attempt_id: AttemptId,
        provider: PaymentProvider,
        token_ref: String,
        at: Timestamp,
    },
    /// The payer has to do something first.
    PaymentActionRequired {
        attempt_id: AttemptId,
        provider_ref: String,
        action_url: String,
        expires_at: Timestamp,
        at: Timestamp,
    },
    /// The provider keeps the money for us, until then.
    PaymentAuthorized {
        attempt_id: AttemptId,
        provider_ref: String,
        authorized_minor: i64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        card: Option<Card>,
        expires_at: Timestamp,
        at: Timestamp,
    },
    /// The provider says no.
    PaymentDeclined {
        attempt_id: AttemptId,
        code: String,
        retryable: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        card: Option<Card>,
        at: Timestamp,
    },
    /// Nobody knows whether the provider has done what it was asked for; it is asked again under
    /// the same key.
    PaymentOutcomeUnknown { operation: PaymentOperation, id: Uuid, at: Timestamp },
    /// So much of it is to be taken.
    PaymentCaptureRequested {
        capture_id: CaptureId,
        amount_minor: i64,
        last: bool,
        by: UserId,
        at: Timestamp,
    },
    /// It was taken.
    PaymentCaptured {
        capture_id: CaptureId,
        provider_ref: String,
        amount_minor: i64,
        captured_total_minor: i64,
        last: bool,
        at: Timestamp,
    },
    /// The provider did not take it.
    PaymentCaptureFailed { capture_id: CaptureId, code: String, at: Timestamp },
    /// What is kept for us and was not taken is to be let go.
    PaymentVoidRequested {
        void_id: VoidId,
        reason: VoidReason,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<UserId>,
        at: Timestamp,
    },
    /// It was let go after it was kept for us.
    PaymentVoided { void_id: VoidId, reason: VoidReason, at: Timestamp },
    /// The provider did not let it go.
    PaymentVoidFailed { void_id: VoidId, code: String, at: Timestamp },
    /// It was not taken in time.
    PaymentAuthorizationExpired { at: Timestamp },
    /// Nothing was taken, and nothing will be.
    PaymentCanceled {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        void_id: Option<VoidId>,
        reason: VoidReason,
        at: Timestamp,
    },
    /// So much is to be given back; where it needs somebody else's yes, after that.
    RefundRequested {
        refund_id: RefundId,
        amount_minor: i64,
        reason: RefundReason,
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
        note: Option<Personal<FreeText>>,
        needs_approval: bool,
        by: UserId,
        at: Timestamp,
    },
    /// Somebody else has said yes.
    RefundApproved { refund_id: RefundId, by: UserId, at: Timestamp },
    /// The money is on its way back.
    RefundSucceeded { refund_id: RefundId, provider_ref: String, at: Timestamp },
    /// The provider says no.
    RefundFailed { refund_id: RefundId, code: String, at: Timestamp },
    /// It was taken back before the provider was asked.
    RefundCanceled { refund_id: RefundId, by: UserId, at: Timestamp },
    /// The payer says that it was not theirs.
    DisputeOpened {
        dispute_id: String,
        amount_minor: i64,
        reason: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due_by: Option<Timestamp>,
        at: Timestamp,
    },
    /// The provider has decided about that.
    DisputeClosed { dispute_id: String, outcome: DisputeOutcome, at: Timestamp },
    /// The provider tells something that is not as we have it; what we have stays.
    PaymentReconciled {
        operation: PaymentOperation,
        id: Uuid,
        field: String,
        was: String,
        is: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        provider_ref: Option<String>,
        at: Timestamp,
    },
}

impl DecidedEvent for PaymentEvent {
    const TYPES: &'static [&'static str] = Self::VARIANTS;

    fn event_type(&self) -> &'static str {
        self.into()
    }

    fn occurred_at(&self) -> Timestamp {
        match self {
            Self::PaymentCreated { at, .. }
            | Self::PaymentAuthorizationRequested { at, .. }
            | Self::PaymentActionRequired { at, .. }
            | Self::PaymentAuthorized { at, .. }
            | Self::PaymentDeclined { at, .. }
            | Self::PaymentOutcomeUnknown { at, .. }
            | Self::PaymentCaptureRequested { at, .. }
            | Self::PaymentCaptured { at, .. }
            | Self::PaymentCaptureFailed { at, .. }
            | Self::PaymentVoidRequested { at, .. }
            | Self::PaymentVoided { at, .. }
            | Self::PaymentVoidFailed { at, .. }
            | Self::PaymentAuthorizationExpired { at }
            | Self::PaymentCanceled { at, .. }
            | Self::RefundRequested { at, .. }
            | Self::RefundApproved { at, .. }
            | Self::RefundSucceeded { at, .. }
            | Self::RefundFailed { at, .. }
            | Self::RefundCanceled { at, .. }
            | Self::DisputeOpened { at, .. }
            | Self::DisputeClosed { at, .. }
            | Self::PaymentReconciled { at, .. } => *at,
        }
    }

    fn each_personal(&mut self, seal: &mut Sealer<'_>) {
        match self {
            Self::PaymentCreated { description, metadata, .. } => {
                for text in [description, metadata].into_iter().flatten() {
                    text.seal(seal);
                }
            }
            Self::RefundRequested { note: Some(text), .. } => text.seal(seal),
            Self::RefundRequested { note: None, .. }
            | Self::PaymentAuthorizationRequested { .. }
            | Self::PaymentActionRequired { .. }
            | Self::PaymentAuthorized { .. }
            | Self::PaymentDeclined { .. }
            | Self::PaymentOutcomeUnknown { .. }
            | Self::PaymentCaptureRequested { .. }
            | Self::PaymentCaptured { .. }
            | Self::PaymentCaptureFailed { .. }
            | Self::PaymentVoidRequested { .. }
            | Self::PaymentVoided { .. }
            | Self::PaymentVoidFailed { .. }
            | Self::PaymentAuthorizationExpired { .. }
            | Self::PaymentCanceled { .. }
            | Self::RefundApproved { .. }
            | Self::RefundSucceeded { .. }
            | Self::RefundFailed { .. }
            | Self::RefundCanceled { .. }
            | Self::DisputeOpened { .. }
            | Self::DisputeClosed { .. }
            | Self::PaymentReconciled { .. } => {}
        }
    }
}
