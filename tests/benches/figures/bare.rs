//! The statements themselves, sent by a bare connection of somebody whom no wall stands before:
//! asked, every row fetched, and then nothing.

use chrono::{DateTime, Utc};
use domain::{OrgId, Timestamp};
use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use sqlx::{Executor as _, PgConnection, Postgres, Row as _};
use uuid::Uuid;

macro_rules! statement {
    ($file:literal) => {
        include_str!(concat!("../../../projections/src/", $file))
    };
}

/// Statements about calls, which begin with the same parameters.
#[derive(Clone, Copy)]
pub enum Of {
    Volume,
    Handling,
    Judgment,
    Firsts,
    Waiting,
    Segments,
    Mood,
    Time,
    Offers,
}

impl Of {
    fn sql(self) -> &'static str {
        match self {
            Self::Volume => statement!("call_facts/volume.sql"),
            Self::Handling => statement!("call_facts/handling.sql"),
            Self::Judgment => statement!("call_facts/judgment.sql"),
            Self::Firsts => statement!("call_facts/firsts.sql"),
            Self::Waiting => statement!("call_facts/waiting.sql"),
            Self::Segments => statement!("calls/handling.sql"),
            Self::Mood => statement!("sentiment/mood.sql"),
            Self::Time => statement!("agents/time.sql"),
            Self::Offers => statement!("agents/offers.sql"),
        }
    }
}

/// What the figures of calls are made of.
pub const CALLS: [Of; 5] = [Of::Volume, Of::Handling, Of::Judgment, Of::Firsts, Of::Waiting];
/// What the figures of agents are made of.
pub const AGENTS: [Of; 8] = [
    Of::Segments,
    Of::Time,
    Of::Offers,
    Of::Waiting,
    Of::Firsts,
    Of::Volume,
    Of::Judgment,
    Of::Mood,
];

/// What is asked.
#[derive(Clone, Copy)]
pub struct Span {
    pub from: Timestamp,
    pub to: Timestamp,
}

/// By what is grouped: queue, campaign, agent, disposition.
pub type Groups = [bool; 4];

/// A connection, and whose figures are asked for.
pub struct Bare {
    pub connection: PgConnection,
    pub org: OrgId,
}

const MOST: i64 = 1_002;

impl Bare {
    /// Plans know the parameters, as ours do: generic ones would be worse.
    pub async fn open(mut connection: PgConnection, org: OrgId) -> anyhow::Result<Self> {
        connection.execute("SET plan_cache_mode = force_custom_plan").await?;
        Ok(Self { connection, org })
    }

    async fn rows(&mut self, query: Query<'_, Postgres, PgArguments>) -> anyhow::Result<usize> {
        Ok(query.fetch_all(&mut self.connection).await?.len())
    }

    /// Figures of a span, in slots that begin then and have these keys.
    pub async fn figures(
        &mut self,
        of: &[Of],
        (span, starts, keys): (Span, &[DateTime<Utc>], &[i32]),
        [queue, campaign, agent, disposition]: Groups,
        version: (&str, &str),
    ) -> anyhow::Result<()> {
        let (to, none) = (DateTime::<Utc>::from(span.to), Vec::<Uuid>::new());
        for of in of {
            let query = sqlx::query(of.sql()).bind(self.org.uuid()).bind(starts).bind(keys);
            let query = query.bind(to);
            let query = match of {
                Of::Time | Of::Offers => query.bind(&none).bind(agent).bind(MOST),
                _ => {
                    let query = query.bind(None::<&str>).bind(&none).bind(&none).bind(&none);
                    let query = query.bind(&none).bind(false).bind(queue).bind(campaign);
                    query.bind(agent).bind(MOST).bind(disposition).bind(false)
                }
            };
            let query = match of {
                Of::Waiting => query.bind(20_000_i64).bind(5_000_i64).bind(false),
                Of::Firsts => query.bind(168.0_f64).bind(false),
                Of::Mood => query.bind(version.0).bind(version.1),
                _ => query,
            };
            self.rows(query).await?;
        }
        Ok(())
    }

    /// Which versions of engines have found something; the first one is answered.
    pub async fn version(&mut self, span: Span) -> anyhow::Result<(String, String)> {
        let none = Vec::<Uuid>::new();
        let query = sqlx::query(statement!("sentiment/versions.sql")).bind(self.org.uuid());
        let query =
            query.bind(DateTime::<Utc>::from(span.from)).bind(DateTime::<Utc>::from(span.to));
        let query = query.bind(None::<&str>).bind(&none).bind(&none).bind(&none).bind(false);
        let rows = query.fetch_all(&mut self.connection).await?;
        let first = rows.first().map(|row| (row.get(0), row.get(1)));
        Ok(first.unwrap_or_default())
    }

    /// A trend over buckets that begin then.
    pub async fn trend(&mut self, span: Span, starts: &[DateTime<Utc>]) -> anyhow::Result<()> {
        let none = Vec::<Uuid>::new();
        for text in [statement!("sentiment/trend.sql"), statement!("sentiment/provisional.sql")] {
            let query = sqlx::query(text).bind(self.org.uuid()).bind(starts);
            let query = query.bind(DateTime::<Utc>::from(span.to)).bind(None::<&str>);
            self.rows(query.bind(&none).bind(&none).bind(&none).bind(false)).await?;
        }
        Ok(())
    }

    /// How campaigns reached people.
    pub async fn reached(&mut self, span: Span) -> anyhow::Result<()> {
        let query = sqlx::query(statement!("campaign_attempts/reached.sql")).bind(self.org.uuid());
        let query = query.bind(vec![DateTime::<Utc>::from(span.from)]).bind(vec![0]);
        let query = query.bind(DateTime::<Utc>::from(span.to)).bind(Vec::<Uuid>::new());
        self.rows(query.bind(false).bind(MOST)).await?;
        Ok(())
    }

    /// What goes on now.
    pub async fn now(&mut self) -> anyhow::Result<()> {
        let org = self.org.uuid();
        for text in [statement!("figures/doing.sql"), statement!("figures/going_on.sql")] {
            self.rows(sqlx::query(text).bind(org).bind(None::<Vec<Uuid>>)).await?;
        }
        self.rows(sqlx::query(statement!("figures/waiting_now.sql")).bind(org)).await?;
        let campaigns = sqlx::query(statement!("campaigns/standing.sql")).bind(org);
        self.rows(campaigns.bind(None::<Uuid>)).await?;
        Ok(())
    }

    /// What was paid.
    pub async fn settled(&mut self, span: Span) -> anyhow::Result<()> {
        let starts = vec![DateTime::<Utc>::from(span.from)];
        let query = sqlx::query(statement!("payments/settled.sql")).bind(self.org.uuid());
        let query = query.bind(&starts).bind(DateTime::<Utc>::from(span.to));
        let none = Vec::<Uuid>::new();
        self.rows(query.bind(None::<&str>).bind(&none)).await?;
        Ok(())
    }
}
