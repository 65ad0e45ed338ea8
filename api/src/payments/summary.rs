//! What has come of money, day by day.

use axum::extract::State;
use axum::response::Response;
use domain::Timestamp;
use projections::bucket::GroupBy;
use projections::payments::summary::{self, PaymentSummary, SummaryError, SummaryQuery};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::http::app::App;
use crate::http::problem::{INVALID_RANGE, Problem, TOO_MANY_BUCKETS, unavailable};
use crate::http::query::{self, Query};
use crate::http::reach::Reach;
use crate::http::read::Head;
use crate::http::span::{Span, grouped};

/// Over which time, and how it is cut.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PaymentSummaryParameters {
    /// From this instant, or from the beginning of this local date.
    #[param(example = "2026-03-01")]
    from: String,
    /// Until before this instant, or before the beginning of this local date; at most 400 days
    /// later.
    #[param(example = "2026-04-01")]
    to: String,
    /// Where days begin, an IANA name; as the organization has it where nothing is said.
    #[param(example = "Europe/Prague")]
    tz: Option<String>,
    /// `15m`, `hour`, `day`, which is the default, `week`, `month` or `none`.
    group_by: Option<String>,
    /// Only in this currency, of ISO 4217.
    currency: Option<String>,
}

/// What has come of money.
#[derive(Serialize, ToSchema)]
#[schema(as = PaymentSummaryReply)]
pub struct Reply {
    from: Timestamp,
    to: Timestamp,
    #[serde(flatten)]
    summary: PaymentSummary,
}

/// What has come of money, day by day and currency by currency: what was taken, given back and lost
/// in disputes when it was settled. Supervisors see what the people whom they supervise have asked
/// for.
#[utoipa::path(
    get,
    path = "/api/v1/payments/summary",
    operation_id = "summarizePayments",
    tag = "payments",
    params(PaymentSummaryParameters),
    responses((status = 200, description = "What has come of money", body = Reply))
)]
pub async fn summarize(
    State(app): State<App>,
    head: Head,
    Query(asked): Query<PaymentSummaryParameters>,
) -> Result<Response, Problem> {
    let Span { from, to, tz } =
        Span::read(&app, head.caller.org, (&asked.from, &asked.to), asked.tz.as_deref()).await?;
    query::currency(asked.currency.as_deref())?;
    let group_by = grouped(asked.group_by.as_deref())?;
    let reach = Reach::fresh(&app, &head).await?;
    let fresh = head.fresh(&app, "payments").await?;
    let asked = SummaryQuery {
        from,
        to,
        tz,
        group_by: group_by.unwrap_or(GroupBy::Day),
        currency: asked.currency,
        by: reach.among(Vec::new())?,
    };
    let summary = summary::summary(app.database(), head.caller.org, &asked).await;
    let summary = summary.map_err(failed)?;
    Ok(fresh.answer(&Reply { from, to, summary }))
}

/// Why there is no summary.
pub(crate) fn failed(error: SummaryError) -> Problem {
    match error {
        SummaryError::Range => {
            Problem::at(&INVALID_RANGE, "?from", "invalid-range", error.to_string())
        }
        SummaryError::TooManyBuckets => {
            Problem::at(&TOO_MANY_BUCKETS, "?group_by", "too-many-buckets", error.to_string())
        }
        SummaryError::Runtime(error) => unavailable(&error),
    }
}
