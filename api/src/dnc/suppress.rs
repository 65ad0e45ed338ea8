//! Says that a number is not to be called.

use axum::extract::State;
use axum::response::Response;
use domain::dnc::{Dnc, DncScope, DncSource};
use domain::{CampaignId, Timestamp};
use processes::dnc::{self, Suppression};
use serde::Deserialize;
use utoipa::ToSchema;

use super::problem::{dnc_failed, number};
use super::reply::DncReply;
use crate::campaigns;
use crate::http::answer::{Accepted, respond};
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::command::Head;
use crate::http::problem::{Problem, keyring_failed};

/// Which number, and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SuppressNumber {
    /// In E.164.
    #[schema(example = "+420777120001")]
    number: String,
    /// For this campaign only; for the whole organization, where nothing is said.
    campaign_id: Option<CampaignId>,
    /// Who or what has said so; `api`, where nothing is said.
    #[schema(inline)]
    source: Option<DncSource>,
    /// Why; a line that names nobody.
    #[schema(example = "asked not to be called")]
    reason: String,
    /// Until when; without end, where nothing is said.
    expires_at: Option<Timestamp>,
}

/// Says that a number is not to be called: from now on it is not dialed, whoever asks. What is said
/// for longer already, stays.
#[utoipa::path(
    post,
    path = "/api/v1/dnc",
    operation_id = "suppressNumber",
    tag = "dnc",
    request_body = SuppressNumber,
    responses((
        status = 201,
        description = "It is not called",
        body = DncReply,
        headers(("Location" = String, description = "Where the entry is"))
    ))
)]
pub async fn suppress(
    State(app): State<App>,
    head: Head,
    Body { value, canonical }: Body<SuppressNumber>,
) -> Result<Response, Problem> {
    let org = head.caller.org;
    campaigns::known(&app, org, value.campaign_id).await?;
    let campaign = value.campaign_id.map(|campaign_id| DncScope::Campaign { campaign_id });
    let said = Suppression {
        scope: campaign.unwrap_or(DncScope::Organization),
        number: number("/number", &value.number)?,
        source: value.source.unwrap_or(DncSource::Api),
        reason: value.reason,
        expires_at: value.expires_at,
        by: Some(head.caller.user),
    };
    let id = dnc::entry(app.commands(), org, said.scope, &said.number).await;
    let id = id.map_err(|error| keyring_failed(&error))?;
    let reply = Accepted::<DncReply>::created(id, format!("/api/v1/dnc/{id}"));
    let order = head.order::<Dnc>(&canonical, reply);
    let outcome = dnc::suppress(app.commands(), order, id, said).await;
    respond::<DncReply>(&app, org, outcome.map_err(dnc_failed)?).await
}
