//! Where the center lives: a directory with a private cluster, filled once.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use api::Settings;
use api::people::demo_org;
use database::{Cluster, Database, Keks, Opened, Secrets};
use domain::{OrgId, Timestamp};
use event_store::{Keyring, Log, LogSettings};
use processes::{Clock as _, Commands, SystemClock};
use projections::freshness::{Reached, wait_for};
use projections::registry;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection as _, Executor as _, PgConnection};
use tests::TestDirectory;
use tests::center::{Center, fill};

use crate::server::Server;

const HOUR_MS: i64 = 3_600_000;
const SEED: u64 = 2_026;
/// The read models take no longer, whatever the machine.
const PATIENCE: Duration = Duration::from_secs(7_200);

/// A directory, its database, and how commands reach it.
pub struct Home {
    dir: PathBuf,
    /// Removes the directory at the end, where it is not to be kept.
    _thrown_away: Option<TestDirectory>,
    pub database: Database,
    pub commands: Commands,
    pub org: OrgId,
    /// Until when the center has had calls.
    pub until: Timestamp,
    superuser: PgConnectOptions,
    cluster: Option<Cluster>,
}

impl Home {
    /// Opens it, and fills it where nothing is there.
    pub async fn open(calls: u64) -> anyhow::Result<Self> {
        let kept = std::env::var_os("VOICE_BENCH_HOME").map(PathBuf::from);
        let thrown_away = kept.is_none().then(TestDirectory::create);
        let dir = match (&kept, &thrown_away) {
            (Some(kept), _) => kept.clone(),
            (None, Some(directory)) => directory.path().to_owned(),
            (None, None) => anyhow::bail!("no directory"),
        };
        std::fs::create_dir_all(&dir)?;
        // The first server of a directory makes its people.
        Server::start(&dir).await?.stop().await?;
        let settings = Settings::in_directory(dir.clone());
        let Opened { database, server, superuser_url } =
            Database::open(&settings.database()).await?;
        let secrets = Secrets::open(&settings.secrets_dir())?;
        let keyring = Keyring::new(&database, Keks::open(&settings.secrets_dir(), &secrets));
        let log = Log::open(&database, LogSettings::default()).await?;
        let commands = Commands::new(log, keyring, Arc::new(SystemClock));
        let (org, superuser) = (demo_org(), superuser_url.parse()?);
        let until = until(&dir)?;
        let _thrown_away = thrown_away;
        let home =
            Self { dir, _thrown_away, database, commands, org, until, superuser, cluster: server };
        home.fill(calls).await?;
        Ok(home)
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// A connection that nothing of ours stands before.
    pub async fn bare(&self) -> anyhow::Result<PgConnection> {
        Ok(PgConnection::connect_with(&self.superuser).await?)
    }

    /// Makes the center's calls, has the product's own projectors fill the read models, and tidies
    /// up as autovacuum would by and by.
    async fn fill(&self, calls: u64) -> anyhow::Result<()> {
        let head = *self.commands.log().head().borrow();
        if head > i64::try_from(calls)? {
            println!("{} has a center already, {head} facts", self.dir.display());
            return Ok(());
        }
        let center = Center::before(self.until, calls, SEED)?;
        let filled = fill(&self.commands, self.org, &center).await?;
        println!(
            "{} calls, {} facts about how customers felt, {} about agents, made in {:.0} s",
            filled.calls,
            filled.felt,
            filled.shifts,
            filled.took.as_secs_f64()
        );
        let began = Instant::now();
        let server = Server::start(&self.dir).await?;
        let head = *self.commands.log().head().borrow();
        for projection in registry() {
            let reached = wait_for(&self.database, projection.name(), head, PATIENCE).await?;
            anyhow::ensure!(reached == Reached::Reached, "{} lags", projection.name());
        }
        println!(
            "projected by the server's own projectors in {:.0} s, with at most {:.0} MiB",
            began.elapsed().as_secs_f64(),
            server.memory()?.peak_mib
        );
        server.stop().await?;
        self.bare().await?.execute("VACUUM (ANALYZE)").await.context("tidying up")?;
        Ok(())
    }

    pub async fn close(self) -> anyhow::Result<()> {
        self.commands.log().close().await;
        self.database.close().await;
        if let Some(cluster) = self.cluster {
            cluster.stop().await;
        }
        Ok(())
    }
}

/// The hour in which the center of a directory was filled, so that a run that finds it asks about
/// the same time.
fn until(dir: &Path) -> anyhow::Result<Timestamp> {
    let path = dir.join("center.until");
    if !path.exists() {
        let now = SystemClock.now().millis();
        std::fs::write(&path, (now - now.rem_euclid(HOUR_MS)).to_string())?;
    }
    Ok(Timestamp::from_millis(std::fs::read_to_string(path)?.parse()?))
}
