//! What may be asked of a catalog, and what it and a campaign say of one code.

use super::{Category, Definition, Disposition, DispositionChanges};
use crate::{CampaignId, FieldFault, Timestamp, UserId};

/// A command. What a catalog cannot know (whether a campaign is there) is looked up before.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the facts")]
pub enum DispositionCommand {
    /// Calls can come to something else, too.
    Define {
        code: String,
        definition: Box<Definition>,
        /// A campaign that is named and is not there.
        stranger: Option<FieldFault>,
        by: UserId,
        at: Timestamp,
    },
    /// A code counts as something else from now on, or can be chosen no more, or again.
    Change {
        code: String,
        changes: Box<DispositionChanges>,
        /// A campaign that is named anew and is not there.
        stranger: Option<FieldFault>,
        by: UserId,
        at: Timestamp,
    },
}

/// What the catalog and the campaign of a call say of one code, looked up just before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The entry of the catalog, where there is one.
    pub entry: Option<Box<Disposition>>,
    /// Whether the campaign of the call has the code; so it is where there is no campaign, or one
    /// that names no codes.
    pub listed: bool,
}

/// Why a code of the catalog cannot be chosen for a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsayable {
    /// It is retired.
    #[error("this disposition is retired")]
    Retired,
    /// It is not one of the call's campaign.
    #[error("the campaign of the call has no such disposition")]
    NotOfCampaign,
}

impl Unsayable {
    /// Which of them, for a program.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::Retired => "retired",
            Self::NotOfCampaign => "not_of_campaign",
        }
    }
}

impl Disposition {
    /// Whether it can be chosen for a call of this campaign, or of none. Whoever says that nobody
    /// may call them again is taken at their word, whatever the campaign lists.
    ///
    /// # Errors
    /// Why not.
    pub fn sayable(&self, campaign: Option<CampaignId>, listed: bool) -> Result<(), Unsayable> {
        if !self.active {
            return Err(Unsayable::Retired);
        }
        let never = self.meaning().category == Category::Dnc;
        let here = self.is_for(campaign) && (listed || never);
        if here { Ok(()) } else { Err(Unsayable::NotOfCampaign) }
    }
}
