//! The read models.

use axum::Json;
use axum::extract::{RawQuery, State};
use database::Role;
use projections::status::{self, BuildStatus, ProjectionStatus, State as Moves};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::app::App;
use crate::http::caller::Caller;
use crate::http::problem::{Problem, unavailable};
use crate::http::query;

/// The read models, and the head of the log that they are measured against.
#[derive(Serialize, ToSchema)]
pub struct ProjectionList {
    /// The position of the newest event.
    head: i64,
    items: Vec<ProjectionReply>,
}

/// One read model.
#[derive(Serialize, ToSchema)]
pub struct ProjectionReply {
    name: String,
    /// The version of the fold that made its rows.
    version: i32,
    /// `running`, `paused` (an event stopped it) or `stopped` (nobody moves it)
    state: &'static str,
    /// The last position whose event is in the rows.
    position: i64,
    /// Events of the log that are not in the rows yet.
    lag_events: i64,
    /// The age of the oldest of them, in ms.
    lag_ms: i64,
    /// Events that it wanted and has applied.
    applied: i64,
    /// A rebuild that is under way, or rests.
    build: Option<ProjectionBuild>,
}

/// A rebuild beside the rows that are read.
#[derive(Serialize, ToSchema)]
pub struct ProjectionBuild {
    version: i32,
    /// How far it is.
    position: i64,
    /// Whether somebody works on it now.
    active: bool,
}

/// How far every read model is, and which are built anew. `replay rebuild` builds one.
#[utoipa::path(
    get,
    path = "/api/v1/projections",
    operation_id = "listProjections",
    tag = "admin",
    responses((status = 200, description = "The read models", body = ProjectionList))
)]
pub async fn list(
    _: Caller,
    State(app): State<App>,
    RawQuery(raw): RawQuery,
) -> Result<Json<ProjectionList>, Problem> {
    query::none(raw.as_deref())?;
    let overview = status::read(app.database().pool(Role::Projector)).await;
    let overview = overview.map_err(|error| unavailable(&error))?;
    let items = overview.projections.into_iter().map(ProjectionReply::from).collect();
    Ok(Json(ProjectionList { head: overview.head, items }))
}

impl From<ProjectionStatus> for ProjectionReply {
    fn from(status: ProjectionStatus) -> Self {
        Self {
            state: match status.state {
                Moves::Running => "running",
                Moves::Paused => "paused",
                Moves::Stopped => "stopped",
            },
            name: status.name,
            version: status.version,
            position: status.position,
            lag_events: status.lag_events,
            lag_ms: status.lag_ms,
            applied: status.applied,
            build: status.build.map(ProjectionBuild::from),
        }
    }
}

impl From<BuildStatus> for ProjectionBuild {
    fn from(build: BuildStatus) -> Self {
        Self { version: build.version, position: build.position, active: build.active }
    }
}
