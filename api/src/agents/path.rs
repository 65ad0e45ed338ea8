//! `{id}` of an agent whom the caller may see and tell what to do.

use axum::extract::FromRequestParts;
use domain::AgentId;
use http::request::Parts;

use crate::http::app::App;
use crate::http::caller::Caller;
use crate::http::path::Id;
use crate::http::problem::{Problem, log_failed};
use crate::http::reach::Reach;

/// An agent within the caller's reach.
#[derive(Clone, Copy, Debug)]
pub struct AgentPath(pub AgentId);

impl FromRequestParts<App> for AgentPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, app).await?;
        let Id(id) = Id::from_request_parts(parts, app).await?;
        let agent = AgentId::from(id);
        if let reach @ Reach::Only(_) = Reach::asked(parts, app).await? {
            let there = app.agents().agent(caller.org, agent).await;
            there.map_err(|error| log_failed(&error))?.ok_or_else(Problem::not_found)?;
            reach.allows(Some(id))?;
        }
        Ok(Self(agent))
    }
}
