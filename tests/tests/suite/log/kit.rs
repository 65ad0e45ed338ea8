//! A log on a database of the test's own, and ways to hold it still.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use database::{Database, PoolSize, RolePrefix};
use event_store::{
    Actor, ActorKind, Context, Failure, IdempotencyKey, Log, LogSettings, Metrics, Outcome,
    Request, StreamKey, VerifyReport,
};
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};
use tests::TestDatabase;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::counter::{Command, Counter, Refusal, Total, codec};

/// What a command on a counter comes to.
pub type Done = Result<Outcome, Failure<Refusal>>;

const HOLD_13: &str = "
    CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
        $$ BEGIN PERFORM pg_advisory_xact_lock_shared(13); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER hold AFTER INSERT ON events DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN (NEW.payload::text LIKE '%:13}%') EXECUTE FUNCTION hold()";

/// A database with a log.
pub struct World {
    pub home: TestDatabase,
    pub log: Log,
    pub org: Uuid,
}

/// One command, to be sent.
#[derive(Clone)]
pub struct Sending {
    pub log: Log,
    pub org: Uuid,
    pub id: Uuid,
    pub command: Command,
    pub key: Option<IdempotencyKey>,
    pub if_match: Option<u64>,
}

impl World {
    pub async fn new() -> Self {
        Self::with(LogSettings::default()).await
    }

    pub async fn with(settings: LogSettings) -> Self {
        let home = TestDatabase::create().await;
        let log = Log::open(home.database(), patient(settings)).await.expect("a log");
        Self { home, log, org: fresh() }
    }

    /// Another process, as far as the database can tell.
    pub async fn other(&self) -> Log {
        let settings = patient(LogSettings::default());
        Log::open(self.home.database(), settings).await.expect("a second log")
    }

    /// A superuser's connection.
    pub async fn admin(&self) -> PgConnection {
        PgConnection::connect_with(&self.home.superuser()).await.expect("the superuser")
    }

    pub fn send(&self, id: Uuid, command: Command) -> Sending {
        let (log, org) = (self.log.clone(), self.org);
        Sending { log, org, id, command, key: None, if_match: None }
    }

    /// Opens a counter.
    pub async fn counter(&self) -> Uuid {
        let id = fresh();
        self.send(id, Command::Open).run().await.expect("it opens");
        id
    }

    pub fn stream(&self, id: Uuid) -> StreamKey {
        stream(self.org, id)
    }

    /// The state as the log tells it.
    pub async fn state(&self, id: Uuid) -> Option<(Counter, u64)> {
        self.log.load(&*codec(), self.stream(id)).await.expect("it loads")
    }

    pub async fn verify(&self) -> VerifyReport {
        verify(self.home.database()).await
    }

    /// Asserts that nothing is wrong with the log and says how many events it has.
    pub async fn sound(&self) -> u64 {
        let report = self.verify().await;
        assert_eq!(report.faults, [], "the log has faults");
        report.events
    }

    /// Holds the head, as another writer in the middle of its append.
    pub async fn hold_head(&self) -> Held {
        let mut connection = self.admin().await;
        run(&mut connection, "BEGIN").await;
        run(&mut connection, "SELECT position FROM log_head FOR UPDATE").await;
        Held { connection }
    }

    /// Holds the commit of whatever adds this amount, with the head locked and its events
    /// written, until it is let go.
    pub async fn hold_commit_of_13(&self) -> Held {
        let mut connection = self.admin().await;
        run(&mut connection, HOLD_13).await;
        run(&mut connection, "BEGIN; SELECT pg_advisory_xact_lock(13)").await;
        Held { connection }
    }

    /// Waits until so many commands were handed to a log's writer since then.
    pub async fn handed(log: &Log, since: Metrics, commands: u64) {
        let look = async || (log.metrics().handed >= since.handed + commands).then_some(());
        until("commands were handed over", look).await;
    }

