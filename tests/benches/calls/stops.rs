//! A server that is killed under load, again and again: is everything there that was acknowledged?
//! And does the same test find what is lost where nobody waits for the disk?

use std::collections::HashMap;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Context;
use database::{Database, Opened, Settings};
use event_store::{Failure, Log, LogSettings};
use serde_json::json;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};
use tests::{TestDirectory, until};
use uuid::Uuid;

use crate::text::Ours;
use crate::{Size, kept};

const CALLERS: usize = 64;
const STOPS: usize = 20;
/// Acknowledged between two of them.
const BETWEEN: u64 = 2_000;

/// Runs both, and prints.
pub async fn run(_: Size) -> anyhow::Result<()> {
    let machine = Machine::start().await?;
    let kept_all = machine.log().await?;
    let forgets = machine.forgets().await?;
    println!("\n{STOPS} kills of a backend under {CALLERS} callers, each a crash of the server\n");
    println!("| | acknowledged | of them lost |\n|---|--:|--:|");
    println!("| this log | {} | {} |", kept_all.0, kept_all.1);
    println!("| INSERTs with synchronous_commit off | {} | {} |", forgets.0, forgets.1);
    anyhow::ensure!(kept_all.1 == 0, "the log has lost something");
    anyhow::ensure!(forgets.1 > 0, "nothing is lost without flushes: this test finds nothing");
    kept::keep("stops", &json!({ "stops": STOPS, "log": kept_all, "forgets": forgets }));
    machine.stop().await;
    Ok(())
}

struct Machine {
    opened: Opened,
    _directory: TestDirectory,
}

impl Machine {
    async fn start() -> anyhow::Result<Self> {
        let directory = TestDirectory::create();
        let opened = Database::open(&Settings {
            data_dir: directory.path().to_owned(),
            database_url: None,
            secrets_dir: directory.path().join("secrets"),
            role_prefix: "voice".to_owned(),
            allow_install: false,
            say: |_| {},
        })
        .await?;
        Ok(Self { opened, _directory: directory })
    }

    async fn admin(&self) -> PgConnection {
        loop {
            match PgConnection::connect(&self.opened.superuser_url).await {
                Ok(admin) => break admin,
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }

    async fn stop(self) {
        self.opened.database.close().await;
        if let Some(server) = self.opened.server {
            server.stop().await;
        }
    }

    /// Kills a backend, so that the server forgets what it has in memory, so many times, each when
    /// enough was acknowledged since.
    async fn kill(&self, acknowledged: &AtomicU64, stop: &AtomicBool) -> anyhow::Result<()> {
        for _ in 0..STOPS {
            let wanted = acknowledged.load(Ordering::SeqCst) + BETWEEN;
            until("commands are acknowledged", async || {
                acknowledged.load(Ordering::SeqCst) >= wanted
            })
            .await;
            let mut admin = self.admin().await;
            let own = "SELECT pg_backend_pid()";
            let pid: i32 = sqlx::query_scalar(own).fetch_one(&mut admin).await?;
            let killed = Command::new("kill").args(["-9", &pid.to_string()]).status()?;
            anyhow::ensure!(killed.success(), "kill");
        }
        stop.store(true, Ordering::SeqCst);
        Ok(())
    }

    /// How many commands this log has acknowledged, and how many of them are not there.
    async fn log(&self) -> anyhow::Result<(u64, u64)> {
        let settings = LogSettings { recheck: Duration::from_secs(30), ..LogSettings::default() };
        let ours = Arc::new(Ours(Log::open(&self.opened.database, settings).await?));
        let write = move |id: Uuid| {
            let ours = Arc::clone(&ours);
            async move {
                match ours.send(id, "kept".to_owned()).await {
                    Ok(outcome) => Ok(Some(outcome.version)),
                    Err(Failure::OutcomeUnknown | Failure::Unavailable(_)) => Ok(None),
                    Err(failure) => anyhow::bail!("{failure}"),
                }
            }
        };
        let versions = "SELECT aggregate_id, max(sequence) FROM events GROUP BY 1";
        self.written(write, versions).await
    }

    /// The same of rows whose COMMIT nobody waits for.
    async fn forgets(&self) -> anyhow::Result<(u64, u64)> {
        let mut admin = self.admin().await;
        let table = "CREATE TABLE forgotten (id uuid, version bigint, PRIMARY KEY (id, version))";
        sqlx::raw_sql(table).execute(&mut admin).await?;
        let options: PgConnectOptions = self.opened.superuser_url.parse()?;
        let options = options.options([("synchronous_commit", "off")]);
        let pool = sqlx::postgres::PgPoolOptions::new()
            .max_connections(8)
            .acquire_timeout(Duration::from_secs(60))
            .connect_with(options)
            .await?;
        let write = move |id: Uuid| {
            let pool = pool.clone();
            async move {
                let insert = "INSERT INTO forgotten
                              SELECT $1, coalesce(max(version), 0) + 1 FROM forgotten WHERE id = $1
                              RETURNING version";
                let done = sqlx::query_scalar::<_, i64>(insert).bind(id).fetch_one(&pool).await;
                Ok(done.ok().map(|version| u64::try_from(version).expect("a version")))
            }
        };
        self.written(write, "SELECT id, max(version) FROM forgotten GROUP BY 1").await
    }

    /// Has callers write, each into a stream of its own, while the server is killed; how many
    /// versions were acknowledged, and how many are beyond what is there.
    async fn written<Run>(
        &self,
        write: impl Fn(Uuid) -> Run + Clone + Send + 'static,
        versions: &'static str,
    ) -> anyhow::Result<(u64, u64)>
    where
        Run: Future<Output = anyhow::Result<Option<u64>>> + Send,
    {
        let (stop, acknowledged) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..CALLERS {
            let (stop, acknowledged) = (Arc::clone(&stop), Arc::clone(&acknowledged));
            let (write, id) = (write.clone(), Uuid::now_v7());
            tasks.spawn(async move {
                let (mut last, mut lost) = (0_u64, 0_u64);
                while !stop.load(Ordering::SeqCst) {
                    match write(id).await? {
                        Some(version) => {
                            // Whoever is told a number once more has lost what had it.
                            lost += (last + 1).saturating_sub(version);
                            last = version;
                            acknowledged.fetch_add(1, Ordering::SeqCst);
                        }
                        None => tokio::time::sleep(Duration::from_millis(20)).await,
                    }
                }
                anyhow::Ok((id, last, lost))
            });
        }
        self.kill(&acknowledged, &stop).await?;
        let (mut told, mut lost) = (HashMap::new(), 0);
        while let Some(done) = tasks.join_next().await {
            let (id, last, without) = done??;
            told.insert(id, last);
            lost += without;
        }
        let mut admin = self.admin().await;
        let there: HashMap<Uuid, i64> =
            sqlx::query_as(versions).fetch_all(&mut admin).await?.into_iter().collect();
        for (id, last) in told {
            let there = there.get(&id).copied().unwrap_or_default();
            lost += last.saturating_sub(u64::try_from(there).context("a version")?);
        }
        Ok((acknowledged.load(Ordering::SeqCst), lost))
    }
}
