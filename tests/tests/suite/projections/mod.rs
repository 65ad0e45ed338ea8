//! The read models, and the runtime that keeps them exact: P1, P2, P4, P5, P8, P10.

mod analytics;
mod analytics_agents;
mod analytics_behind;
mod analytics_campaign_costs;
mod analytics_campaigns;
mod analytics_fcr;
mod analytics_ivr;
mod analytics_log;
mod analytics_orders;
mod analytics_paces;
mod analytics_rules;
mod analytics_teams;
mod call_facts;
mod call_facts_kit;
mod calls;
mod crash;
mod rebuild;
mod rests;
mod rights;
mod runtime;
mod segments;
mod tally;
mod trouble;

use std::sync::Arc;
use std::time::Duration;

use database::{Database, Role};
use event_store::{Keyring, Log, LogSettings};
use processes::{Commands, SystemClock};
use projections::rebuild::RebuildOptions;
use projections::status::{self, ProjectionStatus};
use projections::{Projection, Projector, ProjectorSettings};
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, Executor, PgConnection};
use tests::TestDatabase;
use tests::histories::{append, append_people, histories};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

pub use self::tally::Tally;

const LEASE: Duration = Duration::from_millis(400);
const PATIENCE: Duration = Duration::from_secs(30);

/// A database with a log, and what appends to it.
pub struct World {
    pub db: TestDatabase,
    pub log: Log,
    pub commands: Commands,
}

impl World {
    pub async fn create() -> Self {
        let db = TestDatabase::create().await;
        let log = Log::open(db.database(), LogSettings::default()).await.expect("a log");
        let keyring = Keyring::new(db.database(), db.secrets().key("key-encryption"));
        let commands = Commands::new(log.clone(), keyring, Arc::new(SystemClock));
        Self { db, log, commands }
    }

    /// The same with the table that [`Tally`] writes.
    pub async fn with_tally() -> Self {
        let world = Self::create().await;
        let prefix = world.db.role_prefix();
        world
            .plant(&format!(
            "CREATE TABLE tally (org_id uuid, id uuid, n bigint NOT NULL, total bigint NOT NULL,
                 PRIMARY KEY (org_id, id));
             CREATE INDEX tally_by_total ON tally (total);
             ALTER TABLE tally OWNER TO {prefix}_owner;
             GRANT SELECT, INSERT, UPDATE, DELETE ON tally TO {prefix}_projector;
             GRANT SELECT ON tally TO {prefix}_app"
        ))
            .await;
        world
    }

    pub fn database(&self) -> &Database {
        self.db.database()
    }

    /// Appends random histories; answers the head.
    pub async fn happen(&self, seed: u64, calls: usize) -> i64 {
        let histories = histories(seed, calls).expect("histories");
        append(&self.commands, &histories).await.expect("appended")
    }

    /// The same, and what happens at the doors meanwhile.
    pub async fn happen_everywhere(&self, seed: u64, calls: usize) -> i64 {
        let histories = histories(seed, calls).expect("histories");
        append(&self.commands, &histories).await.expect("appended");
        append_people(&self.commands, &histories).await.expect("appended")
    }

    /// Does what nobody may, as a superuser whom no trigger stops.
    pub async fn tamper(&self, statements: &str) {
        self.plant(&format!(
            "ALTER TABLE events DISABLE TRIGGER ALL; ALTER TABLE batches DISABLE TRIGGER ALL;
             ALTER TABLE log_head DISABLE TRIGGER ALL; {statements}"
        ))
        .await;
    }

    pub async fn plant(&self, statements: &str) {
        let mut admin = self.admin().await;
        admin.execute(statements).await.expect("planted");
        admin.close().await.expect("closed");
    }

    pub async fn number(&self, query: &str) -> i64 {
        let mut admin = self.admin().await;
        let number = sqlx::query_scalar(query).fetch_one(&mut admin).await.expect("a number");
        admin.close().await.expect("closed");
        number
    }

    pub async fn texts(&self, query: &str) -> Vec<String> {
        let mut admin = self.admin().await;
        let texts = sqlx::query_scalar(query).fetch_all(&mut admin).await.expect("texts");
        admin.close().await.expect("closed");
        texts
    }

    /// Every row of a projection, as it prints.
    pub async fn rows(&self, projection: &dyn Projection) -> Vec<String> {
        let mut rows = Vec::new();
        for table in projection.tables() {
            let query = format!("SELECT '{table} ' || t::text FROM {table} t ORDER BY 1");
            rows.extend(self.texts(&query).await);
        }
        rows
    }

    /// Starts projections that notice the end of another owner soon.
    pub fn project(
        &self,
        projections: Vec<Arc<dyn Projection>>,
        owner: &str,
        batch: i64,
    ) -> Projector {
        let settings = ProjectorSettings {
            batch,
            lease: LEASE,
            retry_paused: Duration::from_millis(200),
            owner: owner.to_owned(),
            ..ProjectorSettings::default()
        };
        let (token, tail) = (CancellationToken::new(), self.log.tail());
        Projector::start_with(self.database(), &tail, projections, token, &settings)
    }

    pub async fn status(&self, name: &str) -> ProjectionStatus {
        self.look(name).await.expect("the projection")
    }

    /// `None`: it never ran, and is not registered.
    async fn look(&self, name: &str) -> Option<ProjectionStatus> {
        let overview = status::read(self.database().pool(Role::Auditor)).await.expect("a status");
        overview.projections.into_iter().find(|projection| projection.name == name)
    }

    /// Waits until a projection is as it is expected to be.
    pub async fn until(
        &self,
        name: &str,
        expected: impl Fn(&ProjectionStatus) -> bool,
    ) -> ProjectionStatus {
        let end = Instant::now() + PATIENCE;
        loop {
            let status = self.look(name).await;
            if let Some(status) = status.clone().filter(&expected) {
                return status;
            }
            assert!(Instant::now() < end, "it never came to that: {status:?}");
            sleep(Duration::from_millis(10)).await;
        }
    }

    /// Asserts that the tally has every event once.
    pub async fn exact(&self) {
        let wrong = self
            .number(
                "SELECT count(*) FROM tally t FULL JOIN (
                     SELECT org_id, aggregate_id AS id, count(*) AS n,
                            sum(position)::bigint AS total
                     FROM events WHERE event_type <> 'CallTagged' GROUP BY 1, 2) e
                 USING (org_id, id)
                 WHERE (t.n, t.total) IS DISTINCT FROM (e.n, e.total)",
            )
            .await;
        assert_eq!(wrong, 0, "streams whose events were lost or doubled");
    }

    async fn admin(&self) -> PgConnection {
        let to: PgConnectOptions = self.db.superuser();
        PgConnection::connect_with(&to).await.expect("a session")
    }
}

/// How a rebuild works here: a build that was killed is free again soon.
fn options(batch: i64, workers: usize) -> RebuildOptions {
    RebuildOptions { batch, workers, lease: LEASE, ..RebuildOptions::default() }
}
