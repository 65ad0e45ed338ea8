//! Captures what is authorized.

use axum::extract::State;
use axum::response::Response;
use domain::PaymentId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::problem::refused;
use super::reply::PaymentReply;
use super::run::{answer, order, reached};
use crate::http::app::App;
use crate::http::body::{Body, OptionalBody};
use crate::http::command::Head;
use crate::http::path::Id;
use crate::http::problem::Problem;

/// How much.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CapturePayment {
    /// In minor units; everything that can be, where nothing is said.
    #[schema(minimum = 1)]
    amount_minor: Option<i64>,
    /// Whether nothing more will be captured; the rest is let go then.
    last: Option<bool>,
}

/// Captures what is authorized, or a part of it.
#[utoipa::path(
    post,
    path = "/api/v1/payments/{id}/capture",
    operation_id = "capturePayment",
    tag = "payments",
    params(("id" = String, Path, description = "The payment")),
    request_body = CapturePayment,
    responses(
        (status = 200, description = "The provider has answered", body = PaymentReply),
        (status = 202, description = "The provider has not answered yet", body = PaymentReply)
    )
)]
pub async fn capture(
    State(app): State<App>,
    head: Head,
    Id(id): Id,
    OptionalBody(Body { value, canonical }): OptionalBody<CapturePayment>,
) -> Result<Response, Problem> {
    head.required_key()?;
    let (org, payment) = (head.caller.org, PaymentId::from(id));
    reached(&app, &head, payment).await?;
    let order = order(&head, &canonical);
    let part = (value.amount_minor, value.last.unwrap_or(false));
    let done = app.payments().capture(order, payment, part, head.caller.user).await;
    answer(&app, org, (payment, false), done.map_err(refused)?).await
}
