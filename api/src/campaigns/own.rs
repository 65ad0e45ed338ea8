//! `{id}` of a campaign that the caller may run.

use axum::extract::FromRequestParts;
use domain::{CampaignId, Role};
use http::request::Parts;

use crate::http::app::App;
use crate::http::caller::Caller;
use crate::http::path::Id;
use crate::http::problem::{NOT_YOUR_RESOURCE, Problem, log_failed, unavailable};
use crate::http::reach::Reach;

/// `{id}` of a campaign that the caller runs.
#[derive(Clone, Copy, Debug)]
pub struct OwnCampaign(pub CampaignId);

impl FromRequestParts<App> for OwnCampaign {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, app).await?;
        let Id(id) = Id::from_request_parts(parts, app).await?;
        let id = CampaignId::from(id);
        match runs(app, &caller, id).await? {
            true => Ok(Self(id)),
            false => Err(Problem::not_found()),
        }
    }
}

/// Whether there is such a campaign; refused where the caller does not run it. An administrator
/// runs any, a supervisor those for which they or somebody whom they supervise are named, or a team
/// that they supervise. What agents may do in one, they do for themselves where they are assigned.
pub(crate) async fn runs(app: &App, caller: &Caller, id: CampaignId) -> Result<bool, Problem> {
    if ![Role::Supervisor, Role::Agent].contains(&caller.role) {
        return Ok(true);
    }
    let campaign = app.campaigns().campaign(caller.org, id).await;
    let Some(campaign) = campaign.map_err(|error| log_failed(&error))? else { return Ok(false) };
    if caller.role == Role::Agent {
        let theirs = app.campaigns().calls_for(caller.org, &campaign, caller.user).await;
        return match theirs.map_err(|error| unavailable(&error))? {
            true => Ok(true),
            false => Err(Problem::of(&NOT_YOUR_RESOURCE)),
        };
    }
    let settings = campaign.settings;
    let reach = Reach::of(app, caller).await?;
    if settings.agents.iter().any(|agent| reach.includes(agent.uuid())) {
        return Ok(true);
    }
    for team in settings.teams {
        let theirs = app.teams().supervises(caller.org, caller.user, team).await;
        if theirs.map_err(|error| log_failed(&error))? == Some(true) {
            return Ok(true);
        }
    }
    Err(Problem::of(&NOT_YOUR_RESOURCE))
}
