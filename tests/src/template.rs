//! Databases of the test server: the migrated template, and what has to be
//! cleaned up.

use std::path::Path;

use database::{Role, RolePrefix, Secrets, fingerprint, migrate, roles};
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, Executor, PgConnection};

use crate::cluster::processes;

/// Makes the roles and the template of today's migrations, if they are missing,
/// and drops what dead processes and older migrations have left. The caller
/// keeps other processes from doing so at the same time.
pub(crate) async fn make(
    admin: &PgConnectOptions,
    prefix: &RolePrefix,
    secrets: &Secrets,
    names: &str,
    dir: &Path,
) -> anyhow::Result<String> {
    let mut connection = PgConnection::connect_with(admin).await?;
    let mark: String = fingerprint().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    let template = format!("{names}_template_{mark}");
    let living = processes(dir)?;
    let there: Vec<String> =
        sqlx::query_scalar("SELECT datname::text FROM pg_database WHERE starts_with(datname, $1)")
            .bind(format!("{names}_"))
            .fetch_all(&mut connection)
            .await?;
    for name in there.iter().filter(|name| **name != template) {
        if unwanted(name.trim_start_matches(names), &living) {
            drop_database(&mut connection, name).await?;
        }
    }
    let ready = there.contains(&template);
    if !ready {
        let draft = format!("{names}_draft");
        create_database(&mut connection, &draft, "template0").await?;
        let to = admin.clone().database(&draft);
        let mut inside = PgConnection::connect_with(&to).await?;
        roles::ensure(&mut inside, &to, prefix, secrets).await?;
        own(&mut inside, prefix).await?;
        inside.close().await?;
        migrate(&to, prefix, secrets).await?;
        let rename = ["ALTER DATABASE ", &draft, " RENAME TO ", &template].concat();
        connection.execute(rename.as_str()).await?;
    }
    connection.close().await?;
    Ok(template)
}

/// Whether a database, by the rest of its name, is nobody's: `_<pid>_<number>`
/// of a dead process, an old template nobody can be copying, or a draft.
fn unwanted(rest: &str, living: &[u32]) -> bool {
    let mut parts = rest.trim_start_matches('_').split('_');
    match parts.next() {
        Some("template") => living.len() <= 1,
        Some("draft") => true,
        Some(pid) => {
            pid.parse().is_ok_and(|pid| pid == std::process::id() || !living.contains(&pid))
        }
        None => false,
    }
}

/// Lets the connecting role do what the owner of the tables may, so that tests
/// can plant defects, and end the sessions of the others, so that it can drop
/// their databases; a superuser may anyhow.
async fn own(connection: &mut PgConnection, prefix: &RolePrefix) -> anyhow::Result<()> {
    let superuser: bool =
        sqlx::query_scalar("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
            .fetch_one(&mut *connection)
            .await?;
    if !superuser {
        for role in Role::ALL.map(|role| prefix.role(role)).iter().chain([&prefix.owner()]) {
            let grant = ["GRANT ", role, " TO CURRENT_USER"].concat();
            connection.execute(grant.as_str()).await?;
        }
    }
    Ok(())
}

/// Names are made here of letters, digits and underscores.
pub(crate) async fn create_database(
    connection: &mut PgConnection,
    name: &str,
    template: &str,
) -> Result<(), sqlx::Error> {
    let create = ["CREATE DATABASE ", name, " TEMPLATE ", template].concat();
    connection.execute(create.as_str()).await.map(|_| ())
}

pub(crate) async fn drop_database(
    connection: &mut PgConnection,
    name: &str,
) -> Result<(), sqlx::Error> {
    let drop = ["DROP DATABASE IF EXISTS ", name, " WITH (FORCE)"].concat();
    connection.execute(drop.as_str()).await.map(|_| ())
}
