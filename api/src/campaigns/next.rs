//! Gives an agent the next contact to call.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::{CampaignId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use crate::contacts::problem::refused;
use crate::contacts::reply::ContactReply;
use crate::http::answer::Resource;
use crate::http::app::App;
use crate::http::body::{NoFields, OptionalBody};
use crate::http::command::Head;
use crate::http::path::Id;
use crate::http::problem::Problem;

/// The next contact to call.
#[derive(Serialize, ToSchema)]
pub struct NextContact {
    /// Whom to call; `null` where nobody can be called now.
    contact: Option<ContactReply>,
    /// Until when nobody else is given it. To call it, dial with its `contact_id`.
    until: Option<Timestamp>,
}

/// Gives the caller the next contact of a campaign to look at and to call: the one that they were
/// given already, while its time lasts, or the first that every guard lets through. Calls that they
/// have agreed on come first, then calls that were agreed on, then by priority. Ask again as often
/// as you like; nothing is called by asking.
#[utoipa::path(
    post,
    path = "/api/v1/campaigns/{id}/next",
    operation_id = "nextContact",
    tag = "campaigns",
    params(("id" = String, Path, description = "The campaign")),
    responses((status = 200, description = "Whom to call", body = NextContact))
)]
pub async fn next(
    State(app): State<App>,
    head: Head,
    Id(id): Id,
    OptionalBody(_body): OptionalBody<NoFields>,
) -> Result<Response, Problem> {
    let (org, by) = (head.caller.org, head.caller.user);
    let found = app.contacts().next(org, CampaignId::from(id), by).await.map_err(refused)?;
    let (contact, until) = match found {
        None => (None, None),
        Some(preview) => {
            let (id, until) = (preview.id.uuid(), preview.until);
            let reply = ContactReply::known(id, &preview.contact, preview.version);
            (Some(reply.opened(&app, org).await?), Some(until))
        }
    };
    Ok(axum::Json(NextContact { contact, until }).into_response())
}
