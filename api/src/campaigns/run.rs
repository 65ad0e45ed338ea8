//! Does what somebody wants of a campaign, and answers with the campaign as it is then.

use axum::response::Response;
use domain::CampaignId;
use processes::campaigns::CampaignWish;

use super::problem::refused;
use super::reply::CampaignReply;
use crate::http::answer::{Accepted, respond};
use crate::http::app::App;
use crate::http::command::Head;
use crate::http::problem::Problem;

pub(super) async fn run(
    app: &App,
    head: &Head,
    (id, canonical): (CampaignId, &str),
    wish: CampaignWish,
) -> Result<Response, Problem> {
    let reply = match wish {
        CampaignWish::Delete => Accepted::<CampaignReply>::gone(id.uuid()),
        _ => Accepted::changed(id.uuid()),
    };
    let order = head.order(canonical, reply);
    let done = app.campaigns().wish(order, id, wish, head.caller.user).await;
    respond::<CampaignReply>(app, head.caller.org, done.map_err(refused)?).await
}
