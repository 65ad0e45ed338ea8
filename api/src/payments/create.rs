//! Asks for a payment.

use axum::extract::State;
use axum::response::Response;
use domain::payment::{CaptureMethod, PaymentPurpose};
use domain::{CallId, ContactId, Money};
use processes::ids;
use processes::payments::{Payer, PaymentOrder};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::problem::refused;
use super::reply::{Amount, PaymentReply};
use super::run::{answer, order};
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::command::Head;
use crate::http::problem::{Problem, VERSION_MISMATCH, keyring_failed};

/// What is to be paid, and with what.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreatePayment {
    amount: Amount,
    /// `automatic`, where nothing is said, or `manual`
    #[schema(inline)]
    capture_method: Option<CaptureMethod>,
    #[schema(inline)]
    purpose: PaymentPurpose,
    /// In which call; agents take payments in their own live calls only.
    call_id: Option<CallId>,
    contact_id: Option<ContactId>,
    method: Token,
    /// What the payer reads; at most 255 characters.
    description: Option<String>,
    /// Fields of your own; at most 20.
    metadata: Option<Map<String, Value>>,
}

/// The payer's card, as the provider knows it. A card number is not accepted anywhere.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PaymentToken)]
pub struct Token {
    /// The provider's name for the card.
    #[schema(example = "tok_visa")]
    pub token: String,
}

/// Asks for a payment. It is answered once the provider has answered, or after two seconds: then it
/// is `processing`, and goes on by itself. The same key never takes the money twice.
#[utoipa::path(
    post,
    path = "/api/v1/payments",
    operation_id = "createPayment",
    tag = "payments",
    request_body = CreatePayment,
    responses(
        (
            status = 201,
            description = "The provider has answered",
            body = PaymentReply,
            headers(("Location" = String, description = "Where the payment is"))
        ),
        (
            status = 202,
            description = "The provider has not answered yet",
            body = PaymentReply,
            headers(("Location" = String, description = "Where the payment is"))
        )
    )
)]
pub async fn create(
    State(app): State<App>,
    head: Head,
    Body { value, canonical }: Body<CreatePayment>,
) -> Result<Response, Problem> {
    let (org, key) = (head.caller.org, head.required_key()?.to_owned());
    let user = head.caller.user.to_string();
    let id = ids::created_payment(app.keyring(), org, &user, &key).await;
    let id = id.map_err(|error| keyring_failed(&error))?;
    let payer = Payer { user: head.caller.user, role: head.caller.role };
    let asked = PaymentOrder {
        money: Money { amount_minor: value.amount.amount_minor, currency: value.amount.currency },
        capture_method: value.capture_method.unwrap_or(CaptureMethod::Automatic),
        purpose: value.purpose,
        call_id: value.call_id,
        contact_id: value.contact_id,
        token_ref: value.method.token,
        description: value.description,
        metadata: value.metadata.unwrap_or_default(),
    };
    if head.if_match.is_some() {
        return Err(Problem::of(&VERSION_MISMATCH).because("there is no version to match yet"));
    }
    let order = order(&head, &canonical);
    let outcome = app.payments().create(order, id, payer, asked).await.map_err(refused)?;
    answer(&app, org, (id, true), outcome).await
}
