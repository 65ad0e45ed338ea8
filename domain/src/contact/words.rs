//! The words of a contact, with the spelling that they have on the wire.

use crate::words::words;

words! {
    /// Where a contact stands.
    ContactStatus {
        /// Waits to be called.
        Pending,
        /// Is called again at a known time.
        Scheduled,
        /// Is being called.
        Dialing,
        /// Speaks with somebody, or has, and nobody has said yet what came of it.
        Connected,
        /// It is over with them.
        Completed,
        /// Could not be reached.
        Failed,
        /// Is not to be called.
        DoNotCall,
        /// Was taken off the list.
        Removed,
        /// Nobody knows any more who it was.
        Erased,
    }
    /// How a contact came in.
    ContactSource {
        /// By a program or a person.
        Api,
        /// With a list.
        Import,
    }
    /// Why a contact is called at a known time.
    ScheduleKind {
        /// Nobody was reached.
        Retry,
        /// It was agreed.
        Callback,
    }
    /// What an attempt came to.
    AttemptOutcome {
        /// Somebody spoke with them.
        Connected,
        /// The line was busy.
        Busy,
        /// Nobody answered.
        NoAnswer,
        /// A machine or a fax answered.
        Machine,
        /// The network failed.
        Failed,
        /// They answered, and nobody was free.
        Dropped,
        /// They have heard a message to its end, or a machine has; or they have answered it by a
        /// key.
        Delivered,
        /// They hung up while they heard one.
        CutOff,
        /// We took the call back while it rang.
        Canceled,
        /// We did not make the call after all; it counts as none.
        NotMade,
        /// There is no such number.
        InvalidNumber,
    }
    /// Why a contact could not be reached.
    ContactFailure {
        /// As often as may be tried.
        MaxAttempts,
        /// There is no such number.
        InvalidNumber,
    }
}

impl ContactStatus {
    /// Every one of them.
    pub const ALL: &'static [Self] = <Self as strum::VariantArray>::VARIANTS;
}
