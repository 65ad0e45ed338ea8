//! `{id}` of a contact whose campaign the caller may run.

use axum::extract::FromRequestParts;
use domain::ContactId;
use http::request::Parts;
use uuid::Uuid;

use super::problem::refused;
use crate::campaigns::own::runs;
use crate::http::app::App;
use crate::http::caller::Caller;
use crate::http::path::Id;
use crate::http::problem::Problem;

/// `{id}` of a contact whose campaign the caller runs.
#[derive(Clone, Copy, Debug)]
pub struct OwnContact(pub Uuid);

impl FromRequestParts<App> for OwnContact {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, app).await?;
        let Id(id) = Id::from_request_parts(parts, app).await?;
        let contact = app.contacts().contact(caller.org, ContactId::from(id)).await;
        runs(app, &caller, contact.map_err(refused)?.campaign_id).await?;
        Ok(Self(id))
    }
}
