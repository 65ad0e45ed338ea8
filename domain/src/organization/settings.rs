//! What an organization has decided for all of its people.

use std::collections::{BTreeMap, BTreeSet};

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::sentiment::{AlertRules, Score, Thresholds};
use crate::{Currency, FieldFault, text};

/// The most reasons that can be given for not being there.
const MAX_CODES: usize = 50;
const MAX_CODE: usize = 32;
/// In how many hours somebody calls again, if they do, and the longest time that can be said.
const FCR_HOURS: u32 = 168;
const MAX_FCR_HOURS: u32 = 720;
/// The most phrases of a list.
const MAX_PHRASES: usize = 100;
/// The newest version of what is decided.
pub(super) const NEWEST: i16 = 2;
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
    /// Where its days begin, where a question names no zone: a name of the IANA database; `UTC`
    /// where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// In how many hours somebody calls again, if they do, where a question names no others: 168
    /// where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fcr_window_hours: Option<u32>,
    /// How it is understood how customers feel; as an engine understands it, where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sentiment: Option<Box<SentimentSettings>>,
}

/// How it is understood how customers feel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SentimentSettings {
    /// From which scores on something is positive or negative.
    pub thresholds: Thresholds,
    /// Of what somebody has to know while a call goes on.
    pub alerts: AlertRules,
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
        if self.time_zone().is_none() {
            let words = "a time zone is a name of the IANA database such as Europe/Prague";
            return Err(FieldFault::new("/time_zone", "invalid-time-zone", words));
        }
        if !(1..=MAX_FCR_HOURS).contains(&self.fcr_window_hours()) {
            return Err(FieldFault::new(
                "/fcr_window_hours",
                "out-of-range",
                "from 1 to 720 hours",
            ));
        }
        self.payments.checked()?;
        self.sentiment.as_deref().map_or(Ok(()), SentimentSettings::checked)
    }

    /// Where its days begin; none, where what was said is no zone.
    #[must_use]
    pub fn time_zone(&self) -> Option<Tz> {
        self.time_zone.as_ref().map_or(Some(Tz::UTC), |name| name.parse().ok())
    }

    /// In how many hours somebody calls again, if they do.
    #[must_use]
    pub fn fcr_window_hours(&self) -> u32 {
        self.fcr_window_hours.unwrap_or(FCR_HOURS)
    }

    /// How it is understood how customers feel.
    #[must_use]
    pub fn sentiment(&self) -> SentimentSettings {
        self.sentiment.as_deref().cloned().unwrap_or_default()
    }

    /// Since version 2 an organization can say more than why somebody is not there and who may do
    /// what about money.
    pub(super) fn version(&self) -> i16 {
        let Self { reason_codes: _, payments: _, time_zone, fcr_window_hours, sentiment } = self;
        let more = time_zone.is_some() || fcr_window_hours.is_some() || sentiment.is_some();
        if more { NEWEST } else { 1 }
    }
}

impl SentimentSettings {
    fn checked(&self) -> Result<(), FieldFault> {
        let Thresholds { positive, negative } = self.thresholds;
        if positive <= negative || positive > Score::new(10_000) || negative < Score::new(-10_000) {
            let words = "from -1 to 1, the negative one below the positive one";
            return Err(FieldFault::new("/sentiment/thresholds", "out-of-range", words));
        }
        for (pointer, phrases) in [
            ("/sentiment/alerts/confusion", &self.alerts.confusion),
            ("/sentiment/alerts/escalation", &self.alerts.escalation),
        ] {
            if phrases.len() > MAX_PHRASES {
                let words = format!("at most {MAX_PHRASES} phrases");
                return Err(FieldFault::new(pointer, "too-many", words));
            }
            for phrase in phrases {
                FieldFault::of_text(pointer, text::line(phrase, text::MAX_LABEL))?;
                if !phrase.chars().any(char::is_alphanumeric) {
                    let words = "a phrase has words: nobody says anything else";
                    return Err(FieldFault::new(pointer, "no-words", words));
                }
            }
        }
        Ok(())
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
