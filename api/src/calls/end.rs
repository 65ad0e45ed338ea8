//! Ends a call. The provider is asked, and the answer waits a little for the
//! fact; without it the answer is 202 with the call as it is.

use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use domain::call::{Call, CallCommand, CallEvent, EndedBy, Leg};
use domain::{CallId, DecidedEvent, Decider, OrgId, Role};
use event_store::{Outcome, Reply, StoredReply, StreamKey};
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::reply::{Accepted, CallReply};
use super::run::Run;
use crate::http::app::App;
use crate::http::body::{Body, OptionalBody};
use crate::http::command::Head;
use crate::http::path::CallPath;
use crate::http::problem::{FORBIDDEN, Problem, from_failure, log_failed};

/// How long to wait for the fact.
const WAIT: Duration = Duration::from_secs(2);
/// The log grows faster than it makes sense to look: from so long between two
/// looks, twice as long each time, to so long.
const PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_millis(160);

/// Why the call is ended.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndCall {
    reason: Option<String>,
}

/// Ends the call. A call that has ended already is answered as it is.
#[utoipa::path(
    post,
    path = "/api/v1/calls/{id}/end",
    operation_id = "endCall",
    tag = "calls",
    params(("id" = String, Path, description = "The call")),
    request_body = Option<EndCall>,
    responses(
        (status = 200, description = "The call has ended", body = CallReply),
        (status = 202, description = "The provider has been asked", body = CallReply)
    )
)]
pub async fn end(
    State(app): State<App>,
    head: Head,
    CallPath(id): CallPath,
    OptionalBody(Body { value, canonical }): OptionalBody<EndCall>,
) -> Result<Response, Problem> {
    let by = match head.caller.role {
        Role::Agent => EndedBy::Agent,
        Role::Supervisor | Role::Admin | Role::Operator => EndedBy::Supervisor,
        // Their roles do not include it.
        Role::Auditor | Role::Analyst => return Err(Problem::of(&FORBIDDEN)),
    };
    let command = CallCommand::RequestEnd { by, reason: value.reason, at: app.now() };
    let run = Run { app: &app, head: &head, id, canonical: &canonical };
    let outcome = run.command(StatusCode::ACCEPTED, command).await;
    let mut outcome = outcome.map_err(from_failure)?;
    if outcome.reply.status == StatusCode::ACCEPTED.as_u16() {
        settle(&run, &mut outcome).await?;
    }
    run.respond(outcome).await
}

/// Puts the call as it ended in the place of the reply, where the fact came
/// within the time. A replay finds the same answer in the log.
async fn settle(run: &Run<'_>, outcome: &mut Outcome) -> Result<(), Problem> {
    let org = run.head.caller.org;
    let mut head = run.app.log().head();
    let deadline = tokio::time::Instant::now() + WAIT;
    let mut pause = PAUSE;
    loop {
        head.mark_unchanged();
        let state = run.app.commands().state::<Call>(org, run.id.uuid()).await;
        let state = state.map_err(|error| log_failed(&error))?;
        if state.is_some_and(|(call, _)| call.leg() == Leg::Ended) {
            let ended = ended(run.app, org, run.id).await?;
            if let Some(ended) = ended.filter(|ended| ended.waited <= WAIT) {
                outcome.reply = ended.reply;
                outcome.position = Some(ended.position);
                outcome.version = ended.version;
            }
            return Ok(());
        }
        let more = tokio::time::timeout_at(deadline, head.changed());
        if outcome.replayed || !matches!(more.await, Ok(Ok(()))) {
            return Ok(());
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// The answer at the moment when a call ended.
struct Ended {
    /// From the request to the fact.
    waited: Duration,
    reply: StoredReply,
    position: i64,
    version: u64,
}

/// Finds in the log how a call ended after it was asked to.
async fn ended(app: &App, org: OrgId, id: CallId) -> Result<Option<Ended>, Problem> {
    let stream =
        StreamKey { org_id: org.uuid(), aggregate_type: Call::TYPE, aggregate_id: id.uuid() };
    let events = app.log().read_stream(stream, 1).await.map_err(|error| log_failed(&error))?;
    let mut call = Call::default();
    let mut asked_at = None;
    for event in events {
        let fact = CallEvent::decode(&event.event_type, event.event_version, &event.payload);
        let fact = fact.map_err(|error| Problem::fault(&error))?;
        call.evolve(&fact);
        if matches!(fact, CallEvent::CallEndRequested { .. }) {
            asked_at = asked_at.or(Some(event.recorded_at_ms));
        }
        if matches!(fact, CallEvent::CallEnded { .. }) {
            let version = u64::try_from(event.sequence).unwrap_or_default();
            let waited = asked_at.map_or(0, |asked| event.recorded_at_ms - asked);
            let waited = Duration::from_millis(u64::try_from(waited).unwrap_or_default());
            let reply = Accepted::new(app, org, id, StatusCode::OK).accepted(&call, version);
            return Ok(Some(Ended { waited, reply, position: event.position, version }));
        }
    }
    Ok(None)
}
