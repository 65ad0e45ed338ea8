//! How do people feel in a call, and over weeks?
//!
//! Reads every event of the sentiment of calls and alone writes the tables `sentiment_runs`,
//! `sentiment_utterances`, `sentiment_points` and `sentiment_alerts`. It lags behind the log as far
//! as the health of the projection says, usually milliseconds. A batch costs at most four
//! statements, and one for each alert, which are few.

mod alerts;
pub mod defined;
pub mod read;
pub mod trend;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::call_sentiment::{CallSentiment, EngineVersion, ScoredUtterance, SentimentEvent};
use domain::sentiment::Label;
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{ApplyError, BoxFuture, Fact, Projection, Recorded, Tables};
use read::Found;

/// The projection.
pub struct Sentiment;

impl Projection for Sentiment {
    fn name(&self) -> &'static str {
        "sentiment"
    }

    fn version(&self) -> i32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["sentiment_runs", "sentiment_utterances", "sentiment_points", "sentiment_alerts"]
    }

    fn wants(&self, aggregate_type: &str, _event_type: &str) -> bool {
        aggregate_type == CallSentiment::TYPE
    }

    fn apply<'a>(
        &'a self,
        tx: &'a mut PgConnection,
        batch: &'a [Arc<Recorded>],
        _tables: Tables,
    ) -> BoxFuture<'a, Result<(), ApplyError>> {
        Box::pin(async move {
            let mut told = Told::default();
            for recorded in batch {
                let Fact::Sentiment(event) = &recorded.event else { continue };
                match event {
                    SentimentEvent::UtterancesScored { run_id: Some(run), utterances, .. } => {
                        told.utterances(recorded, run.uuid(), utterances)?;
                    }
                    SentimentEvent::UtterancesScored { run_id: None, .. } => {}
                    SentimentEvent::SentimentComputed { .. } => told.run(recorded, event)?,
                    SentimentEvent::SentimentAlertRaised { .. }
                    | SentimentEvent::SentimentAlertAcknowledged { .. }
                    | SentimentEvent::SentimentAlertCleared { .. } => {
                        alerts::write(tx, recorded, event).await?;
                    }
                }
            }
            told.write(tx).await
        })
    }
}

/// The run of a call by an engine in a version, and what it has found of the customer.
type Points<'b> = BTreeMap<(Uuid, &'b EngineVersion, Uuid), (Uuid, Option<(i32, Label)>)>;

/// What a batch tells of runs.
#[derive(Default)]
struct Told<'b> {
    runs: Runs<'b>,
    utterances: Utterances,
    /// The last run of each.
    points: Points<'b>,
}

#[derive(Default)]
struct Runs<'b> {
    orgs: Vec<Uuid>,
    calls: Vec<Uuid>,
    runs: Vec<Uuid>,
    positions: Vec<i64>,
    engines: Vec<&'b str>,
    versions: Vec<&'b str>,
    transcripts: Vec<i64>,
    computed_at: Vec<DateTime<Utc>>,
    found: Vec<String>,
}

#[derive(Default)]
struct Utterances {
    orgs: Vec<Uuid>,
    calls: Vec<Uuid>,
    runs: Vec<Uuid>,
    seqs: Vec<i32>,
    scored: Vec<String>,
}

impl<'b> Told<'b> {
    fn utterances(
        &mut self,
        recorded: &Recorded,
        run: Uuid,
        utterances: &[ScoredUtterance],
    ) -> Result<(), ApplyError> {
        for one in utterances {
            self.utterances.orgs.push(recorded.org_id.uuid());
            self.utterances.calls.push(recorded.aggregate_id);
            self.utterances.runs.push(run);
            self.utterances.seqs.push(i32::try_from(one.seq).unwrap_or(i32::MAX));
            self.utterances.scored.push(written(recorded, one)?);
        }
        Ok(())
    }

