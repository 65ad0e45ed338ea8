//! Registers an organization and its first administrator, or somebody who was invited.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use processes::auth::{Arrival, AuthError, Founder};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::email;
use super::problem::refused;
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::problem::{INVITATION_EXPIRED, Problem, VALIDATION_FAILED};

/// Either an organization and its first administrator, with `email` and `organization_name`, or
/// somebody who was invited, with `invitation_token`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// With what the administrator signs in.
    #[schema(example = "ann@example.com")]
    email: Option<String>,
    /// 12 to 128 characters that are not easy to guess.
    #[schema(format = Password)]
    password: String,
    /// How they are called.
    display_name: String,
    /// How the organization is called.
    organization_name: Option<String>,
    /// Of the link in the invitation.
    invitation_token: Option<String>,
}

/// It was taken in.
#[derive(Serialize, ToSchema)]
pub struct Registered {
    /// `registered`
    status: &'static str,
}

/// Registers an organization with its first administrator, or somebody who was invited; they can
/// sign in then, the administrator where it is set so once the address is verified. An address that
/// is somebody's already gets the same answer, and its owner a mail.
#[utoipa::path(
    post,
    path = "/api/v1/auth/register",
    operation_id = "register",
    tag = "auth",
    request_body = Register,
    responses((status = 201, description = "It was taken in", body = Registered))
)]
pub async fn register(
    State(app): State<App>,
    Body { value, .. }: Body<Register>,
) -> Result<Response, Problem> {
    let Register { email: address, password, display_name: name, .. } = value;
    match (value.invitation_token, address, value.organization_name) {
        (Some(token), None, None) => {
            let arrived = app.accounts().arrive(Arrival { token, name, password }).await;
            arrived.map_err(|error| match error {
                AuthError::LinkOver => Problem::of(&INVITATION_EXPIRED),
                error => refused(error),
            })?;
        }
        (Some(_), Some(_), _) => return Err(wrong("/email", "the invitation has it")),
        (Some(_), _, Some(_)) => return Err(wrong("/organization_name", "the invitation has it")),
        (None, None, _) => return Err(missing("email")),
        (None, _, None) => return Err(missing("organization_name")),
        (None, Some(address), Some(organization_name)) => {
            let email = email(&address)?;
            let founder = Founder { organization_name, email, name, password };
            match app.accounts().register(founder).await {
                Ok(()) | Err(AuthError::Taken) => {}
                Err(error) => return Err(refused(error)),
            }
        }
    }
    Ok((StatusCode::CREATED, axum::Json(Registered { status: "registered" })).into_response())
}

fn wrong(pointer: &str, words: &str) -> Problem {
    Problem::at(&VALIDATION_FAILED, pointer, "invalid-value", words)
}

fn missing(field: &str) -> Problem {
    let words = format!("missing field `{field}`");
    Problem::at(&VALIDATION_FAILED, &format!("/{field}"), "required", words)
}
