//! The reply of a command that a process gives: one word, which tells of nobody.

use domain::Decider;
use event_store::{Reply, StoredReply};

/// Says the same word whatever the aggregate has become. A refusal is not kept: the same
/// command is decided anew.
pub(crate) struct Said(pub(crate) &'static str);

impl<A: Decider> Reply<A> for Said {
    fn accepted(&self, _: &A, _: u64) -> StoredReply {
        let body = self.0.as_bytes().to_vec();
        StoredReply { status: 200, body, etag: None, location: None }
    }

    fn refused(&self, _: &A::Error) -> Option<StoredReply> {
        None
    }
}
