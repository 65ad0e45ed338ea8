//! Refunds what was captured.

use axum::extract::State;
use axum::response::Response;
use domain::PaymentId;
use domain::payment::RefundReason;
use processes::payments::Payer;
use serde::Deserialize;
use utoipa::ToSchema;

use super::problem::refused;
use super::reply::PaymentReply;
use super::run::{answer, order, reached};
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::command::Head;
use crate::http::path::Id;
use crate::http::problem::Problem;

/// How much, and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefundPayment {
    /// In minor units; everything that can be, where nothing is said.
    #[schema(minimum = 1)]
    amount_minor: Option<i64>,
    #[schema(inline)]
    reason: RefundReason,
    /// What is to be noted about it.
    note: Option<String>,
}

/// Refunds what was captured, or a part of it. What is above the organization's limit waits until
/// another administrator approves it.
#[utoipa::path(
    post,
    path = "/api/v1/payments/{id}/refunds",
    operation_id = "processRefund",
    tag = "payments",
    params(("id" = String, Path, description = "The payment")),
    request_body = RefundPayment,
    responses(
        (status = 200, description = "The provider has answered, or approval is needed",
         body = PaymentReply),
        (status = 202, description = "The provider has not answered yet", body = PaymentReply)
    )
)]
pub async fn refund(
    State(app): State<App>,
    head: Head,
    Id(id): Id,
    Body { value, canonical }: Body<RefundPayment>,
) -> Result<Response, Problem> {
    head.required_key()?;
    let (org, payment) = (head.caller.org, PaymentId::from(id));
    reached(&app, &head, payment).await?;
    let payer = Payer { user: head.caller.user, role: head.caller.role };
    let order = order(&head, &canonical);
    let part = (value.amount_minor, value.reason, value.note);
    let done = app.payments().refund(order, payment, payer, part).await;
    answer(&app, org, (payment, false), done.map_err(refused)?).await
}
