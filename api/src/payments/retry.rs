//! Tries a declined payment once more.

use axum::extract::State;
use axum::response::Response;
use domain::PaymentId;
use domain::payment::Payment;
use serde::Deserialize;
use utoipa::ToSchema;

use super::create::Token;
use super::problem::refused;
use super::reply::PaymentReply;
use super::run::{answer, reached};
use crate::http::answer::Accepted;
use crate::http::app::App;
use crate::http::body::{Body, OptionalBody};
use crate::http::command::Head;
use crate::http::path::Id;
use crate::http::problem::Problem;

/// With what.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetryPayment {
    /// Another card; the same, where nothing is said.
    method: Option<Token>,
}

/// Tries a declined payment once more, with another card perhaps; three times at most.
#[utoipa::path(
    post,
    path = "/api/v1/payments/{id}/retry",
    operation_id = "retryPayment",
    tag = "payments",
    params(("id" = String, Path, description = "The payment")),
    request_body = RetryPayment,
    responses(
        (status = 200, description = "The provider has answered", body = PaymentReply),
        (status = 202, description = "The provider has not answered yet", body = PaymentReply)
    )
)]
pub async fn retry(
    State(app): State<App>,
    head: Head,
    Id(id): Id,
    OptionalBody(Body { value, canonical }): OptionalBody<RetryPayment>,
) -> Result<Response, Problem> {
    let (org, payment) = (head.caller.org, PaymentId::from(id));
    reached(&app, &head, payment).await?;
    let order = head.order::<Payment, _>(&canonical, Accepted::<PaymentReply>::changed(id));
    let token = value.method.map(|method| method.token);
    let done = app.payments().retry(order, payment, token).await;
    answer(&app, org, (payment, false), done.map_err(refused)?).await
}
