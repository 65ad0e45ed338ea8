//! Finds what has happened to money, newest first.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use domain::Timestamp;
use projections::payments::read::{self, TransactionFilter, TransactionPlace, TransactionRow};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::http::app::App;
use crate::http::page::Asked;
use crate::http::problem::{Problem, unavailable};
use crate::http::query::{self, Query};
use crate::http::reach::Reach;
use crate::http::read::Head;

/// The kinds that there are.
const KINDS: [&str; 5] = ["authorization", "capture", "void", "refund", "dispute"];

/// Which of them.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListTransactions {
    /// `authorization`, `capture`, `void`, `refund` or `dispute`
    r#type: Option<String>,
    /// How far they are, such as `succeeded`.
    status: Option<String>,
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
    /// At least so much, in minor units.
    #[param(minimum = 0)]
    min: Option<i64>,
    /// At most so much, in minor units.
    #[param(minimum = 0)]
    max: Option<i64>,
    /// How many at most, 1 to 100; 20 where nothing is said.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
    /// Where the list goes on, from `next_cursor`.
    cursor: Option<String>,
}

/// One time that money was kept for us, captured, let go, refunded or disputed.
#[derive(Serialize, ToSchema)]
#[schema(as = Transaction)]
pub struct TransactionReply {
    /// The attempt, the capture, the void or the refund, or the provider's name of the dispute.
    id: String,
    /// `authorization`, `capture`, `void`, `refund` or `dispute`
    r#type: String,
    payment_id: Uuid,
    /// `pending`, `unknown`, `requires_action`, `awaiting_approval`, `succeeded`, `failed`,
    /// `declined`, `expired`, `canceled`, `conflict`, `open`, `won` or `lost`
    status: String,
    amount_minor: i64,
    currency: String,
    /// The provider's name for it.
    provider_ref: Option<String>,
    /// Why it came to nothing.
    code: Option<String>,
    call_id: Option<Uuid>,
    contact_id: Option<Uuid>,
    /// Who has asked for the payment.
    created_by: Uuid,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<TransactionRow> for TransactionReply {
    fn from(row: TransactionRow) -> Self {
        Self {
            id: row.name,
            r#type: row.kind,
            payment_id: row.payment_id,
            status: row.status,
            amount_minor: row.amount_minor,
            currency: row.currency,
            provider_ref: row.provider_ref,
            code: row.code,
            call_id: row.call_id,
            contact_id: row.contact_id,
            created_by: row.created_by,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        }
    }
}

/// A page of them.
#[derive(Serialize, ToSchema)]
pub struct TransactionList {
    /// The newest first.
    items: Vec<TransactionReply>,
    /// Where the list goes on; `null` at its end.
    next_cursor: Option<String>,
    /// Not counted.
    total: Option<i64>,
}

/// What has happened to money, the newest first: one row for each authorization, capture, void,
/// refund and dispute.
#[utoipa::path(
    get,
    path = "/api/v1/payments/transactions",
    operation_id = "listTransactions",
    tag = "payments",
    params(ListTransactions),
    responses((status = 200, description = "Transactions, newest first", body = TransactionList))
)]
pub async fn transactions(
    State(app): State<App>,
    head: Head,
    RawQuery(raw): RawQuery,
    Query(query): Query<ListTransactions>,
) -> Result<Response, Problem> {
    let org = head.caller.org;
    query::span(query.from, query.to)?;
    query::currency(query.currency.as_deref())?;
    if query.r#type.as_deref().is_some_and(|kind| !KINDS.contains(&kind)) {
        return Err(Problem::query("type", format!("it is one of {}", KINDS.join(", "))));
    }
    let list = ("listTransactions", raw.as_deref());
    let asked: Asked<TransactionPlace> =
        Asked::of(&app, org, list, (query.limit, query.cursor.as_deref()))?;
    let reach = Reach::fresh(&app, &head).await?;
    let fresh = head.fresh(&app, "payments").await?;
    let filter = TransactionFilter {
        kind: query.r#type,
        status: query.status,
        currency: query.currency,
        call: query.call_id,
        contact: query.contact_id,
        by: reach.among(Vec::new())?,
        from: query.from,
        to: query.to,
        min: query.min,
        max: query.max,
    };
    let after = asked.after.as_ref();
    let rows = read::transactions(app.database(), org, &filter, after, asked.rows()).await;
    let page = asked.cut(rows.map_err(|error| unavailable(&error))?);
    let next_cursor = page.next(&app, &asked, |row| TransactionPlace {
        created_at: row.created_at.into(),
        payment: row.payment_id,
        kind: row.kind.clone(),
        name: row.name.clone(),
    })?;
    let items = page.rows.into_iter().map(TransactionReply::from).collect();
    Ok(fresh.answer(&TransactionList { items, next_cursor, total: None }))
}
