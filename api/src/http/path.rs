//! The id in a path. A malformed one is answered like one that does not exist.

use axum::extract::{FromRequestParts, RawPathParams};
use domain::CallId;
use domain::call::Call;
use http::request::Parts;
use uuid::Uuid;

use super::app::App;
use super::caller::Caller;
use super::problem::{Problem, log_failed};
use super::reach::Reach;

/// `{id}`
#[derive(Clone, Copy, Debug)]
pub struct Id(pub Uuid);

/// `{id}`, and the id of something within it.
#[derive(Clone, Copy, Debug)]
pub struct Ids(pub Uuid, pub Uuid);

impl FromRequestParts<App> for Ids {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Id(id) = Id::from_request_parts(parts, app).await?;
        let params = RawPathParams::from_request_parts(parts, app).await;
        let params = params.map_err(|_| Problem::not_found())?;
        let within = params.iter().find(|(name, _)| *name != "id").and_then(|(_, id)| parse(id));
        within.map(|within| Self(id, within)).ok_or_else(Problem::not_found)
    }
}

/// `{id}` of a call that the caller may see: whoever sees the calls of some agents only, gets no
/// other one's id past this.
#[derive(Clone, Copy, Debug)]
pub struct CallPath(pub CallId);

impl FromRequestParts<App> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let params = RawPathParams::from_request_parts(parts, app).await;
        let params = params.map_err(|_| Problem::not_found())?;
        let id = params.iter().find(|(name, _)| *name == "id").and_then(|(_, id)| parse(id));
        id.map(Self).ok_or_else(Problem::not_found)
    }
}

impl FromRequestParts<App> for CallPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, app).await?;
        let Id(id) = Id::from_request_parts(parts, app).await?;
        if let reach @ Reach::Only(_) = Reach::asked(parts, app).await? {
            let state = app.commands().state::<Call>(caller.org, id).await;
            let state = state.map_err(|error| log_failed(&error))?;
            let call = state.as_ref().and_then(|(call, _)| call.known());
            let agent = call.ok_or_else(Problem::not_found)?.agent_id;
            reach.allows(agent.map(|agent| agent.uuid()))?;
        }
        Ok(Self(CallId::from(id)))
    }
}

/// Lower-case text with dashes, as ids are answered, and nothing else.
pub(crate) fn parse(text: &str) -> Option<Uuid> {
    let id = Uuid::parse_str(text).ok()?;
    (id.hyphenated().to_string() == text).then_some(id)
}
