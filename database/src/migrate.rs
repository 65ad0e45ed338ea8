//! The migrations: embedded, forward only, run by the migrator as the owner of
//! the tables.

use sha2::{Digest, Sha256};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};

use crate::{DatabaseError, Role, RolePrefix, Secrets};

/// Why the tables are not as this version wants them.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// A newer version has been here.
    #[error("the database was migrated by a newer version of Voice (migration {0})")]
    Newer(i64),
    /// What was done is not what this version would have done.
    #[error("the migration {0} is not the one that the database has gone through")]
    Changed(i64),
    /// A migration did not succeed; nothing of it was kept.
    #[error("the migration {0} failed: {1}")]
    Failed(i64, #[source] sqlx::Error),
    /// The database is away or refuses.
    #[error("the migrations can not run: {0}")]
    Database(#[from] DatabaseError),
    /// Anything else that sqlx finds.
    #[error("the migrations can not run: {0}")]
    Other(#[source] MigrateError),
}

impl From<MigrateError> for MigrationError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::VersionMissing(version) => Self::Newer(version),
            MigrateError::VersionMismatch(version) => Self::Changed(version),
            MigrateError::ExecuteMigration(error, version) => Self::Failed(version, error),
            MigrateError::Execute(error) => Self::Database(error.into()),
            error => Self::Other(error),
        }
    }
}

fn migrator() -> Migrator {
    let mut migrator = sqlx::migrate!("../migrations");
    // Who calls has a lock that covers the roles too.
    migrator.set_locking(false);
    migrator
}

/// Runs the migrations that the database has not gone through. A lock that it
/// does not get within 2 seconds fails it; it can be tried again then.
///
/// Who calls it keeps others from doing so at the same time.
///
/// # Errors
/// One fails, or the database is from another version.
pub async fn migrate(
    to: &PgConnectOptions,
    prefix: &RolePrefix,
    secrets: &Secrets,
) -> Result<(), MigrationError> {
    let login = prefix.login(to, Role::Migrator, secrets).options([
        ("lock_timeout", "2s"),
        // "already exists, skipping" is not worth a line in the log.
        ("client_min_messages", "warning"),
    ]);
    let mut connection = PgConnection::connect_with(&login).await.map_err(DatabaseError::from)?;
    migrator().run_direct(&mut connection).await?;
    connection.close().await.map_err(DatabaseError::from)?;
    Ok(())
}

/// Tells one set of migrations from another.
#[must_use]
pub fn fingerprint() -> [u8; 32] {
    let mut hash = Sha256::new();
    for migration in migrator().iter() {
        hash.update(migration.version.to_be_bytes());
        hash.update(&migration.checksum);
    }
    hash.finalize().into()
}
