//! The words of a payment, with the spelling that they have on the wire.

use crate::words::words;

words! {
    /// When the money is taken.
    CaptureMethod {
        /// With the authorization.
        Automatic,
        /// When somebody says so.
        Manual,
    }
    /// What is paid for.
    PaymentPurpose {
        /// Something that was agreed on in a call.
        CallPayment,
        /// An invoice.
        Invoice,
        /// A balance that is filled up.
        TopUp,
    }
    /// Who carries the money.
    PaymentProvider {
        /// Stripe.
        Stripe,
        /// The simulator inside this process.
        Simulator,
    }
    /// How far a payment is.
    PaymentStatus {
        /// The provider was asked, or is to be.
        Processing,
        /// The payer has to do something first.
        RequiresAction,
        /// The money is kept for us.
        Authorized,
        /// A part of it was taken, and more can be.
        PartiallyCaptured,
        /// What is to be taken was taken.
        Captured,
        /// The provider says no.
        Declined,
        /// Nothing was taken, and nothing will be.
        Canceled,
        /// What was kept for us was given back.
        Voided,
        /// What was kept for us was not taken in time.
        Expired,
    }
    /// How much was given back.
    RefundState {
        /// Nothing.
        None,
        /// Some.
        Partial,
        /// Everything.
        Full,
    }
    /// Why money is given back.
    RefundReason {
        /// It was paid twice.
        Duplicate,
        /// It was not the payer's.
        Fraudulent,
        /// The customer has asked for it.
        RequestedByCustomer,
        /// Something was not as it should be.
        ServiceIssue,
        /// Anything else.
        Other,
    }
    /// How far a refund is.
    RefundStatus {
        /// Somebody else has to say yes first.
        AwaitingApproval,
        /// The provider was asked, or is to be.
        Pending,
        /// The money is on its way back.
        Succeeded,
        /// The provider says no.
        Failed,
        /// It was taken back before the provider was asked.
        Canceled,
    }
    /// What the provider is asked for.
    PaymentOperation {
        /// To keep money for us.
        Authorization,
        /// To take it.
        Capture,
        /// To let it go.
        Void,
        /// To give it back.
        Refund,
    }
    /// Why money is let go.
    VoidReason {
        /// Somebody has said so.
        Requested,
        /// Somebody has said so before the payer has done what was asked of them.
        Canceled,
        /// The payer did not do in time what was asked of them.
        Abandoned,
        /// No more of it will be taken.
        Remainder,
    }
    /// How a dispute ended.
    DisputeOutcome {
        /// The money stays with us.
        Won,
        /// It went back.
        Lost,
    }
}
