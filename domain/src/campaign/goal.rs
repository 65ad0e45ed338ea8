//! What a campaign is to reach.

use serde::{Deserialize, Serialize};

use super::words::GoalMetric;
use crate::FieldFault;

/// The most that a campaign is to reach.
const MAX_VALUE: u32 = 10_000_000;

/// What a campaign is to reach. It goes on when it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "utoipa", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Goal {
    #[cfg_attr(feature = "utoipa", schema(inline))]
    #[expect(missing_docs, reason = "its type says what it is, and so the document")]
    pub metric: GoalMetric,
    /// How high it is to be, 1 to 10,000,000.
    #[cfg_attr(feature = "utoipa", schema(minimum = 1, maximum = 10_000_000))]
    pub value: u32,
}

impl Goal {
    pub(super) fn checked(&self) -> Result<(), FieldFault> {
        if (1..=MAX_VALUE).contains(&self.value) {
            return Ok(());
        }
        let words = format!("from 1 to {MAX_VALUE}");
        Err(FieldFault::new("/goal/value", "out-of-range", words))
    }
}
