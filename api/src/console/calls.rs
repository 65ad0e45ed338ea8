//! The page of calls.

use super::query::Query;
use askama::Template;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;

use super::client::Reader;
use super::page::{self, Page};
use super::refused::Refused;
use super::words::{Instant, clock_or_dash, plain, query};

/// What the form of the page asks for.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    direction: String,
    live: String,
    number: String,
    from: String,
    to: String,
    cursor: String,
}

impl Asked {
    fn query(&self, cursor: &str) -> String {
        query(&[
            ("direction", &self.direction),
            ("live", &self.live),
            ("number", &self.number),
            ("from", &begins(&self.from)),
            ("to", &begins(&self.to)),
            ("cursor", cursor),
        ])
    }

    /// This page's own query.
    fn page(&self, cursor: &str) -> String {
        query(&[
            ("direction", &self.direction),
            ("live", &self.live),
            ("number", &self.number),
            ("from", &self.from),
            ("to", &self.to),
            ("cursor", cursor),
        ])
    }
}

/// The first instant of a date, in UTC.
fn begins(date: &str) -> String {
    match date {
        "" => String::new(),
        date => format!("{date}T00:00:00Z"),
    }
}

#[derive(Deserialize, Default)]
struct Calls {
    items: Vec<Call>,
    next_cursor: Option<String>,
}

#[derive(Deserialize)]
struct Call {
    id: String,
    direction: String,
    status: String,
    from: Option<String>,
    to: Option<String>,
    created_at: Instant,
    disposition: Option<String>,
    durations: Durations,
}

#[derive(Deserialize)]
struct Durations {
    talk_ms: Option<i64>,
    total_ms: Option<i64>,
}

#[derive(Template)]
#[template(path = "console/calls.html")]
struct Shown {
    page: Page,
    asked: Asked,
    calls: Calls,
    refused: Option<Refused>,
}

/// Calls, the newest first.
pub(super) async fn get(reader: Reader, Query(asked): Query<Asked>) -> Result<Response, Refused> {
    let page = Page::of(&reader, "/console/calls", "Calls").await?;
    let found = reader.get::<Calls>(&format!("/calls?{}", asked.query(&asked.cursor))).await;
    let (calls, refused) = match found {
        Ok(calls) => (calls, None),
        // What was asked wrongly is said beside the form, where it can be mended.
        Err(refused) if refused.status.is_client_error() => (Calls::default(), Some(refused)),
        Err(refused) => return Err(refused),
    };
    let status = refused.as_ref().map_or(StatusCode::OK, |refused| refused.status);
    Ok(page::shown(status, &Shown { page, asked, calls, refused }))
}
