//! The console: pages for people who look rather than read (ADR 14).
//!
//! It is a client of the API that lives in the same process: a page asks the API's own routes in
//! the name of its reader, and shows what they answer. So it needs no rights, no formulas and no
//! SQL of its own, and cannot show what the API would not tell.

mod alerts;
mod assets;
mod call;
mod calls;
mod client;
mod events;
mod page;
mod projections;
mod query;
mod refused;
mod session;
mod sign_in;
mod trends;
mod wallboard;
mod words;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use chrono::{DateTime, Days};

use self::client::{Api, Reader};
use self::page::Page;
use self::refused::Refused;
use crate::http::app::App;
use crate::http::layers;

/// What pages are made with.
#[derive(Clone)]
struct Console {
    api: Api,
    app: App,
    /// Whether cookies go over TLS alone.
    secure: bool,
}

impl Console {
    /// The dates from so many days ago until tomorrow, in UTC.
    fn days(&self, ago: i64) -> (String, String) {
        let now = DateTime::from_timestamp_millis(self.app.now().millis()).unwrap_or_default();
        let (today, ago) = (now.date_naive(), Days::new(ago.unsigned_abs()));
        let first = today.checked_sub_days(ago).unwrap_or(today);
        let end = today.checked_add_days(Days::new(1)).unwrap_or(today);
        (first.to_string(), end.to_string())
    }
}

/// The pages, which ask these routes of the API.
pub(crate) fn router(app: App, api: Router) -> Router {
    let secure = app.secure_cookies();
    let console = Console { api: Api::new(api), app, secure };
    let pages = Router::new()
        .route("/console", get(home))
        .route("/console/", get(home))
        .route("/console/wallboard", get(wallboard::get))
        .route("/console/wallboard/stream", get(wallboard::stream))
        .route("/console/trends", get(trends::get))
        .route("/console/calls", get(calls::get))
        .route("/console/calls/{id}", get(call::get))
        .route("/console/alerts", get(alerts::get))
        .route("/console/alerts/{id}/{what}", post(alerts::told))
        .route("/console/projections", get(projections::get))
        .route("/console/sign-out", post(sign_in::sign_out))
        .layer(from_fn_with_state(console.clone(), session::signed_in));
    Router::new()
        .route("/console/sign-in", get(sign_in::form).post(sign_in::sign_in))
        .route("/console/assets/{hash}/{name}", get(assets::get))
        .merge(pages)
        .route("/console/{*nowhere}", get(nowhere))
        .layer(from_fn(arrived))
        .layer(from_fn(session::of_our_pages))
        .with_state(console)
}

/// The first page that the reader may see.
async fn home(reader: Reader) -> Result<Redirect, Refused> {
    let page = Page::of(&reader, "/console", "Home").await?;
    let first = page.places.first().ok_or_else(Refused::not_found)?;
    Ok(Redirect::to(first.path))
}

async fn nowhere() -> Refused {
    Refused::not_found()
}

/// Forms are short, and come soon.
async fn arrived(request: Request, next: Next) -> Response {
    match layers::entry_arrived(request).await {
        Ok(request) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}
