//! Takes a rule away.

use axum::extract::State;
use axum::response::Response;
use domain::AlertRuleId;

use super::reply::AlertRuleReply;
use super::rights;
use crate::http::answer::{Accepted, not_done, respond};
use crate::http::app::App;
use crate::http::body::{NoFields, OptionalBody};
use crate::http::command::Head;
use crate::http::path::Id;
use crate::http::problem::Problem;

/// Takes a rule away; what is open by it is over. Those that every organization has stay, and can
/// be switched off.
#[utoipa::path(
    delete,
    path = "/api/v1/alert-rules/{id}",
    operation_id = "deleteAlertRule",
    tag = "dashboard",
    params(("id" = String, Path, description = "The rule")),
    responses((status = 204, description = "It is gone"))
)]
pub async fn delete(
    State(app): State<App>,
    head: Head,
    Id(id): Id,
    OptionalBody(body): OptionalBody<NoFields>,
) -> Result<Response, Problem> {
    let id = AlertRuleId::from(id);
    rights::own(&app, &head.caller, id).await?;
    let order = head.order(&body.canonical, Accepted::<AlertRuleReply>::gone(id.uuid()));
    let done = app.alerts().delete(order, id, head.caller.user).await;
    respond::<AlertRuleReply>(&app, head.caller.org, done.map_err(not_done)?).await
}
