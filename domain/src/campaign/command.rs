//! What may be asked of a campaign. What it cannot know (whether a name is free, whether somebody
//! can be called) is looked up before.

use super::pacing::Answers;
use super::settings::{CampaignChanges, CampaignSettings};
use super::words::{CompletionReason, PauseReason};
use crate::contact::ResetFilter;
use crate::{AgentId, FieldFault, ResetId, Timestamp, UserId};

/// What a campaign cannot know of the others, looked up consistently just before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Around {
    /// Whether another campaign has the name.
    pub name_taken: bool,
    /// What is wrong with a team, an agent or a disposition that is named, where something is.
    pub reference: Option<FieldFault>,
}

impl Around {
    pub(super) fn checked(self) -> Result<(), FieldFault> {
        if self.name_taken {
            return Err(FieldFault::new("/name", "taken", "another campaign has this name"));
        }
        self.reference.map_or(Ok(()), Err)
    }
}

/// What a campaign cannot know of whether it can call, looked up just before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// Whether there is anybody to be called.
    pub dialable: bool,
    /// Whether the catalog has a disposition that can be chosen for its calls.
    pub sayable: bool,
    /// Whether its telephone provider can be asked for calls now.
    pub reachable: bool,
    /// For how many minutes its calls have taken, as [`cost`](super::KnownCampaign::cost) wants
    /// them.
    pub minutes: Vec<i64>,
}

impl Outlook {
    /// Nothing speaks against it.
    pub const FINE: Self =
        Self { dialable: true, sayable: true, reachable: true, minutes: Vec::new() };
}

/// A command.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the facts")]
pub enum CampaignCommand {
    /// It is there, as a draft.
    Create { settings: Box<CampaignSettings>, around: Around, by: UserId, at: Timestamp },
    /// It calls otherwise.
    Update { changes: Box<CampaignChanges>, around: Around, by: UserId, at: Timestamp },
    /// Somebody calls for it.
    Assign { agent_id: AgentId, around: Around, by: UserId, at: Timestamp },
    /// Somebody does not call for it any more; `in_team` where one of its teams has them.
    Unassign { agent_id: AgentId, in_team: bool, around: Around, by: UserId, at: Timestamp },
    /// Somebody who is assigned joins it, or leaves it for now.
    Attend { agent_id: AgentId, joins: bool, by: UserId, at: Timestamp },
    /// It calls.
    Activate { outlook: Outlook, by: UserId, at: Timestamp },
    /// It does not call now.
    Pause { by: UserId, at: Timestamp },
    /// It is to dial so many calls for each free agent, where that is another number.
    Pace { level: f64, at: Timestamp },
    /// So many who have answered in the period that counts found no agent.
    Weigh { answers: Answers, at: Timestamp },
    /// Its calls have taken so many minutes under each price; where that is all that it may cost,
    /// it does not call now.
    Charge { minutes: Vec<i64>, at: Timestamp },
    /// It cannot call for now.
    Suspend { reason: PauseReason, at: Timestamp },
    /// It can again, where it did not for this reason alone.
    Recover { reason: PauseReason, at: Timestamp },
    /// It has called whom it could.
    Complete { reason: CompletionReason, by: Option<UserId>, at: Timestamp },
    /// It calls again after it was complete.
    Reopen { outlook: Outlook, by: UserId, at: Timestamp },
    /// It is given up.
    Cancel { reason: String, by: UserId, at: Timestamp },
    /// It is put away; a draft that nobody was called for is gone.
    Delete { by: UserId, at: Timestamp },
    /// It is only read any more.
    Archive { by: UserId, at: Timestamp },
    /// Those of its contacts whom the filter means are to be called anew.
    /// `unknown` is an outcome of the filter that the catalog does not have.
    ResetContacts {
        reset_id: ResetId,
        filter: Box<ResetFilter>,
        unknown: Option<FieldFault>,
        by: UserId,
        at: Timestamp,
    },
    /// So many of them are.
    ContactsReset { reset_id: ResetId, count: u64, at: Timestamp },
}
