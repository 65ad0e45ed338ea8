//! Answers with a payment as it is once the provider has answered, or after two seconds.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use domain::payment::{Asked, Payment, PaymentRefusal, PaymentStatus};
use domain::{OrgId, PaymentId};
use event_store::{Outcome, Reply, StoredReply};
use http::{HeaderValue, StatusCode, header};
use processes::commands::Order;
use serde_json::json;

use super::reply::PaymentReply;
use crate::http::answer::{Resource, Shows, respond};
use crate::http::app::App;
use crate::http::command::{Head, etag};
use crate::http::problem::{PAYMENT_DECLINED, Problem, log_failed, stored_refusal};
use crate::http::reach::Reach;

/// An answer that says nothing: it is made from the payment as it is by then, so nothing of it is
/// kept, and erasing somebody takes nothing of it away.
struct Untold;

impl Reply<Payment> for Untold {
    fn accepted(&self, _: &Payment, _: u64) -> StoredReply {
        StoredReply { status: StatusCode::OK.as_u16(), ..StoredReply::default() }
    }

    fn refused(&self, refusal: &PaymentRefusal) -> Option<StoredReply> {
        stored_refusal(refusal)
    }
}

/// A command of this caller to a payment.
pub(super) fn order(head: &Head, canonical: &str) -> Order<Payment> {
    head.order(canonical, Untold)
}

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

/// A payment of which nothing was asked but to look again.
pub(super) async fn shown(app: &App, org: OrgId, id: PaymentId) -> Result<Response, Problem> {
    let quiet = Outcome {
        reply: StoredReply { status: StatusCode::OK.as_u16(), ..StoredReply::default() },
        version: 0,
        position: None,
        event_ids: Vec::new(),
        replayed: false,
    };
    answer(app, org, (id, false), quiet).await
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
    // What the body shows is in the log by then: whoever asks for this position sees no less.
    let position = outcome.position.map(|position| position.max(*app.log().head().borrow()));
    if created && let Some(declined) = declined(&payment, id) {
        let mut response = declined.into_response();
        mark(&mut response, position, outcome.replayed);
        return Ok(response);
    }
    let waits = payment.known().is_some_and(|known| !known.questions().is_empty());
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
    mark(&mut response, position, outcome.replayed);
    Ok(response)
}

fn mark(response: &mut Response, position: Option<i64>, replayed: bool) {
    let headers = response.headers_mut();
    if let Some(position) = position {
        headers.insert("x-event-position", HeaderValue::from(position));
    }
    if replayed {
        headers.insert("idempotent-replayed", HeaderValue::from_static("true"));
    }
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
