//! Finds payments, newest first.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use domain::Timestamp;
use domain::payment::PaymentStatus;
use projections::payments::read::{self, PaymentFilter, PaymentPlace};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::reply::PaymentReply;
use crate::http::answer::Resource;
use crate::http::app::App;
use crate::http::page::{self, Asked};
use crate::http::problem::{Problem, unavailable};
use crate::http::query::{self, Query};
use crate::http::reach::Reach;
use crate::http::read::Head;

/// Which payments.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListPayments {
    /// How far they are.
    #[param(inline)]
    status: Option<PaymentStatus>,
    /// ISO 4217.
    currency: Option<String>,
    /// In this call.
    call_id: Option<Uuid>,
    /// By this contact.
    contact_id: Option<Uuid>,
    /// Asked for at this instant or later.
    #[param(inline)]
    from: Option<Timestamp>,
    /// Asked for before this instant.
    #[param(inline)]
    to: Option<Timestamp>,
    /// How many at most, 1 to 100; 20 where nothing is said.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
    /// Where the list goes on, from `next_cursor`.
    cursor: Option<String>,
}

/// A page of payments.
#[derive(Serialize, ToSchema)]
pub struct PaymentList {
    /// The newest first.
    items: Vec<PaymentReply>,
    /// Where the list goes on; `null` at its end.
    next_cursor: Option<String>,
    /// Not counted.
    total: Option<i64>,
}

/// Payments, the newest first. Agents see those that they have asked for, supervisors also those of
/// their teams.
#[utoipa::path(
    get,
    path = "/api/v1/payments",
    operation_id = "listPayments",
    tag = "payments",
    params(ListPayments),
    responses((status = 200, description = "Payments, newest first", body = PaymentList))
)]
pub async fn list(
    State(app): State<App>,
    head: Head,
    RawQuery(raw): RawQuery,
    Query(query): Query<ListPayments>,
) -> Result<Response, Problem> {
    let org = head.caller.org;
    query::span(query.from, query.to)?;
    query::currency(query.currency.as_deref())?;
    let list = ("listPayments", raw.as_deref());
    let asked: Asked<PaymentPlace> =
        Asked::of(&app, org, list, (query.limit, query.cursor.as_deref()))?;
    let reach = Reach::fresh(&app, &head).await?;
    let fresh = head.fresh(&app, "payments").await?;
    let filter = PaymentFilter {
        status: query.status,
        currency: query.currency,
        call: query.call_id,
        contact: query.contact_id,
        by: reach.among(Vec::new())?,
        from: query.from,
        to: query.to,
    };
    let rows = read::list(app.database(), org, &filter, asked.after.as_ref(), asked.rows()).await;
    let page = asked.cut(rows.map_err(|error| unavailable(&error))?);
    let next_cursor = page.next(&app, &asked, |row| PaymentPlace {
        created_at: row.payment.created_at,
        id: row.id.uuid(),
    })?;
    let opened = page
        .rows
        .iter()
        .map(|row| PaymentReply::known(row.id, &row.payment, row.version).opened(&app, org));
    let items = page::opened(opened).await?;
    Ok(fresh.answer(&PaymentList { items, next_cursor, total: None }))
}
