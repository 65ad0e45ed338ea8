//! Has a contact called anew.

use axum::extract::State;
use axum::response::Response;
use processes::contacts::ContactWish;

use super::own::OwnContact;
use super::reply::ContactReply;
use super::run::run;
use crate::http::app::App;
use crate::http::body::{NoFields, OptionalBody};
use crate::http::command::Head;
use crate::http::problem::Problem;

/// Has a contact called anew with whom it was over. How often they were called stays, and counts no
/// more.
#[utoipa::path(
    post,
    path = "/api/v1/contacts/{id}/reset",
    operation_id = "resetContact",
    tag = "contacts",
    params(("id" = String, Path, description = "The contact")),
    responses((status = 200, description = "The contact", body = ContactReply))
)]
pub async fn reset(
    State(app): State<App>,
    head: Head,
    OwnContact(id): OwnContact,
    OptionalBody(body): OptionalBody<NoFields>,
) -> Result<Response, Problem> {
    run(&app, &head, (id, &body.canonical), ContactWish::Reset).await
}
