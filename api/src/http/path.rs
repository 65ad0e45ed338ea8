//! The id in a path. A malformed one is answered like one that does not exist.

use axum::extract::{FromRequestParts, RawPathParams};
use domain::CallId;
use http::request::Parts;
use uuid::Uuid;

use super::app::App;
use super::problem::Problem;

/// `{id}` of a call.
#[derive(Clone, Copy, Debug)]
pub struct CallPath(pub CallId);

impl FromRequestParts<App> for CallPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let params = RawPathParams::from_request_parts(parts, app).await;
        let params = params.map_err(|_| Problem::not_found())?;
        let id = params.iter().find(|(name, _)| *name == "id").and_then(|(_, id)| parse(id));
        id.map(|id| Self(CallId::from(id))).ok_or_else(Problem::not_found)
    }
}

/// Lower-case text with dashes, as ids are answered, and nothing else.
pub(super) fn parse(text: &str) -> Option<Uuid> {
    let id = Uuid::parse_str(text).ok()?;
    (id.hyphenated().to_string() == text).then_some(id)
}
