//! Runs a command on a call and answers with the call as it is then.

use axum::response::Response;
use domain::CallId;
use domain::call::{Call, CallCommand, CallRefusal};
use event_store::{Failure, Outcome};
use http::StatusCode;

use super::reply::{Accepted, CallReply};
use crate::http::answer::respond;
use crate::http::app::App;
use crate::http::command::Head;
use crate::http::problem::{Problem, from_failure};

/// A command on its way to a call.
pub(super) struct Run<'a> {
    pub app: &'a App,
    pub head: &'a Head,
    pub id: CallId,
    /// The canonical body, for the idempotency key's fingerprint.
    pub canonical: &'a str,
}

impl Run<'_> {
    /// Runs the command; an accepted one is answered with this status.
    pub async fn command(
        &self,
        status: StatusCode,
        command: CallCommand,
    ) -> Result<Outcome, Failure<CallRefusal>> {
        let (app, head) = (self.app, self.head);
        let reply = Accepted::new(app, head.caller.org, self.id, status);
        app.commands()
            .run::<Call>(
                head.caller.context(head.trace),
                self.id.uuid(),
                command,
                head.idempotency(self.canonical),
                head.if_match,
                Box::new(reply),
            )
            .await
    }

    /// Runs the command and answers.
    pub async fn answer(
        &self,
        status: StatusCode,
        command: CallCommand,
    ) -> Result<Response, Problem> {
        let outcome = self.command(status, command).await.map_err(from_failure)?;
        self.respond(outcome).await
    }

    /// The answer to an outcome, whether it is new or was stored.
    pub async fn respond(&self, outcome: Outcome) -> Result<Response, Problem> {
        respond::<CallReply>(self.app, self.head.caller.org, outcome).await
    }
}
