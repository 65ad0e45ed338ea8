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
        /// One call for each free agent, by itself.
        Progressive,
        /// Ahead of free agents, by itself, as far as people do not answer.
        Predictive,
        /// By itself, and without agents: whoever answers hears a message.
        Agentless,
    }
    /// Which of a campaign's figures its goal is about.
    GoalMetric {
        /// How many contacts are over with a conversion.
        Conversions,
        /// How many contacts were called at least once.
        Called,
        /// How often contacts were called.
        Attempts,
    }
    /// Whom a campaign calls first of those who are as urgent, and were tried as often.
    Recency {
        /// Who is due the longest.
        Fifo,
        /// Who came in last.
        Lifo,
    }
    /// Why a campaign does not call.
    PauseReason {
        /// Somebody has said so.
        Manual,
        /// Too many who answered found no agent.
        Abandonment,
        /// Everything that it may cost is spent.
        Budget,
        /// The telephone provider does not answer.
        ProviderDown,
    }
    /// Whose rule it is how many who answer may find no agent.
    AbandonmentPreset {
        /// Three of a hundred in each 30 days since the campaign was activated for the first time.
        Us,
        /// Three of a hundred in a day.
        Uk,
        /// Nobody's.
        None,
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

impl Recency {
    /// Whether it is the one that need not be said.
    #[must_use]
    pub fn usual(&self) -> bool {
        *self == Self::Fifo
    }
}
