//! The page of calls.

use super::query::Query;
use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use super::client::{Listed, Reader};
use super::page::{self, Page};
use super::refused::{Refused, beside};
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
    /// The query of the API.
    fn query(&self) -> String {
        self.pairs(&begins(&self.from), &begins(&self.to), &self.cursor)
    }

    /// The query of this page from another place on.
    fn page(&self, cursor: &str) -> String {
        self.pairs(&self.from, &self.to, cursor)
    }

    fn pairs(&self, from: &str, to: &str, cursor: &str) -> String {
        query(&[
            ("direction", &self.direction),
            ("live", &self.live),
            ("number", &self.number),
            ("from", from),
            ("to", to),
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
    calls: Result<Listed<Call>, Refused>,
}

/// Calls, the newest first.
pub(super) async fn get(reader: Reader, Query(asked): Query<Asked>) -> Result<Response, Refused> {
    let page = Page::of(&reader, "/console/calls", "Calls").await?;
    let calls = reader.get(&format!("/calls?{}", asked.query())).await;
    let (status, calls) = beside(calls)?;
    Ok(page::shown(status, &Shown { page, asked, calls }))
}
