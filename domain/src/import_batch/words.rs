//! The words of an import, with the spelling that they have on the wire.

use crate::words::words;

words! {
    /// Where an import stands.
    ImportStatus {
        /// The file is kept, and nobody has looked into it.
        Requested,
        /// Its rows are being taken.
        Running,
        /// Every row was taken or rejected.
        Completed,
        /// The file could not be taken.
        Failed,
        /// Somebody has stopped it.
        Canceled,
    }
    /// What becomes of a row whose number the campaign has already.
    OnDuplicate {
        /// What is known stays.
        Skip,
        /// What the row says takes its place.
        Update,
        /// The row is rejected.
        Fail,
    }
    /// What became of a row.
    RowOutcome {
        /// The campaign has a new contact; the number is not to be called from now on.
        Created,
        /// What is known of the contact was changed.
        Updated,
        /// The campaign has the number already; the same was said of the number.
        Duplicate,
        /// The campaign has a new contact, who is not to be called.
        Suppressed,
        /// The row was not taken.
        Rejected,
    }
}
