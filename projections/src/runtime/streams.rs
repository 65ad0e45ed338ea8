//! Streams in order, held by whoever reads them: of each the next event follows the last one (P2).

use std::collections::HashMap;

use uuid::Uuid;

use super::RuntimeError;

/// Streams whose last sequence a reader remembers for sure.
const MOST: usize = 1 << 16;

/// The type of an aggregate by a number of the reader's, an organization, and an aggregate.
pub(super) type Stream = (u32, Uuid, Uuid);

/// The last sequence of the streams that a reader has met, so that their order
/// is asserted across pages too. Of a stream that it has not met for long, the
/// next event is believed.
#[derive(Default)]
pub(super) struct Streams {
    at: Option<i64>,
    young: HashMap<Stream, i64>,
    old: HashMap<Stream, i64>,
}

impl Streams {
    /// What is known holds only where reading goes on without a leap.
    pub(super) fn turn_to(&mut self, after: i64) {
        // Until it is left, some of what is noted may come once more.
        if self.at.take() != Some(after) {
            self.young.clear();
            self.old.clear();
        }
    }

    /// All that was noted is up to this position; `None` where some of it may come once more.
    pub(super) fn leave_at(&mut self, position: Option<i64>) {
        self.at = position;
    }

    /// Notes that a stream goes on with these sequences, the first and the last of a run.
    ///
    /// # Errors
    /// [`RuntimeError::Broken`] where they do not follow what is known.
    pub(super) fn follow(
        &mut self,
        stream: Stream,
        (first, last): (i64, i64),
    ) -> Result<(), RuntimeError> {
        let (_, _, id) = stream;
        match self.note(stream, last) {
            Some(before) if first != before + 1 => {
                let words = format!("in stream {id} event {first} follows event {before}");
                Err(RuntimeError::Broken(words))
            }
            None if first < 1 => {
                let words = format!("stream {id} has an event before its first");
                Err(RuntimeError::Broken(words))
            }
            _ => Ok(()),
        }
    }

    /// Notes a sequence and answers the one before it, if it is known.
    fn note(&mut self, stream: Stream, sequence: i64) -> Option<i64> {
        if self.young.len() >= MOST {
            self.old = std::mem::take(&mut self.young);
        }
        let old = || self.old.get(&stream).copied();
        self.young.insert(stream, sequence).or_else(old)
    }
}
