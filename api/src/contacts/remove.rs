//! Takes a contact off the list.

use axum::extract::State;
use axum::response::Response;
use processes::contacts::ContactWish;

use super::own::OwnContact;
use super::run::run;
use crate::http::app::App;
use crate::http::body::{NoFields, OptionalBody};
use crate::http::command::Head;
use crate::http::problem::Problem;

/// Takes a contact off the list; not while they are called. What there was stays in the history.
#[utoipa::path(
    delete,
    path = "/api/v1/contacts/{id}",
    operation_id = "removeContact",
    tag = "contacts",
    params(("id" = String, Path, description = "The contact")),
    responses((status = 204, description = "They are off the list"))
)]
pub async fn remove(
    State(app): State<App>,
    head: Head,
    OwnContact(id): OwnContact,
    OptionalBody(body): OptionalBody<NoFields>,
) -> Result<Response, Problem> {
    run(&app, &head, (id, &body.canonical), ContactWish::Remove).await
}
