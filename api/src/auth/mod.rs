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

use crate::http::problem::{Problem, VALIDATION_FAILED};

/// The address in the field `email` of a body.
pub(crate) fn email(text: &str) -> Result<EmailAddress, Problem> {
    EmailAddress::parse(text).map_err(|error| {
        Problem::at(&VALIDATION_FAILED, "/email", "invalid-value", error.to_string())
    })
}
