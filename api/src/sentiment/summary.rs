//! What was found of a call, as it is answered with the call.

use domain::sentiment::{CallTrend, Label, Score};
use projections::sentiment::read::Run;
use serde::Serialize;
use utoipa::ToSchema;

/// What the last run of an engine has found of a call.
#[derive(Serialize, ToSchema)]
pub struct SentimentSummary {
    /// Of the customer, −1 to 1; `null` where nothing they said has a score.
    score: Option<Score>,
    label: Option<Label>,
    /// Where the call went.
    trend: CallTrend,
    /// Which version of the engine.
    engine_version: String,
}

impl From<Run> for SentimentSummary {
    fn from(run: Run) -> Self {
        Self {
            score: run.found.customer.map(|customer| customer.score),
            label: run.found.customer.map(|customer| customer.label),
            trend: run.found.trend,
            engine_version: run.engine_version,
        }
    }
}
