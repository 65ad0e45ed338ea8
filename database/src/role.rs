//! The narrow roles, and how each of them logs in.

use std::fmt;

use sqlx::postgres::PgConnectOptions;

use crate::{Secrets, SettingsError};

/// Who a connection is, to PostgreSQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Runs the migrations, as the owner of the tables.
    Migrator,
    /// Appends to the log.
    Writer,
    /// Serves callers: sees one organization at a time, see [`crate::Database::org_tx`].
    App,
    /// Keeps the processes' own tables, those of every organization.
    Process,
    /// Reads the log and writes the read models.
    Projector,
    /// Reads everything, changes nothing.
    Auditor,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Migrator, Self::Writer, Self::App, Self::Process, Self::Projector, Self::Auditor];

    /// The name, without the prefix.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Migrator => "migrator",
            Self::Writer => "writer",
            Self::App => "app",
            Self::Process => "process",
            Self::Projector => "projector",
            Self::Auditor => "auditor",
        }
    }
}

/// What the names of our roles begin with: roles belong to a whole server, and
/// several databases of ours may live on one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RolePrefix(String);

impl RolePrefix {
    /// A prefix of 1 to 40 letters, digits and underscores that begins with a
    /// letter, all of them small.
    ///
    /// # Errors
    /// It is not like that, or PostgreSQL keeps it for itself.
    pub fn parse(text: &str) -> Result<Self, SettingsError> {
        let first = text.chars().next().is_some_and(|first| first.is_ascii_lowercase());
        let rest = text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        let reserved = text == "pg" || text.starts_with("pg_");
        if first && rest && !reserved && text.len() <= 40 {
            Ok(Self(text.to_owned()))
        } else {
            Err(SettingsError::RolePrefix(text.to_owned()))
        }
    }

    /// The name of a role.
    #[must_use]
    pub fn role(&self, role: Role) -> String {
        format!("{self}_{}", role.name())
    }

    /// The name of the role that owns the tables and never logs in.
    #[must_use]
    pub fn owner(&self) -> String {
        format!("{self}_owner")
    }

    /// The password of a role, derived from the root secret.
    pub(crate) fn password(&self, role: Role, secrets: &Secrets) -> String {
        hex::encode(secrets.key(&format!("postgres-role/{}", self.role(role))))
    }

    /// How a role logs in, without any time limits. The migrator works as the
    /// owner and says what the prefix is.
    pub(crate) fn login(
        &self,
        to: &PgConnectOptions,
        role: Role,
        secrets: &Secrets,
    ) -> PgConnectOptions {
        let name = self.role(role);
        let options = to
            .clone()
            .username(&name)
            .password(&self.password(role, secrets))
            .application_name(&name);
        match role {
            Role::Migrator => {
                options.options([("role", self.owner()), ("voice.prefix", self.0.clone())])
            }
            Role::Writer | Role::App | Role::Process | Role::Projector | Role::Auditor => options,
        }
    }
}

impl fmt::Display for RolePrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_a_plain_word() {
        for good in ["voice", "v", "voice_test_1"] {
            assert!(RolePrefix::parse(good).is_ok(), "{good}");
        }
        let long = "v".repeat(41);
        for bad in ["", "1v", "Voice", "voice-1", "v\"; --", "vé", "pg", "pg_x", long.as_str()] {
            assert!(RolePrefix::parse(bad).is_err(), "{bad}");
        }
    }
}
