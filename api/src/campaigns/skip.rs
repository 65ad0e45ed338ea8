//! Leaves a contact that was given to somebody for later.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use domain::contact::Contact;
use domain::{CampaignId, ContactId};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::contacts::problem::refused;
use crate::contacts::reply::ContactReply;
use crate::http::answer::{Accepted, respond};
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::command::Head;
use crate::http::path::{self, Id};
use crate::http::problem::Problem;

/// Why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SkipContact {
    /// A line that names nobody.
    #[schema(example = "speaks another language")]
    reason: String,
}

/// Leaves the contact that the caller was given for later: it is called again in an hour at the
/// soonest, by anybody. Ask for the next one then.
#[utoipa::path(
    post,
    path = "/api/v1/campaigns/{id}/contacts/{contact_id}/skip",
    operation_id = "skipContact",
    tag = "campaigns",
    params(
        ("id" = String, Path, description = "The campaign"),
        ("contact_id" = String, Path, description = "The contact")
    ),
    request_body = SkipContact,
    responses((status = 200, description = "The contact", body = ContactReply))
)]
pub async fn skip(
    State(app): State<App>,
    head: Head,
    Id(campaign): Id,
    params: RawPathParams,
    Body { value, canonical }: Body<SkipContact>,
) -> Result<Response, Problem> {
    let (org, by) = (head.caller.org, head.caller.user);
    let id = params.iter().find(|(name, _)| *name == "contact_id");
    let id = id.and_then(|(_, id)| path::parse(id)).ok_or_else(Problem::not_found)?;
    let order = head.order::<Contact>(&canonical, Accepted::<ContactReply>::changed(id));
    let of = (CampaignId::from(campaign), ContactId::from(id));
    let done = app.contacts().skip(order, of, value.reason, by).await;
    respond::<ContactReply>(&app, org, done.map_err(refused)?).await
}
