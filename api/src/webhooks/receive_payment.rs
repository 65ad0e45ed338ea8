//! Takes in what a provider of payments tells.

use axum::body::Bytes;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use http::{HeaderMap, StatusCode};
use processes::payments::{SignatureFault, WebhookError};

use crate::http::app::App;
use crate::http::problem::{
    DEPENDENCY_UNAVAILABLE, INVALID_SIGNATURE, MALFORMED_REQUEST, Problem, by_kind,
};

/// Takes an event of Stripe in. It is kept once, however often it comes, and applied to its payment
/// later; what is of no use here is answered alike. Anything but 200 has Stripe tell it again.
#[utoipa::path(
    post,
    path = "/webhooks/payments/{provider}/{connection_id}",
    operation_id = "receivePaymentWebhook",
    tag = "webhooks",
    params(
        ("provider" = String, Path, description = "`stripe`"),
        ("connection_id" = String, Path, description = "As the server says when it starts"),
        (
            "Stripe-Signature" = String,
            Header,
            description = "`t=<seconds>,v1=<HMAC-SHA256>`; at most five minutes old"
        )
    ),
    request_body(
        content = serde_json::Value,
        description = "An event, at most 64 KiB; taken byte by byte, as it was signed"
    ),
    responses(
        (status = 200, description = "It is kept, was before, or tells nothing of our payments")
    )
)]
pub async fn receive(
    State(app): State<App>,
    path: Result<Path<(String, String)>, PathRejection>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let Path((provider, connection)) = path.map_err(|_| Problem::not_found())?;
    let known = app.stripe().filter(|_| provider == "stripe");
    let stripe = known.ok_or_else(Problem::not_found)?;
    let mut signatures = headers.get_all("stripe-signature").iter();
    let signature = signatures.next().filter(|_| signatures.next().is_none());
    let signature = signature.and_then(|value| value.to_str().ok());
    stripe.receive(&connection, signature, &body).await.map_err(refused)?;
    Ok(StatusCode::OK)
}

/// Whoever forges is not told what was wrong with it.
fn refused(error: WebhookError) -> Problem {
    match error {
        WebhookError::Forged(fault) => forged(fault),
        WebhookError::Unreadable => Problem::of(&MALFORMED_REQUEST),
        WebhookError::Away => Problem::of(&DEPENDENCY_UNAVAILABLE),
        WebhookError::Database(error) => by_kind(&error),
    }
}

/// It belongs to no organization, so it stands in no security log but the server's own.
fn forged(fault: SignatureFault) -> Problem {
    tracing::warn!(%fault, "a webhook was refused");
    Problem::of(&INVALID_SIGNATURE).because("")
}
