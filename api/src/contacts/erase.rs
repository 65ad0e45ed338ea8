//! Erases whoever is behind a contact.

use axum::extract::State;
use axum::response::Response;
use domain::ContactId;
use processes::erasure::Whom;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::erasures::erase::erased;
use crate::erasures::reply::ErasureReply;
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::command::Head;
use crate::http::path::Id;
use crate::http::problem::Problem;

/// Why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EraseContact {
    /// A line that names nobody.
    #[schema(example = "GDPR art. 17")]
    legal_basis: String,
}

/// Erases whoever is behind a contact, as `POST /erasures` does by their number: in every campaign,
/// in calls and in what else is said of them. Not while they are on a call.
#[utoipa::path(
    post,
    path = "/api/v1/contacts/{id}/erase",
    operation_id = "eraseContact",
    tag = "contacts",
    params(("id" = String, Path, description = "The contact")),
    request_body = EraseContact,
    responses((
        status = 202,
        description = "The key is destroyed; that the calls say so, follows",
        body = ErasureReply,
        headers(("Location" = String, description = "Where its certificate will be"))
    ))
)]
pub async fn erase(
    State(app): State<App>,
    head: Head,
    Id(id): Id,
    Body { value, .. }: Body<EraseContact>,
) -> Result<Response, Problem> {
    erased(&app, &head, Whom::Contact(ContactId::from(id)), value.legal_basis).await
}
