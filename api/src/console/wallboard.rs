//! The wallboard: the page, and the parts of it that come whenever something has changed.

use std::collections::BTreeMap;

use askama::Template;
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use http::header;
use serde::Deserialize;

use super::client::{Reader, answered};
use super::events::{Event, events};
use super::page::{self, Page};
use super::query::Query;
use super::refused::{Refused, beside};
use super::words::{Instant, percent, plain, query};

/// What the form of the page asks for.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    team_id: String,
    tz: String,
}

impl Asked {
    fn query(&self) -> String {
        query(&[("team_id", &self.team_id), ("tz", &self.tz)])
    }
}

#[derive(Deserialize)]
struct Board {
    agents: BTreeMap<String, u64>,
    calls: BTreeMap<String, u64>,
    waiting: u64,
    waiting_since: Option<Instant>,
    queues: Vec<Queue>,
    open_alerts: u64,
    campaigns: Vec<Campaign>,
}

#[derive(Deserialize)]
struct Queue {
    queue: Option<String>,
    waiting: u64,
    waiting_since: Option<Instant>,
    today: Option<QueueDay>,
}

#[derive(Deserialize)]
struct QueueDay {
    offered: Figure,
    answered: Figure,
    abandoned: Figure,
    service_level: Figure,
}

#[derive(Deserialize)]
struct Campaign {
    name: String,
    throttled: bool,
    limit: Option<f64>,
    metrics: Option<CampaignDay>,
}

#[derive(Deserialize)]
struct CampaignDay {
    attempts: Figure,
    abandonment_regulatory: Figure,
}

#[derive(Deserialize)]
struct Figure {
    value: Option<f64>,
}

#[derive(Deserialize)]
struct Team {
    id: String,
    name: String,
}

#[derive(Template)]
#[template(path = "console/wallboard.html")]
struct Shown {
    page: Page,
    asked: Asked,
    teams: Vec<Team>,
    board: Result<Board, Refused>,
}

#[derive(Template)]
#[template(path = "console/board.html")]
struct Part<'a> {
    board: &'a Board,
}

/// The page, with the board as it is.
pub(super) async fn get(reader: Reader, Query(asked): Query<Asked>) -> Result<Response, Refused> {
    let page = Page::of(&reader, "/console/wallboard", "Wallboard").await?;
    let teams = reader.choice::<Team>("/teams?limit=100").await?;
    let board = reader.get(&format!("/dashboard/wallboard?{}", asked.query())).await;
    let (status, board) = beside(board)?;
    Ok(page::shown(status, &Shown { page, asked, teams, board }))
}

/// The board whenever it has changed, as the API's stream has it, drawn.
pub(super) async fn stream(
    reader: Reader,
    Query(asked): Query<Asked>,
    request: Request,
) -> Result<Response, Refused> {
    let path = format!("/api/v1/dashboard/wallboard/stream?{}", asked.query());
    let last = request.headers().get("last-event-id");
    let told = reader.api.send(&reader.visitor, ("GET", &path), None, last).await?;
    if !told.status().is_success() {
        return Err(answered::<()>(told).await.err().unwrap_or_else(Refused::not_found));
    }
    let headers = [header::CONTENT_TYPE, header::CACHE_CONTROL]
        .map(|name| (name.clone(), told.headers().get(name).cloned()))
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)));
    let headers: http::HeaderMap = headers.collect();
    let drawn = events(told.into_body())
        .map(|event| event.and_then(|event| drawn(event).map_err(axum::Error::new)));
    Ok((headers, Body::from_stream(drawn)).into_response())
}

/// An event with the board drawn; others go on as they are.
fn drawn(mut event: Event) -> Result<String, Broken> {
    if let Some(data) = &event.data {
        let board: Board = serde_json::from_str(data)?;
        event.data = Some(Part { board: &board }.render()?);
    }
    Ok(event.to_string())
}

/// A board that cannot be read or drawn.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error("the board is not as expected: {0}")]
    Read(#[from] serde_json::Error),
    #[error("the board cannot be drawn: {0}")]
    Draw(#[from] askama::Error),
}

/// A count without the point of a figure.
fn count(figure: &Figure) -> String {
    figure.value.map_or_else(super::words::dash, |value| format!("{value:.0}"))
}
