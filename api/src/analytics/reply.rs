//! The answer about a time, which every question about figures gets alike.

use projections::figures::behind::{AskedFor, CellKey};
use projections::figures::read::{Answer, AsOf, CallMetricsQuery, Cell, MetricsError, Tz};
use projections::figures::table;
use serde::Serialize;
use utoipa::ToSchema;

use crate::calls::behind::token;
use crate::http::problem::{
    INVALID_RANGE, Problem, TOO_MANY_BUCKETS, UNSUPPORTED_DIMENSION, unavailable,
};

/// Figures of a time.
#[derive(Serialize, ToSchema)]
pub struct FiguresReply<S: ToSchema, Q: ToSchema> {
    /// The question as it was understood.
    query: Q,
    /// Which formulas the figures follow (`GET /analytics/definitions`).
    definitions_version: u32,
    /// Where days begin.
    tz: String,
    /// What of the log they rest on.
    as_of: AsOf,
    /// Bucket by bucket, in each the groups.
    series: Vec<Cell<S>>,
    /// Everything together.
    totals: S,
    /// Names everything together, where the calls behind its figures can be listed
    /// (`GET /calls?cell=`).
    #[serde(skip_serializing_if = "Option::is_none")]
    total_cell: Option<String>,
}

impl<S: ToSchema, Q: ToSchema> FiguresReply<S, Q> {
    pub(super) fn of(query: Q, tz: Tz, answer: Answer<S>) -> Self {
        let Answer { as_of, series, totals, .. } = answer;
        let definitions_version = table::VERSION;
        let (tz, total_cell) = (tz.name().to_owned(), None);
        Self { query, definitions_version, tz, as_of, series, totals, total_cell }
    }

    /// With the names by which the calls behind the figures are found.
    pub(super) fn with_cells(
        understood: Q,
        (query, asked): (&CallMetricsQuery, &AskedFor),
        answer: Answer<S>,
    ) -> Self {
        let mut reply = Self::of(understood, query.tz, answer);
        for cell in &mut reply.series {
            cell.cell = CellKey::of(query, asked, cell).as_ref().and_then(token);
        }
        reply.total_cell = CellKey::whole(query, asked).as_ref().and_then(token);
        reply
    }
}

/// Why there is no answer.
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
