//! What surrounds every request, from the outside in: the answer is dressed
//! (trace id, problem document, security headers), panics are caught, heads
//! are limited, work is limited in number and in time.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tracing::Instrument;

use super::app::App;
use super::body::{self, MAX_BODY, MAX_FORM};
use super::caller;
use super::client::Peer;
use super::operation::{Class, Operation};
use super::problem::{
    DEADLINE_EXCEEDED, HEADERS_TOO_LARGE, INTERNAL, NOT_ACCEPTABLE, OVERLOADED, PAYLOAD_TOO_LARGE,
    Problem, URI_TOO_LONG,
};
use super::trace::Trace;
use crate::auth::token::Verified;

const MAX_URI: usize = 8 * 1024;
const MAX_HEADER: usize = 8 * 1024;
const MAX_HEADERS_SUM: usize = 16 * 1024;
const MAX_HEADERS: usize = 64;
/// How long a request waits for its turn before it is shed.
const TURN: Duration = Duration::from_secs(1);
/// How long a body may take to arrive, and how long and large one is from whoever is not known yet.
const PATIENCE: Duration = Duration::from_secs(10);
const ENTRY_PATIENCE: Duration = Duration::from_secs(3);
const MAX_ENTRY: usize = 16 * 1024;
/// The largest webhook.
const MAX_TOLD: usize = 64 * 1024;
const COMMAND_DEADLINE: Duration = Duration::from_secs(5);
const QUERY_DEADLINE: Duration = Duration::from_secs(10);

/// The trace of a request.
#[must_use]
pub fn trace_of(headers: &HeaderMap) -> Trace {
    Trace::of(headers, rand::random)
}

/// The outermost layer: names the request, dresses the answer.
pub async fn finish(mut request: Request, next: Next) -> Response {
    let trace = trace_of(request.headers());
    let path = request.uri().path().to_owned();
    let span = tracing::info_span!("request", trace_id = %trace.id(), method = %request.method());
    request.extensions_mut().insert(trace);
    let response = next.run(request).instrument(span.clone()).await;
    span.in_scope(|| tracing::debug!(status = response.status().as_u16(), "answered"));
    dress(response, &path, trace)
}

/// Writes the problem document, where there is one, and the headers that
/// every answer has.
#[must_use]
pub fn dress(mut response: Response, path: &str, trace: Trace) -> Response {
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        let document = problem.document(path, &trace.id()).to_string();
        let problem_json = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, problem_json);
        response.headers_mut().remove(header::CONTENT_LENGTH);
        *response.body_mut() = Body::from(document);
    }
    if response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/json") {
        let json = HeaderValue::from_static("application/json; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, json);
    }
    let defaults = [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    ];
    for (name, value) in defaults {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// What a caught panic is answered with.
#[must_use]
pub fn panicked(_: Box<dyn Any + Send>) -> Response {
    tracing::error!("a handler panicked");
    Problem::of(&INTERNAL).into_response()
}

/// Heads that are too large, bodies announced too large, answers that nobody
/// would take.
pub async fn limits(request: Request, next: Next) -> Response {
    match check(&request) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

fn check(request: &Request) -> Result<(), Problem> {
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    if target > MAX_URI {
        return Err(Problem::of(&URI_TOO_LONG));
    }
    let headers = request.headers();
    let sizes = || headers.iter().map(|(name, value)| name.as_str().len() + value.len());
    if headers.len() > MAX_HEADERS
        || sizes().any(|size| size > MAX_HEADER)
        || sizes().sum::<usize>() > MAX_HEADERS_SUM
    {
        return Err(Problem::of(&HEADERS_TOO_LARGE));
    }
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    let announced = announced.and_then(|length| length.parse::<usize>().ok());
    let most = if is_upload(request) { MAX_FORM } else { MAX_BODY };
    if announced.is_some_and(|length| length > most) {
        return Err(Problem::of(&PAYLOAD_TOO_LARGE));
    }
    if is_api(request) && !takes(headers, answered_as(request)) {
        return Err(Problem::of(&NOT_ACCEPTABLE));
    }
    Ok(())
}

/// As what a request is answered, by the table.
fn answered_as(request: &Request) -> (&'static str, &'static str) {
    let template = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let operation = Operation::find(request.method().as_str(), template.unwrap_or_default());
    match operation {
        Some(Operation { class: Class::Stream, .. }) => ("text", "event-stream"),
        Some(_) | None => ("application", "json"),
    }
}

fn is_api(request: &Request) -> bool {
    request.uri().path().starts_with("/api/")
}

/// Where files come in. They are taken as they come, by the handler, which has limits of its own.
const UPLOADS: [&str; 3] =
    ["/api/v1/contacts/import", "/api/v1/contacts/import/preview", "/api/v1/dnc/import"];

fn is_upload(request: &Request) -> bool {
    UPLOADS.contains(&request.uri().path())
}

fn takes(headers: &HeaderMap, (kind, of): (&str, &str)) -> bool {
    let mut ranges = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .filter(|range| !range.is_empty())
        .peekable();
    if ranges.peek().is_none() {
        return true;
    }
    ranges.any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let media = parts.next().unwrap_or_default().to_ascii_lowercase();
        let refused = parts.any(|parameter| {
            let weight = parameter.strip_prefix("q=").and_then(|q| q.parse::<f32>().ok());
            weight.is_some_and(|weight| weight <= 0.0)
        });
        let range = media.split_once('/').unwrap_or_default();
        !refused && (range == ("*", "*") || range == (kind, "*") || range == (kind, of))
    })
}

