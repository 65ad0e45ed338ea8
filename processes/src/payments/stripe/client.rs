//! Requests to Stripe and their replies, before anybody knows what they mean for a payment.

use std::time::Duration;

use domain::Timestamp;
use domain::payment::PaymentProvider;
use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{Method, RequestBuilder, Response, Url};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::StripeError;
use super::form::Form;
use super::secret::StripeSecret;
use super::wire::{ErrorBody, Fault};
use crate::breaker::{self, Breakers, Failure, Service};

/// What its objects look like does not change under us.
const VERSION: &str = "2025-03-31.basil";
/// How long it is waited for; below the lease of whoever asks.
const DEADLINE: Duration = Duration::from_secs(4);
const CONNECT: Duration = Duration::from_secs(2);
/// More of a reply is not read.
const MAX_REPLY: usize = 64 * 1024;

/// What came of a request.
pub(super) enum Heard<T> {
    /// It was done.
    Done(T),
    /// It was not, and will not be under this key.
    Refused(Box<Fault>),
    /// Under this key it will never be answered otherwise, and nobody knows what that was: it can
    /// only be looked for.
    Stuck,
    /// Nobody knows; the same request may be answered later.
    Nothing,
}

/// A connection to Stripe.
pub(super) struct Client {
    http: reqwest::Client,
    base: Url,
    key: HeaderValue,
    breakers: Breakers,
}

/// What its breaker is called.
const SERVICE: Service = Service::Payment(PaymentProvider::Stripe);

impl Client {
    pub(super) fn new(
        (base, here): (Url, bool),
        key: StripeSecret,
        breakers: Breakers,
    ) -> Result<Self, StripeError> {
        let key = HeaderValue::from_str(&format!("Bearer {}", key.text()));
        let mut key = key.map_err(|_| StripeError::Key)?;
        key.set_sensitive(true);
        let mut headers = HeaderMap::new();
        headers.insert("stripe-version", HeaderValue::from_static(VERSION));
        let builder = reqwest::Client::builder()
            .default_headers(headers)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .referer(false)
            .https_only(!here)
            .connect_timeout(CONNECT)
            .timeout(DEADLINE);
        // On this machine nobody has to be certain who answers.
        let builder = if here { builder.tls_certs_only([]) } else { builder };
        let http = builder.build().map_err(|error| StripeError::Tls(error.to_string()))?;
        breakers.guard(SERVICE);
        Ok(Self { http, base, key, breakers })
    }

    /// Asks for something to be done, once under this key. Stripe has one room for the keys of all
    /// operations, and we do not: who is not waited for is let go under the key of the attempt. So
    /// the operation is part of it.
    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        path: &[&str],
        form: &Form,
        (operation, key): (&str, Uuid),
    ) -> Heard<T> {
        let Some(url) = self.url(path, &[]) else { return Heard::Nothing };
        let request = self.http.request(Method::POST, url);
        let key = format!("{operation}-{key}");
        self.ask(request.header("idempotency-key", key).form(form.fields())).await
    }

    /// Looks at something.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Heard<T> {
        let Some(url) = self.url(path, query) else { return Heard::Nothing };
        self.ask(self.http.request(Method::GET, url)).await
    }

    /// Names in a path are Stripe's, and are escaped: none leads to another operation.
    fn url(&self, path: &[&str], query: &[(&str, &str)]) -> Option<Url> {
        if path.iter().any(|part| matches!(*part, "" | "." | "..")) {
            return None;
        }
        let mut url = self.base.clone();
        url.path_segments_mut().ok()?.pop_if_empty().push("v1").extend(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Some(url)
    }

    /// Until when it is left alone.
    pub(super) fn rejects_until(&self) -> Option<Timestamp> {
        self.breakers.rejects_until(SERVICE)
    }

    async fn ask<T: DeserializeOwned>(&self, request: RequestBuilder) -> Heard<T> {
        let Some(asked) = self.breakers.admit(SERVICE) else { return Heard::Nothing };
        let request = request.header(reqwest::header::AUTHORIZATION, self.key.clone());
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) => {
                let error = error.without_url();
                tracing::warn!(%error, "stripe has not answered");
                let failure = if error.is_connect() { Failure::Connect } else { Failure::Timeout };
                asked.heard(breaker::Heard::Failed(failure));
                return Heard::Nothing;
            }
        };
        let status = response.status().as_u16();
        let named = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        let replayed = named("idempotent-replayed") == Some("true");
        let request_id = named("request-id").unwrap_or_default().to_owned();
        let retry_after_ms = named("retry-after").and_then(|text| text.parse::<i64>().ok());
        let retry_after_ms = retry_after_ms.map(|seconds| seconds.saturating_mul(1_000));
        let Some(body) = whole(response).await else {
            tracing::warn!(status, request_id, "stripe's answer broke off, or is too long");
            asked.heard(breaker::Heard::Failed(Failure::Malformed));
            return Heard::Nothing;
        };
        let heard = judge(status, replayed, &body);
        asked.heard(match status {
            // An answer from before says nothing of today.
            _ if replayed => breaker::Heard::Answered,
            429 => breaker::Heard::Busy { retry_after_ms },
            500.. => breaker::Heard::Failed(Failure::Server),
            200..300 if matches!(heard, Heard::Nothing) => {
                breaker::Heard::Failed(Failure::Malformed)
            }
            _ => breaker::Heard::Answered,
        });
        match &heard {
            Heard::Nothing | Heard::Stuck if matches!(status, 401 | 403) => {
                tracing::error!(status, request_id, "stripe does not take our key");
            }
            Heard::Nothing | Heard::Stuck => {
                tracing::warn!(status, replayed, request_id, "stripe's answer says nothing");
            }
            Heard::Done(_) | Heard::Refused(_) => {}
        }
        heard
    }
}

