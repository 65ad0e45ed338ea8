//! What the rows of a list are taken for.

use serde::{Deserialize, Serialize};

use crate::dnc::{DncScope, DncSource};
use crate::{CampaignId, FieldFault, Timestamp, text};

/// What the rows of a list are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ImportPurpose {
    /// People whom a campaign is to call.
    Contacts {
        /// Which.
        campaign_id: CampaignId,
    },
    /// Numbers that are not to be called.
    Suppression {
        /// What is said of them.
        suppression: Suppression,
    },
}

/// What is said of every number of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppression {
    /// Whom it binds.
    pub scope: DncScope,
    /// Who has said so: whoever has brought the list, or a regulator.
    pub source: DncSource,
    /// Why.
    pub reason: String,
    /// Until when; without end, where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

impl ImportPurpose {
    /// The campaign that is to call, where one is.
    #[must_use]
    pub fn campaign(&self) -> Option<CampaignId> {
        match self {
            Self::Contacts { campaign_id } => Some(*campaign_id),
            Self::Suppression { .. } => None,
        }
    }

    /// What is said of the numbers, where they are not to be called.
    #[must_use]
    pub fn suppression(&self) -> Option<&Suppression> {
        match self {
            Self::Contacts { .. } => None,
            Self::Suppression { suppression } => Some(suppression),
        }
    }
}

impl Suppression {
    /// Itself, where it can be said.
    ///
    /// # Errors
    /// The field that is wrong.
    pub(super) fn checked(self, at: Timestamp) -> Result<Self, FieldFault> {
        if !matches!(self.source, DncSource::Import | DncSource::Regulator) {
            let words = "a list is a regulator's or an import";
            return Err(FieldFault::new("/source", "invalid-value", words));
        }
        FieldFault::of_text("/reason", text::line(&self.reason, text::MAX_LINE))?;
        if self.expires_at.is_some_and(|end| end <= at || !end.in_range()) {
            let words = "later than now, before the year 2100";
            return Err(FieldFault::new("/expires_at", "not-in-future", words));
        }
        Ok(self)
    }
}
