//! A shop whose payments go to a stand-in for Stripe.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use domain::payment::{
    CaptureMethod, PaymentCommand, PaymentProvider, PaymentPurpose, PaymentStatus,
};
use domain::{AttemptId, CaptureId, Money, PaymentId, Role};
use processes::SystemIds;
use processes::commands::Order;
use processes::payments::{
    Payer, PaymentError, PaymentOrder, Payments, Stripe, StripeSecret, StripeSettings,
    StripeWebhooks, WebhookError,
};
use serde_json::Value;
use uuid::Uuid;

use super::super::kit::{Shop, somebody, told};
use super::fake::{Asked, Fake, KEY, SECRET, signature};

/// Where payers come back to at the stand-in.
const BACK: &str = "https://voice.example/payment-confirmed";

pub struct Till {
    pub shop: Shop,
    pub fake: Fake,
    hooks: StripeWebhooks,
}

impl Deref for Till {
    type Target = Shop;

    fn deref(&self) -> &Shop {
        &self.shop
    }
}

impl DerefMut for Till {
    fn deref_mut(&mut self) -> &mut Shop {
        &mut self.shop
    }
}

/// A shop that asks Stripe at this address.
pub async fn shop_at(url: &str, return_url: Option<&str>) -> (Shop, Stripe) {
    let mut shop = Shop::open().await;
    let settings = StripeSettings {
        secret_key: StripeSecret::from(KEY.to_owned()),
        url: url.to_owned(),
        return_url: return_url.map(str::to_owned),
    };
    let stripe =
        Stripe::new(settings, shop.clock.clone(), shop.breakers.clone()).expect("a client");
    shop.connected = Some(Arc::new(stripe.clone()));
    shop.token = "pm_card_visa";
    (shop, stripe)
}

impl Till {
    pub async fn open() -> Self {
        let fake = Fake::start().await;
        let (shop, stripe) = shop_at(&fake.url, Some(BACK)).await;
        fake.with(|state| state.now = shop.now().millis() / 1_000);
        let secret = StripeSecret::from(SECRET.to_owned());
        let hooks = StripeWebhooks::new(stripe, shop.inbox.clone(), secret, Uuid::nil());
        Self { shop, fake, hooks }
    }

    /// A payment that the stand-in has answered.
    pub async fn paid(&mut self, amount_minor: i64, method: CaptureMethod) -> PaymentId {
        let id = self.shop.pay(amount_minor, method).await;
        self.settle().await;
        id
    }

    /// What is asked of payments by commands.
    pub fn payments(&self) -> Payments {
        let (database, commands) = (self.test.database().clone(), self.commands.clone());
        let by = (PaymentProvider::Stripe, self.breakers.clone());
        Payments::new(database, commands, Arc::new(SystemIds), by)
    }

    /// Somebody is to pay, as a request asks for it.
    pub async fn begin(&self) -> Result<(), PaymentError> {
        let asked = PaymentOrder {
            money: Money { amount_minor: 1_000, currency: "EUR".to_owned() },
            capture_method: CaptureMethod::Automatic,
            purpose: PaymentPurpose::Invoice,
            call_id: None,
            contact_id: None,
            token_ref: self.token.to_owned(),
            description: None,
            metadata: serde_json::Map::new(),
        };
        let (id, payer) = (self.id(), Payer { user: somebody(1), role: Role::Admin });
        let order = Order::silent(told());
        self.payments().create(order, PaymentId::from(id), payer, asked).await.map(|_| ())
    }

    /// What was asked to be done, without what was only looked at.
    pub fn posts(&self) -> Vec<Asked> {
        self.fake.asked().into_iter().filter(|asked| asked.method == "POST").collect()
    }

    /// Stripe tells something now.
    pub async fn tell(&self, kind: &str, object: Value) -> Result<usize, WebhookError> {
        let body = self.fake.event(kind, object);
        self.deliver(&body).await
    }

    /// An event arrives that was signed now.
    pub async fn deliver(&self, body: &str) -> Result<usize, WebhookError> {
        let now = self.now().millis() / 1_000;
        self.receive(Some(&signature(body, now)), body).await
    }

    /// Something arrives that may be an event.
    pub async fn receive(&self, header: Option<&str>, body: &str) -> Result<usize, WebhookError> {
        self.hooks.receive(&Uuid::nil().to_string(), header, body.as_bytes()).await
    }

    /// An intent as it is sent in an event.
    pub fn intent(&self, number: usize) -> Value {
        self.fake.with(|state| state.intents[number].object(false))
    }
}

/// The last capture of a payment.
pub async fn capture_last(shop: &Shop, id: PaymentId, amount_minor: i64) {
    let (capture_id, by, at) = (CaptureId::from(shop.id()), somebody(1), shop.now());
    let amount_minor = Some(amount_minor);
    let command = PaymentCommand::Capture { capture_id, amount_minor, last: true, by, at };
    shop.ask(id, command).await;
}

/// Once more, with this card.
pub async fn retry(shop: &Shop, id: PaymentId, card: &str) {
    let (attempt_id, token_ref) = (AttemptId::from(shop.id()), Some(card.to_owned()));
    shop.ask(id, PaymentCommand::Retry { attempt_id, token_ref, at: shop.now() }).await;
}

/// How a payment stands, and how much was taken.
pub async fn stands(shop: &Shop, id: PaymentId) -> (PaymentStatus, i64) {
    let payment = shop.payment(id).await;
    assert_eq!(payment.conflicts, [], "{payment:?}");
    (payment.status, payment.captured_minor())
}
