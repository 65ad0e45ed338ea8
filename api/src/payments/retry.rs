//! Tries a declined payment once more.

use axum::extract::State;
use axum::response::Response;
use domain::PaymentId;
use domain::payment::PaymentStatus;
use serde::Deserialize;
use utoipa::ToSchema;

use super::create::Token;
use super::problem::refused;
use super::reply::PaymentReply;
use super::run::{answer, order, reached, shown};
use crate::http::app::App;
use crate::http::body::{Body, OptionalBody};
use crate::http::command::Head;
use crate::http::path::Id;
use crate::http::problem::{Problem, by_kind, log_failed};

/// With what.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetryPayment {
    /// Another card; the same, where nothing is said.
    method: Option<Token>,
}

/// Tries a declined payment once more, with another card perhaps; three times at most. Of one that
/// is `processing` the provider is asked again at once, under the same key.
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
    let before = app.payments().payment(org, payment).await;
    let before = before.map_err(|error| log_failed(&error))?;
    if before.is_some_and(|payment| payment.status == PaymentStatus::Processing) {
        let looked = app.payments().look_again(org, payment).await;
        looked.map_err(|error| by_kind(&error))?;
        return shown(&app, org, payment).await;
    }
    let order = order(&head, &canonical);
    let token = value.method.map(|method| method.token);
    let done = app.payments().retry(order, payment, token).await;
    answer(&app, org, (payment, false), done.map_err(refused)?).await
}
