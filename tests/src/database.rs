//! A database of one test's own.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::thread;

use database::{Database, PoolSize, Secrets, Settings, roles};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection};

use crate::cluster::{Server, server};
use crate::template::{create_database, drop_database};

/// A database made from the migrated template, dropped in the background when
/// it is dropped here, or else by the next run.
pub struct TestDatabase {
    server: &'static Server,
    name: String,
    database: Database,
}

impl TestDatabase {
    /// Makes one.
    ///
    /// # Panics
    /// There is no server, or it refuses.
    #[expect(clippy::expect_used, reason = "a test can not go on without it")]
    pub async fn create() -> Self {
        let server = tokio::task::spawn_blocking(server).await.expect("a server");
        Self::of(server, &server.template).await
    }

    /// Makes one that is like this one, as a backup that is restored. Whoever is connected to this
    /// one is cut off.
    ///
    /// # Panics
    /// The server refuses.
    #[expect(clippy::expect_used, reason = "a test can not go on without it")]
    pub async fn copy(&self) -> Self {
        let mut admin = PgConnection::connect_with(&self.server.admin).await.expect("in");
        sqlx::query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE datname = $1 AND pid <> pg_backend_pid()",
        )
        .bind(&self.name)
        .execute(&mut admin)
        .await
        .expect("cut off");
        Self::of(self.server, &self.name).await
    }

    #[expect(clippy::expect_used, reason = "a test can not go on without it")]
    async fn of(server: &'static Server, template: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}_{}_{number}", server.names, std::process::id());
        let made = Self::make(server, &name, template).await;
        made.expect("a database of the template");
        let to = server.admin.clone().database(&name);
        let database = Database::connect(&to, &server.prefix, &server.secrets, PoolSize::Small);
        Self { server, name, database }
    }

    async fn make(server: &Server, name: &str, template: &str) -> anyhow::Result<()> {
        let mut admin = PgConnection::connect_with(&server.admin).await?;
        create_database(&mut admin, name, template).await?;
        admin.close().await?;
        // A copy has the tables' rights, but not those on the database.
        let to = server.admin.clone().database(name);
        let mut inside = PgConnection::connect_with(&to).await?;
        roles::grant(&mut inside, &server.prefix).await?;
        inside.close().await?;
        Ok(())
    }

    /// The database, with small pools.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How the role that made it logs in, to plant defects: a superuser on the
    /// test cluster; with `DATABASE_URL` its role, as a member of the owner.
    #[must_use]
    pub fn superuser(&self) -> PgConnectOptions {
        self.server.admin.clone().database(&self.name)
    }

    /// The same as a URL: the `DATABASE_URL` of a server process on this
    /// database. It needs [`TestDatabase::secrets_dir`] and
    /// [`TestDatabase::role_prefix`] too.
    #[must_use]
    pub fn url(&self) -> String {
        match &self.server.cluster {
            Some(cluster) => cluster.superuser_url(&self.name),
            None => self.superuser().to_url_lossy().to_string(),
        }
    }

    /// The secrets from which the roles' passwords follow.
    #[must_use]
    pub fn secrets(&self) -> &Secrets {
        &self.server.secrets
    }

    /// Where they are.
    #[must_use]
    pub fn secrets_dir(&self) -> &Path {
        &self.server.secrets_dir
    }

    /// What the names of the roles begin with.
    #[must_use]
    pub fn role_prefix(&self) -> String {
        self.server.prefix.to_string()
    }

    /// With which `Database::open` opens it.
    #[must_use]
    pub fn settings(&self, data_dir: &Path) -> Settings {
        Settings {
            data_dir: data_dir.to_owned(),
            database_url: Some(self.url()),
            secrets_dir: self.secrets_dir().to_owned(),
            role_prefix: self.role_prefix(),
            allow_install: false,
            say: |_| {},
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        // Where the thread has ended, the next run finds the database.
        let sent = DROPS.lock().unwrap_or_else(PoisonError::into_inner).send(self.name.clone());
        if sent.is_err() {
            eprintln!("the database {} is left for the next run", self.name);
        }
    }
}

/// Drops one database after another, while the tests go on.
static DROPS: LazyLock<Mutex<Sender<String>>> = LazyLock::new(|| {
    let (sender, names) = channel::<String>();
    thread::spawn(move || {
        for name in names {
            if let Err(error) = dropped(&name) {
                eprintln!("the database {name} is left for the next run: {error:#}");
            }
        }
    });
    Mutex::new(sender)
});

fn dropped(name: &str) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut admin = PgConnection::connect_with(&server().admin).await?;
        drop_database(&mut admin, name).await?;
        admin.close().await?;
        Ok(())
    })
}
