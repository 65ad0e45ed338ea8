//! What may be asked of the segments of an organization.

use super::{Definition, Filter};
use crate::{SegmentId, Timestamp, UserId};

/// A command.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the facts")]
pub enum SegmentCommand {
    /// There is another one.
    Define { segment_id: SegmentId, definition: Box<Definition>, by: UserId, at: Timestamp },
    /// One means others, or is called something else.
    Change { segment_id: SegmentId, changes: Box<SegmentChanges>, by: UserId, at: Timestamp },
    /// One is there no more.
    Delete { segment_id: SegmentId, by: UserId, at: Timestamp },
}

/// What is different from now on; what is not named stays.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "the fields of Definition")]
pub struct SegmentChanges {
    pub name: Option<String>,
    pub description: Option<Option<String>>,
    pub filter: Option<Filter>,
}
