//! The narrow roles: made once by the role that connects, which may have no
//! more to do afterwards than to look that they are there.
//!
//! `<prefix>_owner` owns the tables and never logs in; a [`Role`] for each way
//! to use them. None of them is a superuser or passes by row-level security.

use std::time::{Duration, Instant};

use sqlx::postgres::PgConnectOptions;
use sqlx::{Executor, PgConnection};

use crate::pool::try_login;
use crate::{DatabaseError, Role, RolePrefix, Secrets, scram};

/// How long a session that was closed may still be seen.
const LINGER: Duration = Duration::from_secs(2);

/// Why the roles are not as they should be.
#[derive(Debug, thiserror::Error)]
pub enum RolesError {
    /// The connecting role may not make them.
    #[error(
        "the role \"{me}\" can not set up the roles of Voice in the database \"{database}\"; \
         let a superuser run {remedy}"
    )]
    Grants {
        /// The connecting role.
        me: String,
        /// The database.
        database: String,
        /// The statements that help.
        remedy: String,
    },
    /// The roles belong to another installation that is at work.
    #[error(
        "the role \"{0}\" of another installation of Voice is in use on this server and has \
         another password; share its secrets (VOICE_SECRETS) or take other names \
         (VOICE_ROLE_PREFIX)"
    )]
    Taken(String),
    /// The database is away or refuses.
    #[error("the roles can not be set up: {0}")]
    Database(#[from] DatabaseError),
}

impl From<sqlx::Error> for RolesError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

#[derive(sqlx::FromRow)]
struct Missing {
    roles: Vec<String>,
    rights: bool,
    me: String,
    creates: bool,
    owns: bool,
    database: String,
}

/// Sees to it that the roles are there, can log in with the passwords that
/// follow from the secrets, and have their way into the database.
///
/// `admin` is a connection to it, and `to` says how to reach it. Where nothing
/// is missing, nothing is written, and `admin` needs no rights. Who calls it
/// keeps others from doing so at the same time.
///
/// # Errors
/// The connecting role lacks grants, or the roles belong to somebody else.
pub async fn ensure(
    admin: &mut PgConnection,
    to: &PgConnectOptions,
    prefix: &RolePrefix,
    secrets: &Secrets,
) -> Result<(), RolesError> {
    let missing: Missing = sqlx::query_as(include_str!("missing.sql"))
        .bind(prefix.to_string())
        .fetch_one(&mut *admin)
        .await?;
    if !missing.roles.is_empty() {
        allowed(&missing, missing.creates)?;
        if missing.roles.contains(&prefix.owner()) {
            create(admin, &prefix.owner(), "").await?;
        }
        for role in Role::ALL {
            if missing.roles.contains(&prefix.role(role)) {
                set_password(admin, prefix, role, secrets).await?;
            }
        }
    }
    if missing.rights || !missing.roles.is_empty() {
        allowed(&missing, missing.owns)?;
        grant(admin, prefix).await?;
    }
    let mut foreign = Vec::new();
    for role in Role::ALL {
        match try_login(&prefix.login(to, role, secrets)).await {
            Ok(()) => {}
            Err(error) if wrong_password(&error) => foreign.push(role),
            Err(error) => return Err(error.into()),
        }
    }
    if !foreign.is_empty() {
        unused(admin, prefix).await?;
        allowed(&missing, missing.creates)?;
    }
    for role in foreign {
        set_password(admin, prefix, role, secrets).await?;
        try_login(&prefix.login(to, role, secrets)).await?;
    }
    Ok(())
}

/// Gives the roles their way into the database of a connection, and takes
/// everybody else's.
///
/// # Errors
/// The connecting role does not own the database.
pub async fn grant(admin: &mut PgConnection, prefix: &RolePrefix) -> Result<(), DatabaseError> {
    sqlx::query("SELECT set_config('voice.prefix', $1, false)")
        .bind(prefix.to_string())
        .execute(&mut *admin)
        .await?;
    admin.execute(include_str!("grant.sql")).await?;
    Ok(())
}

fn allowed(missing: &Missing, allowed: bool) -> Result<(), RolesError> {
    if allowed {
        return Ok(());
    }
    let (me, database) = (missing.me.replace('"', "\"\""), missing.database.replace('"', "\"\""));
    let mut remedy = Vec::new();
    if !missing.creates {
        remedy.push(format!("ALTER ROLE \"{me}\" CREATEROLE"));
    }
    if !missing.owns {
        remedy.push(format!("ALTER DATABASE \"{database}\" OWNER TO \"{me}\""));
    }
    Err(RolesError::Grants {
        me: missing.me.clone(),
        database: missing.database.clone(),
        remedy: remedy.join("; "),
    })
}

fn wrong_password(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(|error| error.code()).is_some_and(|code| code == "28P01")
}

/// Whether nobody uses the roles. Where the secrets are others than when they
/// were made, passwords may only be changed then.
async fn unused(admin: &mut PgConnection, prefix: &RolePrefix) -> Result<(), RolesError> {
    let names = Role::ALL.map(|role| prefix.role(role));
    let end = Instant::now() + LINGER;
    loop {
        let used: Option<String> = sqlx::query_scalar(
            "SELECT usename::text FROM pg_stat_activity WHERE usename = ANY ($1) LIMIT 1",
        )
        .bind(names.as_slice())
        .fetch_optional(&mut *admin)
        .await?;
        match used {
            None => return Ok(()),
            Some(name) if Instant::now() >= end => return Err(RolesError::Taken(name)),
            Some(_) => tokio::time::sleep(LINGER / 20).await,
        }
    }
}

async fn set_password(
    admin: &mut PgConnection,
    prefix: &RolePrefix,
    role: Role,
    secrets: &Secrets,
) -> Result<(), sqlx::Error> {
    let verifier = scram::verifier(&prefix.password(role, secrets));
    create(admin, &prefix.role(role), &verifier).await
}

async fn create(admin: &mut PgConnection, name: &str, verifier: &str) -> Result<(), sqlx::Error> {
    sqlx::query(
        "SELECT set_config('voice.new_role', $1, false), set_config('voice.new_verifier', $2, false)",
    )
    .bind(name)
    .bind(verifier)
    .execute(&mut *admin)
    .await?;
    admin.execute(include_str!("create.sql")).await?;
    Ok(())
}
