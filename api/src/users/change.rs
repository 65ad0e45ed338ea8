//! Changes what somebody may do, or whether they may come in.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::user::UserStatus;
use domain::{Role, UserId};
use http::{HeaderValue, header};
use processes::auth::Change;
use serde::Deserialize;
use utoipa::ToSchema;

use super::reply::{Accepted, UserReply};
use crate::auth::problem::refused;
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
    let (org, user) = (head.caller.org, UserId::from(id));
    let (context, who) = (head.caller.context(head.trace), (head.caller.user, user));
    let reply = Box::new(Accepted(user));
    let outcome = app.accounts().change(context, who, change, head.if_match, reply).await;
    let outcome = outcome.map_err(refused)?;
    if outcome.reply.status >= 400 {
        return Ok(Problem::from_stored(&outcome.reply.body).into_response());
    }
    let reply: UserReply =
        serde_json::from_slice(&outcome.reply.body).map_err(|error| Problem::fault(&error))?;
    let mut response = axum::Json(reply.opened(&app, org).await?).into_response();
    let tag = outcome.reply.etag.as_deref().map(HeaderValue::from_str);
    if let Some(Ok(tag)) = tag {
        response.headers_mut().insert(header::ETAG, tag);
    }
    if let Some(position) = outcome.position {
        response.headers_mut().insert("x-event-position", HeaderValue::from(position));
    }
    Ok(response)
}

fn asked(value: &ChangeUser) -> Result<Change, Problem> {
    let wrong =
        |pointer, words| Err(Problem::at(&VALIDATION_FAILED, pointer, "invalid-value", words));
    match (value.role, value.status) {
        (Some(role), None) => Ok(Change::Role(role)),
        (None, Some(UserStatus::Suspended)) => Ok(Change::Suspend),
        (None, Some(UserStatus::Active)) => Ok(Change::Reactivate),
        (None, Some(UserStatus::Invited)) => wrong("/status", "it is `active` or `suspended`"),
        (Some(_), Some(_)) | (None, None) => wrong("", "either a role or a status is changed"),
    }
}