    fn run(&mut self, recorded: &'b Recorded, event: &'b SentimentEvent) -> Result<(), ApplyError> {
        let SentimentEvent::SentimentComputed {
            run_id,
            by,
            transcript_version,
            language,
            customer,
            by_speaker,
            phases,
            trend,
            critical_moments,
            no_score,
            at,
        } = event
        else {
            return Ok(());
        };
        let (org, call) = (recorded.org_id.uuid(), recorded.aggregate_id);
        let found = Found {
            language: language.clone(),
            customer: *customer,
            by_speaker: by_speaker.clone(),
            phases: *phases,
            trend: *trend,
            critical_moments: critical_moments.clone(),
            no_score: *no_score,
        };
        self.runs.orgs.push(org);
        self.runs.calls.push(call);
        self.runs.runs.push(run_id.uuid());
        self.runs.positions.push(recorded.position);
        self.runs.engines.push(&by.engine);
        self.runs.versions.push(&by.engine_version);
        self.runs.transcripts.push(i64::try_from(*transcript_version).unwrap_or(i64::MAX));
        self.runs.computed_at.push((*at).into());
        self.runs.found.push(written(recorded, &found)?);
        let point = customer.map(|found| (found.score.ten_thousandths(), found.label));
        self.points.insert((org, by, call), (run_id.uuid(), point));
        Ok(())
    }

    async fn write(self, tx: &mut PgConnection) -> Result<(), ApplyError> {
        if self.runs.calls.is_empty() && self.utterances.calls.is_empty() {
            return Ok(());
        }
        let runs = sqlx::query_file!(
            "src/sentiment/insert_runs.sql",
            &self.runs.orgs,
            &self.runs.calls,
            &self.runs.runs,
            &self.runs.positions,
            &self.runs.engines as _,
            &self.runs.versions as _,
            &self.runs.transcripts,
            &self.runs.computed_at,
            &self.runs.found,
        );
        runs.execute(&mut *tx).await?;
        let utterances = sqlx::query_file!(
            "src/sentiment/insert_utterances.sql",
            &self.utterances.orgs,
            &self.utterances.calls,
            &self.utterances.runs,
            &self.utterances.seqs,
            &self.utterances.scored,
        );
        utterances.execute(&mut *tx).await?;
        points(tx, self.points).await
    }
}

async fn points(tx: &mut PgConnection, points: Points<'_>) -> Result<(), ApplyError> {
    let (found, nothing): (Vec<_>, Vec<_>) =
        points.into_iter().partition(|(_, (_, point))| point.is_some());
    let points: Vec<_> =
        found.into_iter().filter_map(|(key, (run, point))| Some((key, run, point?))).collect();
    let upsert = sqlx::query_file!(
        "src/sentiment/upsert_points.sql",
        &points.iter().map(|((org, _, _), ..)| *org).collect::<Vec<_>>(),
        &points.iter().map(|((_, by, _), ..)| by.engine.as_str()).collect::<Vec<_>>() as _,
        &points.iter().map(|((_, by, _), ..)| by.engine_version.as_str()).collect::<Vec<_>>() as _,
        &points.iter().map(|((_, _, call), ..)| *call).collect::<Vec<_>>(),
        &points.iter().map(|(_, run, _)| *run).collect::<Vec<_>>(),
        &points.iter().map(|(_, _, (score, _))| *score).collect::<Vec<_>>(),
        &points.iter().map(|(_, _, (_, label))| label.word()).collect::<Vec<_>>() as _,
    );
    upsert.execute(&mut *tx).await?;
    let keys: Vec<_> = nothing.into_iter().map(|(key, _)| key).collect();
    if keys.is_empty() {
        return Ok(());
    }
    let delete = sqlx::query_file!(
        "src/sentiment/delete_points.sql",
        &keys.iter().map(|(org, _, _)| *org).collect::<Vec<_>>(),
        &keys.iter().map(|(_, by, _)| by.engine.as_str()).collect::<Vec<_>>() as _,
        &keys.iter().map(|(_, by, _)| by.engine_version.as_str()).collect::<Vec<_>>() as _,
        &keys.iter().map(|(_, _, call)| *call).collect::<Vec<_>>(),
    );
    delete.execute(tx).await?;
    Ok(())
}

fn written<T: Serialize>(recorded: &Recorded, value: &T) -> Result<String, ApplyError> {
    serde_json::to_string(value).map_err(|error| ApplyError::Event {
        position: recorded.position,
        reason: format!("it cannot be written down: {error}"),
    })
}
