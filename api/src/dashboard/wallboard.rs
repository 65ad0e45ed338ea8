//! What a screen on the wall shows.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::boards::{MODELS, Scope, Wallboard};
use crate::http::app::App;
use crate::http::problem::Problem;
use crate::http::query::Query;
use crate::http::read::Head;
use crate::http::span::zone;

/// Of whom, and which day.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WallboardParameters {
    /// Only agents of this team, their calls and alerts of those.
    team_id: Option<Uuid>,
    /// Where today begins, an IANA name; as the organization has it where nothing is said.
    #[param(example = "Europe/Prague")]
    tz: Option<String>,
}

impl WallboardParameters {
    /// Whose board that is.
    ///
    /// # Errors
    /// `invalid-time-zone`; the log is away.
    pub(super) async fn scope(&self, app: &App, head: &Head) -> Result<Scope, Problem> {
        let tz = zone(app, head.caller.org, self.tz.as_deref()).await?;
        Ok(Scope::of(&head.caller, self.team_id, tz))
    }
}

/// What a screen on the wall shows now: queues and how they are served today, agents by activity,
/// calls by state, open alerts, and the campaigns that call. Every figure is that of analytics, by
/// the same formula. Supervisors see the agents whom they supervise; queues and campaigns are
/// nobody's.
#[utoipa::path(
    get,
    path = "/api/v1/dashboard/wallboard",
    operation_id = "getWallboard",
    tag = "dashboard",
    params(WallboardParameters),
    responses(
        (status = 200, description = "What is on it; good for a second", body = Wallboard),
        (status = 304, description = "Nothing that is on it has changed")
    )
)]
pub async fn wallboard(
    State(app): State<App>,
    head: Head,
    Query(asked): Query<WallboardParameters>,
) -> Result<Response, Problem> {
    let scope = asked.scope(&app, &head).await?;
    let fresh = head.all_fresh(&app, &MODELS).await?;
    let board = app.boards().board(&scope, fresh.position()).await?;
    let tag = format!("\"{}\"", board.tag());
    // Weak: what shows the same may have been made at another time.
    let weak = format!("W/{tag}");
    let mut response = match head.has_tag(&tag) {
        true => fresh.same(&weak),
        false => {
            let json = [(header::CONTENT_TYPE, "application/json")];
            fresh.tagged(&weak, (json, board.json()).into_response())
        }
    };
    let second = HeaderValue::from_static("private, max-age=1");
    response.headers_mut().insert(header::CACHE_CONTROL, second);
    Ok(response)
}
