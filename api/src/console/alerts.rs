//! The page of what somebody has to know.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::client::{Listed, Reader, answered};
use super::page::{self, Page};
use super::query::Query;
use super::refused::{Refused, beside};
use super::words::{Instant, plain, query};

/// What the form of the page asks for.
#[derive(Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    state: String,
    severity: String,
    cursor: String,
    /// The position in the log after which it is asked.
    after: Option<u64>,
}

impl Default for Asked {
    fn default() -> Self {
        let (state, severity) = ("open".to_owned(), String::new());
        Self { state, severity, cursor: String::new(), after: None }
    }
}

impl Asked {
    /// The query of the API. All of them are asked for by a word here, by none there.
    fn query(&self) -> String {
        let state = if self.state == "all" { "" } else { &self.state };
        query(&[("state", state), ("severity", &self.severity), ("cursor", &self.cursor)])
    }

    /// The query of this page from another place on.
    fn page(&self, cursor: &str) -> String {
        query(&[("state", &self.state), ("severity", &self.severity), ("cursor", cursor)])
    }

    /// The query of this page, as it is.
    fn here(&self) -> String {
        self.page(&self.cursor)
    }
}

#[derive(Deserialize)]
struct Alert {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    state: String,
    severity: String,
    subject: Subject,
    rule: Option<Rule>,
    value: Option<f64>,
    raised_at: Instant,
    acknowledged_at: Option<Instant>,
    resolved_at: Option<Instant>,
}

#[derive(Deserialize)]
struct Subject {
    #[serde(rename = "type")]
    kind: String,
    id: String,
}

#[derive(Deserialize)]
struct Rule {
    name: String,
    operator: String,
    threshold: f64,
}

/// Whatever has a name.
#[derive(Deserialize)]
struct Named {
    #[serde(alias = "display_name")]
    name: Option<String>,
}

impl Rule {
    /// How a value is compared with the threshold.
    fn sign(&self) -> &str {
        match self.operator.as_str() {
            "gt" => ">",
            "gte" => "≥",
            "lt" => "<",
            "lte" => "≤",
            other => other,
        }
    }
}

#[derive(Template)]
#[template(path = "console/alerts.html")]
struct Shown {
    page: Page,
    asked: Asked,
    /// What agents and campaigns are called, by their ids.
    names: HashMap<String, String>,
    alerts: Result<Listed<Alert>, Refused>,
}

impl Shown {
    fn name<'a>(&'a self, subject: &'a Subject) -> &'a str {
        self.names.get(&subject.id).map_or(&subject.id, |name| name)
    }
}

/// What somebody has to know, the newest first.
pub(super) async fn get(
    mut reader: Reader,
    Query(asked): Query<Asked>,
) -> Result<Response, Refused> {
    reader.visitor.seen = asked.after;
    let page = Page::of(&reader, "/console/alerts", "Alerts").await?;
    let path = format!("/dashboard/alerts?{}", asked.query());
    let (status, alerts) = beside(reader.get::<Listed<Alert>>(&path).await)?;
    let mut names = HashMap::new();
    for Alert { subject: Subject { kind, id }, .. } in
        alerts.iter().flat_map(|alerts| &alerts.items)
    {
        let room = match kind.as_str() {
            "agent" => "agents",
            "campaign" => "campaigns",
            _ => continue,
        };
        if !names.contains_key(id)
            && let Some(Named { name: Some(name) }) = reader.find(&format!("/{room}/{id}")).await?
        {
            names.insert(id.clone(), name);
        }
    }
    Ok(page::shown(status, &Shown { page, asked, names, alerts }))
}

/// Somebody knows of it, or says that it is over; and the list again.
pub(super) async fn told(
    reader: Reader,
    Path((id, what)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, Refused> {
    let id = uuid::Uuid::parse_str(&id).map_err(|_| Refused::not_found())?;
    let path = match what.as_str() {
        "acknowledge" | "resolve" => format!("/api/v1/dashboard/alerts/{id}/{what}"),
        _ => return Err(Refused::not_found()),
    };
    let answer = reader.api.send(&reader.visitor, ("POST", &path), None, None).await?;
    let after = answer.headers().get("x-event-position").and_then(|at| at.to_str().ok());
    let after = after.map_or_else(String::new, |at| format!("&after={at}"));
    answered::<IgnoredAny>(answer).await?;
    Ok(Redirect::to(&format!("/console/alerts?{}{after}", asked.here())).into_response())
}
