//! The calls that figures are made of, one by one, as they were at one instant.

use chrono::{DateTime, Utc};
use database::Database;
use domain::OrgId;
use sqlx::{Executor, Postgres, Transaction};
use uuid::Uuid;

use super::ask::Question;
use super::query::{AsOf, CallMetricsQuery, MetricsError};
use super::read::check;
use super::slot::Slots;
use crate::reading::planned;
use crate::sentiment::trend::VersionCalls;
use crate::{RuntimeError, runtime::freshness};

/// The read models that a call's line rests on.
pub const MODELS: [&str; 2] = ["call_facts", "sentiment"];
/// So many calls are read at once.
const PAGE: i64 = 2_000;

/// The calls that a question means by when they were made, in that order: all in one snapshot,
/// which ends with this.
pub struct Calls {
    tx: Transaction<'static, Postgres>,
    org: OrgId,
    query: CallMetricsQuery,
    sentiment: Option<VersionCalls>,
    /// Behind this one.
    after: (DateTime<Utc>, Uuid),
    /// What of the log they rest on.
    pub as_of: AsOf,
    /// How many they are, counted up to a limit.
    pub count: u64,
}

/// What is known of a call, but for whom it was with.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the columns are those of the table")]
pub struct CallLine {
    pub call_id: Uuid,
    pub direction: String,
    pub provider: Option<String>,
    pub test: bool,
    pub queue_id: Option<Uuid>,
    pub queue_label: Option<String>,
    pub campaign_id: Option<Uuid>,
    pub campaign_label: Option<String>,
    pub agent_id: Option<Uuid>,
    pub created_at: DateTime<Utc>,
    pub ringing_at: Option<DateTime<Utc>>,
    pub answered_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub handled_at: Option<DateTime<Utc>>,
    pub answered_by: Option<String>,
    pub end_status: Option<String>,
    pub ring_ms: Option<i64>,
    pub queue_ms: Option<i64>,
    pub talk_ms: Option<i64>,
    pub hold_ms: Option<i64>,
    pub wrap_ms: Option<i64>,
    pub handle_ms: Option<i64>,
    pub total_ms: Option<i64>,
    pub holds: i32,
    pub agent_segments: i32,
    pub queue_segments: i32,
    pub disposition: Option<String>,
    pub human_contact: bool,
    pub right_party: bool,
    pub conversion: bool,
    pub resolved: Option<bool>,
    pub rating: Option<i16>,
    /// What the engine has found that has found something of most calls, in ten-thousandths.
    pub score: Option<i32>,
}

impl Calls {
    /// Opens the snapshot, and counts up to a limit.
    ///
    /// # Errors
    /// [`MetricsError`]; the database is away.
    pub async fn open(
        database: &Database,
        org: OrgId,
        query: CallMetricsQuery,
        most: i64,
    ) -> Result<Self, MetricsError> {
        check(&query)?;
        let mut tx = planned(database, org).await?;
        let begun = begin(&mut tx, org, &query, most).await;
        let (position, sentiment, count) = begun.map_err(RuntimeError::from)?;
        let as_of =
            AsOf { position, recorded_at: freshness::recorded_at(database, position).await? };
        let after = (query.from.into(), Uuid::nil());
        Ok(Self { tx, org, query, sentiment, after, as_of, count })
    }

    /// The next calls; none, where there are no more.
    ///
    /// # Errors
    /// The database is away.
    pub async fn next(&mut self) -> Result<Vec<CallLine>, RuntimeError> {
        let query = &self.query;
        let (engine, version) = match &self.sentiment {
            Some(chosen) => (chosen.engine.as_str(), chosen.engine_version.as_str()),
            None => ("", ""),
        };
        let lines = sqlx::query_file_as!(
            CallLine,
            "src/call_facts/each.sql",
            self.org.uuid(),
            self.after.0,
            DateTime::<Utc>::from(query.to),
            query.direction.map(|direction| direction.word()) as _,
            &query.queue_ids,
            &query.campaign_ids,
            &query.agent_ids,
            query.include_test,
            engine,
            version,
            self.after.1,
            PAGE,
        );
        let lines = lines.fetch_all(&mut *self.tx).await?;
        if let Some(last) = lines.last() {
            self.after = (last.created_at, last.call_id);
        }
        Ok(lines)
    }

    /// Which version of which engine the scores are of, where there are any.
    #[must_use]
    pub fn sentiment(&self) -> Option<&VersionCalls> {
        self.sentiment.as_ref()
    }
}

async fn begin(
    tx: &mut Transaction<'static, Postgres>,
    org: OrgId,
    query: &CallMetricsQuery,
    most: i64,
) -> Result<(i64, Option<VersionCalls>, u64), sqlx::Error> {
    // One snapshot for all.
    tx.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").await?;
    let models = MODELS;
    let at = sqlx::query_file!("src/figures/as_of.sql", &models as _).fetch_one(&mut **tx).await?;
    let question = Question { org, query, slots: &Slots::default(), bases: &[] };
    let sentiment = question.version(tx).await?;
    let counted = sqlx::query_file!(
        "src/call_facts/number.sql",
        org.uuid(),
        DateTime::<Utc>::from(query.from),
        DateTime::<Utc>::from(query.to),
        query.direction.map(|direction| direction.word()) as _,
        &query.queue_ids,
        &query.campaign_ids,
        &query.agent_ids,
        query.include_test,
        most,
    );
    let counted = counted.fetch_one(&mut **tx).await?;
    Ok((at.position, sentiment, u64::try_from(counted.calls).unwrap_or_default()))
}
