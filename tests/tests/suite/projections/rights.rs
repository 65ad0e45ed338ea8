//! What a projection may touch: its own tables, and nothing else (P5).

use projections::registry;

use super::World;

/// The tables of the schema `public` on which a role has a right.
async fn with_right(world: &World, role: &str, rights: &str) -> Vec<String> {
    let role = format!("{}_{role}", world.db.role_prefix());
    world
        .texts(&format!(
            "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace
             AND relkind IN ('r', 'v', 'p', 'm', 'S') AND relname !~ '^_sqlx'
             AND has_table_privilege('{role}', oid, '{rights}') ORDER BY 1"
        ))
        .await
}

#[tokio::test]
async fn p5_the_projector_writes_its_own_tables_and_nothing_else() {
    let world = World::create().await;
    let mut own: Vec<String> = registry()
        .iter()
        .flat_map(|projection| projection.tables().iter().map(|table| (*table).to_owned()))
        .collect();
    own.push("projection_checkpoints".to_owned());
    own.sort();
    let mut once = own.clone();
    once.dedup();
    assert_eq!(own, once, "a table has two writers");
    assert_eq!(with_right(&world, "projector", "INSERT, UPDATE, DELETE").await, own);
    for other in ["app", "writer", "auditor"] {
        let written = with_right(&world, other, "INSERT, UPDATE, DELETE, TRUNCATE").await;
        let shared: Vec<_> = written.iter().filter(|table| own.contains(table)).collect();
        assert!(shared.is_empty(), "{other} writes {shared:?}");
    }
}

#[tokio::test]
async fn p5_a_rebuild_has_no_other_hands_than_its_builds() {
    let world = World::create().await;
    let role = format!("{}_projector", world.db.role_prefix());
    let functions = world
        .texts(&format!(
            "SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace
             AND has_function_privilege('{role}', oid, 'EXECUTE') AND prosecdef ORDER BY 1"
        ))
        .await;
    assert_eq!(
        functions,
        [
            "projection_build_create",
            "projection_build_drop",
            "projection_build_finish",
            "projection_build_swap",
        ]
    );
    let pool = world.database().pool(database::Role::Projector);
    let mut connection = pool.acquire().await.expect("a connection");
    for (refused, words) in [
        ("SELECT projection_build_create('calls_v1_b1', '{events}')", "not the table of"),
        (
            "SELECT projection_build_create('calls_v1_b1', '{projection_checkpoints}')",
            "not the table",
        ),
        ("SELECT projection_build_create('public', '{calls}')", "not the schema of a build"),
        ("SELECT projection_build_drop('public')", "not the schema of a build"),
        ("CREATE TABLE mine (a int)", "permission denied"),
        ("CREATE SCHEMA mine", "permission denied"),
        ("UPDATE events SET position = 0", "permission denied"),
    ] {
        let fault = sqlx::query(refused).execute(&mut *connection).await.expect_err(refused);
        assert!(fault.to_string().contains(words), "{refused}: {fault}");
    }
}
