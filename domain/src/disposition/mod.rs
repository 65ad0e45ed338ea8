//! What calls can come to: the catalog of an organization (domain/04 §4.8). Flags, not names, drive
//! numbers and next steps.
//!
//! ```text
//! the standard codes ── define ──► active ⇄ retired
//! ```
//!
//! There is one catalog per organization, under the organization's own id. It is there without a
//! fact: then it has the standard codes. One that was there once stays, since calls name it.
//!
//! *Architecture invariant:* what a call came to is judged by the catalog of that moment, and the
//! fact of the call says what its code meant ([`Meaning`]). Who reads facts asks no catalog.

mod command;
mod entry;
mod event;
mod refusal;
mod standard;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use command::{DispositionCommand, Found, Unsayable};
pub use entry::{Definition, Disposition, DispositionChanges, MAX_CAMPAIGNS, Meaning};
pub use event::DispositionEvent;
pub use refusal::DispositionRefusal;
pub use standard::NO_DISPOSITION;

use crate::decider::aggregate;
use crate::words::words;
use crate::{CampaignId, Decider, FieldFault, SubjectId, Timestamp, UserId};

/// How many codes a catalog has at most, those that are retired included.
pub const MAX_CODES: usize = 200;

words! {
    /// What kind of result it is.
    Category {
        /// What the call was made for.
        Success,
        /// A call later, at a moment that was agreed on.
        Callback,
        /// Another attempt.
        Retry,
        /// Nothing came of it and nothing will.
        Failure,
        /// Nobody may call again.
        Dnc,
        /// Said by a rule of ours, for somebody to look at.
        System,
    }
    /// What must be said along with a code.
    Requirement {
        /// A note.
        Note,
        /// When to call again.
        FollowUpAt,
        /// What was sold.
        Sale,
    }
}

/// The codes of an organization: the standard ones first, its own in the order in which it has
/// defined them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DispositionCatalog {
    entries: Vec<Disposition>,
}

impl Default for DispositionCatalog {
    fn default() -> Self {
        Self::standard().clone()
    }
}

aggregate!(
    DispositionCatalog,
    "disposition_catalog",
    DispositionCommand,
    DispositionEvent,
    DispositionRefusal
);

type Decided = Result<Vec<DispositionEvent>, DispositionRefusal>;

impl Decider for DispositionCatalog {
    fn decide(&self, command: DispositionCommand) -> Decided {
        match command {
            DispositionCommand::Define { code, definition, stranger, by, at } => {
                self.define(code, definition, stranger, (by, at))
            }
            DispositionCommand::Change { code, changes, stranger, by, at } => {
                self.change(&code, &changes, stranger, (by, at))
            }
        }
    }

    fn evolve(&mut self, event: &DispositionEvent) {
        match event {
            DispositionEvent::DispositionCodeDefined { code, definition, .. } => {
                let (code, definition) = (code.clone(), (**definition).clone());
                self.entries.push(Disposition { code, definition, active: true });
            }
            DispositionEvent::DispositionCodeChanged { code, definition, .. } => {
                self.at(code, |entry| entry.definition = (**definition).clone());
            }
            DispositionEvent::DispositionCodeRetired { code, .. } => {
                self.at(code, |entry| entry.active = false);
            }
            DispositionEvent::DispositionCodeRestored { code, .. } => {
                self.at(code, |entry| entry.active = true);
            }
        }
    }

    fn subject(&self) -> Option<SubjectId> {
        None
    }
}

impl DispositionCatalog {
    /// Every code, retired or not.
    #[must_use]
    pub fn entries(&self) -> &[Disposition] {
        &self.entries
    }

    /// The entry with this code, retired or not.
    #[must_use]
    pub fn find(&self, code: &str) -> Option<&Disposition> {
        self.entries.iter().find(|entry| entry.code == code)
    }

    /// What can be said of the calls of a campaign that has these codes, or, where it names none,
    /// of calls that no campaign narrows down.
    pub fn sayable<'c>(
        &'c self,
        campaign: Option<CampaignId>,
        listed: Option<&'c [String]>,
    ) -> impl Iterator<Item = &'c Disposition> {
        self.entries.iter().filter(move |entry| {
            let listed = listed.is_none_or(|codes| codes.contains(&entry.code));
            entry.sayable(campaign, listed).is_ok()
        })
    }

    /// What it says of a code of a call whose campaign has it or not.
    #[must_use]
    pub fn found(&self, code: &str, listed: bool) -> Found {
        Found { entry: self.find(code).cloned().map(Box::new), listed }
    }

    /// What a code means now, retired or not.
    #[must_use]
    pub fn meaning(&self, code: &str) -> Option<Box<Meaning>> {
        self.find(code).map(|entry| Box::new(entry.meaning().clone()))
    }

    fn at(&mut self, code: &str, change: impl FnOnce(&mut Disposition)) {
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.code == code) {
            change(entry);
        }
    }

    fn define(
        &self,
        code: String,
        definition: Box<Definition>,
        stranger: Option<FieldFault>,
        (by, at): (UserId, Timestamp),
    ) -> Decided {
        match self.find(&code) {
            Some(known) if known.active && known.definition == *definition => return Ok(Vec::new()),
            Some(_) => return Err(DispositionRefusal::Exists),
            None => {}
        }
        entry::own_code(&code)?;
        if definition.meaning.category == Category::System {
            let words = "what is of this category is said by rules of ours";
            return Err(FieldFault::new("/category", "reserved", words).into());
        }
        definition.checked()?;
        stranger.map_or(Ok(()), Err)?;
        if self.entries.len() >= MAX_CODES {
            return Err(DispositionRefusal::Full);
        }
        Ok(vec![DispositionEvent::DispositionCodeDefined { code, definition, by, at }])
    }

    fn change(
        &self,
        code: &str,
        changes: &DispositionChanges,
        stranger: Option<FieldFault>,
        (by, at): (UserId, Timestamp),
    ) -> Decided {
        let before = self.find(code).ok_or(DispositionRefusal::Unknown)?;
        let next = before.with(changes);
        before.may_become(&next)?;
        if next.meaning().category == Category::System && next != *before {
            let words = "what is of this category is said by rules of ours";
            return Err(FieldFault::new("/category", "reserved", words).into());
        }
        let mut facts = Vec::new();
        let (active, code) = (next.active, next.code.clone());
        if next.definition != before.definition {
            next.definition.checked()?;
            stranger.map_or(Ok(()), Err)?;
            let (code, definition) = (code.clone(), Box::new(next.definition));
            facts.push(DispositionEvent::DispositionCodeChanged { code, definition, by, at });
        }
        if active != before.active {
            facts.push(match active {
                false => DispositionEvent::DispositionCodeRetired { code, by, at },
                true => DispositionEvent::DispositionCodeRestored { code, by, at },
            });
        }
        Ok(facts)
    }
}
