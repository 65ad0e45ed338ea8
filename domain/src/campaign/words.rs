//! The words of a campaign, with the spelling that they have on the wire.

use crate::words::words;

words! {
    /// Where a campaign stands.
    CampaignStatus {
        /// Is being written.
        Draft,
        /// Calls.
        Active,
        /// Does not call now.
        Paused,
        /// Has called whom it could.
        Completed,
        /// Was given up.
        Canceled,
        /// Is only read any more.
        Archived,
        /// Was a draft, and is gone.
        Deleted,
    }
    /// Who chooses whom to call.
    CampaignMode {
        /// The agent chooses a contact, and dials.
        Manual,
        /// The agent is given the next contact, and dials or skips it.
        Preview,
    }
    /// Why a campaign does not call.
    PauseReason {
        /// Somebody has said so.
        Manual,
    }
    /// Why a campaign is complete.
    CompletionReason {
        /// Nobody is left to be called.
        Exhausted,
        /// Its time is over.
        ScheduleEnded,
        /// Somebody has said so.
        Manual,
    }
}
