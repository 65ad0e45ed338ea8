//! Signing in, sessions and passwords over HTTP.

pub mod change_password;
pub mod close_session;
pub mod confirm_reset;
pub mod jwks;
pub mod me;
pub(crate) mod problem;
pub mod refresh;
pub mod register;
pub mod reply;
pub mod request_reset;
pub mod sessions;
pub mod sign_in;
pub mod sign_out;
pub mod token;
pub mod verify_email;

use domain::EmailAddress;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::app::App;
use crate::http::problem::{Problem, VALIDATION_FAILED};

/// Its operations.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(register::register))
        .routes(routes!(verify_email::verify))
        .routes(routes!(request_reset::request))
        .routes(routes!(confirm_reset::confirm))
        .routes(routes!(sign_in::sign_in))
        .routes(routes!(refresh::refresh))
        .routes(routes!(sign_out::sign_out))
        .routes(routes!(me::me))
        .routes(routes!(sessions::sessions))
        .routes(routes!(close_session::close_session))
        .routes(routes!(change_password::change_password))
        .routes(routes!(jwks::jwks))
}

/// The address in the field `email` of a body.
pub(crate) fn email(text: &str) -> Result<EmailAddress, Problem> {
    EmailAddress::parse(text).map_err(|error| {
        Problem::at(&VALIDATION_FAILED, "/email", "invalid-value", error.to_string())
    })
}
