//! Cancels a payment that waits for its payer.

use axum::extract::State;
use axum::response::Response;
use domain::PaymentId;
use domain::payment::VoidReason;

use super::problem::refused;
use super::reply::PaymentReply;
use super::run::{answer, order, reached};
use crate::http::app::App;
use crate::http::body::{Body, NoFields, OptionalBody};
use crate::http::command::Head;
use crate::http::path::Id;
use crate::http::problem::Problem;

/// Cancels a payment that waits for its payer, once the provider has said that it cannot be paid
/// any more.
#[utoipa::path(
    post,
    path = "/api/v1/payments/{id}/cancel",
    operation_id = "cancelPayment",
    tag = "payments",
    params(("id" = String, Path, description = "The payment")),
    responses(
        (status = 200, description = "The provider has answered", body = PaymentReply),
        (status = 202, description = "The provider has not answered yet", body = PaymentReply)
    )
)]
pub async fn cancel(
    State(app): State<App>,
    head: Head,
    Id(id): Id,
    OptionalBody(Body { canonical, .. }): OptionalBody<NoFields>,
) -> Result<Response, Problem> {
    let (org, payment) = (head.caller.org, PaymentId::from(id));
    reached(&app, &head, payment).await?;
    let order = order(&head, &canonical);
    let done = app.payments().void(order, payment, (VoidReason::Canceled, head.caller.user)).await;
    answer(&app, org, (payment, false), done.map_err(refused)?).await
}
