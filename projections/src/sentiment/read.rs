//! What engines have found of calls, and what somebody has to know.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use database::Database;
use domain::call_sentiment::ScoredUtterance;
use domain::sentiment::{
    AlertKind, AlertSeverity, CallTrend, CriticalMoment, NoScore, Phases, Score, Sentiment,
};
use domain::speech::Speaker;
use domain::{CallId, OrgId, RunId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::RuntimeError;
use crate::reading::{json, planned, word};

/// What a run has found of a call as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The language that the call was taken for.
    pub language: Option<String>,
    /// Of the customer, which is that of the call; nothing, where nothing they said has a score.
    pub customer: Option<Sentiment>,
    /// Of everybody who said something that has a score.
    pub by_speaker: BTreeMap<Speaker, Sentiment>,
    /// How it began and ended; nothing, where the customer said fewer than three things that have a
    /// score.
    pub phases: Option<Phases>,
    /// Where it went.
    pub trend: CallTrend,
    /// What the customer said that was far from the two things before it.
    pub critical_moments: Vec<CriticalMoment>,
    /// Why the call has no score, where it has none and something was said.
    pub no_score: Option<NoScore>,
}

/// A run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Which.
    pub run_id: RunId,
    /// Which engine.
    pub engine: String,
    /// Which version of it.
    pub engine_version: String,
    /// What version of the transcript it is about.
    pub transcript_version: u64,
    /// When.
    pub computed_at: Timestamp,
    /// What it has found.
    pub found: Found,
}

/// A run of a call: the one that is named, or the last one; of an engine's version, where one is
/// named.
///
/// # Errors
/// The database is away, or the row cannot be read.
pub async fn run(
    database: &Database,
    (org, call): (OrgId, CallId),
    run: Option<RunId>,
    engine_version: Option<&str>,
) -> Result<Option<Run>, RuntimeError> {
    let mut tx = database.org_tx(org.uuid()).await?;
    let row = sqlx::query_file!(
        "src/sentiment/run.sql",
        org.uuid(),
        call.uuid(),
        run.map(RunId::uuid) as _,
        engine_version as _,
    );
    let Some(row) = row.fetch_optional(&mut *tx).await? else { return Ok(None) };
    Ok(Some(Run {
        run_id: RunId::from(row.run_id),
        engine: row.engine,
        engine_version: row.engine_version,
        transcript_version: u64::try_from(row.transcript_version).unwrap_or_default(),
        computed_at: row.computed_at.into(),
        found: json("found", &row.found)?,
    }))
}

/// What was said and scored in a run, by the numbers of the segments.
///
/// # Errors
/// The database is away, or a row cannot be read.
pub async fn utterances(
    database: &Database,
    (org, call): (OrgId, CallId),
    run: RunId,
) -> Result<Vec<ScoredUtterance>, RuntimeError> {
    let mut tx = database.org_tx(org.uuid()).await?;
    let rows =
        sqlx::query_file!("src/sentiment/utterances.sql", org.uuid(), call.uuid(), run.uuid());
    let rows = rows.fetch_all(&mut *tx).await?;
    rows.into_iter().map(|row| json("scored", &row.scored)).collect()
}

/// Something that somebody has or had to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertRow {
    /// Which: the fact that raised it first.
    pub id: Uuid,
    /// In which call.
    pub call: CallId,
    /// What.
    pub kind: AlertKind,
    /// How bad.
    pub severity: AlertSeverity,
    /// The rolling score then.
    pub score: Option<Score>,
    /// The segment that raised it.
    pub seq: i32,
    /// Since when it is so bad.
    pub raised_at: Timestamp,
    /// Who knows, and since when.
    pub acknowledged: Option<(UserId, Timestamp)>,
    /// Since when it is so no longer.
    pub cleared_at: Option<Timestamp>,
}

/// Which alerts.
#[derive(Clone, Debug, Default)]
pub struct AlertFilter {
    /// `open`, `acknowledged` or `cleared`.
    pub state: Option<&'static str>,
    /// Of this kind.
    pub kind: Option<AlertKind>,
    /// So bad.
    pub severity: Option<AlertSeverity>,
    /// In this call.
    pub call: Option<CallId>,
    /// This one.
    pub id: Option<Uuid>,
    /// In calls of these agents; of anybody where empty.
    pub agents: Vec<Uuid>,
}

/// A place in the list, newest first: after this alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertPlace {
    /// Since when it is so bad.
    pub raised_at: Timestamp,
    /// Which.
    pub id: Uuid,
}

/// At most `limit` alerts after a place, newest first.
///
/// # Errors
/// The database is away, or a row cannot be read.
pub async fn alerts(
    database: &Database,
    org: OrgId,
    filter: &AlertFilter,
    after: Option<&AlertPlace>,
    limit: i64,
) -> Result<Vec<AlertRow>, RuntimeError> {
    let mut tx = planned(database, org).await?;
    let rows = sqlx::query_file!(
        "src/sentiment/alerts.sql",
        org.uuid(),
        filter.state as _,
        filter.kind.map(AlertKind::word) as _,
        filter.severity.map(AlertSeverity::word) as _,
        filter.call.map(CallId::uuid) as _,
        filter.id as _,
        &filter.agents,
        after.map(|place| DateTime::<Utc>::from(place.raised_at)) as _,
        after.map(|place| place.id) as _,
        limit,
    );
    let rows = rows.fetch_all(&mut *tx).await?;
    let alerts = rows.into_iter().map(|row| {
        Ok(AlertRow {
            id: row.alert_id,
            call: CallId::from(row.call_id),
            kind: word("kind", &row.kind)?,
            severity: word("severity", &row.severity)?,
            score: row.score.map(Score::new),
            seq: row.seq,
            raised_at: row.raised_at.into(),
            acknowledged: row
                .acknowledged_by
                .zip(row.acknowledged_at)
                .map(|(by, at)| (UserId::from(by), at.into())),
            cleared_at: row.cleared_at.map(Timestamp::from),
        })
    });
    alerts.collect()
}
