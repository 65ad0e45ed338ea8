//! What may be asked of a contact. What it cannot know (the campaign's rules, when a day begins
//! where they are, whether the number is suppressed) is looked up before.

use super::profile::{Profile, ProfileChanges};
use super::reset::ResetFilter;
use super::rules::AttemptRules;
use super::words::{AttemptOutcome, ContactSource};
use crate::disposition::Category;
use crate::dnc::{DncScope, DncSource};
use crate::{AgentId, CallId, CampaignId, ContactId, PhoneNumber, SubjectId, Timestamp, UserId};

/// Somebody whom a campaign is to call.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of ContactCreated")]
pub struct NewContact {
    pub subject: SubjectId,
    pub campaign_id: CampaignId,
    pub number: PhoneNumber,
    pub profile: Profile,
    pub source: ContactSource,
    /// In whose place, since when that one has another number.
    pub replaces: Option<(ContactId, Timestamp)>,
    /// What another system has done with them, where one has.
    pub history: Option<History>,
    /// What keeps the number from being called, where something does.
    pub suppressed: Option<(DncScope, DncSource)>,
    pub by: Option<UserId>,
    pub at: Timestamp,
}

/// Another number of somebody.
#[derive(Clone, Debug, PartialEq)]
pub struct NewNumber {
    /// The person behind it.
    pub subject: SubjectId,
    /// The contact that their campaign has under it.
    pub contact_id: ContactId,
    /// The number.
    pub number: PhoneNumber,
    /// Whether the campaign has that contact already, looked up just before.
    pub taken: bool,
    /// Why, in a line that names nobody.
    pub reason: Option<String>,
}

/// What another system has done with somebody before they came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// How often it has called them, 0 to 1000.
    pub attempts: u32,
    /// What that came to, where it is over with them.
    pub outcome: Option<Conclusion>,
}

/// What it came to with somebody with whom it is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conclusion {
    /// A code of the catalog of dispositions.
    pub code: String,
    /// Whether that is a conversion.
    pub conversion: bool,
}

/// An attempt that is to be made.
#[derive(Clone, Debug, PartialEq)]
pub struct NewAttempt {
    /// By which call.
    pub call_id: CallId,
    /// How often may be tried; of a person who calls once, nothing.
    pub rules: Option<AttemptRules>,
    /// When the day began where they are.
    pub day_began_at: Timestamp,
    /// When.
    pub at: Timestamp,
}

/// What a call came to, for the contact.
#[derive(Clone, Debug, PartialEq)]
pub struct Result {
    /// Which call.
    pub call_id: CallId,
    /// The code of the disposition.
    pub code: String,
    /// What kind of result it is.
    pub category: Category,
    /// Whether it is a conversion.
    pub conversion: bool,
    /// When to call again, where that was agreed.
    pub follow_up_at: Option<Timestamp>,
    /// Who has agreed on it.
    pub agent_id: Option<AgentId>,
    /// When they are called again by themselves, not before.
    pub retry_at: Timestamp,
    /// How often may be tried.
    pub rules: AttemptRules,
    /// When.
    pub at: Timestamp,
}

/// A command.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the facts")]
pub enum ContactCommand {
    /// A campaign is to call them.
    Create(Box<NewContact>),
    /// Something else is known of them.
    Update { changes: Box<ProfileChanges>, by: Option<UserId>, at: Timestamp },
    /// They are called now.
    StartAttempt(Box<NewAttempt>),
    /// Somebody speaks with them.
    Connect { call_id: CallId, at: Timestamp },
    /// The call is over. Where they are called again by themselves, not before `retry_at`.
    EndAttempt {
        call_id: CallId,
        outcome: AttemptOutcome,
        rules: Box<AttemptRules>,
        retry_at: Timestamp,
        at: Timestamp,
    },
    /// Somebody has said what it came to.
    Dispose(Box<Result>),
    /// They are called again then.
    Schedule {
        due_at: Timestamp,
        agent_id: Option<AgentId>,
        expires_at: Option<Timestamp>,
        at: Timestamp,
    },
    /// Whoever was given them to call does not want to; they are called later. `given` says whether
    /// they were.
    Skip { given: bool, reason: String, retry_at: Timestamp, by: UserId, at: Timestamp },
    /// A call back that was agreed, and that nobody has made, is over.
    Expire { at: Timestamp },
    /// They are not to be called.
    MarkDoNotCall { scope: DncScope, source: DncSource, at: Timestamp },
    /// They may be called again, and this shows that they may.
    Reinstate { reason: String, evidence: String, by: UserId, at: Timestamp },
    /// They are called as if they never were.
    Reset { by: Option<UserId>, at: Timestamp },
    /// The same together with others, where the filter means them and nobody has called them since
    /// that was asked for.
    ResetWith { filter: Box<ResetFilter>, asked_at: Timestamp, by: UserId, at: Timestamp },
    /// They have another number: another contact comes in their place.
    ReplaceNumber { new: Box<NewNumber>, by: UserId, at: Timestamp },
    /// They are taken off the list.
    Remove { by: UserId, at: Timestamp },
    /// Who it was is forgotten.
    Erase { at: Timestamp },
}
