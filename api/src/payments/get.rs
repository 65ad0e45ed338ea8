//! One payment.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use domain::PaymentId;
use projections::payments::read;

use super::reply::PaymentReply;
use crate::http::answer::Resource;
use crate::http::app::App;
use crate::http::path::Id;
use crate::http::problem::{Problem, unavailable};
use crate::http::query;
use crate::http::reach::Reach;
use crate::http::read::Head;

/// One payment. Agents see those that they have asked for, supervisors also those of their teams.
#[utoipa::path(
    get,
    path = "/api/v1/payments/{id}",
    operation_id = "getPayment",
    tag = "payments",
    params(("id" = String, Path, description = "The payment")),
    responses(
        (status = 200, description = "The payment", body = PaymentReply),
        (status = 304, description = "The version of If-None-Match is the current one")
    )
)]
pub async fn get(
    State(app): State<App>,
    head: Head,
    RawQuery(raw): RawQuery,
    Id(id): Id,
) -> Result<Response, Problem> {
    query::none(raw.as_deref())?;
    let org = head.caller.org;
    let reach = Reach::fresh(&app, &head).await?;
    let fresh = head.fresh(&app, "payments").await?;
    let row = read::get(app.database(), org, PaymentId::from(id)).await;
    let row = row.map_err(|error| unavailable(&error))?.ok_or_else(Problem::not_found)?;
    reach.allows(Some(row.payment.by.uuid()))?;
    if head.has(row.version) {
        return Ok(fresh.unchanged(row.version));
    }
    let payment = PaymentReply::known(row.id, &row.payment, row.version).opened(&app, org).await?;
    Ok(fresh.resource(row.version, &payment))
}
