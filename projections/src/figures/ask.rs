//! Asks the statements, one per base of facts, all in one snapshot.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::{OrgId, Timestamp};
use sqlx::{Executor, PgConnection};
use uuid::Uuid;

use super::query::{CallMetricsQuery, Dimension, FcrMode, Level, Period};
use super::slot::Slots;
use super::sums::{
    AttemptsRow, Base, FirstsRow, HandlingRow, JudgmentRow, MenusRow, MoodRow, OffersRow,
    QuartersRow, SegmentsRow, SessionsRow, Sums, TimeRow, VolumeRow, WaitingRow,
};
use super::table::service_level_weights;
use crate::bucket::MAX_CELLS;
use crate::sentiment::trend::VersionCalls;

/// The groups that are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Groups {
    pub queue: Option<String>,
    pub campaign: Option<String>,
    pub agent: Option<String>,
    pub disposition: Option<String>,
    pub team: Option<String>,
    pub flow: Option<String>,
    pub menu: Option<String>,
}

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
    pub currencies: BTreeMap<Uuid, String>,
    pub cells: BTreeMap<Place, Sums>,
    pub total: Sums,
}

impl Found {
    fn at(position: i64, now: Timestamp) -> Self {
        let (sentiment, periods, currencies) = (None, Vec::new(), BTreeMap::new());
        let (cells, total) = (BTreeMap::new(), Sums::default());
        Self { position, now, sentiment, periods, currencies, cells, total }
    }

    pub(super) fn place(&mut self, total: bool, slot: Option<i32>, groups: Groups) -> &mut Sums {
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
            by(Dimension::Disposition), by(Dimension::Team) $(, $more)*
        );
        for row in rows.fetch_all(&mut *$tx).await? {
            row.put($found);
        }
    }};
}

/// Asks a statement about agents, campaigns or flows alone, whose facts have hardly anything else
/// to group by.
macro_rules! of_some {
    ($tx:expr, $question:expr, $found:expr, $row:ident, $file:literal, $some:ident, $by:ident
     $(, $more:expr)*) => {{
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
            $(, $more)*
        );
        for row in rows.fetch_all(&mut *$tx).await? {
            row.put($found);
        }
    }};
}

impl Question<'_> {
    pub(super) async fn ask(&self, tx: &mut PgConnection) -> Result<Found, sqlx::Error> {
        // One snapshot for all.
        tx.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").await?;
        let models = super::read::models_of(self.bases, &self.query.dimensions);
        let at = sqlx::query_file!("src/figures/as_of.sql", &models as _);
        let at = at.fetch_one(&mut *tx).await?;
        let (position, now) = (at.position, at.now.into());
        let mut found = Found::at(position, now);
        self.fill(tx, &mut found).await?;
        if self.query.dimensions.contains(&Dimension::Team) {
            // Whoever is in two teams is in the rows of both, and once in the total.
            let query = &CallMetricsQuery { dimensions: Vec::new(), ..self.query.clone() };
            let mut whole = Found::at(position, now);
            Question { query, ..*self }.fill(tx, &mut whole).await?;
            found.total = whole.total;
        }
        Ok(found)
    }

    async fn fill(&self, tx: &mut PgConnection, found: &mut Found) -> Result<(), sqlx::Error> {
        self.periods(tx, found).await?;
        for base in self.bases {
            self.ask_one(*base, tx, found).await?;
        }
        Ok(())
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
            Base::Waiting | Base::Quarters => self.waits(base, tx, found).await?,
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
            Base::Attempts => of_some!(
                tx,
                self,
                found,
                AttemptsRow,
                "src/campaign_attempts/reached.sql",
                campaign_ids,
                Campaign
            ),
            Base::Sessions | Base::Menus => self.heard(base, tx, found).await?,
            Base::Costs => self.costs(tx, found).await?,
            Base::Crew => self.crew(tx, found).await?,
            Base::Regulatory => self.regulatory(tx, found).await?,
            Base::Rolling => self.rolling(tx, found).await?,
            Base::Lists => self.lists(tx, found).await?,
        }
        Ok(())
    }

    /// What became of waits, or how many quarter hours were on target.
    async fn waits(
        &self,
        base: Base,
        tx: &mut PgConnection,
        found: &mut Found,
    ) -> Result<(), sqlx::Error> {
        let ms = |seconds: u32| i64::from(seconds) * 1_000;
        let (x_ms, short_ms) = (ms(self.query.sl_seconds), ms(self.query.short_abandon_seconds));
        let first = self.query.level == Level::Call;
        if base == Base::Waiting {
            of_calls!(
                tx,
                self,
                found,
                WaitingRow,
                "src/call_facts/waiting.sql",
                x_ms,
                short_ms,
                first
            );
            return Ok(());
        }
        let (above, below) = service_level_weights(self.query);
        of_calls!(
            tx,
            self,
            found,
            QuartersRow,
            "src/call_facts/quarters.sql",
            x_ms,
            short_ms,
            first,
            &above[..],
            &below[..],
            self.query.sl_target
        );
        Ok(())
    }

    /// What became of those who heard a flow, or what they said in its menus.
    async fn heard(
        &self,
        base: Base,
        tx: &mut PgConnection,
        found: &mut Found,
    ) -> Result<(), sqlx::Error> {
        let test = self.query.include_test;
        if base == Base::Sessions {
            of_some!(
                tx,
                self,
                found,
                SessionsRow,
                "src/ivr_sessions/flows.sql",
                flow_ids,
                Flow,
                test
            );
            return Ok(());
        }
        let by_menu = self.query.dimensions.contains(&Dimension::Menu);
        of_some!(
            tx,
            self,
            found,
            MenusRow,
            "src/ivr_sessions/menus.sql",
            flow_ids,
            Flow,
            test,
            by_menu
        );
        Ok(())
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
pub(super) fn most_rows() -> i64 {
    i64::try_from(MAX_CELLS).unwrap_or(i64::MAX - 2) + 2
}
