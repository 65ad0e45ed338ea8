//! Campaigns: whom an organization calls, when and how (domain/04 §4.10).

pub mod activate;
pub mod agents;
pub mod archive;
pub mod assign;
pub mod cancel;
pub mod change;
pub mod complete;
pub mod create;
pub mod deactivate;
pub mod delete;
pub mod dialer;
pub mod get;
pub mod get_reset;
pub mod hopper;
pub mod list;
pub mod next;
pub(crate) mod own;
pub(crate) mod problem;
pub mod readiness;
pub mod reopen;
pub mod reply;
pub mod reset_contacts;
pub mod reset_reply;
mod run;
pub mod skip;
pub mod stats;

use domain::campaign::CampaignStatus;
use domain::{CampaignId, FieldFault, OrgId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::app::App;
use crate::http::problem::{Problem, by_field, log_failed};

/// Its operations.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(agents::agents, assign::assign))
        .routes(routes!(assign::unassign))
        .routes(routes!(list::list, create::create))
        .routes(routes!(get::get, change::change, delete::delete))
        .routes(routes!(activate::activate))
        .routes(routes!(deactivate::deactivate))
        .routes(routes!(complete::complete))
        .routes(routes!(reopen::reopen))
        .routes(routes!(cancel::cancel))
        .routes(routes!(archive::archive))
        .routes(routes!(readiness::readiness))
        .routes(routes!(stats::stats))
        .routes(routes!(dialer::dialer))
        .routes(routes!(hopper::hopper))
        .routes(routes!(next::next))
        .routes(routes!(skip::skip))
        .routes(routes!(reset_contacts::reset_contacts))
        .routes(routes!(get_reset::get_reset))
}

/// A campaign that a field names has to be there.
pub(crate) async fn known(
    app: &App,
    org: OrgId,
    campaign: Option<CampaignId>,
) -> Result<(), Problem> {
    let Some(id) = campaign else { return Ok(()) };
    let found = app.campaigns().campaign(org, id).await.map_err(|error| log_failed(&error))?;
    match found.filter(|campaign| campaign.status != CampaignStatus::Deleted) {
        Some(_) => Ok(()),
        None => Err(by_field(FieldFault::reference("/campaign_id", "there is no such campaign"))),
    }
}
