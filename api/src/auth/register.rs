//! Registers an organization and its first administrator.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::EmailAddress;
use http::StatusCode;
use processes::auth::{AuthError, Founder};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::problem::refused;
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::problem::{Problem, VALIDATION_FAILED};

/// An organization and its first administrator.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// With what the administrator signs in.
    #[schema(example = "ann@example.com")]
    email: String,
    /// 12 to 128 characters that are not easy to guess.
    #[schema(format = Password)]
    password: String,
    /// How the administrator is called.
    display_name: String,
    /// How the organization is called.
    organization_name: String,
}

/// It was taken in.
#[derive(Serialize, ToSchema)]
pub struct Registered {
    /// `registered`
    status: &'static str,
}

/// Registers an organization with its first administrator, who can sign in then. An address that
/// is somebody's already gets the same answer, and nothing happens.
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
    let email = EmailAddress::parse(&value.email).map_err(|error| {
        Problem::at(&VALIDATION_FAILED, "/email", "invalid-value", error.to_string())
    })?;
    let done = app.accounts().register(Founder {
        organization_name: value.organization_name,
        email,
        name: value.display_name,
        password: value.password,
    });
    match done.await {
        Ok(()) | Err(AuthError::Taken) => {}
        Err(error) => return Err(refused(error)),
    }
    Ok((StatusCode::CREATED, axum::Json(Registered { status: "registered" })).into_response())
}
