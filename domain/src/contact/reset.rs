//! Calling many contacts anew with whom it was over: which ones.

use serde::{Deserialize, Serialize};

use super::attempt::{MESSAGE_CUT_OFF, MESSAGE_DELIVERED};
use super::event::ContactEvent;
use super::state::{KnownContact, Standing};
use super::words::{ContactFailure, ContactStatus};
use crate::disposition::DispositionCatalog;
use crate::{FieldFault, Timestamp, UserId, text};

/// The most words that a filter has of one kind.
const MOST: usize = 50;

/// Which contacts of a campaign: those to whom everything applies that is said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ResetFilter {
    /// With whom it is over like this, `completed` or `failed`; either, where none is named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub statuses: Vec<ContactStatus>,
    /// And came to one of these; to anything, where none is named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub outcomes: Vec<String>,
    /// Who bear this tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// Who were tried at least so often since they were reset last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_attempts: Option<u32>,
    /// Who were tried at most so often since then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_attempts: Option<u32>,
}

impl ResetFilter {
    /// The states that it names: both, where it names none.
    #[must_use]
    pub fn wanted(&self) -> Vec<ContactStatus> {
        match self.statuses.is_empty() {
            true => vec![ContactStatus::Completed, ContactStatus::Failed],
            false => self.statuses.clone(),
        }
    }

    /// Itself, where it can mean somebody.
    ///
    /// # Errors
    /// The field that is wrong.
    pub fn checked(self) -> Result<Self, FieldFault> {
        let over = [ContactStatus::Completed, ContactStatus::Failed];
        if self.statuses.iter().any(|status| !over.contains(status)) {
            let words = "it is over with those who are completed or failed";
            return Err(FieldFault::new("/filter/status", "invalid-value", words));
        }
        if self.outcomes.len() > MOST {
            let words = format!("at most {MOST}");
            return Err(FieldFault::new("/filter/outcome", "too-many", words));
        }
        if let Some(tag) = &self.tag {
            FieldFault::of_text("/filter/tag", text::tags(std::slice::from_ref(tag)))?;
        }
        if matches!((self.min_attempts, self.max_attempts), (Some(min), Some(max)) if min > max) {
            let words = "not less than min_attempts";
            return Err(FieldFault::new("/filter/max_attempts", "out-of-range", words));
        }
        Ok(self)
    }

    /// An outcome that nothing can have, where one is named.
    #[must_use]
    pub fn unknown_outcome(&self, catalog: &DispositionCatalog) -> Option<FieldFault> {
        let ours = [
            ContactFailure::MaxAttempts.word(),
            ContactFailure::InvalidNumber.word(),
            MESSAGE_DELIVERED,
            MESSAGE_CUT_OFF,
        ];
        let known = |word: &String| ours.contains(&&**word) || catalog.find(word).is_some();
        let words = "a disposition of the catalog, max_attempts, invalid_number, \
                     message_delivered or message_cut_off";
        let unknown = !self.outcomes.iter().all(known);
        unknown.then(|| FieldFault::reference("/filter/outcome", words))
    }

    fn means(&self, contact: &KnownContact) -> bool {
        let outcome = match &contact.standing {
            Standing::Completed { outcome, .. } => outcome.as_str(),
            Standing::Failed { reason } => reason.word(),
            _ => return false,
        };
        self.wanted().contains(&contact.status())
            && (self.outcomes.is_empty() || self.outcomes.iter().any(|known| known == outcome))
            && self.tag.as_ref().is_none_or(|tag| contact.profile.tags.contains(tag))
            && self.min_attempts.is_none_or(|min| contact.tried >= min)
            && self.max_attempts.is_none_or(|max| contact.tried <= max)
    }
}

impl KnownContact {
    /// Whoever is called anew together with others is so once: with whom it was over before that
    /// was asked for, and who was not called since.
    pub(super) fn reset_with_others(
        &self,
        filter: &ResetFilter,
        asked_at: Timestamp,
        (by, at): (UserId, Timestamp),
    ) -> Vec<ContactEvent> {
        let last = self.last_attempt().map(|last| last.ended_at.unwrap_or(last.started_at));
        let since = last.map_or(self.created_at, |last| last.max(self.created_at));
        match since <= asked_at && filter.means(self) {
            true => vec![ContactEvent::ContactReset { by: Some(by), at }],
            false => Vec::new(),
        }
    }
}
