//! Gives somebody another number.

use axum::extract::State;
use axum::response::Response;
use domain::ContactId;
use domain::call::{callable, dialable};
use domain::contact::Contact;
use serde::Deserialize;
use utoipa::ToSchema;

use super::own::OwnContact;
use super::problem::refused;
use super::reply::ContactReply;
use crate::http::answer::{Accepted, respond};
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::command::Head;
use crate::http::problem::{self, Problem, keyring_failed};

/// Another number.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceNumber {
    /// In E.164. The campaign has nobody under it.
    #[schema(example = "+420777120002")]
    phone: String,
    /// Why, in a line that names nobody.
    reason: Option<String>,
}

/// Gives somebody another number. That is another contact: it has their profile, was never called,
/// and says in `replaces` in whose place it is; the old one is taken off the list and says so in
/// `replaced_by`. Not while they are called, and not where they are not to be called: that is taken
/// back first. Whose new number is not to be called comes in as `do_not_call`.
#[utoipa::path(
    post,
    path = "/api/v1/contacts/{id}/replace-number",
    operation_id = "replaceContactNumber",
    tag = "contacts",
    params(("id" = String, Path, description = "The contact")),
    request_body = ReplaceNumber,
    responses((
        status = 201,
        description = "The contact with the new number",
        body = ContactReply,
        headers(("Location" = String, description = "Where that contact is"))
    ))
)]
pub async fn replace_number(
    State(app): State<App>,
    head: Head,
    OwnContact(id): OwnContact,
    Body { value, canonical }: Body<ReplaceNumber>,
) -> Result<Response, Problem> {
    let (org, id) = (head.caller.org, ContactId::from(id));
    let number = dialable("/phone", &value.phone).and_then(|number| {
        callable(&number)?;
        Ok(number)
    });
    let number = number.map_err(|refusal| problem::refused(&refusal))?;
    let campaign = app.contacts().contact(org, id).await.map_err(refused)?.campaign_id;
    let new = app.contacts().id(org, campaign, &number).await;
    let new = new.map_err(|error| keyring_failed(&error))?.uuid();
    let location = ["/api/v1/contacts/", &new.to_string()].concat();
    let order = head.order::<Contact>(&canonical, Accepted::<ContactReply>::created(new, location));
    let said = (number, value.reason);
    let done = app.contacts().replace_number(order, id, said, head.caller.user).await;
    respond::<ContactReply>(&app, org, done.map_err(refused)?).await
}
