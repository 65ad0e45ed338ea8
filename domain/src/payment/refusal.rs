//! Why a command to a payment is refused, in words for a person.

use crate::{FieldFault, Refusal};

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaymentRefusal {
    /// There is no such payment, or nothing of it with that id.
    #[error("there is no such payment")]
    Unknown,
    /// A payment with this id exists already.
    #[error("the payment exists already")]
    Exists,
    /// Not in this state.
    #[error("this is not possible while the payment is {state}")]
    State {
        /// The state.
        state: &'static str,
        /// What is possible in it.
        allowed: Vec<&'static str>,
    },
    /// More is to be taken than is kept for us.
    #[error("at most {capturable_minor} can be captured")]
    CaptureExceedsAuthorization {
        /// What can be taken.
        capturable_minor: i64,
    },
    /// What was kept for us was not taken in time.
    #[error("the authorization has expired")]
    AuthorizationExpired,
    /// More is to be given back than was taken.
    #[error("at most {refundable_minor} can be refunded")]
    RefundExceedsCaptured {
        /// What can be given back.
        refundable_minor: i64,
    },
    /// Whoever asks may not give back so much at once.
    #[error("the limit is {limit_minor}")]
    LimitExceeded {
        /// What they may.
        limit_minor: i64,
    },
    /// It was taken too long ago.
    #[error("what was captured more than 180 days ago is not refunded")]
    RefundTooLate,
    /// A dispute is open.
    #[error("the payment is disputed")]
    Disputed,
    /// Whoever has asked for it cannot say yes to it too.
    #[error("somebody else has to approve the refund")]
    SameApprover,
    /// A field is wrong.
    #[error(transparent)]
    Field(#[from] FieldFault),
}

impl Refusal for PaymentRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "not-found",
            Self::Exists => "duplicate-resource",
            Self::State { .. } | Self::RefundTooLate => "invalid-state-transition",
            Self::CaptureExceedsAuthorization { .. } => "capture-exceeds-authorization",
            Self::AuthorizationExpired => "authorization-expired",
            Self::RefundExceedsCaptured { .. } => "refund-exceeds-captured",
            Self::LimitExceeded { .. } => "limit-exceeded",
            Self::Disputed => "payment-disputed",
            Self::SameApprover => "same-approver",
            Self::Field(fault) => fault.code(),
        }
    }

    fn field(&self) -> Option<&FieldFault> {
        if let Self::Field(fault) = self { Some(fault) } else { None }
    }

    fn current_state(&self) -> Option<&str> {
        if let Self::State { state, .. } = self { Some(state) } else { None }
    }

    fn allowed_commands(&self) -> &[&'static str] {
        if let Self::State { allowed, .. } = self { allowed } else { &[] }
    }
}
