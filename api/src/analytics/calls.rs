//! The figures of the calls of a time, with numerators and denominators, so
//! that a reader can add them up correctly.

use axum::extract::State;
use axum::response::Response;
use projections::figures::behind::CellKey;
use projections::figures::read::{self, Metrics};

use super::query::{Asks, CallMetricsParameters, NormalizedQuery};
use super::reply::{FiguresReply, failed};
use crate::calls::behind::token;
use crate::http::app::App;
use crate::http::problem::Problem;
use crate::http::query::Query;
use crate::http::read::Head;

/// The figures of the calls of a time. Each `cell` leads to the calls behind its figures
/// (`GET /calls?cell=…&figure=…`).
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
    let agents = parameters.agents().to_vec();
    let (query, normalized) = parameters.read(&app, &head).await?;
    let fresh = head.all_fresh(&app, &read::models::<Metrics>()).await?;
    let found = read::metrics::<Metrics>(app.database(), org, &query).await;
    let mut found = found.map_err(failed)?;
    for cell in &mut found.series {
        cell.cell = CellKey::of(&query, &agents, cell).as_ref().and_then(token);
    }
    Ok(fresh.answer(&FiguresReply::of(normalized, query.tz, found)))
}
