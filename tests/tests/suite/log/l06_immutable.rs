//! L6: no role has the right to change or remove what the log says; triggers stop the owner.

use database::Role;

use super::counter::Command;
use super::defect::found;
use super::kit::{World, run};

const ATTEMPTS: [&str; 9] = [
    "UPDATE events SET payload = '{}'",
    "UPDATE events SET payload = '{}' WHERE false",
    "DELETE FROM events",
    "TRUNCATE events",
    "UPDATE batches SET root = hash",
    "DELETE FROM batches",
    "TRUNCATE batches",
    "DELETE FROM log_head",
    "TRUNCATE log_head",
];

async fn refused(connection: &mut sqlx::PgConnection, sql: &'static str, who: &str) {
    let error = sqlx::raw_sql(sql).execute(connection).await.expect_err(sql);
    let code = error.as_database_error().and_then(|error| error.code().map(|code| code.into()));
    assert_eq!(code, Some("42501".to_owned()), "{who}: {sql}: {error}");
}

#[tokio::test]
async fn l6_no_role_may_change_what_the_log_says() {
    let world = World::new().await;
    world.counter().await;
    let roles = [Role::Migrator, Role::Writer, Role::App, Role::Projector, Role::Auditor];
    for role in roles {
        let mut connection = world.home.database().pool(role).acquire().await.expect("a role");
        for sql in ATTEMPTS {
            refused(&mut connection, sql, &format!("{role:?}")).await;
        }
        if matches!(role, Role::App | Role::Projector | Role::Auditor) {
            refused(&mut connection, "UPDATE log_head SET position = 0", "a reader").await;
            refused(&mut connection, "INSERT INTO batches SELECT * FROM batches", "a reader").await;
            refused(&mut connection, "INSERT INTO events SELECT * FROM events", "a reader").await;
        }
    }
    world.sound().await;
}

#[tokio::test]
async fn l6_the_owner_and_even_a_superuser_meet_the_triggers() {
    let world = World::new().await;
    world.counter().await;
    let mut admin = world.admin().await;
    let owner = "SELECT set_config('role', tableowner::text, false) FROM pg_tables
                 WHERE schemaname = 'public' AND tablename = 'events'";
    for sql in ATTEMPTS {
        refused(&mut admin, sql, "a superuser").await;
    }
    run(&mut admin, "SET session_replication_role = replica").await;
    for sql in ATTEMPTS {
        refused(&mut admin, sql, "a superuser as a replica").await;
    }
    run(&mut admin, "RESET session_replication_role").await;
    run(&mut admin, owner).await;
    for sql in ATTEMPTS {
        refused(&mut admin, sql, "the owner").await;
    }
    world.sound().await;
}

/// The control: who turns the triggers off can, and is found out.
#[tokio::test]
async fn l6_without_the_triggers_it_could_be_changed_and_that_is_found() {
    let world = World::new().await;
    let id = world.counter().await;
    world.send(id, Command::Add(1)).run().await.expect("added");
    let edit = "UPDATE events SET payload = '{\"Added\":{\"amount\":9}}' WHERE position = 2";
    assert_eq!(found(&world, edit).await, ["position 2: the batch 2..2 does not have its root"]);
}
