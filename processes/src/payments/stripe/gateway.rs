//! Stripe as a gateway.
//!
//! Stripe forgets a key after a day; the same question under it would then be another one. So an
//! old question is looked for before it is asked again, and so is one whose answer under its key
//! stays useless.

use domain::Timestamp;
use domain::payment::{Answer, Authorization, PaymentProvider};
use futures::future::BoxFuture;
use uuid::Uuid;

use super::client::Heard;
use super::form::{ATTEMPT, Form, REFUND};
use super::wire::{Fault, Intent, List, Refund};
use super::{Inner, Stripe, answer, currency};
use crate::payments::gateway::{AuthorizationRequest, MoneyRequest, PaymentGateway};

/// So old a key may be forgotten: an hour before Stripe does so at the earliest.
const KEY_MS: i64 = 23 * 3_600_000;
/// Refunds of one payment that are looked through.
const PAGES: usize = 20;
const PAGE: &str = "20";

impl PaymentGateway for Stripe {
    fn provider(&self) -> PaymentProvider {
        PaymentProvider::Stripe
    }

    fn rejects_until(&self) -> Option<Timestamp> {
        self.0.client.rejects_until()
    }

    fn authorize(&self, request: AuthorizationRequest) -> BoxFuture<'_, Authorization> {
        Box::pin(async move { self.0.authorize(&request).await })
    }

    fn capture(&self, request: MoneyRequest) -> BoxFuture<'_, Answer> {
        Box::pin(async move { self.0.capture(&request).await })
    }

    fn void(&self, request: MoneyRequest) -> BoxFuture<'_, Answer> {
        Box::pin(async move { self.0.void(&request).await })
    }

    fn refund(&self, request: MoneyRequest) -> BoxFuture<'_, Answer> {
        Box::pin(async move { self.0.refund(&request).await })
    }
}

fn failed(code: &str) -> Answer {
    Answer::Failed { code: code.to_owned() }
}

/// Stripe cannot take exactly so much: it is not asked.
const NOT_THIS_AMOUNT: &str = "amount_not_representable";
/// There is nothing that it could be asked about.
const NO_PAYMENT: &str = "no_such_payment";

impl Inner {
    /// Whether Stripe may have forgotten what was asked under a key. Ours bear the instant at which
    /// they were made.
    fn forgotten(&self, key: Uuid) -> bool {
        let made = key.get_timestamp().map(|stamp| stamp.to_unix());
        let made_ms = made.map(|(seconds, nanos)| {
            let ms = seconds.saturating_mul(1_000).saturating_add(u64::from(nanos / 1_000_000));
            i64::try_from(ms).unwrap_or(i64::MAX)
        });
        made_ms.is_none_or(|made| self.clock.now().millis().saturating_sub(made) >= KEY_MS)
    }

    async fn authorize(&self, request: &AuthorizationRequest) -> Authorization {
        let Some(amount) = currency::theirs(&request.money) else {
            let code = NOT_THIS_AMOUNT.to_owned();
            return Authorization::Declined { code, retryable: false, card: None };
        };
        if self.forgotten(request.key) {
            return self.found(request.key).await;
        }
        let form = Form::intent(request, amount, self.return_url.as_deref());
        let key = ("authorize", request.key);
        match self.client.post::<Intent>(&["payment_intents"], &form, key).await {
            Heard::Done(intent) => answer::authorization(&intent),
            Heard::Refused(fault) => answer::refused(&fault),
            Heard::Stuck => self.found(request.key).await,
            Heard::Nothing => Authorization::Unknown,
        }
    }

    /// What became of an attempt, where its own answer cannot be had. That it is not found says
    /// nothing: what Stripe can be searched for may be old.
    async fn found(&self, attempt: Uuid) -> Authorization {
        let query = format!("metadata['{ATTEMPT}']:'{attempt}'");
        let query = [("query", query.as_str()), ("expand[]", "data.latest_charge")];
        match self.client.get::<List<Intent>>(&["payment_intents", "search"], &query).await {
            Heard::Done(List { data, .. }) => {
                let ours = |intent: &&Intent| intent.metadata.id(ATTEMPT) == Some(attempt);
                let found = data.iter().find(ours);
                found.map_or(Authorization::Unknown, answer::authorization)
            }
            Heard::Refused(_) | Heard::Stuck | Heard::Nothing => Authorization::Unknown,
        }
    }

    /// An intent as it is by now.
    pub(super) async fn intent(&self, name: &str) -> Heard<Intent> {
        let query = [("expand[]", "latest_charge")];
        self.client.get(&["payment_intents", name], &query).await
    }

    async fn capture(&self, request: &MoneyRequest) -> Answer {
        let Some(amount) = currency::theirs(&request.money) else { return failed(NOT_THIS_AMOUNT) };
        let intent = request.provider_ref.as_str();
        if intent.is_empty() {
            return failed(NO_PAYMENT);
        }
        if self.forgotten(request.key) {
            match self.intent(intent).await {
                Heard::Done(intent) if has(&intent, request.key) => return taken(&intent, amount),
                Heard::Done(_) => {}
                Heard::Refused(fault) => return failed(&fault.word()),
                Heard::Stuck | Heard::Nothing => return Answer::Unknown,
            }
        }
        let path = ["payment_intents", intent, "capture"];
        let form = Form::capture(request, amount);
        match self.client.post::<Intent>(&path, &form, ("capture", request.key)).await {
            Heard::Done(intent) => taken(&intent, amount),
            Heard::Refused(fault) => match about(&fault) {
                // It was done before, and its answer was lost.
                Some(intent) if has(intent, request.key) => taken(intent, amount),
                _ => failed(&fault.word()),
            },
            Heard::Stuck => match self.intent(request.provider_ref.as_str()).await {
                Heard::Done(intent) if has(&intent, request.key) => taken(&intent, amount),
                _ => Answer::Unknown,
            },
            Heard::Nothing => Answer::Unknown,
        }
    }

