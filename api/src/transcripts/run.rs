//! Runs a command on the transcript of a call and answers with the transcript as it is then.

use axum::response::Response;
use domain::CallId;
use domain::transcript::{Transcript, TranscriptCommand};

use super::reply::TranscriptReply;
use crate::http::answer::{Accepted, not_done, respond};
use crate::http::app::App;
use crate::http::command::Head;
use crate::http::problem::Problem;

pub(super) async fn run(
    app: &App,
    head: &Head,
    (call, canonical): (CallId, &str),
    command: TranscriptCommand,
) -> Result<Response, Problem> {
    let reply = Accepted::<TranscriptReply>::changed(call.uuid());
    let order = head.order::<Transcript>(canonical, reply);
    let done = app.commands().carry_out(order, call.uuid(), command).await;
    respond::<TranscriptReply>(app, head.caller.org, done.map_err(not_done)?).await
}
