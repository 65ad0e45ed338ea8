//! What has to be known to open a database.

use std::path::PathBuf;

use sqlx::postgres::PgConnectOptions;

use crate::RolePrefix;

/// Where the database is, or where it shall be.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Holds the private cluster.
    pub data_dir: PathBuf,
    /// The server to use instead of a private one, with the role that makes
    /// the narrow roles.
    pub database_url: Option<String>,
    /// Holds the root secret.
    pub secrets_dir: PathBuf,
    /// What the names of the roles begin with.
    pub role_prefix: String,
    /// Whether PostgreSQL may be installed where it is missing.
    pub allow_install: bool,
    /// Where a line for the person who waits goes.
    pub say: fn(&str),
}

/// Why settings can not be meant.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SettingsError {
    /// The prefix of the roles.
    #[error(
        "\"{0}\" can not begin the names of database roles: 1 to 40 of a-z, 0-9 and _, \
         beginning with a letter, not with pg_"
    )]
    RolePrefix(String),
    /// `DATABASE_URL`. Does not repeat it, for a password is in it.
    #[error("DATABASE_URL is not the URL of a PostgreSQL database: {0}")]
    Url(String),
    /// No directory is named.
    #[error("the {0} directory has no name")]
    Empty(&'static str),
}

impl Settings {
    pub(crate) fn prefix(&self) -> Result<RolePrefix, SettingsError> {
        RolePrefix::parse(&self.role_prefix)
    }

    pub(crate) fn check(&self) -> Result<(), SettingsError> {
        if self.data_dir.as_os_str().is_empty() {
            return Err(SettingsError::Empty("data"));
        }
        if self.secrets_dir.as_os_str().is_empty() {
            return Err(SettingsError::Empty("secrets"));
        }
        Ok(())
    }
}

/// How the role of a URL logs in. The database is that of the role's name
/// where the URL names none, as everywhere with PostgreSQL.
pub(crate) fn parse_url(url: &str) -> Result<PgConnectOptions, SettingsError> {
    if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        let reason = "it has to begin with postgres:// or postgresql://";
        return Err(SettingsError::Url(reason.to_owned()));
    }
    let options: PgConnectOptions =
        url.parse().map_err(|error: sqlx::Error| SettingsError::Url(plain(&error)))?;
    let database = options.get_database().unwrap_or(options.get_username()).to_owned();
    Ok(options.database(&database))
}

fn plain(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Configuration(cause) => cause.to_string(),
        error => error.to_string(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_read_or_refused_without_telling_its_password() {
        let options = parse_url("postgres://me:secret@%2Ftmp%2Fx:5433/db").unwrap();
        assert_eq!(options.get_port(), 5433);
        assert_eq!(options.get_database(), Some("db"));
        assert_eq!(parse_url("postgresql://me@h").unwrap().get_database(), Some("me"));
        for bad in ["", "db", "mysql://me:secret@h/db", "postgres://me:secret@h:port/db"] {
            let error = parse_url(bad).unwrap_err().to_string();
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