/// A body that is not too long.
async fn whole(mut response: Response) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        if body.len() + chunk.len() > MAX_REPLY {
            return None;
        }
        body.extend_from_slice(&chunk);
    }
    Some(body)
}

/// What a reply says. Only a fault in Stripe's own words is a refusal: whoever else stands on the
/// way and says no, does not speak for it. A key that is not taken says nothing of what was done
/// under one that was.
fn judge<T: DeserializeOwned>(status: u16, replayed: bool, body: &[u8]) -> Heard<T> {
    if (200..300).contains(&status) {
        return serde_json::from_slice(body).map_or(Heard::Nothing, Heard::Done);
    }
    match (status, serde_json::from_slice::<ErrorBody>(body)) {
        (500..600, _) if replayed => Heard::Stuck,
        (400..500, Ok(body)) if body.error.kind == "idempotency_error" && status != 409 => {
            Heard::Stuck
        }
        (400 | 402 | 404, Ok(body)) => Heard::Refused(Box::new(body.error)),
        _ => Heard::Nothing,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn judged(status: u16, replayed: bool, body: &str) -> &'static str {
        match judge::<serde_json::Value>(status, replayed, body.as_bytes()) {
            Heard::Done(_) => "done",
            Heard::Refused(_) => "refused",
            Heard::Stuck => "stuck",
            Heard::Nothing => "nothing",
        }
    }

    #[test]
    fn nothing_is_done_or_refused_that_stripe_has_not_said() {
        let declined = r#"{"error":{"type":"card_error","code":"card_declined"}}"#;
        let reused = r#"{"error":{"type":"idempotency_error"}}"#;
        for (status, replayed, body, expected) in [
            (200, false, "{}", "done"),
            (200, true, "{}", "done"),
            (200, false, "<html>", "nothing"),
            (200, false, "", "nothing"),
            (302, false, "", "nothing"),
            (400, false, declined, "refused"),
            (402, false, declined, "refused"),
            (404, true, declined, "refused"),
            (404, false, "<html>not found</html>", "nothing"),
            (404, false, "{}", "nothing"),
            (400, false, reused, "stuck"),
            (401, false, declined, "nothing"),
            (403, false, declined, "nothing"),
            (407, false, declined, "nothing"),
            (408, false, declined, "nothing"),
            (409, false, reused, "nothing"),
            (424, false, declined, "nothing"),
            (429, false, declined, "nothing"),
            (500, false, declined, "nothing"),
            (500, true, declined, "stuck"),
            (502, false, "", "nothing"),
        ] {
            assert_eq!(judged(status, replayed, body), expected, "{status} {body}");
        }
    }

    #[test]
    fn a_name_leads_to_no_other_operation() {
        let base = Url::parse("http://127.0.0.1:1/").unwrap();
        let breakers = Breakers::new(std::sync::Arc::new(crate::SystemClock));
        let key = StripeSecret::from("sk".to_owned());
        let client = Client::new((base, true), key, breakers).ok().unwrap();
        let url = |path: &[&str]| client.url(path, &[]).map(|url| url.path().to_owned());
        assert_eq!(
            url(&["payment_intents", "pi_1", "capture"]).as_deref(),
            Some("/v1/payment_intents/pi_1/capture")
        );
        assert_eq!(
            url(&["payment_intents", "pi_1/../../refunds?x#y"]).as_deref(),
            Some("/v1/payment_intents/pi_1%2F..%2F..%2Frefunds%3Fx%23y")
        );
        assert_eq!(url(&["payment_intents", "..", "refunds"]), None);
        assert_eq!(url(&["payment_intents", "", "capture"]), None);
    }
}
