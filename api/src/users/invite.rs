//! Asks somebody in.

use axum::extract::State;
use axum::response::Response;
use domain::{EmailAddress, Role};
use processes::auth::Invitation;
use serde::Deserialize;
use utoipa::ToSchema;

use super::reply::UserReply;
use crate::auth::email;
use crate::auth::problem::refused;
use crate::http::answer::{Accepted, respond};
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::command::Head;
use crate::http::problem::{FORBIDDEN, Problem};

/// Who is asked in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InviteUser {
    /// Where the invitation goes, and with what they will sign in.
    #[schema(example = "bob@example.com")]
    email: String,
    /// What they will be allowed to do.
    role: Role,
}

/// Asks somebody in by mail; they have seven days to come. Whoever was asked in before and has not
/// come, is asked once more.
#[utoipa::path(
    post,
    path = "/api/v1/users",
    operation_id = "inviteUser",
    tag = "users",
    request_body = InviteUser,
    responses((
        status = 201,
        description = "The user, invited",
        body = UserReply,
        headers(("Location" = String, description = "Where the user is"))
    ))
)]
pub async fn invite(
    State(app): State<App>,
    head: Head,
    Body { value, canonical }: Body<InviteUser>,
) -> Result<Response, Problem> {
    let caller = head.caller;
    if value.role == Role::Operator && caller.role != Role::Operator {
        let words = "only the platform's operators invite others";
        return Err(Problem::of(&FORBIDDEN).because(words));
    }
    let email: EmailAddress = email(&value.email)?;
    let invitation = Invitation { email, role: value.role, by: caller.user };
    let id = app.accounts().invited_id(caller.org, &invitation, head.key()).await;
    let id = id.map_err(refused)?;
    let reply = Accepted::<UserReply>::created(id.uuid(), format!("/api/v1/users/{id}"));
    let done = app.accounts().invite(head.creation(&canonical, reply)?, id, invitation).await;
    respond::<UserReply>(&app, caller.org, done.map_err(refused)?).await
}
