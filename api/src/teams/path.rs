//! `{id}` of a team that the caller may run, and `{user_id}` of a member.

use axum::extract::{FromRequestParts, RawPathParams};
use domain::{Role, TeamId, UserId};
use http::request::Parts;

use crate::http::app::App;
use crate::http::caller::Caller;
use crate::http::path::{self, Id};
use crate::http::problem::{NOT_YOUR_RESOURCE, Problem, log_failed};

/// `{id}` of a team that the caller runs: an administrator any, a supervisor those that they
/// supervise, and those within them.
#[derive(Clone, Copy, Debug)]
pub struct OwnTeam(pub TeamId);

/// `{user_id}` of somebody in a team.
#[derive(Clone, Copy, Debug)]
pub struct Member(pub UserId);

impl FromRequestParts<App> for OwnTeam {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, app).await?;
        let Id(id) = Id::from_request_parts(parts, app).await?;
        let team = TeamId::from(id);
        if caller.role == Role::Supervisor {
            let theirs = app.teams().supervises(caller.org, caller.user, team).await;
            match theirs.map_err(|error| log_failed(&error))? {
                None => return Err(Problem::not_found()),
                Some(false) => return Err(Problem::of(&NOT_YOUR_RESOURCE)),
                Some(true) => {}
            }
        }
        Ok(Self(team))
    }
}

impl FromRequestParts<App> for Member {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let params = RawPathParams::from_request_parts(parts, app).await;
        let params = params.map_err(|_| Problem::not_found())?;
        let id = params.iter().find(|(name, _)| *name == "user_id");
        let id = id.and_then(|(_, id)| path::parse(id)).ok_or_else(Problem::not_found)?;
        Ok(Self(UserId::from(id)))
    }
}
