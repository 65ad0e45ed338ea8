//! What may be asked of a payment.

use serde_json::{Map, Value};

use super::state::Card;
use super::words::{
    CaptureMethod, DisputeOutcome, PaymentProvider, PaymentPurpose, RefundReason, VoidReason,
};
use crate::{
    AttemptId, CallId, CaptureId, ContactId, Money, RefundId, SubjectId, Timestamp, UserId, VoidId,
};

/// A payment that somebody asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct NewPayment {
    /// Whose key seals the description: the customer's, where one is known.
    pub subject: SubjectId,
    /// How much.
    pub money: Money,
    /// When the money is taken.
    pub capture_method: CaptureMethod,
    /// What is paid for.
    pub purpose: PaymentPurpose,
    /// In which call.
    pub call_id: Option<CallId>,
    /// By which contact.
    pub contact_id: Option<ContactId>,
    /// The provider's name for the payer's card.
    pub token_ref: String,
    /// What the payer reads.
    pub description: Option<String>,
    /// The organization's own fields.
    pub metadata: Map<String, Value>,
    /// Who carries it.
    pub provider: PaymentProvider,
    /// By which the provider knows the first question again.
    pub attempt_id: AttemptId,
    /// Who asks.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
}

/// What a provider has answered to a question whether it keeps the money for us.
#[derive(Clone, Debug, PartialEq)]
pub enum Authorization {
    /// It does; where it was asked for that, it has taken it already.
    Authorized {
        /// The provider's name for it.
        provider_ref: String,
        /// What it keeps.
        money: Money,
        /// The card.
        card: Option<Card>,
        /// Until when.
        expires_at: Timestamp,
        /// Whether it was taken already.
        captured: bool,
    },
    /// The payer has to do something first.
    ActionRequired {
        /// The provider's name for it.
        provider_ref: String,
        /// Where they do it.
        action_url: String,
    },
    /// It does not.
    Declined {
        /// Why.
        code: String,
        /// Whether another attempt may come to something.
        retryable: bool,
        /// The card.
        card: Option<Card>,
    },
    /// Nobody knows.
    Unknown,
}

/// What a provider has answered to any other question.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// It has done so.
    Done {
        /// Its name for it.
        provider_ref: String,
        /// How much, where it says so.
        amount_minor: Option<i64>,
    },
    /// It has not, and will not.
    Failed {
        /// Why.
        code: String,
    },
    /// Nobody knows.
    Unknown,
}

/// A command.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the variants say what their fields are")]
pub enum PaymentCommand {
    /// Somebody is to pay.
    Create(Box<NewPayment>),
    /// The provider has answered an attempt.
    RecordAuthorization { attempt_id: AttemptId, answer: Authorization, at: Timestamp },
    /// Once more, with another card perhaps.
    Retry { attempt_id: AttemptId, token_ref: Option<String>, at: Timestamp },
    /// So much is to be taken; all of it, where nothing is said.
    Capture {
        capture_id: CaptureId,
        amount_minor: Option<i64>,
        last: bool,
        by: UserId,
        at: Timestamp,
    },
    /// The provider has answered.
    RecordCapture { capture_id: CaptureId, answer: Answer, at: Timestamp },
    /// What is kept for us, or asked for still, is to be let go.
    Void { void_id: VoidId, reason: VoidReason, by: Option<UserId>, at: Timestamp },
    /// The provider has answered.
    RecordVoid { void_id: VoidId, answer: Answer, at: Timestamp },
    /// What is kept for us was not taken in time.
    Expire { at: Timestamp },
    /// So much is to be given back; all that is left, where nothing is said.
    Refund {
        refund_id: RefundId,
        amount_minor: Option<i64>,
        reason: RefundReason,
        note: Option<String>,
        /// The most that whoever asks may give back at once.
        most_minor: Option<i64>,
        /// What is above this on the whole is given back when somebody else has said yes.
        approval_from_minor: Option<i64>,
        by: UserId,
        at: Timestamp,
    },
    /// Somebody else says yes.
    ApproveRefund { refund_id: RefundId, by: UserId, at: Timestamp },
    /// It is taken back before the provider was asked.
    CancelRefund { refund_id: RefundId, by: UserId, at: Timestamp },
    /// The provider has answered.
    RecordRefund { refund_id: RefundId, answer: Answer, at: Timestamp },
    /// The payer says that it was not theirs.
    OpenDispute {
        dispute_id: String,
        amount_minor: i64,
        reason: String,
        due_by: Option<Timestamp>,
        at: Timestamp,
    },
    /// The provider has decided.
    CloseDispute { dispute_id: String, outcome: DisputeOutcome, at: Timestamp },
}
