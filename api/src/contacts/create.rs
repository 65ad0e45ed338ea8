//! Adds somebody to a campaign.

use axum::extract::State;
use axum::response::Response;
use domain::call::{callable, dialable};
use domain::contact::{Contact, Said};
use domain::{CampaignId, EmailAddress, FreeText};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::problem::refused;
use super::reply::ContactReply;
use crate::campaigns::own;
use crate::http::answer::{Accepted, respond};
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::command::Head;
use crate::http::problem::{self, Problem, VALIDATION_FAILED, keyring_failed};

/// Somebody whom a campaign is to call.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateContact {
    #[schema(value_type = uuid::Uuid)]
    campaign_id: CampaignId,
    /// In E.164. A campaign has a number once.
    #[schema(example = "+420777120001")]
    phone: String,
    /// A line.
    name: Option<String>,
    /// In small letters from then on.
    email: Option<String>,
    /// A name of the IANA database; by the number, where nothing is said.
    #[schema(example = "Europe/Prague")]
    time_zone: Option<String>,
    /// A tag of BCP 47.
    language: Option<String>,
    /// 0 to 99, higher goes first; 50 where nothing is said.
    #[schema(maximum = 99)]
    priority: Option<u8>,
    /// Your own fields: at most 50, at most 8 kB.
    custom: Option<Map<String, Value>>,
    /// At most 50.
    #[serde(default)]
    tags: Vec<String>,
}

/// The priority of whom nothing is said about.
const PRIORITY: u8 = 50;

/// Adds somebody to a campaign. Whose number is not to be called comes in as `do_not_call`.
#[utoipa::path(
    post,
    path = "/api/v1/contacts",
    operation_id = "createContact",
    tag = "contacts",
    request_body = CreateContact,
    responses((
        status = 201,
        description = "The contact",
        body = ContactReply,
        headers(("Location" = String, description = "Where the contact is"))
    ))
)]
pub async fn create(
    State(app): State<App>,
    head: Head,
    Body { value, canonical }: Body<CreateContact>,
) -> Result<Response, Problem> {
    let (org, campaign) = (head.caller.org, value.campaign_id);
    let number = dialable("/phone", &value.phone).and_then(|number| {
        callable(&number)?;
        Ok(number)
    });
    let number = number.map_err(|refusal| problem::refused(&refusal))?;
    // A campaign that is not there is told of as a field.
    own::runs(&app, &head.caller, campaign).await?;
    let said = Said {
        name: value.name.map(FreeText::new),
        email: value.email.as_deref().map(address).transpose()?,
        custom: value.custom,
        time_zone: value.time_zone,
        language: value.language,
        priority: value.priority.unwrap_or(PRIORITY),
        tags: value.tags,
    };
    let id = app.contacts().id(org, campaign, &number).await;
    let id = id.map_err(|error| keyring_failed(&error))?;
    let reply = Accepted::<ContactReply>::created(id.uuid(), format!("/api/v1/contacts/{id}"));
    let order = head.creation::<Contact, _>(&canonical, reply)?;
    let done = app.contacts().create(order, (campaign, number), said, head.caller.user).await;
    respond::<ContactReply>(&app, org, done.map_err(refused)?).await
}

pub(super) fn address(text: &str) -> Result<EmailAddress, Problem> {
    EmailAddress::parse(text).map_err(|error| {
        Problem::at(&VALIDATION_FAILED, "/email", "invalid-email", error.to_string())
    })
}
