//! Has contacts of a campaign called anew, many at once.

use axum::extract::State;
use axum::response::Response;
use domain::campaign::Campaign;
use domain::contact::{ContactStatus, ResetFilter};
use serde::Deserialize;
use utoipa::ToSchema;

use super::own::OwnCampaign;
use super::reset_reply::ResetReply;
use crate::http::answer::{Accepted, not_done, respond};
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::command::Head;
use crate::http::problem::Problem;

/// Which contacts.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetContacts {
    /// Those to whom everything applies that is said here; all with whom it is over, where it is
    /// `{}`.
    filter: ContactsOver,
}

/// Which contacts of those with whom it is over.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactsOver {
    /// `completed`, `failed` or both; both, where nothing is said.
    #[serde(default)]
    #[schema(inline, example = json!(["failed"]))]
    status: Vec<ContactStatus>,
    /// What it came to: dispositions, `max_attempts` or `invalid_number`; anything, where nothing
    /// is said.
    #[serde(default)]
    #[schema(example = json!(["max_attempts"]), max_items = 50)]
    outcome: Vec<String>,
    /// Who bear this tag.
    tag: Option<String>,
    /// Who were tried at least so often since they were reset last.
    min_attempts: Option<u32>,
    /// Who were tried at most so often since then.
    max_attempts: Option<u32>,
}

/// Has those contacts of a campaign called anew with whom it is over and whom the filter means, as
/// they are now: whoever is called meanwhile is left as they are. How often they were called
/// stays, and counts no more. Nobody comes back who is not to be called. One reset of a campaign
/// goes on at a time; a campaign that is complete is opened again first.
#[utoipa::path(
    post,
    path = "/api/v1/campaigns/{id}/reset-contacts",
    operation_id = "resetContacts",
    tag = "campaigns",
    params(("id" = String, Path, description = "The campaign")),
    request_body = ResetContacts,
    responses((
        status = 202,
        description = "The reset, which goes on from now on",
        body = ResetReply,
        headers(("Location" = String, description = "Where the reset says how far it is"))
    ))
)]
pub async fn reset_contacts(
    State(app): State<App>,
    head: Head,
    OwnCampaign(campaign): OwnCampaign,
    Body { value, canonical }: Body<ResetContacts>,
) -> Result<Response, Problem> {
    let ContactsOver { status, outcome, tag, min_attempts, max_attempts } = value.filter;
    let (statuses, outcomes) = (status, outcome);
    let filter = ResetFilter { statuses, outcomes, tag, min_attempts, max_attempts };
    let id = app.resets().id();
    let location = format!("/api/v1/campaigns/{campaign}/resets/{id}");
    let reply = Accepted::<ResetReply>::begun(campaign.uuid(), location);
    let order = head.order::<Campaign>(&canonical, reply);
    let done = app.resets().ask(order, (campaign, id), filter, head.caller.user).await;
    respond::<ResetReply>(&app, head.caller.org, done.map_err(not_done)?).await
}
