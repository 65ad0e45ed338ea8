//! Stripe's objects, as far as something of them is used here. What they lack beyond that, or have
//! more, is no fault.

use std::collections::BTreeMap;

use domain::payment::Card;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use uuid::Uuid;

/// The longest name and the longest word that are taken over.
const MAX_NAME: usize = 255;
const MAX_WORD: usize = 64;
/// A capture's id stands in the metadata of its intent behind this.
const CAPTURE: &str = "c_";

/// A payment intent.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Intent {
    #[serde(deserialize_with = "name")]
    pub id: String,
    pub status: String,
    pub amount: i64,
    pub amount_capturable: Option<i64>,
    pub amount_received: Option<i64>,
    pub currency: String,
    /// In seconds.
    pub created: i64,
    #[serde(default)]
    pub metadata: Metadata,
    #[serde(default, deserialize_with = "perhaps")]
    pub latest_charge: Option<Charge>,
    #[serde(default, deserialize_with = "perhaps")]
    pub next_action: Option<NextAction>,
    #[serde(default, deserialize_with = "perhaps")]
    pub last_payment_error: Option<Fault>,
}

/// What we have put on an object.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub(super) struct Metadata(BTreeMap<String, Value>);

/// A charge; where it is not asked for, its name stands in its place, and this is none.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Charge {
    #[serde(default, deserialize_with = "perhaps")]
    pub payment_method_details: Option<Details>,
}

/// How a charge was paid, or what a fault is about.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Details {
    #[serde(default, deserialize_with = "perhaps")]
    pub card: Option<CardDetails>,
}

/// A card.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct CardDetails {
    brand: String,
    last4: String,
    exp_month: u8,
    exp_year: u16,
    /// In seconds.
    pub capture_before: Option<i64>,
}

/// What a payer has to do.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct NextAction {
    #[serde(default, deserialize_with = "perhaps")]
    redirect_to_url: Option<Redirect>,
}

#[derive(Clone, Debug, Deserialize)]
struct Redirect {
    url: String,
}

/// A refund.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Refund {
    #[serde(deserialize_with = "name")]
    pub id: String,
    pub status: String,
    pub amount: i64,
    pub currency: String,
    #[serde(default)]
    pub metadata: Metadata,
    pub failure_reason: Option<String>,
}

/// A dispute.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Dispute {
    #[serde(deserialize_with = "name")]
    pub id: String,
    pub status: String,
    pub amount: i64,
    pub currency: String,
    pub reason: Option<String>,
    /// The name of the intent.
    pub payment_intent: Option<String>,
    #[serde(default, deserialize_with = "perhaps")]
    pub evidence_details: Option<Evidence>,
}

/// Until when a dispute can be answered.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Evidence {
    /// In seconds.
    pub due_by: Option<i64>,
}

/// A part of a list.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct List<T> {
    pub data: Vec<T>,
    #[serde(default)]
    pub has_more: bool,
}

/// What is answered to what cannot be done.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct ErrorBody {
    pub error: Fault,
}

/// Why something cannot be done, or was not.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Fault {
    #[serde(rename = "type", default)]
    pub kind: String,
    code: Option<String>,
    decline_code: Option<String>,
    advice_code: Option<String>,
    #[serde(default, deserialize_with = "perhaps")]
    pub payment_intent: Option<Box<Intent>>,
    #[serde(default, deserialize_with = "perhaps")]
    payment_method: Option<Details>,
}

/// Codes after which no other attempt comes to anything: the bank suspects something.
const FINAL: [&str; 8] = [
    "fraudulent",
    "lost_card",
    "stolen_card",
    "pickup_card",
    "merchant_blacklist",
    "restricted_card",
    "security_violation",
    "highest_risk_level",
];

impl Fault {
    /// Why, in one word of Stripe's.
    pub(super) fn word(&self) -> String {
        let known = self.decline_code.as_deref().or(self.code.as_deref());
        word(known).unwrap_or_else(|| "refused".to_owned())
    }

    /// Whether another attempt may come to something.
    pub(super) fn retryable(&self) -> bool {
        let advised = self.advice_code.as_deref() != Some("do_not_try_again");
        advised && !FINAL.contains(&self.word().as_str())
    }

    /// The card that it is about.
    pub(super) fn card(&self) -> Option<Card> {
        self.payment_method.as_ref().and_then(|method| method.card.as_ref()?.shown())
    }
}

impl Metadata {
    /// An id of ours.
    pub(super) fn id(&self, name: &str) -> Option<Uuid> {
        Uuid::try_parse(self.0.get(name)?.as_str()?).ok()
    }

    /// What was captured, as we have asked for it: which, and how much in Stripe's units.
    pub(super) fn captures(&self) -> Vec<(Uuid, i64)> {
        let one = |(name, amount): (&String, &Value)| {
            let id = Uuid::try_parse(name.strip_prefix(CAPTURE)?).ok()?;
            Some((id, amount.as_str()?.parse().ok()?))
        };
        self.0.iter().filter_map(one).collect()
    }
}

/// The name under which a capture stands in the metadata of its intent.
pub(super) fn capture_name(id: Uuid) -> String {
    format!("{CAPTURE}{}", id.simple())
}

impl Intent {
    /// The captures that were carried out; none where they do not add up to what was taken.
    pub(super) fn captures(&self) -> Vec<(Uuid, i64)> {
        let captures = self.metadata.captures();
        let kept = matches!(self.status.as_str(), "succeeded" | "requires_capture");
        let sum = captures.iter().try_fold(0_i64, |sum, (_, amount)| sum.checked_add(*amount));
        let covered = sum.is_some_and(|sum| self.amount_received.is_none_or(|all| sum <= all));
        if kept && covered { captures } else { Vec::new() }
    }

    /// How the payer has paid.
    pub(super) fn paid_with(&self) -> Option<&CardDetails> {
        self.latest_charge.as_ref()?.payment_method_details.as_ref()?.card.as_ref()
    }

    /// Where the payer does what they have to; empty where they cannot do it in a browser.
    pub(super) fn action_url(&self) -> String {
        let redirect = self.next_action.as_ref().and_then(|next| next.redirect_to_url.as_ref());
        let url = redirect.map(|redirect| redirect.url.as_str()).unwrap_or_default();
        let fine = url.starts_with("https://") && url.len() <= 2_048 && graphic(url);
        if fine { url.to_owned() } else { String::new() }
    }
}

impl CardDetails {
    /// As it may be shown.
    pub(super) fn shown(&self) -> Option<Card> {
        let four = self.last4.len() == 4 && self.last4.bytes().all(|byte| byte.is_ascii_digit());
        Some(Card {
            brand: word(Some(&self.brand))?,
            last4: four.then(|| self.last4.clone())?,
            exp_month: self.exp_month,
            exp_year: self.exp_year,
        })
    }
}

fn graphic(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// A word of Stripe's, never a text: those are for people and may quote what somebody has typed.
pub(super) fn word(text: Option<&str>) -> Option<String> {
    let text = text?;
    let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let fine = !text.is_empty() && text.len() <= MAX_WORD && text.bytes().all(letters);
    fine.then(|| text.to_owned())
}

/// What is not as it was expected is none.
fn perhaps<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: serde::de::DeserializeOwned,
{
    let value = Option::<Value>::deserialize(deserializer)?;
    Ok(value.and_then(|value| serde_json::from_value(value).ok()))
}

/// A name that can stand in a path and in an event.
fn name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    match !text.is_empty() && text.len() <= MAX_NAME && graphic(&text) {
        true => Ok(text),
        false => Err(serde::de::Error::custom("no name of an object")),
    }
}
