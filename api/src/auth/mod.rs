//! Signing in, sessions and passwords over HTTP.

pub mod change_password;
pub mod close_session;
pub mod jwks;
pub mod me;
pub(crate) mod problem;
pub mod refresh;
pub mod register;
pub mod reply;
pub mod sessions;
pub mod sign_in;
pub mod sign_out;
pub mod token;