    /// Waits until so many sessions wait for a lock.
    pub async fn waiting(&self, sessions: i64) {
        let mut admin = self.admin().await;
        let count = "SELECT count(*) FROM pg_stat_activity
                     WHERE datname = current_database() AND wait_event_type = 'Lock'";
        let end = Instant::now() + Duration::from_secs(20);
        loop {
            let waiting: i64 =
                sqlx::query_scalar(count).fetch_one(&mut admin).await.expect("a count");
            if waiting >= sessions {
                return;
            }
            assert!(Instant::now() < end, "{waiting} of {sessions} sessions wait for a lock");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

/// What a test holds may be held longer than a server would wait for it.
pub fn patient(settings: LogSettings) -> LogSettings {
    let long = Duration::from_secs(30);
    LogSettings { statement: long, lock: long, ..settings }
}

/// Something that is held until it is let go.
pub struct Held {
    pub connection: PgConnection,
}

impl Held {
    pub async fn release(mut self) {
        run(&mut self.connection, "COMMIT").await;
    }
}

impl Sending {
    pub fn to(mut self, log: &Log) -> Self {
        self.log = log.clone();
        self
    }

    pub fn of(mut self, org: Uuid) -> Self {
        self.org = org;
        self
    }

    pub fn key(self, key: &str) -> Self {
        self.printed(key, 1)
    }

    pub fn printed(mut self, key: &str, fingerprint: u8) -> Self {
        let (actor, operation) = ("user:ada".to_owned(), "POST /counters".to_owned());
        let fingerprint = [fingerprint; 32];
        self.key = Some(IdempotencyKey { actor, operation, key: key.to_owned(), fingerprint });
        self
    }

    pub fn if_match(mut self, version: u64) -> Self {
        self.if_match = Some(version);
        self
    }

    pub async fn run(self) -> Done {
        let context = self.context();
        let request = Request {
            stream: stream(self.org, self.id),
            command: self.command,
            context,
            key: self.key,
            if_match: self.if_match,
            reply: Box::new(Total),
        };
        self.log.execute(codec(), request).await
    }

    pub fn context(&self) -> Context {
        let (kind, role) = (ActorKind::User, Some("admin".to_owned()));
        Context {
            org_id: self.org,
            actor: Actor { kind, id: "ada".to_owned(), role },
            correlation_id: Uuid::from_u128(7),
            causation_id: None,
            source: "suite",
        }
    }

    /// Sends it on another task.
    pub fn spawn(self) -> JoinHandle<Done> {
        tokio::spawn(self.run())
    }
}

/// An id that this process has not used.
pub fn fresh() -> Uuid {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    Uuid::from_u64_pair(0x0193_0000_0000_7000, NEXT.fetch_add(1, Ordering::Relaxed))
}

pub fn stream(org_id: Uuid, aggregate_id: Uuid) -> StreamKey {
    StreamKey { org_id, aggregate_type: "counter", aggregate_id }
}

pub async fn verify(database: &Database) -> VerifyReport {
    let pool = database.pool(database::Role::Auditor);
    let decode = |event: &event_store::EventRef<'_>| {
        use event_store::Codec;
        let codec = codec();
        let decoded = codec.decode(event.event_type, event.event_version, event.payload);
        decoded.map(drop).map_err(|error| error.to_string())
    };
    event_store::verify(pool, None, None, decode, |_, _| {}).await.expect("it can be read")
}

/// Runs SQL of the test's own.
pub async fn run(connection: &mut PgConnection, sql: &'static str) {
    sqlx::raw_sql(sql).execute(connection).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// Waits for a condition, for a bounded time.
pub async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(30);
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < end, "it did not happen that {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// The same database by another way.
pub fn database_by(home: &TestDatabase, to: &PgConnectOptions) -> Database {
    let prefix = RolePrefix::parse(&home.role_prefix()).expect("a prefix");
    Database::connect(to, &prefix, home.secrets(), PoolSize::Small)
}

/// Settings with a clock that the test turns.
pub fn clocked(clock: &Arc<AtomicI64>) -> LogSettings {
    let clock = Arc::clone(clock);
    let now = move || clock.load(Ordering::SeqCst);
    LogSettings { clock: Arc::new(now), ..LogSettings::default() }
}
