//! Says that a contact is not to be called.

use axum::extract::State;
use axum::response::Response;
use domain::ContactId;
use domain::contact::Contact;
use domain::dnc::DncSource;
use serde::Deserialize;
use utoipa::ToSchema;

use super::own::OwnContact;
use super::problem::refused;
use super::reply::ContactReply;
use crate::http::answer::{Accepted, respond};
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::command::Head;
use crate::http::problem::Problem;

/// By whom, and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DoNotCallContact {
    /// `organization`: nobody calls the number; `campaign`: their campaign does not.
    /// `organization`, where nothing is said.
    #[schema(inline)]
    scope: Option<Scope>,
    /// Who or what has said so; `api`, where nothing is said.
    #[schema(inline)]
    source: Option<DncSource>,
    /// Why; a line that names nobody.
    #[schema(example = "asked not to be called")]
    reason: String,
}

/// Who does not call.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The whole organization.
    Organization,
    /// Their campaign.
    Campaign,
}

/// Says that a contact is not to be called: their number goes onto the do-not-call list, and
/// contacts with the same number follow. Not while they are called.
#[utoipa::path(
    post,
    path = "/api/v1/contacts/{id}/do-not-call",
    operation_id = "doNotCallContact",
    tag = "contacts",
    params(("id" = String, Path, description = "The contact")),
    request_body = DoNotCallContact,
    responses((status = 200, description = "The contact", body = ContactReply))
)]
pub async fn do_not_call(
    State(app): State<App>,
    head: Head,
    OwnContact(id): OwnContact,
    Body { value, canonical }: Body<DoNotCallContact>,
) -> Result<Response, Problem> {
    let whole = value.scope != Some(Scope::Campaign);
    let said = (whole, value.source.unwrap_or(DncSource::Api), value.reason);
    let order = head.order::<Contact>(&canonical, Accepted::<ContactReply>::changed(id));
    let done = app.contacts().do_not_call(order, ContactId::from(id), said, head.caller.user).await;
    respond::<ContactReply>(&app, head.caller.org, done.map_err(refused)?).await
}
