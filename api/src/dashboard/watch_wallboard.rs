//! What a screen on the wall shows, without asking again and again.

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, HeaderName};

use super::wallboard::WallboardParameters;
use crate::auth::token::Verified;
use crate::boards::{MODELS, Wallboard};
use crate::http::app::App;
use crate::http::caller::ended;
use crate::http::command::single;
use crate::http::line::Line;
use crate::http::problem::Problem;
use crate::http::query::Query;
use crate::http::read::Head;

/// What a screen on the wall shows, and what it shows next: an event `board` has all of it, and
/// another one comes whenever something else is shown, at most twice a second; a comment comes
/// every 15 seconds where nothing else does. Its `id` is the position of the log that it has and a
/// name of what it shows. Who comes again with the last one (`Last-Event-ID`) is told nothing
/// until something has changed, with any other the whole board: nothing is missed. It ends with
/// the token, with its session, and with the server.
#[utoipa::path(
    get,
    path = "/api/v1/dashboard/wallboard/stream",
    operation_id = "watchWallboard",
    tag = "dashboard",
    params(WallboardParameters),
    responses((
        status = 200,
        description = "Boards, one after the other",
        body = Wallboard,
        content_type = "text/event-stream"
    ))
)]
pub async fn watch(
    State(app): State<App>,
    head: Head,
    Query(asked): Query<WallboardParameters>,
    Extension(verified): Extension<Verified>,
    line: Option<Extension<Line>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let scope = asked.scope(&app, &head).await?;
    let seen = single(&headers, &HeaderName::from_static("last-event-id"))?;
    let seat = app.boards().seat(head.caller.org, head.caller.user)?;
    // What may not be seen is refused while it still can be.
    let fresh = head.all_fresh(&app, &MODELS).await?;
    app.boards().board(&scope, fresh.position()).await?;
    let on = (line.map(|Extension(line)| line), ended(app.clone(), verified));
    Ok(app.boards().stream(&scope, (seat, seen), on))
}
