//! What a campaign may cost.

use serde::{Deserialize, Serialize};

use super::event::CampaignEvent;
use super::words::{CampaignStatus, PauseReason};
use super::{KnownCampaign, text};
use crate::{Currency, FieldFault, Timestamp};

/// The dearest minute, in minor units.
const MAX_MINUTE: i64 = 1_000_000;

/// What a campaign may cost. Calls cost by the minute that has begun, from the answer on, until a
/// provider tells its own prices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "utoipa", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// In the smallest unit of the currency, 1 to 1,000,000,000,000. When so much is spent, the
    /// campaign is paused.
    #[cfg_attr(feature = "utoipa", schema(minimum = 1, maximum = 1_000_000_000_000_i64))]
    pub amount_minor: i64,
    /// ISO 4217.
    pub currency: String,
    /// What a minute costs, in the same unit, 1 to 1,000,000.
    #[cfg_attr(feature = "utoipa", schema(minimum = 1, maximum = 1_000_000))]
    pub per_minute_minor: i64,
}

impl Budget {
    pub(super) fn checked(&self) -> Result<(), FieldFault> {
        let out = |pointer, words| Err(FieldFault::new(pointer, "out-of-range", words));
        if !Currency::sellable(self.amount_minor) {
            return out("/budget/amount_minor", "from 1 to 1,000,000,000,000 minor units");
        }
        if !(1..=MAX_MINUTE).contains(&self.per_minute_minor) {
            return out("/budget/per_minute_minor", "from 1 to 1,000,000 minor units");
        }
        FieldFault::of_text("/budget/currency", text::label(&self.currency))?;
        match Currency::find(&self.currency) {
            Some(_) => Ok(()),
            None => {
                let words = "no currency of ISO 4217";
                Err(FieldFault::new("/budget/currency", "invalid-value", words))
            }
        }
    }

    /// What so many minutes cost, in minor units.
    #[must_use]
    pub fn cost(&self, minutes: i64) -> i64 {
        minutes.max(0).saturating_mul(self.per_minute_minor)
    }
}

impl KnownCampaign {
    /// Whether everything is spent after so many minutes.
    pub(super) fn is_spent(&self, minutes: i64) -> bool {
        let budget = self.settings.budget.as_ref();
        budget.is_some_and(|budget| budget.cost(minutes) >= budget.amount_minor)
    }

    pub(super) fn charged(&self, minutes: i64, at: Timestamp) -> Vec<CampaignEvent> {
        match self.status {
            CampaignStatus::Active if self.is_spent(minutes) => {
                self.suspended(PauseReason::Budget, at)
            }
            _ => Vec::new(),
        }
    }
}