/// Looks at the token, waits for a turn, then gives the request its time. A query ends with its
/// caller; a command runs to its end, whoever has gone away.
pub async fn turn(State(app): State<App>, request: Request, next: Next) -> Response {
    if is_webhook(&request) {
        return told(&app, request, next).await.unwrap_or_else(Problem::into_response);
    }
    if !is_api(&request) {
        return next.run(request).await;
    }
    match caller::verified(&app, request.headers()).await {
        Err(problem) => problem.into_response(),
        Ok(Some(verified)) => known(&app, verified, request, next).await,
        Ok(None) => unknown(&app, request, next).await,
    }
}

/// Whoever is known has a line of their own for each kind of work.
async fn known(app: &App, verified: Verified, mut request: Request, next: Next) -> Response {
    let principal = verified.principal;
    if let Err(early) = app.rates().known(&principal) {
        return early.into_response();
    }
    request.extensions_mut().insert(principal);
    request.extensions_mut().insert(verified);
    if is_upload(&request) && !is_query(&request) {
        return upload(app, request, next).await.unwrap_or_else(Problem::into_response);
    }
    let answered = match is_query(&request) {
        true => query(app, request, next).await,
        // A slow body must not keep others from their turn.
        false => match body::arrived(request, MAX_BODY, PATIENCE).await {
            Ok(request) => command(app.commands_in_flight(), request, next).await,
            Err(problem) => Err(problem),
        },
    };
    answered.unwrap_or_else(Problem::into_response)
}

/// Whoever is not known may not fill the memory, or take a turn from those who are.
async fn unknown(app: &App, request: Request, next: Next) -> Response {
    if is_query(&request) {
        return query(app, request, next).await.unwrap_or_else(Problem::into_response);
    }
    if let Some(peer) = request.extensions().get::<Peer>()
        && let Err(early) = app.rates().entry(peer.0)
    {
        return early.into_response();
    }
    let Ok(arriving) = app.arriving().try_acquire_owned() else {
        return Problem::of(&OVERLOADED).retry_after(1).into_response();
    };
    let comes_back = request.uri().path().ends_with("/refresh");
    let line = if comes_back { app.returns() } else { app.entries() };
    let answered = match body::arrived(request, MAX_ENTRY, ENTRY_PATIENCE).await {
        Ok(request) => {
            drop(arriving);
            command(line, request, next).await
        }
        Err(problem) => Err(problem),
    };
    answered.unwrap_or_else(Problem::into_response)
}

/// The same request, its short body arrived whole: a form of somebody who is not known yet.
pub(crate) async fn entry_arrived(request: Request) -> Result<Request, Problem> {
    body::arrived(request, MAX_ENTRY, ENTRY_PATIENCE).await
}

/// Providers tell many things at once from few addresses, and tell again what was not taken: they
/// have a line of their own, and it is short.
async fn told(app: &App, request: Request, next: Next) -> Result<Response, Problem> {
    let telling = app.telling().try_acquire_owned();
    let telling = telling.map_err(|_| Problem::of(&OVERLOADED))?;
    let request = body::arrived(request, MAX_TOLD, ENTRY_PATIENCE).await?;
    drop(telling);
    command(app.told(), request, next).await
}

fn is_webhook(request: &Request) -> bool {
    request.uri().path().starts_with("/webhooks/")
}

fn is_query(request: &Request) -> bool {
    matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS)
}

async fn query(app: &App, request: Request, next: Next) -> Result<Response, Problem> {
    let _turn = taken(app.queries()).await?;
    let answered = tokio::time::timeout(QUERY_DEADLINE, next.run(request)).await;
    answered.map_err(|_| Problem::of(&DEADLINE_EXCEEDED))
}

async fn command(turns: Arc<Semaphore>, request: Request, next: Next) -> Result<Response, Problem> {
    let turn = taken(turns).await?;
    let work = async move {
        let response = next.run(request).await;
        drop(turn);
        response
    };
    match tokio::time::timeout(COMMAND_DEADLINE, tokio::spawn(work.in_current_span())).await {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(error)) => Err(Problem::fault(&error)),
        Err(_) => Err(Problem::of(&DEADLINE_EXCEEDED)),
    }
}

/// A file has a line of its own, and the time that its handler gives it. Where its caller goes
/// away, the handler hears of it and cleans up.
async fn upload(app: &App, request: Request, next: Next) -> Result<Response, Problem> {
    let turn = taken(app.uploads()).await?;
    let work = async move {
        let response = next.run(request).await;
        drop(turn);
        response
    };
    let answered = tokio::spawn(work.in_current_span()).await;
    answered.map_err(|error| Problem::fault(&error))
}

async fn taken(turns: Arc<Semaphore>) -> Result<OwnedSemaphorePermit, Problem> {
    let turn = tokio::time::timeout(TURN, turns.acquire_owned()).await;
    turn.ok().and_then(Result::ok).ok_or_else(|| Problem::of(&OVERLOADED))
}

/// A policy under which the interactive documentation works.
pub async fn docs_policy(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let name: HeaderName = header::CONTENT_SECURITY_POLICY;
    let policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                  frame-ancestors 'none'";
    response.headers_mut().insert(name, HeaderValue::from_static(policy));
    response
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_accept_header_excludes_json_or_not() {
        for (accept, fine) in [
            ("*/*", true),
            ("application/json", true),
            ("text/html, application/*;q=0.1", true),
            ("application/json; charset=utf-8", true),
            ("text/html", false),
            ("application/json;q=0", false),
            ("application/xml, text/plain", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, accept.parse().unwrap());
            assert_eq!(takes(&headers, ("application", "json")), fine, "{accept}");
        }
        assert!(takes(&HeaderMap::new(), ("application", "json")));
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, "text/event-stream".parse().unwrap());
        assert!(takes(&headers, ("text", "event-stream")));
        assert!(!takes(&headers, ("application", "json")));
    }
}
