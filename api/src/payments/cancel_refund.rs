//! Takes a refund back that waits for approval.

use axum::extract::State;
use axum::response::Response;
use domain::{PaymentId, RefundId};

use super::problem::refused;
use super::reply::PaymentReply;
use super::run::{answer, order, reached};
use crate::http::app::App;
use crate::http::body::{Body, NoFields, OptionalBody};
use crate::http::command::Head;
use crate::http::path::Ids;
use crate::http::problem::Problem;

/// Takes a refund back that waits for approval.
#[utoipa::path(
    post,
    path = "/api/v1/payments/{id}/refunds/{refund_id}/cancel",
    operation_id = "cancelRefund",
    tag = "payments",
    params(
        ("id" = String, Path, description = "The payment"),
        ("refund_id" = String, Path, description = "The refund")
    ),
    responses(
        (status = 200, description = "The payment", body = PaymentReply),
        (status = 202, description = "The provider has not answered yet", body = PaymentReply)
    )
)]
pub async fn cancel(
    State(app): State<App>,
    head: Head,
    Ids(id, refund): Ids,
    OptionalBody(Body { canonical, .. }): OptionalBody<NoFields>,
) -> Result<Response, Problem> {
    let (org, payment) = (head.caller.org, PaymentId::from(id));
    reached(&app, &head, payment).await?;
    let order = order(&head, &canonical);
    let of = (payment, RefundId::from(refund));
    let done = app.payments().decide(order, of, head.caller.user, false).await;
    answer(&app, org, (payment, false), done.map_err(refused)?).await
}
