//! The figures of the calls of a time, with numerators and denominators, so
//! that a reader can add them up correctly.

use axum::extract::State;
use axum::response::Response;
use projections::call_facts::read::{self, AsOf, Cell, Metrics, MetricsError};
use serde::Serialize;
use utoipa::ToSchema;

use super::query::{CallMetricsParameters, NormalizedQuery};
use crate::http::app::App;
use crate::http::problem::{
    INVALID_RANGE, Problem, TOO_MANY_BUCKETS, UNSUPPORTED_DIMENSION, unavailable,
};
use crate::http::query::Query;
use crate::http::read::Head;

/// Which formulas the figures follow; another number whenever one changes.
const DEFINITIONS: u32 = 1;

/// The figures.
#[derive(Serialize, ToSchema)]
pub struct CallMetricsReply {
    /// The question as it was understood.
    query: NormalizedQuery,
    /// Which formulas the figures follow.
    definitions_version: u32,
    /// Where days begin.
    tz: String,
    /// What of the log they rest on.
    as_of: AsOf,
    /// Bucket by bucket, in each the groups.
    series: Vec<Cell>,
    /// Everything together.
    totals: Metrics,
}

/// The figures of the calls of a time.
#[utoipa::path(
    get,
    path = "/api/v1/analytics/calls",
    operation_id = "getCallMetrics",
    tag = "analytics",
    params(CallMetricsParameters),
    responses((status = 200, description = "The figures", body = CallMetricsReply))
)]
pub async fn metrics(
    State(app): State<App>,
    head: Head,
    Query(parameters): Query<CallMetricsParameters>,
) -> Result<Response, Problem> {
    let org = head.caller.org;
    let (query, normalized) = parameters.read(&app, &head).await?;
    let fresh = head.fresh(&app, "call_facts").await?;
    let found = read::metrics(app.database(), org, &query).await.map_err(failed)?;
    Ok(fresh.answer(&CallMetricsReply {
        query: normalized,
        definitions_version: DEFINITIONS,
        tz: query.tz.name().to_owned(),
        as_of: found.as_of,
        series: found.series,
        totals: found.totals,
    }))
}

/// Why there are no figures.
pub(crate) fn failed(error: MetricsError) -> Problem {
    let at = |kind, name, code| Problem::at(kind, name, code, error.to_string());
    match &error {
        MetricsError::TooManyBuckets => at(&TOO_MANY_BUCKETS, "?group_by", "too-many-buckets"),
        MetricsError::Range => at(&INVALID_RANGE, "?from", "invalid-range"),
        MetricsError::Dimensions => {
            at(&UNSUPPORTED_DIMENSION, "?dimensions", "unsupported-dimension")
        }
        MetricsError::Runtime(error) => unavailable(error),
    }
}
