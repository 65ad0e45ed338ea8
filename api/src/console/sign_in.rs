//! Where somebody signs in, and out.

use super::query::Query;
use askama::Template;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{FromRequest, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::Console;
use super::client::{Reader, Visitor, answered};
use super::page::{self, Page};
use super::refused::Refused;
use super::session::{self, Tokens};

/// Where somebody wanted to go.
#[derive(Deserialize)]
pub(super) struct Wanted {
    next: Option<String>,
}

/// What somebody signs in with.
#[derive(Deserialize)]
pub(super) struct Entry {
    email: String,
    password: String,
    #[serde(default)]
    next: String,
}

#[derive(Template)]
#[template(path = "console/sign_in.html")]
struct SignIn<'a> {
    page: Page,
    next: &'a str,
    email: &'a str,
    refused: Option<&'a Refused>,
}

impl SignIn<'_> {
    fn shown(next: &str, email: &str, refused: Option<&Refused>) -> Response {
        let status = refused.map_or(StatusCode::OK, |refused| refused.status);
        let form = SignIn { page: Page::plain("Sign in"), next, email, refused };
        page::shown(status, &form)
    }
}

/// The form.
pub(super) async fn form(Query(wanted): Query<Wanted>) -> Response {
    SignIn::shown(within(wanted.next.as_deref().unwrap_or_default()), "", None)
}

/// Signs in.
pub(super) async fn sign_in(
    State(console): State<Console>,
    request: Request,
) -> Result<Response, Refused> {
    let (parts, body) = request.into_parts();
    let visitor = session::visitor(&parts);
    let entry: Result<Form<Entry>, FormRejection> =
        Form::from_request(Request::from_parts(parts, body), &console).await;
    let Ok(Form(entry)) = entry else {
        let detail = "An address and a password are needed.".to_owned();
        let refused = Refused::of(StatusCode::BAD_REQUEST, "That was not understood", detail);
        return Ok(SignIn::shown("", "", Some(&refused)));
    };
    let body = json!({ "email": entry.email, "password": entry.password });
    let nobody = Visitor { token: String::new(), ..visitor };
    let login = ("POST", "/api/v1/auth/login");
    let tokens = answered::<Tokens>(console.api.send(&nobody, login, Some(body), None).await?);
    match tokens.await {
        Ok(tokens) => {
            let mut response = Redirect::to(within(&entry.next)).into_response();
            tokens.keep(&console, response.headers_mut());
            Ok(response)
        }
        Err(refused) => Ok(SignIn::shown(within(&entry.next), &entry.email, Some(&refused))),
    }
}

/// Signs out, whether or not the session was open still.
pub(super) async fn sign_out(
    State(console): State<Console>,
    reader: Reader,
) -> Result<Response, Refused> {
    let logout = (Method::POST.as_str(), "/api/v1/auth/logout");
    let answer = reader.api.send(&reader.visitor, logout, None, None).await?;
    if !answer.status().is_success() && answer.status() != StatusCode::UNAUTHORIZED {
        return Err(answered::<()>(answer).await.err().unwrap_or_else(Refused::not_found));
    }
    let mut response = Redirect::to("/console/sign-in").into_response();
    session::forget(&console, response.headers_mut());
    Ok(response)
}

/// Only to pages of the console: a link that leads through the form leads nowhere else.
fn within(wanted: &str) -> &str {
    let path = wanted.split(['?', '#']).next().unwrap_or_default();
    let ours = path == "/console" || path.starts_with("/console/");
    let plain = wanted.chars().all(|letter| !letter.is_control() && letter != '\\');
    // No page has a `%` in its path, and browsers read `%2e` as a dot.
    match ours
        && plain
        && !path.contains("..")
        && !path.contains('%')
        && !path.starts_with("/console/sign")
    {
        true => wanted,
        false => "/console",
    }
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn nobody_is_led_out_of_the_console() {
        for fine in ["/console", "/console/calls?live=true", "/console/calls/1"] {
            assert_eq!(within(fine), fine);
        }
        for bad in [
            "",
            "https://elsewhere.example/console",
            "//elsewhere.example/console/",
            "/consoles",
            "/console/../api/v1/calls",
            "/console/%2e%2e/docs",
            "/console/.%2E/docs",
            "/console/sign-in",
            "/console/calls\r\nset-cookie: a=b",
            "/\\elsewhere.example",
        ] {
            assert_eq!(within(bad), "/console", "{bad}");
        }
    }
}
