//! Somebody knows of an alert.

use axum::extract::State;
use axum::response::Response;
use projections::alerts::read::Source;

use super::sight;
use super::standing::{AlertStanding, OfCall, OfRule};
use crate::http::answer::{not_done, respond};
use crate::http::app::App;
use crate::http::body::{Body, NoFields, OptionalBody};
use crate::http::command::Head;
use crate::http::path::Id;
use crate::http::problem::Problem;

/// Says that somebody knows. Of what is over, nobody has to know.
#[utoipa::path(
    post,
    path = "/api/v1/dashboard/alerts/{id}/acknowledge",
    operation_id = "acknowledgeAlert",
    tag = "dashboard",
    params(("id" = String, Path, description = "The alert")),
    responses((status = 200, description = "How it stands", body = AlertStanding))
)]
pub async fn acknowledge(
    State(app): State<App>,
    head: Head,
    Id(id): Id,
    OptionalBody(Body { canonical, .. }): OptionalBody<NoFields>,
) -> Result<Response, Problem> {
    let (org, by) = (head.caller.org, head.caller.user);
    let done = match sight::seen(&app, &head.caller, id).await?.source {
        Source::Rule { stream, .. } => {
            let order = head.order(&canonical, OfRule(id));
            let done = app.alerts().acknowledge(order, stream, (id.into(), by)).await;
            done.map_err(not_done)?
        }
        Source::Heard { call, kind, seq } => {
            let order = head.order(&canonical, OfCall(id, kind));
            let about = (kind, u32::try_from(seq).unwrap_or_default(), by);
            app.sentiments().acknowledge(order, call.into(), about).await.map_err(not_done)?
        }
    };
    respond::<AlertStanding>(&app, org, done).await
}