    async fn void(&self, request: &MoneyRequest) -> Answer {
        let intent = request.provider_ref.as_str();
        if intent.is_empty() {
            return failed(NO_PAYMENT);
        }
        let path = ["payment_intents", intent, "cancel"];
        let key = ("void", request.key);
        match self.client.post::<Intent>(&path, &Form::cancel(), key).await {
            Heard::Done(intent) if gone(&intent) => released(&intent),
            Heard::Done(_) => Answer::Unknown,
            // Canceled is canceled, whoever has done it.
            Heard::Refused(fault) => match about(&fault) {
                Some(intent) if intent.status == "canceled" => released(intent),
                _ => failed(&fault.word()),
            },
            Heard::Stuck => match self.intent(intent).await {
                Heard::Done(intent) if intent.status == "canceled" => released(&intent),
                _ => Answer::Unknown,
            },
            Heard::Nothing => Answer::Unknown,
        }
    }

    async fn refund(&self, request: &MoneyRequest) -> Answer {
        let Some(amount) = currency::theirs(&request.money) else { return failed(NOT_THIS_AMOUNT) };
        if request.provider_ref.is_empty() {
            return failed(NO_PAYMENT);
        }
        if self.forgotten(request.key) {
            match self.refund_of(request).await {
                Heard::Done(Some(refund)) => return answer::refund(&refund),
                // It has never come there, so it can be asked as if for the first time.
                Heard::Done(None) => {}
                Heard::Refused(fault) => return failed(&fault.word()),
                Heard::Stuck | Heard::Nothing => return Answer::Unknown,
            }
        }
        let form = Form::refund(request, amount);
        match self.client.post::<Refund>(&["refunds"], &form, ("refund", request.key)).await {
            Heard::Done(refund) => answer::refund(&refund),
            Heard::Refused(fault) => match self.refund_of(request).await {
                Heard::Done(Some(refund)) => answer::refund(&refund),
                Heard::Done(None) | Heard::Refused(_) => failed(&fault.word()),
                Heard::Stuck | Heard::Nothing => Answer::Unknown,
            },
            Heard::Stuck => match self.refund_of(request).await {
                Heard::Done(Some(refund)) => answer::refund(&refund),
                _ => Answer::Unknown,
            },
            Heard::Nothing => Answer::Unknown,
        }
    }

    /// The refund that was made for a question, where one was.
    async fn refund_of(&self, request: &MoneyRequest) -> Heard<Option<Refund>> {
        let mut after: Option<String> = None;
        for _ in 0..PAGES {
            let mut query = vec![("payment_intent", request.provider_ref.as_str())];
            query.push(("limit", PAGE));
            query.extend(after.as_deref().map(|name| ("starting_after", name)));
            let List { data, has_more } = match self.client.get(&["refunds"], &query).await {
                Heard::Done(list) => list,
                Heard::Refused(fault) => return Heard::Refused(fault),
                Heard::Stuck => return Heard::Stuck,
                Heard::Nothing => return Heard::Nothing,
            };
            let last = data.last().map(|refund: &Refund| refund.id.clone());
            let ours = |refund: &Refund| refund.metadata.id(REFUND) == Some(request.key);
            if let Some(found) = data.into_iter().find(ours) {
                return Heard::Done(Some(found));
            }
            if !has_more || last.is_none() {
                return Heard::Done(None);
            }
            after = last;
        }
        Heard::Nothing
    }
}

/// The intent that a refusal is about.
fn about(fault: &Fault) -> Option<&Intent> {
    fault.payment_intent.as_deref()
}

/// Whether a capture was carried out.
fn has(intent: &Intent, capture: Uuid) -> bool {
    intent.captures().iter().any(|(id, _)| *id == capture)
}

/// Something was captured; how much is said only where it is less than what was asked for.
fn taken(intent: &Intent, amount: i64) -> Answer {
    if !matches!(intent.status.as_str(), "succeeded" | "requires_capture") {
        return Answer::Unknown;
    }
    let less = intent.amount_received.filter(|received| *received < amount);
    let amount_minor = match less.map(|less| currency::ours(less, &intent.currency)) {
        Some(None) => return Answer::Unknown,
        Some(Some(money)) => Some(money.amount_minor),
        None => None,
    };
    Answer::Done { provider_ref: intent.id.clone(), amount_minor }
}

/// Nothing is kept any more.
fn gone(intent: &Intent) -> bool {
    let rest = intent.amount_capturable == Some(0) && intent.status == "succeeded";
    intent.status == "canceled" || rest
}

fn released(intent: &Intent) -> Answer {
    Answer::Done { provider_ref: intent.id.clone(), amount_minor: None }
}
