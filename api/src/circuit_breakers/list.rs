//! The breakers.

use axum::Json;
use axum::extract::{RawQuery, State};
use domain::Timestamp;
use processes::breaker::Seen;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::app::App;
use crate::http::caller::Caller;
use crate::http::problem::Problem;
use crate::http::query;

/// The breakers.
#[derive(Serialize, ToSchema)]
pub struct CircuitBreakers {
    items: Vec<CircuitBreaker>,
}

/// The breaker of a provider. It is as open as that of the server that sees the provider worst:
/// what one server knows, the others hear within a second.
#[derive(Serialize, ToSchema)]
pub struct CircuitBreaker {
    /// Which provider, as `telephony:simulator`.
    service: String,
    /// `closed`, `half_open` or `open`
    state: &'static str,
    /// Since when.
    since: Timestamp,
    /// When it is asked again, where it is left alone.
    retry_at: Option<Timestamp>,
    window: BreakerWindow,
    /// How it failed last, on any server.
    last_error: Option<BreakerError>,
    /// How each server sees it.
    instances: Vec<BreakerInstance>,
}

/// What the last calls to a provider came to, at most 20 on each server.
#[derive(Serialize, ToSchema)]
pub struct BreakerWindow {
    calls: u32,
    /// How many were not answered.
    failures: u32,
    /// How many took too long.
    slow: u32,
    /// Failures of calls; `null` without any.
    failure_rate: Option<f64>,
    /// Slow ones of calls; `null` without any.
    slow_rate: Option<f64>,
}

/// How a provider failed.
#[derive(Serialize, ToSchema)]
pub struct BreakerError {
    /// `connect`, `timeout`, `server` or `malformed`
    class: String,
    at: Timestamp,
}

/// How one server sees a provider.
#[derive(Serialize, ToSchema)]
pub struct BreakerInstance {
    id: Uuid,
    /// `closed`, `half_open` or `open`
    state: &'static str,
}

/// Which providers are left alone because they do not answer, and when they are asked again.
#[utoipa::path(
    get,
    path = "/api/v1/circuit-breakers",
    operation_id = "listCircuitBreakers",
    tag = "admin",
    responses((status = 200, description = "The breakers", body = CircuitBreakers))
)]
pub async fn list(
    _: Caller,
    State(app): State<App>,
    RawQuery(raw): RawQuery,
) -> Result<Json<CircuitBreakers>, Problem> {
    query::none(raw.as_deref())?;
    let seen = app.breakers().seen();
    let of_services = seen.chunk_by(|one, other| one.service == other.service);
    Ok(Json(CircuitBreakers { items: of_services.filter_map(CircuitBreaker::of).collect() }))
}

impl CircuitBreaker {
    fn of(seen: &[Seen]) -> Option<Self> {
        let worst = seen.iter().max_by_key(|seen| (seen.state, seen.retry_at))?;
        let count = |of: fn(&Seen) -> u32| seen.iter().map(of).sum::<u32>();
        let calls = count(|seen| seen.window.calls);
        let (failures, slow) = (count(|seen| seen.window.failures), count(|seen| seen.window.slow));
        let rate = |of: u32| (calls > 0).then(|| f64::from(of) / f64::from(calls));
        let errors = seen.iter().filter_map(|seen| seen.last_failure.clone());
        let last_error = errors.max_by_key(|(_, at)| *at);
        Some(Self {
            service: worst.service.clone(),
            state: worst.state.word(),
            since: worst.since,
            retry_at: seen.iter().filter_map(|seen| seen.retry_at).max(),
            window: BreakerWindow {
                calls,
                failures,
                slow,
                failure_rate: rate(failures),
                slow_rate: rate(slow),
            },
            last_error: last_error.map(|(class, at)| BreakerError { class, at }),
            instances: seen
                .iter()
                .map(|seen| BreakerInstance { id: seen.instance, state: seen.state.word() })
                .collect(),
        })
    }
}
