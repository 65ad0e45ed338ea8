//! What a campaign may cost.

use serde::{Deserialize, Serialize};

use super::event::CampaignEvent;
use super::words::{CampaignStatus, PauseReason};
use super::{KnownCampaign, text};
use crate::{Currency, FieldFault, Timestamp};

/// The dearest minute, in minor units.
const MAX_MINUTE: i64 = 1_000_000;

/// What a campaign may cost. Calls cost by the minute that has begun, from the answer on, until a
/// provider tells its own prices; each what a minute cost when it was begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "utoipa", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// In the smallest unit of the currency, 1 to 1,000,000,000,000. When so much is spent, the
    /// campaign is paused.
    #[cfg_attr(feature = "utoipa", schema(minimum = 1, maximum = 1_000_000_000_000_i64))]
    pub amount_minor: i64,
    /// ISO 4217. It stays when the campaign has begun to call.
    pub currency: String,
    /// What a minute of a call costs that is begun from now on, in the same unit, 1 to 1,000,000.
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
}

/// What a minute costs from an instant on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// From when on.
    pub since: Timestamp,
    /// In the smallest unit of the currency.
    pub per_minute_minor: i64,
    /// ISO 4217.
    pub currency: String,
}

impl KnownCampaign {
    /// What its calls have cost, in minor units: `minutes` are first those of calls that were begun
    /// before there was a price, which cost what the first one says, then those under each of
    /// [`prices`](KnownCampaign::prices). A price that came later than they were counted has none.
    #[must_use]
    pub fn cost(&self, minutes: &[i64]) -> i64 {
        let prices = self.prices.first().into_iter().chain(&self.prices);
        minutes.iter().zip(prices).fold(0, |sum, (minutes, price)| {
            sum.saturating_add(minutes.max(&0).saturating_mul(price.per_minute_minor))
        })
    }

    /// Since when each of its prices holds, in order.
    #[must_use]
    pub fn priced_since(&self) -> Vec<Timestamp> {
        self.prices.iter().map(|price| price.since).collect()
    }

    /// Whether everything is spent after so many minutes under each price.
    pub(super) fn is_spent(&self, minutes: &[i64]) -> bool {
        let budget = self.settings.budget.as_ref();
        budget.is_some_and(|budget| self.cost(minutes) >= budget.amount_minor)
    }

    pub(super) fn charged(&self, minutes: &[i64], at: Timestamp) -> Vec<CampaignEvent> {
        match self.status {
            CampaignStatus::Active if self.is_spent(minutes) => {
                self.suspended(PauseReason::Budget, at)
            }
            _ => Vec::new(),
        }
    }

    /// Whether what it may cost can be compared with what it has cost.
    pub(super) fn same_currency(&self, budget: Option<&Budget>) -> Result<(), FieldFault> {
        match (self.prices.last(), budget) {
            (Some(price), Some(budget))
                if self.activations > 0 && price.currency != budget.currency =>
            {
                let words = format!("its calls have cost {}", price.currency);
                Err(FieldFault::new("/budget/currency", "other-currency", words))
            }
            _ => Ok(()),
        }
    }

    /// A minute costs what the budget says from now on. While nobody was called, only that counts.
    pub(super) fn priced(&mut self, since: Timestamp) {
        if self.activations == 0 {
            self.prices.clear();
        }
        let Some(budget) = &self.settings.budget else { return };
        let known = self.prices.last().map(|price| price.per_minute_minor);
        if known != Some(budget.per_minute_minor) {
            let (per_minute_minor, currency) = (budget.per_minute_minor, budget.currency.clone());
            self.prices.push(Price { since, per_minute_minor, currency });
        }
    }
}
