//! Answers with a payment as it is once the provider has answered, or after two seconds.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use domain::payment::{Asked, Payment, PaymentStatus};
use domain::{OrgId, PaymentId};
use event_store::Outcome;
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

use super::reply::PaymentReply;
use crate::http::answer::{Resource, Shows, respond};
use crate::http::app::App;
use crate::http::command::{Head, etag};
use crate::http::problem::{PAYMENT_DECLINED, Problem, log_failed};
use crate::http::reach::Reach;

/// How long an answer waits for the provider.
const PATIENCE: Duration = Duration::from_secs(2);

/// Refuses commands to payments that the caller does not see; those that are not there, the command
/// itself refuses.
pub(super) async fn reached(app: &App, head: &Head, id: PaymentId) -> Result<(), Problem> {
    let reach = Reach::of(app, &head.caller).await?;
    let payment = app.payments().payment(head.caller.org, id).await;
    match payment.map_err(|error| log_failed(&error))? {
        Some(payment) => reach.allows(Some(payment.by.uuid())),
        None => Err(Problem::not_found()),
    }
}

/// The answer to what has come of a command: what was refused is told as it was, also when it is
/// repeated; otherwise the payment as it is by then.
pub(super) async fn answer(
    app: &App,
    org: OrgId,
    (id, created): (PaymentId, bool),
    outcome: Outcome,
) -> Result<Response, Problem> {
    if outcome.reply.status >= 400 {
        return respond::<PaymentReply>(app, org, outcome).await;
    }
    let settled = app.payments().settled(org, id, PATIENCE).await;
    let settled = settled.map_err(|error| log_failed(&error))?;
    let (payment, version) = settled.ok_or_else(Problem::not_found)?;
    if created && let Some(declined) = declined(&payment, id) {
        return Err(declined);
    }
    let waits = payment.known().is_some_and(|known| known.question().is_some());
    let status = match (waits, created) {
        (true, _) => StatusCode::ACCEPTED,
        (false, true) => StatusCode::CREATED,
        (false, false) => StatusCode::OK,
    };
    let reply = PaymentReply::of(id.uuid(), &payment, version).ok_or_else(Problem::not_found)?;
    let mut response = (status, axum::Json(reply.opened(app, org).await?)).into_response();
    let headers = response.headers_mut();
    let value = |text: String| HeaderValue::from_str(&text).map_err(|e| Problem::fault(&e));
    headers.insert(header::ETAG, value(etag(version))?);
    if created {
        headers.insert(header::LOCATION, value(format!("/api/v1/payments/{id}"))?);
    }
    if let Some(position) = outcome.position {
        headers.insert("x-event-position", HeaderValue::from(position));
    }
    if outcome.replayed {
        headers.insert("idempotent-replayed", HeaderValue::from_static("true"));
    }
    Ok(response)
}

/// The provider has said no while the caller was waiting.
fn declined(payment: &Payment, id: PaymentId) -> Option<Problem> {
    let known = payment.known().filter(|known| known.status == PaymentStatus::Declined)?;
    let attempt = known.attempt()?;
    let Asked::Failed { code } = &attempt.asked else { return None };
    let location = HeaderValue::from_str(&format!("/api/v1/payments/{id}")).ok()?;
    Some(
        Problem::of(&PAYMENT_DECLINED)
            .with("payment_id", json!(id))
            .with("decline_code", json!(code))
            .with("retryable", json!(attempt.retryable))
            .with_header(header::LOCATION, location),
    )
}
