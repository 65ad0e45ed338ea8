//! The page of where sentiment goes.

use super::query::Query;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::Console;
use super::client::Reader;
use super::page::{self, Page};
use super::refused::{Refused, beside};
use super::words::{percent, plain, query, score};

const DAYS: i64 = 30;

/// What the form of the page asks for.
#[derive(Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    from: String,
    to: String,
    tz: String,
    group_by: String,
    direction: String,
    agent_id: String,
    campaign_id: String,
}

impl Default for Asked {
    fn default() -> Self {
        let [from, to, direction, agent_id, campaign_id] = [const { String::new() }; 5];
        let (tz, group_by) = ("UTC".to_owned(), "day".to_owned());
        Self { from, to, tz, group_by, direction, agent_id, campaign_id }
    }
}

impl Asked {
    fn query(&self) -> String {
        query(&[
            ("from", &self.from),
            ("to", &self.to),
            ("tz", &self.tz),
            ("group_by", &self.group_by),
            ("direction", &self.direction),
            ("agent_id", &self.agent_id),
            ("campaign_id", &self.campaign_id),
        ])
    }
}

#[derive(Deserialize)]
struct Trend {
    engine: Option<String>,
    engine_version: Option<String>,
    series: Vec<Bucket>,
    total: Mood,
    slope: Option<f64>,
    direction: String,
}

#[derive(Deserialize)]
struct Bucket {
    bucket: String,
    bucket_start: String,
    partial: bool,
    ma: Option<f64>,
    #[serde(flatten)]
    mood: Mood,
}

#[derive(Deserialize)]
struct Mood {
    n: u64,
    mean: Option<f64>,
    p10: Option<f64>,
    p90: Option<f64>,
    positive_share: Option<f64>,
    negative_share: Option<f64>,
}

/// What the script draws: a column each.
#[derive(Serialize)]
struct Chart<'a> {
    starts: Vec<&'a str>,
    mean: Vec<Option<f64>>,
    moving: Vec<Option<f64>>,
    low: Vec<Option<f64>>,
    high: Vec<Option<f64>>,
}

#[derive(Deserialize)]
struct Agent {
    id: String,
    display_name: Option<String>,
}

#[derive(Deserialize)]
struct Campaign {
    id: String,
    name: String,
}

#[derive(Template)]
#[template(path = "console/trends.html")]
struct Shown {
    page: Page,
    asked: Asked,
    agents: Vec<Agent>,
    campaigns: Vec<Campaign>,
    trend: Result<(Trend, String), Refused>,
}

/// Where sentiment goes.
pub(super) async fn get(
    State(console): State<Console>,
    reader: Reader,
    Query(mut asked): Query<Asked>,
) -> Result<Response, Refused> {
    if asked.from.is_empty() && asked.to.is_empty() {
        (asked.from, asked.to) = console.days(DAYS);
    }
    let page = Page::of(&reader, "/console/trends", "Sentiment").await?;
    let mut agents = reader.choice::<Agent>("/agents?limit=100").await?;
    let campaigns = reader.choice::<Campaign>("/campaigns?limit=100").await?;
    if !asked.agent_id.is_empty() && agents.iter().all(|agent| agent.id != asked.agent_id) {
        agents.push(Agent { id: asked.agent_id.clone(), display_name: None });
    }
    let trend = reader.get::<Trend>(&format!("/sentiment/trends?{}", asked.query())).await;
    let (status, trend) = beside(trend)?;
    let trend = trend.and_then(|trend| chart(&trend).map(|chart| (trend, chart)));
    Ok(page::shown(status, &Shown { page, asked, agents, campaigns, trend }))
}

fn chart(trend: &Trend) -> Result<String, Refused> {
    let column = |of: fn(&Bucket) -> Option<f64>| trend.series.iter().map(of).collect();
    let chart = Chart {
        starts: trend.series.iter().map(|bucket| bucket.bucket_start.as_str()).collect(),
        mean: column(|bucket| bucket.mood.mean),
        moving: column(|bucket| bucket.ma),
        low: column(|bucket| bucket.mood.p10),
        high: column(|bucket| bucket.mood.p90),
    };
    serde_json::to_string(&chart).map_err(|error| Refused::fault(&error))
}
