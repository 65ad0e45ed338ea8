//! Segments: kinds of contacts that an organization gives a name (domain/04 §4.12).
//!
//! ```text
//! define ──► there ⟲ change ── delete ──► as if it never was
//! ```
//!
//! All of an organization are one stream, under the organization's own id, so that the log itself
//! keeps two from having the same name. A segment says which contacts it means ([`Filter`]); who
//! that is now, is asked whenever somebody wants to know, and kept nowhere.

mod command;
mod event;
mod filter;
mod parse;
mod refusal;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use command::{SegmentChanges, SegmentCommand};
pub use event::SegmentEvent;
pub use filter::{
    Condition, Filter, Instant, Number, OneOf, OneWord, Optional, Order, Same, There, Word,
};
pub use parse::{FilterFault, MAX_CONDITIONS, MAX_DEPTH, MAX_VALUES};
pub use refusal::SegmentRefusal;

use crate::decider::aggregate;
use crate::{Decider, FieldFault, SegmentId, SubjectId, Timestamp, UserId, text};

/// How many segments an organization has at most.
pub const MAX_SEGMENTS: usize = 100;
/// The most characters of a description.
const MAX_DESCRIPTION: usize = 500;

/// What a segment is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Definition {
    /// Its name: 1 to 120 characters; no other one has it, whatever the case of its letters.
    pub name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whom it means.
    pub filter: Filter,
}

/// A segment that is there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// Which.
    pub id: SegmentId,
    /// What it is.
    pub definition: Definition,
    /// Since when it is there.
    pub created_at: Timestamp,
    /// Since when it is as it is.
    pub changed_at: Timestamp,
}

/// The segments of an organization, in the order in which they were defined.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SegmentCatalog {
    entries: Vec<Segment>,
}

aggregate!(SegmentCatalog, "segment_catalog", SegmentCommand, SegmentEvent, SegmentRefusal);

type Decided = Result<Vec<SegmentEvent>, SegmentRefusal>;

impl Decider for SegmentCatalog {
    fn decide(&self, command: SegmentCommand) -> Decided {
        match command {
            SegmentCommand::Define { segment_id, definition, by, at } => {
                self.define(segment_id, definition, (by, at))
            }
            SegmentCommand::Change { segment_id, changes, by, at } => {
                self.change(segment_id, *changes, (by, at))
            }
            SegmentCommand::Delete { segment_id, by, at } => match self.find(segment_id) {
                None => Err(SegmentRefusal::Unknown),
                Some(_) => Ok(vec![SegmentEvent::SegmentDeleted { segment_id, by, at }]),
            },
        }
    }

    fn evolve(&mut self, event: &SegmentEvent) {
        match event {
            SegmentEvent::SegmentDefined { segment_id, definition, at, .. } => {
                let (id, definition) = (*segment_id, (**definition).clone());
                self.entries.push(Segment { id, definition, created_at: *at, changed_at: *at });
            }
            SegmentEvent::SegmentChanged { segment_id, definition, at, .. } => {
                if let Some(known) = self.entries.iter_mut().find(|known| known.id == *segment_id) {
                    known.definition = (**definition).clone();
                    known.changed_at = *at;
                }
            }
            SegmentEvent::SegmentDeleted { segment_id, .. } => {
                self.entries.retain(|known| known.id != *segment_id);
            }
        }
    }

    fn subject(&self) -> Option<SubjectId> {
        None
    }
}

impl SegmentCatalog {
    /// Every segment.
    #[must_use]
    pub fn entries(&self) -> &[Segment] {
        &self.entries
    }

    /// The segment with this id.
    #[must_use]
    pub fn find(&self, id: SegmentId) -> Option<&Segment> {
        self.entries.iter().find(|known| known.id == id)
    }

    fn define(
        &self,
        segment_id: SegmentId,
        definition: Box<Definition>,
        (by, at): (UserId, Timestamp),
    ) -> Decided {
        match self.find(segment_id) {
            Some(known) if known.definition == *definition => return Ok(Vec::new()),
            Some(_) => return Err(SegmentRefusal::Exists),
            None => {}
        }
        self.checked(segment_id, &definition)?;
        if self.entries.len() >= MAX_SEGMENTS {
            return Err(SegmentRefusal::Full);
        }
        Ok(vec![SegmentEvent::SegmentDefined { segment_id, definition, by, at }])
    }

    fn change(
        &self,
        segment_id: SegmentId,
        changes: SegmentChanges,
        (by, at): (UserId, Timestamp),
    ) -> Decided {
        let before = self.find(segment_id).ok_or(SegmentRefusal::Unknown)?;
        let definition = Box::new(before.definition.with(changes));
        if *definition == before.definition {
            return Ok(Vec::new());
        }
        self.checked(segment_id, &definition)?;
        Ok(vec![SegmentEvent::SegmentChanged { segment_id, definition, by, at }])
    }

    /// Whether a segment can be like this beside the others. Its filter was looked at when it was
    /// read.
    fn checked(&self, id: SegmentId, definition: &Definition) -> Result<(), SegmentRefusal> {
        let Definition { name, description, .. } = definition;
        FieldFault::of_text("/name", text::name(name, text::MAX_LABEL))?;
        let description = description.as_deref();
        let description = description.map_or(Ok(()), |words| text::line(words, MAX_DESCRIPTION));
        FieldFault::of_text("/description", description)?;
        let others = self.entries.iter().filter(|known| known.id != id);
        let name = text::folded(name);
        match others.into_iter().any(|other| text::folded(&other.definition.name) == name) {
            true => Err(SegmentRefusal::NameTaken),
            false => Ok(()),
        }
    }
}

impl Definition {
    fn with(&self, changes: SegmentChanges) -> Self {
        let SegmentChanges { name, description, filter } = changes;
        Self {
            name: name.unwrap_or_else(|| self.name.clone()),
            description: description.unwrap_or_else(|| self.description.clone()),
            filter: filter.unwrap_or_else(|| self.filter.clone()),
        }
    }
}
