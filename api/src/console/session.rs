//! Who is signed in at the console: two cookies that no script can read, and no other site sends.
//!
//! | cookie | holds | lives |
//! |---|---|---|
//! | `voice_access` | the access token | as long as the token, less half a minute |
//! | `voice_refresh` | the refresh token | 30 days, anew with each use |
//!
//! A page whose access token is gone gets a new one by the refresh token before it is made. Pages
//! change nothing by GET, and what is posted has to come from a page of ours, so that no other
//! site acts in somebody's name.

use axum::body::Body;
use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde::Deserialize;
use serde_json::json;

use super::Console;
use super::client::{Reader, Visitor, answered};
use super::page::Page;
use super::refused::Refused;
use crate::http::client::Peer;
use crate::http::line::Line;
use crate::http::trace::Trace;

const ACCESS: &str = "voice_access";
const REFRESH: &str = "voice_refresh";
const REFRESH_S: i64 = 30 * 86_400;
/// A token is renewed this long before it ends, so that it does not end on its way.
const EARLY_S: i64 = 30;

/// What the API gives whoever signs in or comes back.
#[derive(Deserialize)]
pub(super) struct Tokens {
    access_token: String,
    refresh_token: String,
    expires_in: i64,
}

impl Tokens {
    /// Puts them where the browser keeps them.
    pub fn keep(&self, console: &Console, headers: &mut HeaderMap) {
        let access = (ACCESS, self.access_token.as_str(), self.expires_in - EARLY_S);
        let refresh = (REFRESH, self.refresh_token.as_str(), REFRESH_S);
        for cookie in [access, refresh] {
            set(console, headers, cookie);
        }
    }
}

/// Takes them away again.
pub(super) fn forget(console: &Console, headers: &mut HeaderMap) {
    for name in [ACCESS, REFRESH] {
        set(console, headers, (name, "", 0));
    }
}

fn set(console: &Console, headers: &mut HeaderMap, (name, value, seconds): (&str, &str, i64)) {
    let secure = if console.secure { "; Secure" } else { "" };
    let cookie =
        format!("{name}={value}; Path=/console; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    // Tokens are letters, digits, dots and dashes.
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        headers.append(header::SET_COOKIE, cookie);
    }
}

fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.split_once('='));
    pairs.find(|(known, _)| known.trim() == name).map(|(_, value)| value.trim())
}

/// What is to be told of the sender of a request.
pub(super) fn visitor(parts: &Parts) -> Visitor {
    let trace = parts.extensions.get::<Trace>().map(Trace::parent);
    Visitor {
        token: cookie(&parts.headers, ACCESS).unwrap_or_default().to_owned(),
        program: parts.headers.get(header::USER_AGENT).cloned(),
        seen: None,
        trace: trace.and_then(|trace| HeaderValue::from_str(&trace).ok()),
        peer: parts.extensions.get::<Peer>().copied(),
        line: parts.extensions.get::<Line>().cloned(),
    }
}

/// Lets nobody in who has not signed in, renews what has ended, and says what was refused as it
/// fits who has asked: a reader, a part of a page, or a stream.
pub(super) async fn signed_in(
    State(console): State<Console>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let mut visitor = visitor(&parts);
    if !visitor.token.is_empty() {
        if let Some(shown) = shown(&console, &visitor, &parts, body, next.clone()).await {
            return shown;
        }
        // What was posted is not posted twice.
        if parts.method != Method::GET {
            return to_sign_in(&console, &parts);
        }
    }
    let Some(token) = cookie(&parts.headers, REFRESH) else { return to_sign_in(&console, &parts) };
    visitor.token.clear();
    let tokens = match renewed(&console, &visitor, token).await {
        Ok(tokens) => tokens,
        Err(refused) if refused.status == StatusCode::UNAUTHORIZED => {
            return to_sign_in(&console, &parts);
        }
        Err(refused) => return refused.into_response(),
    };
    visitor.token.clone_from(&tokens.access_token);
    match shown(&console, &visitor, &parts, Body::empty(), next).await {
        None => to_sign_in(&console, &parts),
        Some(mut response) => {
            tokens.keep(&console, response.headers_mut());
            response
        }
    }
}

