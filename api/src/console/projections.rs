//! The page of the read models.

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;

use super::client::Reader;
use super::page::{self, Page};
use super::refused::Refused;

#[derive(Deserialize)]
struct Projections {
    head: i64,
    items: Vec<Projection>,
}

#[derive(Deserialize)]
struct Projection {
    name: String,
    version: i32,
    state: String,
    position: i64,
    lag_events: i64,
    lag_ms: i64,
    build: Option<Build>,
}

#[derive(Deserialize)]
struct Build {
    version: i32,
    position: i64,
    active: bool,
}

#[derive(Template)]
#[template(path = "console/projections.html")]
struct Shown {
    page: Page,
    projections: Projections,
}

/// How far every read model is.
pub(super) async fn get(reader: Reader) -> Result<Response, Refused> {
    let projections = reader.get("/projections").await?;
    let page = Page::of(&reader, "/console/projections", "Projections").await?;
    Ok(page::shown(StatusCode::OK, &Shown { page, projections }))
}
