//! What every figure means, from the table that computes it.

use axum::Json;
use axum::response::{IntoResponse, Response};
use projections::figures::read::{
    AgentMetrics, AttemptMetrics, Base, CampaignCosts, CampaignMetrics, CampaignPulse,
    CampaignReach, CampaignStanding, DispositionMetrics, FlowMetrics, MenuMetrics, Metrics,
    QueueMetrics, QueuePulse, Sheet, all,
};
use projections::figures::table::{self, Figure, Meaning, Unit};
use projections::sentiment::defined;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::http::caller::Caller;
use crate::http::problem::Problem;
use crate::http::query::{Query, Several};

/// Which figures.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DefinitionParameters {
    /// Only the figures of these names, with commas.
    #[serde(default)]
    #[param(value_type = Vec<String>, style = Form, explode = false)]
    name: Several<String>,
}

/// What figures mean.
#[derive(Serialize, ToSchema)]
pub struct DefinitionsReply {
    /// Another number whenever a formula changes.
    version: u32,
    /// The figures, in the order in which they are answered.
    figures: Vec<Definition>,
}

/// What a figure means.
#[derive(Serialize, ToSchema)]
#[schema(as = FigureDefinition)]
pub struct Definition {
    /// Its name in an answer.
    name: &'static str,
    /// The formula.
    formula: &'static str,
    unit: Unit,
    /// What is divided, or what is counted; `null` where it cannot be added up.
    numerator: Option<&'static str>,
    /// By what; `null` where nothing is divided.
    denominator: Option<&'static str>,
    /// Of which facts it speaks, and by which instant they belong to a bucket.
    cohort: Vec<Cohort>,
    /// The operations that answer it.
    answered_by: Vec<&'static str>,
    /// The version of the formulas.
    version: u32,
}

/// Facts that belong to a bucket by an instant.
#[derive(Serialize, ToSchema)]
#[schema(as = FigureCohort)]
pub struct Cohort {
    base: Base,
    /// The same in words.
    words: &'static str,
}

/// The operations that answer figures, and which.
const ANSWERS: [(&str, &[&Figure]); 14] = [
    ("getCallMetrics", Metrics::FIGURES),
    ("getAgentPerformance", AgentMetrics::FIGURES),
    ("getQueueMetrics", QueueMetrics::FIGURES),
    ("getDispositionMetrics", DispositionMetrics::FIGURES),
    ("getIvrMetrics", FlowMetrics::FIGURES),
    ("getIvrMetrics", MenuMetrics::FIGURES),
    ("getCampaignAnalytics", CampaignMetrics::FIGURES),
    ("getCampaignAnalytics", CampaignStanding::FIGURES),
    ("getCampaignAnalytics", AttemptMetrics::FIGURES),
    ("getCampaignAnalytics", CampaignCosts::FIGURES),
    ("getDashboardSummary", Metrics::FIGURES),
    ("getDashboardSummary", CampaignReach::FIGURES),
    ("getWallboard", QueuePulse::FIGURES),
    ("getWallboard", CampaignPulse::FIGURES),
];

/// What every figure that is answered means: its formula, its unit, what it is made of, and of
/// which facts it speaks.
#[utoipa::path(
    get,
    path = "/api/v1/analytics/definitions",
    operation_id = "getMetricDefinitions",
    tag = "analytics",
    params(DefinitionParameters),
    responses((status = 200, description = "The definitions", body = DefinitionsReply))
)]
pub async fn definitions(
    _caller: Caller,
    Query(asked): Query<DefinitionParameters>,
) -> Result<Response, Problem> {
    let figures = all().into_iter().map(|figure| (figure.means, answered_by(figure)));
    let trends = defined::TRENDS.map(|means| (means, vec!["getSentimentTrends"]));
    let all: Vec<_> = figures.chain(trends).collect();
    for name in &asked.name.0 {
        if !all.iter().any(|(means, _)| means.name == name) {
            return Err(Problem::query("name", "there is no such figure"));
        }
    }
    let chosen = |(means, _): &(Meaning, _)| {
        asked.name.0.is_empty() || asked.name.0.iter().any(|name| name == means.name)
    };
    let figures = all.into_iter().filter(chosen).map(|(means, by)| definition(means, by)).collect();
    Ok(Json(DefinitionsReply { version: table::VERSION, figures }).into_response())
}

/// The operations that answer a figure.
fn answered_by(figure: &Figure) -> Vec<&'static str> {
    let answers = ANSWERS.iter().filter(|(_, figures)| {
        figures.iter().any(|answered| answered.means.name == figure.means.name)
    });
    let mut answered_by: Vec<&str> = answers.map(|(operation, _)| *operation).collect();
    answered_by.dedup();
    answered_by
}

fn definition(means: Meaning, answered_by: Vec<&'static str>) -> Definition {
    let cohort = means.bases.iter().map(|base| Cohort { base: *base, words: base.words() });
    Definition {
        name: means.name,
        formula: means.formula,
        unit: means.unit,
        numerator: means.numerator,
        denominator: means.denominator,
        cohort: cohort.collect(),
        answered_by,
        version: table::VERSION,
    }
}
