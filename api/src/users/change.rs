//! Changes what somebody may do, or whether they may come in.

use axum::extract::State;
use axum::response::Response;
use domain::user::UserStatus;
use domain::{Role, UserId};
use processes::auth::Change;
use serde::Deserialize;
use utoipa::ToSchema;

use super::reply::UserReply;
use crate::auth::problem::refused;
use crate::http::answer::{Accepted, not_done, respond};
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::command::Head;
use crate::http::path::Id;
use crate::http::problem::{FORBIDDEN, Problem, VALIDATION_FAILED};

/// One of the two.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeUser {
    /// What they may do.
    #[schema(inline)]
    role: Option<Role>,
    /// `active` or `suspended`
    #[schema(inline)]
    status: Option<UserStatus>,
}

/// Changes somebody's role, or suspends them or lets them in again. Their sessions are closed with
/// it. Never the last administrator's.
#[utoipa::path(
    patch,
    path = "/api/v1/users/{id}",
    operation_id = "changeUser",
    tag = "users",
    params(("id" = String, Path, description = "The user")),
    request_body = ChangeUser,
    responses((status = 200, description = "The user", body = UserReply))
)]
pub async fn change(
    State(app): State<App>,
    head: Head,
    Id(id): Id,
    Body { value, .. }: Body<ChangeUser>,
) -> Result<Response, Problem> {
    let change = asked(&value)?;
    if change == Change::Role(Role::Operator) && head.caller.role != Role::Operator {
        let words = "only the platform's operators make others operators";
        return Err(Problem::of(&FORBIDDEN).because(words));
    }
    let (user, context) = (UserId::from(id), head.caller.context(head.trace));
    let who = (head.caller.user, user);
    let reply = Box::new(Accepted::<UserReply>::changed(id));
    let outcome = app.accounts().change(context.clone(), who, change, head.if_match, reply).await;
    let outcome = outcome.map_err(refused)?;
    app.agents().follow(context, user).await.map_err(not_done)?;
    respond::<UserReply>(&app, head.caller.org, outcome).await
}

fn asked(value: &ChangeUser) -> Result<Change, Problem> {
    let wrong =
        |pointer, words| Err(Problem::at(&VALIDATION_FAILED, pointer, "invalid-value", words));
    match (value.role, value.status) {
        (Some(role), None) => Ok(Change::Role(role)),
        (None, Some(UserStatus::Suspended)) => Ok(Change::Suspend),
        (None, Some(UserStatus::Active)) => Ok(Change::Reactivate),
        (None, Some(UserStatus::Invited | UserStatus::Erased)) => {
            wrong("/status", "it is `active` or `suspended`")
        }
        (Some(_), Some(_)) | (None, None) => wrong("", "either a role or a status is changed"),
    }
}
