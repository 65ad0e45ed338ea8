//! What people keep with a call: notes, tags, fields of their own, a rating;
//! and that they forget who it was (C30).

use serde_json::{Map, Value};

use super::error::{CallRefusal, accepted};
use super::event::CallEvent;
use super::state::KnownCall;
use super::value::RatingChannel;
use crate::{FreeText, Personal, Timestamp, text};

impl KnownCall {
    /// A note. Nothing personal is kept about somebody who was erased.
    pub(super) fn note(
        &self,
        note: String,
        by: String,
        at: Timestamp,
    ) -> Result<Vec<CallEvent>, CallRefusal> {
        if self.erased {
            return Err(CallRefusal::Erased);
        }
        accepted("/note", text::note(&note))?;
        let note = Personal::known(self.subject, FreeText::new(note));
        Ok(vec![CallEvent::CallNoteAdded { note, by, at }])
    }

    /// Metadata by a merge patch, tags as they are to be. What changes nothing
    /// is no fact. From somebody who was erased things are only taken away.
    pub(super) fn change(
        &self,
        patch: Option<Map<String, Value>>,
        tags: Option<Vec<String>>,
        at: Timestamp,
    ) -> Result<Vec<CallEvent>, CallRefusal> {
        let mut facts = Vec::new();
        if let Some(patch) = patch {
            accepted("/metadata", text::patch(&patch))?;
            let mut merged = self.metadata.clone();
            merge(&mut merged, &patch);
            accepted("/metadata", text::metadata(&merged))?;
            if self.erased && patch.values().any(|value| !value.is_null()) {
                return Err(CallRefusal::Erased);
            }
            if merged != self.metadata {
                facts.push(CallEvent::CallMetadataChanged { patch, at });
            }
        }
        if let Some(tags) = tags {
            accepted("/tags", text::tags(&tags))?;
            let without = |some: &[String], others: &[String]| -> Vec<String> {
                some.iter().filter(|tag| !others.contains(tag)).cloned().collect()
            };
            let (added, removed) = (without(&tags, &self.tags), without(&self.tags, &tags));
            if self.erased && !added.is_empty() {
                return Err(CallRefusal::Erased);
            }
            if !added.is_empty() || !removed.is_empty() {
                facts.push(CallEvent::CallTagged { added, removed, at });
            }
        }
        Ok(facts)
    }

    /// A rating; the last one counts.
    pub(super) fn rate(
        &self,
        score: u8,
        channel: RatingChannel,
        at: Timestamp,
    ) -> Result<Vec<CallEvent>, CallRefusal> {
        if self.erased {
            return Err(CallRefusal::Erased);
        }
        if !(1..=5).contains(&score) {
            return Err(CallRefusal::field("/score", "out-of-range", "from 1 to 5"));
        }
        Ok(vec![CallEvent::CallRated { score, channel, at }])
    }

    /// C30
    pub(super) fn erase(
        &self,
        requested_by: String,
        legal_basis: String,
        at: Timestamp,
    ) -> Result<Vec<CallEvent>, CallRefusal> {
        accepted("/requested_by", text::line(&requested_by, text::MAX_LINE))?;
        accepted("/legal_basis", text::line(&legal_basis, text::MAX_LINE))?;
        Ok(vec![CallEvent::CallErased { requested_by, legal_basis, at }])
    }

    pub(super) fn keep(&mut self, event: &CallEvent) {
        if let CallEvent::CallNoteAdded { .. } = event {
            self.notes = self.notes.saturating_add(1);
        } else if let CallEvent::CallTagged { added, removed, .. } = event {
            // What came with an import is remembered, to know it again.
            if let Some(imported) = &mut self.imported {
                imported.tags.get_or_insert_with(|| self.tags.clone());
            }
            self.tags.retain(|tag| !removed.contains(tag));
            let new = added.iter().filter(|tag| !self.tags.contains(tag)).cloned();
            let new: Vec<String> = new.collect();
            self.tags.extend(new);
        } else if let CallEvent::CallMetadataChanged { patch, .. } = event {
            if let Some(imported) = &mut self.imported {
                imported.metadata.get_or_insert_with(|| self.metadata.clone());
            }
            merge(&mut self.metadata, patch);
        } else if let CallEvent::CallRated { score, .. } = event {
            self.rating = Some(*score);
        } else if let CallEvent::CallErased { .. } = event {
            self.erased = true;
            // What somebody else has put there may be about the person too.
            self.metadata.clear();
            if let Some(imported) = &mut self.imported {
                imported.metadata = None;
            }
            for number in [&mut self.from, &mut self.to].into_iter().flatten() {
                *number = Personal::Erased;
            }
        }
    }
}

/// A merge patch of RFC 7396: `null` removes, an object is merged, everything
/// else replaces.
fn merge(target: &mut Map<String, Value>, patch: &Map<String, Value>) {
    for (name, value) in patch {
        match value {
            Value::Null => {
                target.remove(name);
            }
            Value::Object(inner) => {
                let mut merged = match target.remove(name) {
                    Some(Value::Object(fields)) => fields,
                    _ => Map::new(),
                };
                merge(&mut merged, inner);
                target.insert(name.clone(), Value::Object(merged));
            }
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                target.insert(name.clone(), value.clone());
            }
        }
    }
}
