//! The figures of the calls of a time, with numerators and denominators, so
//! that a reader can add them up correctly.

use axum::extract::State;
use axum::response::Response;
use projections::figures::read::{self, Metrics};

use super::query::{Asks, CallMetricsParameters, NormalizedQuery};
use super::reply::{FiguresReply, failed};
use crate::http::app::App;
use crate::http::problem::Problem;
use crate::http::query::Query;
use crate::http::read::Head;

/// The figures of the calls of a time. Each `cell`, and `total_cell`, leads to the calls behind its
/// figures (`GET /calls?cell=…&figure=…`).
#[utoipa::path(
    get,
    path = "/api/v1/analytics/calls",
    operation_id = "getCallMetrics",
    tag = "analytics",
    params(CallMetricsParameters),
    responses((
        status = 200,
        description = "The figures",
        body = FiguresReply<Metrics, NormalizedQuery>
    ))
)]
pub async fn metrics(
    State(app): State<App>,
    head: Head,
    Query(parameters): Query<CallMetricsParameters>,
) -> Result<Response, Problem> {
    let org = head.caller.org;
    let asked = parameters.asked();
    let (query, normalized) = parameters.read(&app, &head).await?;
    let fresh = head.all_fresh(&app, &read::models::<Metrics>(&query.dimensions)).await?;
    let found = read::metrics::<Metrics>(app.database(), org, &query).await;
    let found = found.map_err(failed)?;
    Ok(fresh.answer(&FiguresReply::with_cells(normalized, (&query, &asked), found)))
}
