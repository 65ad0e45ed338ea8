//! Asks the statements, one per base of facts, all in one snapshot.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::campaign::KnownCampaign;
use domain::{OrgId, Timestamp};
use sqlx::{Executor, PgConnection};
use uuid::Uuid;

use super::query::{CallMetricsQuery, Dimension, FcrMode, Period};
use super::slot::Slots;
use super::sums::{
    AttemptsRow, Base, FirstsRow, HandlingRow, JudgmentRow, ListsRow, MoodRow, OffersRow,
    RegulatoryRow, RollingRow, SegmentsRow, Sums, TimeRow, VolumeRow, WaitingRow,
};
use crate::bucket::MAX_CELLS;
use crate::sentiment::trend::VersionCalls;

const DAY_MS: i64 = 86_400_000;

/// The groups that are asked for: queue, campaign, agent, disposition.
pub(super) type Groups = [Option<String>; 4];

/// Which cell: the key of the slot, and the groups.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub slot: i32,
    pub groups: Groups,
}

/// What the statements have answered.
pub(super) struct Found {
    pub position: i64,
    pub now: Timestamp,
    pub sentiment: Option<VersionCalls>,
    pub periods: Vec<Period>,
    pub cells: BTreeMap<Place, Sums>,
    pub total: Sums,
}

impl Found {
    pub(super) fn at(&mut self, total: bool, slot: Option<i32>, groups: Groups) -> &mut Sums {
        if total {
            return &mut self.total;
        }
        self.cells.entry(Place { slot: slot.unwrap_or(0), groups }).or_default()
    }
}

/// What is to be asked.
pub(super) struct Question<'q> {
    pub org: OrgId,
    pub query: &'q CallMetricsQuery,
    pub slots: &'q Slots,
    pub bases: &'q [Base],
}

/// Asks a statement about calls, all of which begin with the same parameters.
macro_rules! of_calls {
    ($tx:expr, $question:expr, $found:expr, $row:ident, $file:literal $(, $more:expr)*) => {{
        let (question, query) = ($question, $question.query);
        let by = |dimension| query.dimensions.contains(&dimension);
        let direction = query.direction.map(|direction| direction.word());
        let subjects: Vec<Uuid> = query.subjects.iter().map(|subject| subject.uuid()).collect();
        let rows = sqlx::query_file_as!(
            $row, $file,
            question.org.uuid(), &question.slots.starts, &question.slots.keys,
            DateTime::<Utc>::from(query.to), direction, &query.queue_ids, &query.campaign_ids,
            &query.agent_ids, &subjects, query.include_test, by(Dimension::Queue),
            by(Dimension::Campaign), by(Dimension::Agent), most_rows(),
            by(Dimension::Disposition) $(, $more)*
        );
        for row in rows.fetch_all(&mut *$tx).await? {
            row.put($found);
        }
    }};
}

/// Asks a statement about agents or campaigns alone, whose facts have nothing else to group by.
macro_rules! of_some {
    ($tx:expr, $question:expr, $found:expr, $row:ident, $file:literal, $some:ident, $by:ident) => {{
        let (question, query) = ($question, $question.query);
        let rows = sqlx::query_file_as!(
            $row,
            $file,
            question.org.uuid(),
            &question.slots.starts,
            &question.slots.keys,
            DateTime::<Utc>::from(query.to),
            &query.$some,
            query.dimensions.contains(&Dimension::$by),
            most_rows()
        );
        for row in rows.fetch_all(&mut *$tx).await? {
            row.put($found);
        }
    }};
}

/// Asks how many answers of campaigns found no agent since an instant of each.
macro_rules! of_answers {
    ($tx:expr, $question:expr, $found:expr, $row:ident, $since:expr) => {{
        let periods = &$found.periods;
        let campaigns: Vec<Uuid> = periods.iter().map(|period| period.campaign_id).collect();
        let since: Vec<DateTime<Utc>> = periods.iter().map($since).collect();
        let ms: Vec<i64> = periods.iter().map(|period| period.ms).collect();
        let org = $question.org.uuid();
        let file = sqlx::query_file_as!(
            $row,
            "src/campaign_attempts/answers.sql",
            org,
            &campaigns,
            &since,
            &ms
        );
        for row in file.fetch_all(&mut *$tx).await? {
            row.put($found);
        }
    }};
}

