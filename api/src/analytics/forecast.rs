//! How many agents it takes.

use axum::Json;
use axum::response::{IntoResponse, Response};
use domain::staffing::{Demand, MAX_TRAFFIC};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::http::caller::Caller;
use crate::http::problem::Problem;
use crate::http::query::Query;

/// A day.
const MAX_SECONDS: u32 = 86_400;
const MAX_CALLS: u32 = 100_000;

/// What comes, and what is wanted.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ForecastParameters {
    /// How many calls come.
    #[param(minimum = 1, maximum = 100_000, example = 100)]
    calls: u32,
    /// In how many seconds; 1800 where nothing is said.
    #[param(minimum = 1, maximum = 86_400)]
    interval_seconds: Option<u32>,
    /// How long a call keeps an agent, in seconds.
    #[param(minimum = 1, maximum = 86_400, example = 180)]
    aht_seconds: f64,
    /// The part of calls that is to be answered in time, 0.01 to 0.999; 0.8 where nothing is said.
    #[param(minimum = 0.01, maximum = 0.999)]
    target: Option<f64>,
    /// What in time means, in seconds; 20 where nothing is said.
    #[param(maximum = 86_400)]
    within_seconds: Option<u32>,
    /// The part of paid time in which agents take no calls, 0 to 0.95; none where nothing is said.
    #[param(minimum = 0, maximum = 0.95)]
    shrinkage: Option<f64>,
}

/// How many agents it takes. Rates have six decimals.
#[derive(Serialize, ToSchema)]
pub struct ForecastReply {
    /// The question as it was understood.
    query: ForecastQuery,
    /// Calls that go on at once on average, in erlangs.
    traffic: f64,
    /// The fewest agents who meet the target.
    agents: u32,
    /// So many, divided by 1 − shrinkage and rounded up.
    scheduled: u32,
    /// The part of their time that these agents are on calls.
    occupancy: f64,
    /// The service level of one agent less, of these, and of one more.
    service_levels: Vec<LevelReply>,
}

/// The question as it was understood.
#[derive(Serialize, ToSchema)]
pub struct ForecastQuery {
    calls: u32,
    interval_seconds: u32,
    aht_seconds: f64,
    target: f64,
    within_seconds: u32,
    shrinkage: f64,
}

/// How well so many agents serve.
#[derive(Serialize, ToSchema)]
#[schema(as = ForecastLevel)]
pub struct LevelReply {
    agents: u32,
    /// The part of calls that is answered in time; `null` where the queue grows without an end.
    service_level: Option<f64>,
}

/// How many agents it takes to answer calls in time, by Erlang C: calls come at random, and whoever
/// waits stays.
#[utoipa::path(
    get,
    path = "/api/v1/analytics/forecast",
    operation_id = "forecastStaffing",
    tag = "analytics",
    params(ForecastParameters),
    responses((status = 200, description = "How many", body = ForecastReply))
)]
pub async fn forecast(
    _caller: Caller,
    Query(asked): Query<ForecastParameters>,
) -> Result<Response, Problem> {
    let seconds = 1..=MAX_SECONDS;
    let demand = Demand {
        calls: asked.calls,
        interval_seconds: asked.interval_seconds.unwrap_or(1_800),
        aht_seconds: asked.aht_seconds,
        target: asked.target.unwrap_or(0.8),
        within_seconds: asked.within_seconds.unwrap_or(20),
        shrinkage: asked.shrinkage.unwrap_or(0.0),
    };
    within("calls", (1..=MAX_CALLS).contains(&demand.calls), "1 to 100000 calls")?;
    let fits = seconds.contains(&demand.interval_seconds);
    within("interval_seconds", fits, "1 to 86400 seconds")?;
    let fits = (1.0..=f64::from(MAX_SECONDS)).contains(&demand.aht_seconds);
    within("aht_seconds", fits, "1 to 86400 seconds")?;
    within("target", (0.01..=0.999).contains(&demand.target), "0.01 to 0.999")?;
    within("within_seconds", demand.within_seconds <= MAX_SECONDS, "at most 86400 seconds")?;
    within("shrinkage", (0.0..=0.95).contains(&demand.shrinkage), "0 to 0.95")?;
    let too_much = || {
        let words = format!("more than {MAX_TRAFFIC} calls would go on at once");
        Problem::query("calls", words)
    };
    let staffing = demand.staffing().ok_or_else(too_much)?;
    let around =
        [staffing.agents.saturating_sub(1), staffing.agents, staffing.agents.saturating_add(1)];
    let service_levels = around
        .map(|agents| LevelReply { agents, service_level: demand.service_level(agents).map(six) });
    let Demand { calls, interval_seconds, aht_seconds, target, within_seconds, shrinkage } = demand;
    let reply = ForecastReply {
        query: ForecastQuery {
            calls,
            interval_seconds,
            aht_seconds,
            target,
            within_seconds,
            shrinkage,
        },
        traffic: six(staffing.traffic),
        agents: staffing.agents,
        scheduled: staffing.scheduled,
        occupancy: six(demand.occupancy(staffing.agents).unwrap_or(1.0)),
        service_levels: service_levels.into(),
    };
    Ok(Json(reply).into_response())
}

fn within(name: &str, fits: bool, words: &str) -> Result<(), Problem> {
    if fits { Ok(()) } else { Err(Problem::query(name, words)) }
}

fn six(rate: f64) -> f64 {
    (rate * 1e6).round_ties_even() / 1e6
}
