//! What is known of a payment.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::words::{
    CaptureMethod, DisputeOutcome, PaymentOperation, PaymentProvider, PaymentPurpose,
    PaymentStatus, RefundReason, RefundState, RefundStatus, VoidReason,
};
use crate::personal::present;
use crate::{
    AttemptId, CallId, CaptureId, ContactId, FreeText, Money, Personal, RefundId, SubjectId,
    Timestamp, UserId, VoidId,
};

/// A payment that exists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KnownPayment {
    /// Whose key seals what is personal here.
    pub subject: SubjectId,
    /// How much is to be paid.
    pub money: Money,
    /// When the money is taken.
    pub capture_method: CaptureMethod,
    /// What is paid for.
    pub purpose: PaymentPurpose,
    /// In which call.
    pub call_id: Option<CallId>,
    /// By which contact.
    pub contact_id: Option<ContactId>,
    /// What the payer reads.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub description: Option<Personal<FreeText>>,
    /// The organization's own fields, as JSON.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Personal<FreeText>>,
    /// Who has asked for it.
    pub by: UserId,
    /// When.
    pub created_at: Timestamp,
    /// How far it is.
    pub status: PaymentStatus,
    /// Every question whether the money can be kept for us, in order.
    pub attempts: Vec<Attempt>,
    /// The card, once the provider has told.
    pub card: Option<Card>,
    /// How much is or was kept for us.
    pub authorized_minor: i64,
    /// Until when.
    pub expires_at: Option<Timestamp>,
    /// What the payer has to do.
    pub action: Option<Action>,
    /// What was to be taken, in order.
    pub captures: Vec<Capture>,
    /// Whether nothing more can be taken.
    pub settled: bool,
    /// When something was taken last.
    pub captured_at: Option<Timestamp>,
    /// That the rest is to be let go, until the provider has answered.
    pub void: Option<Void>,
    /// How often it was not let go although it was to be.
    #[serde(default)]
    pub voids_failed: u32,
    /// What was to be given back, in order.
    pub refunds: Vec<Refund>,
    /// What the payer disputes.
    pub disputes: Vec<Dispute>,
    /// What the provider has told that is not as we have it.
    pub conflicts: Vec<Conflict>,
}

/// A card as it may be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Whose brand.
    pub brand: String,
    /// Its last four digits.
    pub last4: String,
    /// The month in which it expires, from 1.
    pub exp_month: u8,
    /// The year.
    pub exp_year: u16,
}

/// How far the provider is with something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// It was asked, or is to be; since when nobody knows what came of it.
    Open {
        /// Since when its answer is missing.
        unknown_since: Option<Timestamp>,
    },
    /// It has done so, under this name.
    Done {
        /// The provider's name for it.
        provider_ref: String,
    },
    /// It says no, for this reason.
    Failed {
        /// The reason.
        code: String,
    },
    /// It tells something else than what we know.
    Conflict {
        /// Its name for what it has, where that is known.
        provider_ref: Option<String>,
    },
}

impl Asked {
    pub(super) const NEW: Self = Self::Open { unknown_since: None };

    /// Whether the provider has still to answer.
    #[must_use]
    pub fn open(&self) -> bool {
        matches!(self, Self::Open { .. })
    }

    /// Since when its answer is missing.
    #[must_use]
    pub fn unknown_since(&self) -> Option<Timestamp> {
        match self {
            Self::Open { unknown_since } => *unknown_since,
            Self::Done { .. } | Self::Failed { .. } | Self::Conflict { .. } => None,
        }
    }
}

/// A question whether the money can be kept for us.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// By which the provider knows the question again.
    pub attempt_id: AttemptId,
    /// Who is asked.
    pub provider: PaymentProvider,
    /// The provider's name for the payer's card.
    pub token_ref: String,
    /// When.
    pub requested_at: Timestamp,
    /// What came of it.
    pub asked: Asked,
    /// Whether another attempt may come to something, where it was declined.
    pub retryable: bool,
}

/// What the payer has to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// The provider's name for the payment.
    pub provider_ref: String,
    /// Where they do it.
    pub url: String,
    /// Until when.
    pub expires_at: Timestamp,
}

/// Something that was to be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capture {
    /// By which the provider knows it again.
    pub capture_id: CaptureId,
    /// How much.
    pub amount_minor: i64,
    /// Whether nothing more is taken after it.
    pub last: bool,
    /// What came of it.
    pub asked: Asked,
}

/// That the rest is to be let go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Void {
    /// By which the provider knows it again.
    pub void_id: VoidId,
    /// Why.
    pub reason: VoidReason,
    /// What came of it.
    pub asked: Asked,
}

/// Something that was to be given back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// By which the provider knows it again.
    pub refund_id: RefundId,
    /// How much.
    pub amount_minor: i64,
    /// Why.
    pub reason: RefundReason,
    /// Who has asked for it.
    pub by: UserId,
    /// When.
    pub requested_at: Timestamp,
    /// How far it is.
    pub status: RefundStatus,
    /// What came of it.
    pub asked: Asked,
}

/// Something that the payer says was not theirs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispute {
    /// The provider's name for it.
    pub dispute_id: String,
    /// How much.
    pub amount_minor: i64,
    /// Why.
    pub reason: String,
    /// Until when it can be answered.
    pub due_by: Option<Timestamp>,
    /// How it ended.
    pub outcome: Option<DisputeOutcome>,
}

