//! Who carries payments, from the settings.

use std::sync::Arc;

use processes::breaker::Breakers;
use processes::payments::{NoticeInbox, Stripe, StripeSettings, StripeWebhooks};
use processes::{Clock, Ids};
use uuid::Uuid;

use crate::composition::StartError;
use crate::config::{Mode, STRIPE_URL, Settings};
use crate::rooms::Rooms;

/// Where people who have confirmed a payment elsewhere come back to.
const CONFIRMED: &str = "payment-confirmed";

/// Stripe, where its keys are set.
pub(crate) fn stripe(
    settings: &Settings,
    clock: &Arc<dyn Clock>,
    breakers: &Breakers,
) -> Result<Option<Stripe>, StartError> {
    let secret_key = match (settings.stripe_secret_key(), settings.stripe_webhook_secret()) {
        (Some(key), Some(_)) => key.clone(),
        (None, None) => return Ok(None),
        _ => return Err(StartError::HalfOfStripe),
    };
    if settings.mode() == Mode::Production {
        if settings.stripe_url.trim_end_matches('/') != STRIPE_URL {
            return Err(StartError::StandIn);
        }
        if secret_key.only_tests() {
            tracing::warn!("the key is one of Stripe's test mode: no money moves");
        }
    }
    let return_url = format!("{}/{CONFIRMED}", settings.app_url.trim_end_matches('/'));
    let return_url = settings.app_url.starts_with("http").then_some(return_url);
    let url = settings.stripe_url.clone();
    let stripe = StripeSettings { secret_key, url, return_url };
    Ok(Some(Stripe::new(stripe, Arc::clone(clock), breakers.clone())?))
}

/// Takes in what Stripe tells. The connection in the path follows from the root secret, so that all
/// servers of a database have the same, and nobody else knows it.
pub(crate) fn webhooks(
    settings: &Settings,
    rooms: &Rooms,
    stripe: Option<Stripe>,
    (clock, ids): (&Arc<dyn Clock>, &Arc<dyn Ids>),
) -> Option<StripeWebhooks> {
    let secret = settings.stripe_webhook_secret()?.clone();
    let inbox = NoticeInbox::new(rooms.database.clone(), Arc::clone(ids), Arc::clone(clock));
    let key = rooms.secrets.key("stripe-connection");
    let connection = Uuid::from_bytes(*key.first_chunk()?);
    Some(StripeWebhooks::new(stripe?, inbox, secret, connection))
}

/// The path of webhooks.
pub(crate) fn path(webhooks: &StripeWebhooks) -> String {
    format!("/webhooks/payments/stripe/{}", webhooks.connection())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use processes::SystemClock;
    use processes::payments::StripeSecret;

    use super::*;

    fn started(mode: Mode, keys: [Option<&str>; 2], url: &str) -> Result<bool, StartError> {
        let mut settings = Settings::in_directory(PathBuf::from("x"));
        let [key, secret] = keys.map(|text| text.map(|text| StripeSecret::from(text.to_owned())));
        (settings.stripe_secret_key, settings.stripe_webhook_secret) = (key, secret);
        settings.mode = Some(mode);
        settings.stripe_url = url.to_owned();
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let breakers = Breakers::new(Arc::clone(&clock));
        stripe(&settings, &clock, &breakers).map(|stripe| stripe.is_some())
    }

    #[test]
    fn stripe_is_asked_where_both_of_its_keys_are_set() {
        use Mode::{Development, Production};
        let (key, secret, here) = (Some("sk_1"), Some("whsec_1"), "http://127.0.0.1:1");
        let none: [Option<&str>; 2] = [None, None];
        for mode in [Development, Production] {
            assert!(matches!(started(mode, none, STRIPE_URL), Ok(false)));
            assert!(matches!(started(mode, [Some(""), Some("")], STRIPE_URL), Ok(false)));
            for half in [[key, None], [None, secret], [key, Some("")]] {
                assert!(matches!(started(mode, half, STRIPE_URL), Err(StartError::HalfOfStripe)));
            }
        }
        let both = [key, secret];
        assert!(matches!(started(Development, both, here), Ok(true)));
        assert!(matches!(started(Production, both, here), Err(StartError::StandIn)));
        let clear = started(Development, both, "http://api.stripe.com");
        assert!(matches!(clear, Err(StartError::Stripe(_))));
        let odd = started(Development, [Some("sk\n1"), secret], here);
        assert!(matches!(odd, Err(StartError::Stripe(_))));
    }
}
