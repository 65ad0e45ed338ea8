//! Lets go what is authorized.

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

/// Lets go what is authorized and not captured: of a payment of which nothing was captured, all;
/// otherwise the rest.
#[utoipa::path(
    post,
    path = "/api/v1/payments/{id}/void",
    operation_id = "voidPayment",
    tag = "payments",
    params(("id" = String, Path, description = "The payment")),
    responses(
        (status = 200, description = "The provider has answered", body = PaymentReply),
        (status = 202, description = "The provider has not answered yet", body = PaymentReply)
    )
)]
pub async fn void(
    State(app): State<App>,
    head: Head,
    Id(id): Id,
    OptionalBody(Body { canonical, .. }): OptionalBody<NoFields>,
) -> Result<Response, Problem> {
    let (org, payment) = (head.caller.org, PaymentId::from(id));
    reached(&app, &head, payment).await?;
    let order = order(&head, &canonical);
    let done = app.payments().void(order, payment, (VoidReason::Requested, head.caller.user)).await;
    answer(&app, org, (payment, false), done.map_err(refused)?).await
}
