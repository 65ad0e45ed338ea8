//! The facts of segments, as they are stored forever.

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

use super::Definition;
use crate::{DecidedEvent, SegmentId, Timestamp, UserId};

/// One fact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr, VariantNames)]
#[expect(missing_docs, reason = "docs/EVENTS.md says what the fields mean, generated from golden/")]
pub enum SegmentEvent {
    /// Contacts of some kind have a name.
    SegmentDefined {
        segment_id: SegmentId,
        #[serde(flatten)]
        definition: Box<Definition>,
        by: UserId,
        at: Timestamp,
    },
    /// A segment means others from now on, or is called something else; all of it.
    SegmentChanged {
        segment_id: SegmentId,
        #[serde(flatten)]
        definition: Box<Definition>,
        by: UserId,
        at: Timestamp,
    },
    /// There is no such segment any more, and its name is free.
    SegmentDeleted { segment_id: SegmentId, by: UserId, at: Timestamp },
}

impl DecidedEvent for SegmentEvent {
    const TYPES: &'static [&'static str] = Self::VARIANTS;

    fn event_type(&self) -> &'static str {
        self.into()
    }

    fn occurred_at(&self) -> Timestamp {
        match self {
            Self::SegmentDefined { at, .. }
            | Self::SegmentChanged { at, .. }
            | Self::SegmentDeleted { at, .. } => *at,
        }
    }
}