/// Something that the provider has told and that is not as we have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// About what.
    pub operation: PaymentOperation,
    /// Which one.
    pub id: Uuid,
    /// What of it.
    pub field: String,
    /// What we have.
    pub was: String,
    /// What the provider says.
    pub is: String,
}

/// What the provider is to be asked next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// To keep the money for us.
    Authorize(Attempt),
    /// To take some of it.
    Capture(Capture),
    /// To let the rest go.
    Void(Void),
    /// To give some of it back.
    Refund(Refund),
}

impl KnownPayment {
    /// The attempt that counts.
    #[must_use]
    pub fn attempt(&self) -> Option<&Attempt> {
        self.attempts.last()
    }

    /// The provider's name for what it keeps for us, or would.
    #[must_use]
    pub fn provider_ref(&self) -> Option<&str> {
        match self.attempt().map(|attempt| &attempt.asked) {
            Some(
                Asked::Done { provider_ref } | Asked::Conflict { provider_ref: Some(provider_ref) },
            ) => Some(provider_ref),
            _ => self.action.as_ref().map(|action| action.provider_ref.as_str()),
        }
    }

    /// How much was taken.
    #[must_use]
    pub fn captured_minor(&self) -> i64 {
        let done = |capture: &&Capture| matches!(capture.asked, Asked::Done { .. });
        self.captures.iter().filter(done).map(|capture| capture.amount_minor).sum()
    }

    /// How much can be taken still: nothing that was asked for already.
    #[must_use]
    pub fn capturable_minor(&self) -> i64 {
        let held = |capture: &&Capture| !matches!(capture.asked, Asked::Failed { .. });
        let held: i64 = self.captures.iter().filter(held).map(|capture| capture.amount_minor).sum();
        match self.settled {
            true => 0,
            false => self.authorized_minor - held,
        }
    }

    /// How much was given back.
    #[must_use]
    pub fn refunded_minor(&self) -> i64 {
        let done = |refund: &&Refund| refund.status == RefundStatus::Succeeded;
        self.refunds.iter().filter(done).map(|refund| refund.amount_minor).sum()
    }

    /// How much was given back or is to be.
    #[must_use]
    pub fn asked_back_minor(&self) -> i64 {
        let held = |refund: &&Refund| {
            !matches!(refund.status, RefundStatus::Failed | RefundStatus::Canceled)
        };
        self.refunds.iter().filter(held).map(|refund| refund.amount_minor).sum()
    }

    /// How much can be given back still: nothing that was asked for already, and nothing that went
    /// back with a dispute.
    #[must_use]
    pub fn refundable_minor(&self) -> i64 {
        let lost = |dispute: &&Dispute| dispute.outcome == Some(DisputeOutcome::Lost);
        let lost: i64 = self.disputes.iter().filter(lost).map(|lost| lost.amount_minor).sum();
        (self.captured_minor() - self.asked_back_minor() - lost).max(0)
    }

    /// What the provider says that it has, where that is not what we have.
    #[must_use]
    pub fn provider_money(&self) -> Money {
        let mut money = self.money.clone();
        let told = self
            .conflicts
            .iter()
            .filter(|conflict| conflict.operation == PaymentOperation::Authorization);
        for Conflict { field, is, .. } in told {
            match field.as_str() {
                "amount_minor" => money.amount_minor = is.parse().unwrap_or(money.amount_minor),
                "currency" => money.currency.clone_from(is),
                _ => {}
            }
        }
        money
    }

    /// How much was given back, in a word.
    #[must_use]
    pub fn refund_state(&self) -> RefundState {
        match self.refunded_minor() {
            0 => RefundState::None,
            all if all >= self.captured_minor() => RefundState::Full,
            _ => RefundState::Partial,
        }
    }

    /// Whether a dispute is open.
    #[must_use]
    pub fn disputed(&self) -> bool {
        self.disputes.iter().any(|dispute| dispute.outcome.is_none())
    }

    /// What the provider is to be asked, in this order.
    #[must_use]
    pub fn questions(&self) -> Vec<Question> {
        let mut all = Vec::new();
        all.extend(self.void.iter().filter(|void| void.asked.open()).cloned().map(Question::Void));
        if self.status == PaymentStatus::Processing && all.is_empty() {
            let open = self.attempt().filter(|attempt| attempt.asked.open());
            all.extend(open.cloned().map(Question::Authorize));
        }
        let captures = self.captures.iter().filter(|capture| capture.asked.open());
        all.extend(captures.cloned().map(Question::Capture));
        let pending =
            |refund: &&Refund| refund.status == RefundStatus::Pending && refund.asked.open();
        all.extend(self.refunds.iter().filter(pending).cloned().map(Question::Refund));
        all
    }
}

impl Question {
    /// By which the provider knows it again.
    #[must_use]
    pub fn key(&self) -> Uuid {
        match self {
            Self::Authorize(attempt) => attempt.attempt_id.uuid(),
            Self::Capture(capture) => capture.capture_id.uuid(),
            Self::Void(void) => void.void_id.uuid(),
            Self::Refund(refund) => refund.refund_id.uuid(),
        }
    }

    /// Since when its answer is missing.
    #[must_use]
    pub fn unknown_since(&self) -> Option<Timestamp> {
        match self {
            Self::Authorize(attempt) => attempt.asked.unknown_since(),
            Self::Capture(capture) => capture.asked.unknown_since(),
            Self::Void(void) => void.asked.unknown_since(),
            Self::Refund(refund) => refund.asked.unknown_since(),
        }
    }
}
