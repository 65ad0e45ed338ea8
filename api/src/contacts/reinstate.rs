//! Says that a contact may be called again.

use axum::extract::State;
use axum::response::Response;
use processes::contacts::ContactWish;
use serde::Deserialize;
use utoipa::ToSchema;

use super::own::OwnContact;
use super::reply::ContactReply;
use super::run::run;
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::command::Head;
use crate::http::problem::Problem;

/// Why, and what shows that they may.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReinstateContact {
    /// Why; a line that names nobody.
    #[schema(example = "asked to be called again")]
    reason: String,
    /// What shows that they may; a line that names nobody.
    #[schema(example = "letter 2026/114")]
    evidence: String,
}

/// Says that a contact may be called again. While their number is on the do-not-call list, that is
/// taken back there first.
#[utoipa::path(
    post,
    path = "/api/v1/contacts/{id}/reinstate",
    operation_id = "reinstateContact",
    tag = "contacts",
    params(("id" = String, Path, description = "The contact")),
    request_body = ReinstateContact,
    responses((status = 200, description = "The contact", body = ContactReply))
)]
pub async fn reinstate(
    State(app): State<App>,
    head: Head,
    OwnContact(id): OwnContact,
    Body { value, canonical }: Body<ReinstateContact>,
) -> Result<Response, Problem> {
    let ReinstateContact { reason, evidence } = value;
    let wish = ContactWish::Reinstate { reason, evidence };
    run(&app, &head, (id, &canonical), wish).await
}
