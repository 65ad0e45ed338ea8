//! `{code}` of a disposition.

use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;

use crate::http::app::App;
use crate::http::problem::Problem;

/// `{code}`. One that cannot be one is answered like one that does not exist.
#[derive(Clone, Debug)]
pub struct Code(pub String);

impl FromRequestParts<App> for Code {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let params = RawPathParams::from_request_parts(parts, app).await;
        let params = params.map_err(|_| Problem::not_found())?;
        let code = params.iter().find(|(name, _)| *name == "code").map(|(_, code)| code.to_owned());
        code.map(Self).ok_or_else(Problem::not_found)
    }
}
