//! What is sent to Stripe, as it wants it: `application/x-www-form-urlencoded`, with brackets.

use domain::{OrgId, PaymentId};
use uuid::Uuid;

use super::wire::capture_name;
use crate::payments::gateway::{AuthorizationRequest, MoneyRequest};

/// The names in the metadata of what we have made.
pub(super) const ORGANIZATION: &str = "organization";
pub(super) const PAYMENT: &str = "payment";
pub(super) const ATTEMPT: &str = "attempt";
pub(super) const REFUND: &str = "refund";

/// The fields of a request. The same question has the same fields, whenever it is asked: Stripe
/// refuses a key with others.
#[derive(Default)]
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    pub(super) fn fields(&self) -> &[(String, String)] {
        &self.0
    }

    fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.0.push((name.into(), value.into()));
        self
    }

    /// Whose payment it is; from here alone it is known when Stripe tells of it.
    fn about(self, org: OrgId, payment: PaymentId, (what, key): (&str, Uuid)) -> Self {
        self.with(format!("metadata[{ORGANIZATION}]"), org.uuid().to_string())
            .with(format!("metadata[{PAYMENT}]"), payment.uuid().to_string())
            .with(format!("metadata[{what}]"), key.to_string())
    }

    /// To keep money, or to take it at once.
    pub(super) fn intent(
        request: &AuthorizationRequest,
        amount: i64,
        return_url: Option<&str>,
    ) -> Self {
        let method = if request.capture { "automatic" } else { "manual" };
        let form = Self::default()
            .with("amount", amount.to_string())
            .with("currency", request.money.currency.to_ascii_lowercase())
            .with("confirm", "true")
            .with("capture_method", method)
            .with("payment_method_types[]", "card")
            .with("expand[]", "latest_charge")
            .about(request.org, request.payment, (ATTEMPT, request.key));
        let form = match request.token_ref.starts_with("tok_") {
            // Tokens are older than payment methods, and become one.
            true => form
                .with("payment_method_data[type]", "card")
                .with("payment_method_data[card][token]", &request.token_ref),
            false => form.with("payment_method", &request.token_ref),
        };
        let form = match request.capture {
            true => form,
            // Only so it can be taken in parts, where the account and the card allow it.
            false => {
                form.with("payment_method_options[card][request_multicapture]", "if_available")
            }
        };
        match return_url {
            Some(url) => form.with("return_url", url),
            None => form,
        }
    }

    /// To take some of what is kept. Which capture it was stays on the intent, where it is found
    /// again when an answer is lost.
    pub(super) fn capture(request: &MoneyRequest, amount: i64) -> Self {
        let form = Self::default()
            .with("amount_to_capture", amount.to_string())
            .with(format!("metadata[{}]", capture_name(request.key)), amount.to_string());
        match request.last {
            true => form,
            false => form.with("final_capture", "false"),
        }
    }

    /// To let go what is kept.
    pub(super) fn cancel() -> Self {
        Self::default()
    }

    /// To give some of it back.
    pub(super) fn refund(request: &MoneyRequest, amount: i64) -> Self {
        Self::default()
            .with("payment_intent", &request.provider_ref)
            .with("amount", amount.to_string())
            .about(request.org, request.payment, (REFUND, request.key))
    }
}
