//! What the engine says of texts that belong to no call.

use axum::Json;
use axum::extract::State;
use domain::{OrgId, text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::problem::failed;
use super::reply::ScoredReply;
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::caller::Caller;
use crate::http::problem::{Problem, VALIDATION_FAILED};

/// The characters of a text.
const MOST: usize = 5_000;
/// Texts at once.
const AT_ONCE: usize = 50;

/// A text.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScoreText {
    /// At most 5,000 characters, with line ends and tabs.
    #[schema(max_length = 5_000, example = "I am really happy with it")]
    text: String,
    /// In which language it is, as in BCP 47; the one that it is surely in, where nothing is said.
    #[schema(example = "en")]
    language: Option<String>,
}

/// Several texts.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScoreTexts {
    /// At most 50.
    #[schema(min_items = 1, max_items = 50)]
    texts: Vec<ScoreText>,
}

/// What the engine says of a text.
#[derive(Serialize, ToSchema)]
pub struct ScoredText {
    engine: String,
    engine_version: String,
    #[serde(flatten)]
    scored: ScoredReply,
}

/// What the engine says of several texts.
#[derive(Serialize, ToSchema)]
pub struct ScoredTexts {
    engine: String,
    engine_version: String,
    /// In the order in which they were asked for.
    items: Vec<ScoredReply>,
}

/// What the engine says of a text. Nothing of it is kept. A language that nobody knows has no
/// score, and a reason.
#[utoipa::path(
    post,
    path = "/api/v1/sentiment/analyze",
    operation_id = "analyzeText",
    tag = "sentiment",
    request_body = ScoreText,
    responses((status = 200, description = "What it says", body = ScoredText))
)]
pub async fn score(
    State(app): State<App>,
    caller: Caller,
    Body { value, .. }: Body<ScoreText>,
) -> Result<Json<ScoredText>, Problem> {
    let asked = vec![value.checked("")?];
    let scored = of(&app, caller.org, asked).await?.pop().ok_or_else(Problem::not_found)?;
    let by = app.sentiments().version();
    Ok(Json(ScoredText { engine: by.engine, engine_version: by.engine_version, scored }))
}

/// What the engine says of several texts. Nothing of them is kept.
#[utoipa::path(
    post,
    path = "/api/v1/sentiment/analyze/batch",
    operation_id = "analyzeTexts",
    tag = "sentiment",
    request_body = ScoreTexts,
    responses((status = 200, description = "What it says", body = ScoredTexts))
)]
pub async fn score_batch(
    State(app): State<App>,
    caller: Caller,
    Body { value, .. }: Body<ScoreTexts>,
) -> Result<Json<ScoredTexts>, Problem> {
    if !(1..=AT_ONCE).contains(&value.texts.len()) {
        let words = format!("from 1 to {AT_ONCE} texts");
        return Err(Problem::at(&VALIDATION_FAILED, "/texts", "out-of-range", words));
    }
    let asked = value.texts.into_iter().enumerate();
    let asked = asked.map(|(place, text)| text.checked(&format!("/texts/{place}")));
    let items = of(&app, caller.org, asked.collect::<Result<_, _>>()?).await?;
    let by = app.sentiments().version();
    Ok(Json(ScoredTexts { engine: by.engine, engine_version: by.engine_version, items }))
}

async fn of(
    app: &App,
    org: OrgId,
    texts: Vec<(String, Option<String>)>,
) -> Result<Vec<ScoredReply>, Problem> {
    let scored = app.sentiments().of_texts(texts).await.map_err(failed)?;
    let thresholds = app.sentiments().settings(org).await.map_err(failed)?.thresholds;
    let reply = |scored: Result<domain::sentiment::Scored, _>| {
        let label = scored.as_ref().ok().map(|scored| thresholds.label(scored.score));
        ScoredReply::of(scored, label)
    };
    Ok(scored.into_iter().map(reply).collect())
}

impl ScoreText {
    fn checked(self, at: &str) -> Result<(String, Option<String>), Problem> {
        let fault = |field: &str, error: text::TextError| {
            let pointer = format!("{at}/{field}");
            Problem::at(&VALIDATION_FAILED, &pointer, error.reason(), error.to_string())
        };
        text::lines(&self.text, MOST).map_err(|error| fault("text", error))?;
        if let Some(language) = &self.language {
            text::language(language).map_err(|error| fault("language", error))?;
        }
        Ok((self.text, self.language))
    }
}