/// What somebody with this token is shown; `None` where it is nobody's any more.
async fn shown(
    console: &Console,
    visitor: &Visitor,
    parts: &Parts,
    body: Body,
    next: Next,
) -> Option<Response> {
    let reader = Reader { api: console.api.clone(), visitor: visitor.clone() };
    let mut request = Request::from_parts(parts.clone(), body);
    request.extensions_mut().insert(reader.clone());
    let answered = next.run(request).await;
    match answered.extensions().get::<Refused>().cloned() {
        None => Some(answered),
        Some(refused) if refused.status == StatusCode::UNAUTHORIZED => None,
        Some(refused) => Some(told(refused, &reader, answered).await),
    }
}

/// A refusal with the ways to elsewhere, where its reader may still be told of them.
async fn told(refused: Refused, reader: &Reader, plain: Response) -> Response {
    match Page::of(reader, "", &refused.told.title).await {
        Ok(page) => refused.shown(page),
        Err(_) => plain,
    }
}

async fn renewed(console: &Console, visitor: &Visitor, token: &str) -> Result<Tokens, Refused> {
    let body = json!({ "refresh_token": token });
    let refresh = ("POST", "/api/v1/auth/refresh");
    answered(console.api.send(visitor, refresh, Some(body), None).await?).await
}

/// To where somebody signs in, and from there back to where they wanted to go. What their browser
/// has kept is good for nothing.
fn to_sign_in(console: &Console, parts: &Parts) -> Response {
    let takes = |kind: &str| {
        let takes = parts.headers.get(header::ACCEPT).and_then(|takes| takes.to_str().ok());
        takes.is_some_and(|takes| takes.contains(kind))
    };
    let wanted = parts.uri.path_and_query().map_or("", |wanted| wanted.as_str());
    let mut response = if parts.headers.contains_key("hx-request") {
        // A part of a page cannot become the page where one signs in; the page has to go there.
        (StatusCode::NO_CONTENT, [("hx-refresh", "true")]).into_response()
    } else if takes("text/event-stream") {
        let over = "event: over\ndata: \n\n";
        ([(header::CONTENT_TYPE, "text/event-stream")], over).into_response()
    } else {
        let back = if parts.method == Method::GET { query(wanted) } else { String::new() };
        Redirect::to(&format!("/console/sign-in{back}")).into_response()
    };
    if [ACCESS, REFRESH].into_iter().any(|name| cookie(&parts.headers, name).is_some()) {
        forget(console, response.headers_mut());
    }
    response
}

fn query(wanted: &str) -> String {
    let mut query = form_urlencoded::Serializer::new("?".to_owned());
    query.append_pair("next", wanted);
    query.finish().replacen("?&", "?", 1)
}

/// Takes what is posted from pages of ours alone.
pub(super) async fn of_our_pages(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let ours = match (text("sec-fetch-site"), text("origin"), text("host")) {
        (Some(site), _, _) => site == "same-origin",
        (None, Some(origin), Some(host)) => {
            origin.split_once("://").is_some_and(|(_, from)| from == host)
        }
        _ => false,
    };
    if *request.method() == Method::GET || *request.method() == Method::HEAD || ours {
        return next.run(request).await;
    }
    let detail = "It did not come from a page of the console.".to_owned();
    Refused::of(StatusCode::FORBIDDEN, "That was not taken", detail).into_response()
}

impl FromRequestParts<Console> for Reader {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &Console) -> Result<Self, Refused> {
        let reader = parts.extensions.get::<Self>().cloned();
        reader.ok_or_else(|| Refused::fault(&"a page without a reader"))
    }
}
