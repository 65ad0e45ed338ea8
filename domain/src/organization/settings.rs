//! What an organization has decided for all of its people.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{Currency, FieldFault, text};

/// The most reasons that can be given for not being there.
const MAX_CODES: usize = 50;
const MAX_CODE: usize = 32;
/// The highest limit of an amount.
const MAX_MINOR: i64 = 1_000_000_000_000;

/// What an organization has decided.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Why an agent can be busy, on a break or in training. Where there are any, one has to be
    /// given.
    #[serde(default)]
    pub reason_codes: Vec<String>,
    /// Who may do what about money.
    #[serde(default)]
    pub payments: PaymentSettings,
}

/// Who may do what about money. Amounts are in minor units, by currency.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentSettings {
    /// In which currencies can be paid; in all, where there are none.
    #[serde(default)]
    pub currencies: Vec<String>,
    /// The most that an agent may take in one payment. Nothing, where nothing is said.
    #[serde(default)]
    pub agent_max_minor: BTreeMap<String, i64>,
    /// The most that a supervisor may give back at once. Nothing, where nothing is said.
    #[serde(default)]
    pub supervisor_refund_max_minor: BTreeMap<String, i64>,
    /// What is above this, of one payment on the whole, is given back only when a second
    /// administrator has said yes too.
    #[serde(default)]
    pub refund_approval_minor: BTreeMap<String, i64>,
}

impl Settings {
    /// Whether they can be.
    ///
    /// # Errors
    /// The field that is wrong.
    pub fn checked(&self) -> Result<(), FieldFault> {
        let pointer = "/reason_codes";
        if self.reason_codes.len() > MAX_CODES {
            let words = format!("at most {MAX_CODES} reasons");
            return Err(FieldFault::new(pointer, "too-many", words));
        }
        let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        for code in &self.reason_codes {
            if !(1..=MAX_CODE).contains(&code.len()) || !code.bytes().all(known) {
                let words = "a reason is a code of a-z, 0-9 and _, at most 32 characters";
                return Err(FieldFault::new(pointer, "invalid-code", words));
            }
        }
        let different: BTreeSet<&String> = self.reason_codes.iter().collect();
        if different.len() < self.reason_codes.len() {
            return Err(FieldFault::new(pointer, "duplicate", "each reason once"));
        }
        self.payments.checked()
    }
}

impl PaymentSettings {
    fn checked(&self) -> Result<(), FieldFault> {
        let pointer = "/payments/currencies";
        for currency in &self.currencies {
            known(pointer, currency)?;
        }
        let different: BTreeSet<&String> = self.currencies.iter().collect();
        if different.len() < self.currencies.len() {
            return Err(FieldFault::new(pointer, "duplicate", "each currency once"));
        }
        for (pointer, limits) in [
            ("/payments/agent_max_minor", &self.agent_max_minor),
            ("/payments/supervisor_refund_max_minor", &self.supervisor_refund_max_minor),
            ("/payments/refund_approval_minor", &self.refund_approval_minor),
        ] {
            for (currency, limit) in limits {
                known(pointer, currency)?;
                if !(0..=MAX_MINOR).contains(limit) {
                    let words = "from 0 to 1,000,000,000,000 minor units";
                    return Err(FieldFault::new(pointer, "out-of-range", words));
                }
            }
        }
        Ok(())
    }

    /// Whether can be paid in a currency.
    #[must_use]
    pub fn takes(&self, currency: &str) -> bool {
        self.currencies.is_empty() || self.currencies.iter().any(|known| known == currency)
    }
}

fn known(pointer: &'static str, currency: &str) -> Result<(), FieldFault> {
    FieldFault::of_text(pointer, text::label(currency))?;
    match Currency::find(currency) {
        Some(_) => Ok(()),
        None => Err(FieldFault::new(pointer, "invalid-value", "no currency of ISO 4217")),
    }
}
