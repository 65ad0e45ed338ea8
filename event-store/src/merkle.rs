//! What makes the log tamper-evident (L7): the leaf of an event, the root of a batch.
//!
//! A leaf is SHA-256(0x00 ‖ fields), every field as its length in 4 bytes and its bytes; whole
//! numbers have 8 bytes (the version 2), big-endian; an absent causation has length 0. The
//! root is that of RFC 6962 over the leaves of a batch. A leaf holds no position: its index in
//! the log is the position less one.

use sha2::{Digest, Sha256};

use crate::EventRef;

/// A SHA-256.
pub(crate) type Hash = [u8; 32];

/// The chain before the first batch.
pub(crate) const GENESIS: Hash = [0; 32];

/// The leaf of an event; `scratch` is only memory to work in.
pub(crate) fn leaf(event: &EventRef<'_>, scratch: &mut Vec<u8>) -> Hash {
    scratch.clear();
    scratch.push(0);
    field(scratch, event.org_id.as_bytes());
    field(scratch, event.aggregate_type.as_bytes());
    field(scratch, event.aggregate_id.as_bytes());
    field(scratch, &event.sequence.to_be_bytes());
    field(scratch, event.event_id.as_bytes());
    field(scratch, event.event_type.as_bytes());
    field(scratch, &event.event_version.to_be_bytes());
    field(scratch, event.actor.as_bytes());
    field(scratch, event.correlation_id.as_bytes());
    field(scratch, event.causation_id.as_ref().map_or(&[], |id| id.as_bytes().as_slice()));
    field(scratch, &event.occurred_at_ms.to_be_bytes());
    field(scratch, &event.recorded_at_ms.to_be_bytes());
    field(scratch, event.payload);
    field(scratch, event.metadata);
    Sha256::digest(scratch).into()
}

fn field(into: &mut Vec<u8>, bytes: &[u8]) {
    // No field comes near 4 GiB: the writer's limits are far below.
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    into.extend_from_slice(&length.to_be_bytes());
    into.extend_from_slice(bytes);
}

/// The RFC 6962 root of leaves that come one by one.
#[derive(Default)]
pub(crate) struct Root {
    /// Complete subtrees from the left: how many leaves each has, and its hash.
    subtrees: Vec<(u64, Hash)>,
}

impl Root {
    /// Adds the next leaf.
    pub(crate) fn push(&mut self, leaf: Hash) {
        let (mut size, mut hash) = (1_u64, leaf);
        while let Some((left_size, left)) = self.subtrees.pop() {
            if left_size != size {
                self.subtrees.push((left_size, left));
                break;
            }
            hash = node(&left, &hash);
            size = size.saturating_mul(2);
        }
        self.subtrees.push((size, hash));
    }

    /// The root of what was added; of nothing, the hash of nothing.
    pub(crate) fn finish(mut self) -> Hash {
        let Some((_, mut hash)) = self.subtrees.pop() else {
            return Sha256::digest([]).into();
        };
        while let Some((_, left)) = self.subtrees.pop() {
            hash = node(&left, &hash);
        }
        hash
    }
}

fn node(left: &Hash, right: &Hash) -> Hash {
    let mut sha = Sha256::new();
    sha.update([1]);
    sha.update(left);
    sha.update(right);
    sha.finalize().into()
}

/// The chain after a batch: what the append statement computes too.
pub(crate) fn chain(before: &[u8], root: &[u8]) -> Hash {
    let mut sha = Sha256::new();
    sha.update(before);
    sha.update(root);
    sha.finalize().into()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    /// RFC 6962 §2.1 word for word: split at the largest power of two below n.
    fn defined(leaves: &[Hash]) -> Hash {
        match leaves.len() {
            0 => Sha256::digest([]).into(),
            1 => leaves[0],
            n => {
                let mut split = 1;
                while split * 2 < n {
                    split *= 2;
                }
                node(&defined(&leaves[..split]), &defined(&leaves[split..]))
            }
        }
    }

    #[test]
    fn the_root_is_that_of_rfc_6962() {
        for n in 0..70_u8 {
            let leaves: Vec<Hash> = (0..n).map(|i| Sha256::digest([0, i]).into()).collect();
            let mut root = Root::default();
            leaves.iter().for_each(|leaf| root.push(*leaf));
            assert_eq!(root.finish(), defined(&leaves), "{n} leaves");
        }
    }

    #[test]
    fn the_root_of_the_first_test_vector_of_certificate_transparency() {
        // The reference tree of the certificate-transparency project: the leaf of the empty
        // string, and that leaf with the leaf of a zero byte.
        let empty: Hash = Sha256::digest([0]).into();
        assert_eq!(hex(&empty), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
        let mut root = Root::default();
        root.push(empty);
        root.push(Sha256::digest([0, 0]).into());
        assert_eq!(
            hex(&root.finish()),
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
        );
    }

    fn hex(hash: &Hash) -> String {
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
