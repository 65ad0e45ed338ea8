//! Changes what is known of somebody.

use axum::extract::State;
use axum::response::Response;
use domain::contact::{Contact, ProfileChanges, own};
use domain::{ContactId, FreeText, Personal, SubjectId};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::create::address;
use super::own::OwnContact;
use super::problem::refused;
use super::reply::ContactReply;
use crate::http::answer::{Accepted, respond};
use crate::http::app::App;
use crate::http::body::{Body, present, stated};
use crate::http::command::Head;
use crate::http::problem::{PHONE_IMMUTABLE, Problem, by_field};

/// What is different from now on; what is not named stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeContact {
    /// It cannot be changed: somebody with another number is another contact.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    phone: Option<Value>,
    /// `null`: none.
    #[serde(default, deserialize_with = "stated")]
    #[schema(value_type = Option<String>)]
    name: Option<Option<String>>,
    /// `null`: none.
    #[serde(default, deserialize_with = "stated")]
    #[schema(value_type = Option<String>)]
    email: Option<Option<String>>,
    /// `null`: by the number.
    #[serde(default, deserialize_with = "stated")]
    #[schema(value_type = Option<String>)]
    time_zone: Option<Option<String>>,
    /// `null`: none.
    #[serde(default, deserialize_with = "stated")]
    #[schema(value_type = Option<String>)]
    language: Option<Option<String>>,
    /// 0 to 99.
    #[serde(default, deserialize_with = "present")]
    #[schema(maximum = 99, nullable = false)]
    priority: Option<u8>,
    /// Your own fields, the whole of them; `null`: none.
    #[serde(default, deserialize_with = "stated")]
    #[schema(value_type = Option<Object>)]
    custom: Option<Option<Map<String, Value>>>,
    /// All of them.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    tags: Option<Vec<String>>,
}

/// Changes what is known of somebody.
#[utoipa::path(
    patch,
    path = "/api/v1/contacts/{id}",
    operation_id = "changeContact",
    tag = "contacts",
    params(("id" = String, Path, description = "The contact")),
    request_body = ChangeContact,
    responses((status = 200, description = "The contact", body = ContactReply))
)]
pub async fn change(
    State(app): State<App>,
    head: Head,
    OwnContact(id): OwnContact,
    Body { value, canonical }: Body<ChangeContact>,
) -> Result<Response, Problem> {
    let org = head.caller.org;
    if value.phone.is_some() {
        let words = "somebody with another number is another contact";
        return Err(Problem::at(&PHONE_IMMUTABLE, "/phone", "immutable", words));
    }
    let contact = app.contacts().contact(org, ContactId::from(id)).await.map_err(refused)?;
    let changes = value.changes(contact.subject)?;
    let order = head.order::<Contact>(&canonical, Accepted::<ContactReply>::changed(id));
    let done = app.contacts().update(order, ContactId::from(id), changes, head.caller.user).await;
    respond::<ContactReply>(&app, org, done.map_err(refused)?).await
}

impl ChangeContact {
    /// As the domain has it, of this person.
    fn changes(self, subject: SubjectId) -> Result<ProfileChanges, Problem> {
        let name = |name: String| Personal::known(subject, FreeText::new(name));
        let email = |email: Option<String>| match email {
            None => Ok(None),
            Some(email) => address(&email).map(|email| Some(Personal::known(subject, email))),
        };
        let custom = |custom: Option<Map<String, Value>>| match custom {
            None => Ok(None),
            Some(fields) => own(subject, &fields).map(Some).map_err(by_field),
        };
        Ok(ProfileChanges {
            name: self.name.map(|stated| stated.map(name)),
            email: self.email.map(email).transpose()?,
            custom: self.custom.map(custom).transpose()?,
            time_zone: self.time_zone,
            language: self.language,
            priority: self.priority,
            tags: self.tags,
        })
    }
}
