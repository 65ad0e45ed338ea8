//! Stripe, as a provider of payments: a thin client of our own over HTTPS, and what it tells by
//! itself.
//!
//! | question | asked as |
//! |---|---|
//! | keep money for us | a payment intent that is created and confirmed at once |
//! | take some of it | `capture`, whose id and amount stay in the intent's metadata |
//! | let it go | `cancel` |
//! | give it back | a refund |
//!
//! Each is asked under the `Idempotency-Key` of its question. An answer that is not understood is
//! no answer: nothing is taken for done that Stripe has not said.
//!
//! *Architecture invariant:* whose payment something is about stands in the metadata that we have
//! put there, and is believed only where Stripe itself has told it: in an answer, or under a
//! signature that was verified.

mod answer;
mod client;
mod currency;
mod dispute;
mod form;
mod gateway;
mod secret;
mod signature;
mod told;
mod webhook;
mod wire;

use std::sync::Arc;

use reqwest::Url;

use self::client::Client;
pub use self::secret::StripeSecret;
pub use self::signature::SignatureFault;
pub use self::webhook::{StripeWebhooks, WebhookError};
use crate::breaker::Breakers;
use crate::clock::Clock;

/// How Stripe is reached.
#[derive(Clone)]
pub struct StripeSettings {
    /// The secret key of the account.
    pub secret_key: StripeSecret,
    /// Where its API is, without `/v1`; a stand-in's may be `http`, on this machine only.
    pub url: String,
    /// Where payers come back to who had to confirm something elsewhere.
    pub return_url: Option<String>,
}

/// Why Stripe cannot be asked.
#[derive(Debug, thiserror::Error)]
pub enum StripeError {
    /// Everybody on the way could read the key.
    #[error("it has to be an https:// address (http:// only on this machine), and nothing more")]
    Url,
    /// A key has a form that is sent nowhere.
    #[error("its keys are words of visible ASCII characters")]
    Key,
    /// TLS cannot be spoken here.
    #[error("no connection can be made: {0}")]
    Tls(String),
}

/// Stripe; cheap to clone.
#[derive(Clone)]
pub struct Stripe(Arc<Inner>);

struct Inner {
    client: Client,
    clock: Arc<dyn Clock>,
    return_url: Option<String>,
}

impl Stripe {
    /// Makes ready to ask it; nothing is sent yet.
    ///
    /// # Errors
    /// [`StripeError`]
    pub fn new(
        settings: StripeSettings,
        clock: Arc<dyn Clock>,
        breakers: Breakers,
    ) -> Result<Self, StripeError> {
        let StripeSettings { secret_key, url, return_url } = settings;
        let (base, here) = address(&url)?;
        let client = Client::new((base, here), secret_key, breakers)?;
        Ok(Self(Arc::new(Inner { client, clock, return_url })))
    }
}

/// An address that keys may be sent to, and whether it is on this machine.
fn address(text: &str) -> Result<(Url, bool), StripeError> {
    let url = Url::parse(text).map_err(|_| StripeError::Url)?;
    let bare = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none()
        && url.path() == "/";
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let here = host == "localhost"
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    match url.scheme() {
        "https" if bare => Ok((url, false)),
        "http" if bare && here => Ok((url, true)),
        _ => Err(StripeError::Url),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_sent_in_the_clear_on_this_machine_only() {
        for (text, here) in [
            ("https://api.stripe.com", Some(false)),
            ("https://api.stripe.com/", Some(false)),
            ("http://127.0.0.1:8420", Some(true)),
            ("http://localhost:8420/", Some(true)),
            ("http://[::1]:8420", Some(true)),
            ("http://api.stripe.com", None),
            ("http://127.0.0.1.example.com", None),
            ("http://localhost.example.com", None),
            ("http://10.0.0.1", None),
            ("https://user:secret@api.stripe.com", None),
            ("https://api.stripe.com/v1", None),
            ("https://api.stripe.com?x=1", None),
            ("ftp://127.0.0.1", None),
            ("api.stripe.com", None),
            ("", None),
        ] {
            let found = address(text).ok().map(|(_, here)| here);
            assert_eq!(found, here, "{text}");
        }
    }
}
