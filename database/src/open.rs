//! From settings to an open database.

use std::sync::Arc;

use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, Executor, PgConnection, Postgres, Transaction};
use uuid::Uuid;

use crate::cluster::{self, Cluster, ClusterError};
use crate::migrate::{MigrationError, migrate};
use crate::roles::{self, RolesError};
use crate::settings::{SettingsError, parse_url};
use crate::{DatabaseError, Pool, PoolSize, Role, RolePrefix, Secrets, SecretsError, Settings};

/// The name of our database in a private cluster.
const NAME: &str = "voice";
/// The oldest PostgreSQL that is good enough, as `server_version_num`.
const OLDEST: i32 = 150_000;
/// Two processes that start at once set up one after the other ("voice").
const SETUP_LOCK: i64 = 0x0076_6f69_6365;

/// Why a database can not be opened: one sentence for a person.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The settings make no sense.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// There is no root secret.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// There is no private cluster.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// The server does not let us in or fails.
    #[error("the database can not be reached: {0}")]
    Database(#[from] DatabaseError),
    /// The server is too old.
    #[error("PostgreSQL 15 or newer is needed, and the server is version {0}")]
    TooOld(String),
    /// The roles can not be set up.
    #[error(transparent)]
    Roles(#[from] RolesError),
    /// The tables can not be brought to this version.
    #[error(transparent)]
    Migration(#[from] MigrationError),
}

impl From<sqlx::Error> for OpenError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

/// A database, with a pool for each role. A clone shares them.
#[derive(Clone)]
pub struct Database(Arc<Pools>);

struct Pools {
    migrator: Pool,
    writer: Pool,
    app: Pool,
    process: Pool,
    projector: Pool,
    auditor: Pool,
}

/// An open database and what belongs to it.
pub struct Opened {
    /// The database.
    pub database: Database,
    /// The private cluster it is in, if it is. To be stopped last.
    pub server: Option<Cluster>,
    /// How the role that set it up logs in: the superuser of the private
    /// cluster, or what `DATABASE_URL` says. Holds a password.
    pub superuser_url: String,
}

impl Database {
    /// Opens the database that the settings name. It has its roles and its
    /// tables then. May take long the first time.
    ///
    /// Where it fails or is canceled, a cluster that was started for it is
    /// stopped.
    ///
    /// # Errors
    /// In one sentence, what is wrong and what would help.
    pub async fn open(settings: &Settings) -> Result<Opened, OpenError> {
        settings.check()?;
        let prefix = settings.prefix()?;
        let (server, to, superuser_url) = match &settings.database_url {
            Some(url) => (None, parse_url(url)?, url.clone()),
            None => {
                let server = Cluster::open(cluster::Options::of(settings)).await?;
                create(&server.superuser("postgres")).await?;
                let (to, url) = (server.superuser(NAME), server.superuser_url(NAME));
                (Some(server), to, url)
            }
        };
        let secrets = Secrets::open(&settings.secrets_dir)?;
        set_up(&to, &prefix, &secrets).await?;
        let database = Self::connect(&to, &prefix, &secrets, PoolSize::Server);
        Ok(Opened { database, server, superuser_url })
    }

    /// The pools of a database that has its roles and its tables already. Opens
    /// no connection yet. Has to be called within a runtime.
    ///
    /// `to` says where it is; who logs in is replaced.
    #[must_use]
    pub fn connect(
        to: &PgConnectOptions,
        prefix: &RolePrefix,
        secrets: &Secrets,
        size: PoolSize,
    ) -> Self {
        let pool = |role| Pool::new(prefix.login(to, role, secrets), role, size);
        Self(Arc::new(Pools {
            migrator: pool(Role::Migrator),
            writer: pool(Role::Writer),
            app: pool(Role::App),
            process: pool(Role::Process),
            projector: pool(Role::Projector),
            auditor: pool(Role::Auditor),
        }))
    }

    /// The connections of a role.
    #[must_use]
    pub fn pool(&self, role: Role) -> &Pool {
        match role {
            Role::Migrator => &self.0.migrator,
            Role::Writer => &self.0.writer,
            Role::App => &self.0.app,
            Role::Process => &self.0.process,
            Role::Projector => &self.0.projector,
            Role::Auditor => &self.0.auditor,
        }
    }

    /// A transaction of the role [`Role::App`] in which one organization's rows
    /// are there and no other's: row-level security shows no others and takes no
    /// others. Rolled back unless it is committed. Safe to cancel.
    ///
    /// # Errors
    /// No connection is free in time, the server is away, or it has become a
    /// standby.
    pub async fn org_tx(&self, org: Uuid) -> Result<Transaction<'static, Postgres>, DatabaseError> {
        self.0.app.org_transaction(org).await
    }

    /// Closes every connection, once it is given back.
    pub async fn close(&self) {
        for role in Role::ALL {
            self.pool(role).close().await;
        }
    }
}

/// Roles and migrations, one process at a time.
async fn set_up(
    to: &PgConnectOptions,
    prefix: &RolePrefix,
    secrets: &Secrets,
) -> Result<(), OpenError> {
    let mut admin = PgConnection::connect_with(to).await?;
    let (number, version): (i32, String) = sqlx::query_as(
        "SELECT current_setting('server_version_num')::int, current_setting('server_version')",
    )
    .fetch_one(&mut admin)
    .await?;
    if number < OLDEST {
        return Err(OpenError::TooOld(version));
    }
    // Somebody else's migrations may take their time.
    admin.execute("SET lock_timeout = '10min'").await?;
    sqlx::query("SELECT pg_advisory_lock($1)").bind(SETUP_LOCK).execute(&mut admin).await?;
    admin.execute("SET lock_timeout = '2s'").await?;
    roles::ensure(&mut admin, to, prefix, secrets).await?;
    migrate(to, prefix, secrets).await?;
    // The end of the session is the end of the lock.
    admin.close().await?;
    Ok(())
}

/// Makes our database in a cluster that is new.
async fn create(maintenance: &PgConnectOptions) -> Result<(), OpenError> {
    let mut admin = PgConnection::connect_with(maintenance).await?;
    sqlx::query("SELECT pg_advisory_lock($1)").bind(SETUP_LOCK).execute(&mut admin).await?;
    let there: bool =
        sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = 'voice')")
            .fetch_one(&mut admin)
            .await?;
    if !there {
        admin.execute("CREATE DATABASE voice TEMPLATE template0").await?;
    }
    admin.close().await?;
    Ok(())
}
