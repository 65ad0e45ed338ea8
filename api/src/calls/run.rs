//! Runs a command on a call and answers with the call as it is then.

use axum::response::{IntoResponse, Response};
use domain::CallId;
use domain::call::{Call, CallCommand, CallRefusal};
use event_store::{Failure, Outcome, StoredReply};
use http::{HeaderValue, StatusCode, header};

use super::reply::{Accepted, CallReply};
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
        let Outcome { reply, position, replayed, .. } = outcome;
        let mut response = if reply.status >= 400 {
            Problem::from_stored(&reply.body).into_response()
        } else {
            self.accepted(reply).await?
        };
        if let Some(position) = position {
            response.headers_mut().insert("x-event-position", HeaderValue::from(position));
        }
        if replayed {
            let yes = HeaderValue::from_static("true");
            response.headers_mut().insert("idempotent-replayed", yes);
        }
        Ok(response)
    }

    async fn accepted(&self, stored: StoredReply) -> Result<Response, Problem> {
        let fault = |error: &dyn std::fmt::Display| Problem::fault(error);
        let call: CallReply = serde_json::from_slice(&stored.body).map_err(|e| fault(&e))?;
        let call = call.opened(self.app, self.head.caller.org).await?;
        let status = StatusCode::from_u16(stored.status).map_err(|e| fault(&e))?;
        let mut response = (status, axum::Json(call)).into_response();
        let headers = [(header::ETAG, stored.etag), (header::LOCATION, stored.location)];
        for (name, value) in headers {
            let value = value.map(|value| HeaderValue::from_str(&value)).transpose();
            if let Some(value) = value.map_err(|e| fault(&e))? {
                response.headers_mut().insert(name, value);
            }
        }
        Ok(response)
    }
}