impl Question<'_> {
    pub(super) async fn ask(&self, tx: &mut PgConnection) -> Result<Found, sqlx::Error> {
        // One snapshot for all.
        tx.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").await?;
        let models = super::read::models_of(self.bases);
        let at = sqlx::query_file!("src/figures/as_of.sql", &models as _);
        let at = at.fetch_one(&mut *tx).await?;
        let (position, now) = (at.position, at.now.into());
        let (cells, total) = (BTreeMap::new(), Sums::default());
        let (sentiment, periods) = (None, self.periods(tx, now).await?);
        let mut found = Found { position, now, sentiment, periods, cells, total };
        for base in self.bases {
            self.ask_one(*base, tx, &mut found).await?;
        }
        Ok(found)
    }

    async fn ask_one(
        &self,
        base: Base,
        tx: &mut PgConnection,
        found: &mut Found,
    ) -> Result<(), sqlx::Error> {
        match base {
            Base::Volume => of_calls!(tx, self, found, VolumeRow, "src/call_facts/volume.sql"),
            Base::Handling => {
                of_calls!(tx, self, found, HandlingRow, "src/call_facts/handling.sql");
            }
            Base::Judgment => {
                of_calls!(tx, self, found, JudgmentRow, "src/call_facts/judgment.sql");
            }
            Base::Waiting => {
                let x_ms = i64::from(self.query.sl_seconds) * 1_000;
                let short_ms = i64::from(self.query.short_abandon_seconds) * 1_000;
                let file = (x_ms, short_ms);
                of_calls!(
                    tx,
                    self,
                    found,
                    WaitingRow,
                    "src/call_facts/waiting.sql",
                    file.0,
                    file.1
                );
            }
            Base::Firsts => {
                let hours = f64::from(self.query.fcr_window_hours);
                let any = self.query.fcr_mode == FcrMode::Behavioral;
                of_calls!(tx, self, found, FirstsRow, "src/call_facts/firsts.sql", hours, any);
            }
            Base::Segments => of_calls!(tx, self, found, SegmentsRow, "src/calls/handling.sql"),
            Base::Mood => {
                let Some(chosen) = self.version(tx).await? else { return Ok(()) };
                let (engine, version) = (&chosen.engine, &chosen.engine_version);
                of_calls!(tx, self, found, MoodRow, "src/sentiment/mood.sql", engine, version);
                found.sentiment = Some(chosen);
            }
            Base::Time => {
                of_some!(tx, self, found, TimeRow, "src/agents/time.sql", agent_ids, Agent);
            }
            Base::Offers => {
                of_some!(tx, self, found, OffersRow, "src/agents/offers.sql", agent_ids, Agent);
            }
            Base::Attempts | Base::Regulatory | Base::Rolling | Base::Lists => {
                self.ask_campaigns(base, tx, found).await?;
            }
        }
        Ok(())
    }

    async fn ask_campaigns(
        &self,
        base: Base,
        tx: &mut PgConnection,
        found: &mut Found,
    ) -> Result<(), sqlx::Error> {
        if base == Base::Attempts {
            of_some!(
                tx,
                self,
                found,
                AttemptsRow,
                "src/campaign_attempts/reached.sql",
                campaign_ids,
                Campaign
            );
        } else if base == Base::Regulatory {
            of_answers!(tx, self, found, RegulatoryRow, |period| period.since.into());
        } else if base == Base::Rolling {
            let day_ago = DateTime::<Utc>::from(found.now.plus_ms(-DAY_MS));
            of_answers!(tx, self, found, RollingRow, |_| day_ago);
        } else if base == Base::Lists {
            let campaigns: Vec<Uuid> =
                found.periods.iter().map(|period| period.campaign_id).collect();
            let org = self.org.uuid();
            let rows = sqlx::query_file_as!(ListsRow, "src/contacts/lists.sql", org, &campaigns);
            for row in rows.fetch_all(tx).await? {
                row.put(found);
            }
        }
        Ok(())
    }

    /// The campaigns, where it is asked how they stand.
    async fn periods(
        &self,
        tx: &mut PgConnection,
        now: Timestamp,
    ) -> Result<Vec<Period>, sqlx::Error> {
        if !self.bases.contains(&Base::Regulatory) {
            return Ok(Vec::new());
        }
        let (org, some) = (self.org.uuid(), &self.query.campaign_ids);
        let rows = sqlx::query_file!("src/campaigns/periods.sql", org, some, most_rows());
        let mut periods = Vec::new();
        for row in rows.fetch_all(tx).await? {
            let campaign: KnownCampaign = serde_json::from_str(&row.state)
                .map_err(|error| sqlx::Error::Decode(error.into()))?;
            let abandonment = &campaign.settings.abandonment;
            periods.push(Period {
                campaign_id: row.campaign_id,
                since: campaign.counted_since(now),
                limit: abandonment.limit(),
                ms: i64::from(abandonment.seconds) * 1_000,
            });
        }
        Ok(periods)
    }

    /// The version that has found something of most calls: two are never mixed.
    pub(super) async fn version(
        &self,
        tx: &mut PgConnection,
    ) -> Result<Option<VersionCalls>, sqlx::Error> {
        let rows = sqlx::query_file_as!(
            VersionCalls,
            "src/sentiment/versions.sql",
            self.org.uuid(),
            DateTime::<Utc>::from(self.query.from),
            DateTime::<Utc>::from(self.query.to),
            self.query.direction.map(|direction| direction.word()) as _,
            &self.query.queue_ids,
            &self.query.campaign_ids,
            &self.query.agent_ids,
            self.query.include_test,
        );
        Ok(rows.fetch_all(tx).await?.into_iter().next())
    }
}

/// The total, as many cells as may be, and one more that tells of too many.
fn most_rows() -> i64 {
    i64::try_from(MAX_CELLS).unwrap_or(i64::MAX - 2) + 2
}
