//! Whether the server lives, and whether it is ready to work.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use database::Role;
use http::StatusCode;
use projections::status::{self, Overview, ProjectionStatus};
use serde::Serialize;
use utoipa::ToSchema;

use super::app::App;

/// A read model further behind than this makes the server red.
const MAX_LAG_MS: i64 = 30_000;
/// How long the database may take to say how it is.
const PATIENCE: Duration = Duration::from_secs(2);

/// What turns the server red from inside.
#[derive(Clone, Default)]
pub struct Health(Arc<AtomicBool>);

impl Health {
    /// The server stops: no new work, please.
    pub fn stop(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Whether the server stops.
    #[must_use]
    pub fn stopping(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// The process lives.
#[derive(Serialize, ToSchema)]
pub struct Live {
    status: &'static str,
}

/// How far the server can be relied on.
#[derive(Serialize, ToSchema)]
pub struct Readiness {
    /// `ready` or `unavailable`
    status: &'static str,
    /// Why it is not ready; empty when it is.
    reasons: Vec<String>,
    /// The head of the log.
    head: Option<i64>,
    /// The read models.
    projections: Vec<ProjectionLag>,
}

/// How far one read model is behind the log.
#[derive(Serialize, ToSchema)]
pub struct ProjectionLag {
    name: String,
    /// `running`, `paused` or `stopped`
    state: String,
    position: i64,
    lag_events: i64,
    lag_ms: i64,
}

impl From<&ProjectionStatus> for ProjectionLag {
    fn from(status: &ProjectionStatus) -> Self {
        Self {
            name: status.name.clone(),
            state: format!("{:?}", status.state).to_lowercase(),
            position: status.position,
            lag_events: status.lag_events,
            lag_ms: status.lag_ms,
        }
    }
}

/// Whether the process lives.
#[utoipa::path(
    get,
    path = "/health/live",
    operation_id = "live",
    tag = "server",
    responses((status = 200, description = "The process lives", body = Live))
)]
pub async fn live() -> Json<Live> {
    Json(Live { status: "live" })
}

/// Whether the server is ready to work, and why it is not.
#[utoipa::path(
    get,
    path = "/health/ready",
    operation_id = "ready",
    tag = "server",
    responses(
        (status = 200, description = "Ready", body = Readiness),
        (status = 503, description = "Not ready; the body says why", body = Readiness)
    )
)]
pub async fn ready(State(app): State<App>) -> Response {
    let look = status::read(app.database().pool(Role::Projector));
    let overview = tokio::time::timeout(PATIENCE, look).await;
    let readiness = readiness(app.health().stopping(), overview.ok().and_then(Result::ok));
    let status = match readiness.reasons.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::SERVICE_UNAVAILABLE,
    };
    (status, Json(readiness)).into_response()
}

fn readiness(stopping: bool, overview: Option<Overview>) -> Readiness {
    let mut reasons = Vec::new();
    if stopping {
        reasons.push("the server is stopping".to_owned());
    }
    match &overview {
        None => reasons.push("the database does not answer".to_owned()),
        Some(overview) => {
            reasons.extend(overview.projections.iter().filter_map(|one| one.trouble(MAX_LAG_MS)));
        }
    }
    Readiness {
        status: if reasons.is_empty() { "ready" } else { "unavailable" },
        reasons,
        head: overview.as_ref().map(|overview| overview.head),
        projections: overview
            .iter()
            .flat_map(|overview| overview.projections.iter().map(ProjectionLag::from))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn red_says_why() {
        let dead = readiness(false, None);
        assert_eq!(dead.status, "unavailable");
        assert_eq!(dead.reasons, ["the database does not answer"]);
        let fine = Overview { head: 7, projections: Vec::new() };
        assert_eq!(readiness(false, Some(fine.clone())).status, "ready");
        assert_eq!(readiness(true, Some(fine)).reasons, ["the server is stopping"]);
    }
}
