//! Does what somebody wants of a contact, and answers with the contact as it is then.

use axum::response::Response;
use domain::ContactId;
use domain::contact::Contact;
use processes::contacts::ContactWish;
use uuid::Uuid;

use super::problem::refused;
use super::reply::ContactReply;
use crate::http::answer::{Accepted, respond};
use crate::http::app::App;
use crate::http::command::Head;
use crate::http::problem::Problem;

pub(super) async fn run(
    app: &App,
    head: &Head,
    (id, canonical): (Uuid, &str),
    wish: ContactWish,
) -> Result<Response, Problem> {
    let reply = match wish {
        ContactWish::Remove => Accepted::<ContactReply>::gone(id),
        _ => Accepted::changed(id),
    };
    let order = head.order::<Contact>(canonical, reply);
    let done = app.contacts().wish(order, ContactId::from(id), wish, head.caller.user).await;
    respond::<ContactReply>(app, head.caller.org, done.map_err(refused)?).await
}
