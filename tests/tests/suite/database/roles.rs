//! The narrow roles: what they can not do, and how they come to be.

use database::{Cluster, Database, OpenError, Role, RolePrefix, Settings};
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, Executor, PgConnection};
use tests::{TestDatabase, TestDirectory, options};

use super::run;

const NARROW: [Role; 5] = [Role::Writer, Role::App, Role::Process, Role::Projector, Role::Auditor];

fn code(error: &sqlx::Error) -> String {
    let code = error.as_database_error().and_then(|error| error.code());
    code.map(|code| code.into_owned()).unwrap_or_default()
}

#[tokio::test]
async fn no_role_can_do_what_it_should_not() {
    let test = TestDatabase::create().await;
    let owner = format!("SET ROLE {}_owner", test.role_prefix());
    let forbidden = [
        "CREATE TABLE mine (n int)",
        "CREATE TEMPORARY TABLE mine (n int)",
        "CREATE SCHEMA mine",
        "CREATE ROLE mine",
        "CREATE DATABASE mine",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "ALTER ROLE CURRENT_USER BYPASSRLS",
        "SET session_replication_role = replica",
        "SELECT voice_grant('ALL', '_sqlx_migrations', 'app')",
        "DELETE FROM _sqlx_migrations",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "SELECT pg_read_file('postgresql.conf')",
        owner.as_str(),
    ];
    for role in NARROW {
        let pool = test.database().pool(role);
        for statement in forbidden {
            let mut connection = pool.acquire().await.expect("a connection");
            let error = connection.execute(statement).await.expect_err(statement);
            assert_eq!(code(&error), "42501", "{role:?}: {statement}: {error}");
        }
    }
}

#[tokio::test]
async fn every_role_is_itself_and_none_is_a_superuser() {
    let test = TestDatabase::create().await;
    let prefix = test.role_prefix();
    let asked = "SELECT session_user::text, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,
                        rolreplication FROM pg_roles WHERE rolname = session_user";
    for role in Role::ALL {
        let mut connection = test.database().pool(role).acquire().await.expect("a connection");
        let told: (String, bool, bool, bool, bool, bool) =
            sqlx::query_as(asked).fetch_one(&mut *connection).await.expect("a row");
        let name = format!("{prefix}_{}", role.name());
        assert_eq!(told, (name, false, false, false, false, false));
    }
    let mut session = PgConnection::connect_with(&test.superuser()).await.expect("a session");
    let owner: (bool, bool) =
        sqlx::query_as("SELECT rolcanlogin, rolsuper FROM pg_roles WHERE rolname = $1 || '_owner'")
            .bind(&prefix)
            .fetch_one(&mut session)
            .await
            .expect("an owner");
    assert_eq!(owner, (false, false));
    let foreign: Vec<String> = sqlx::query_scalar(
        "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace
         AND relowner <> ($1 || '_owner')::regrole",
    )
    .bind(&prefix)
    .fetch_all(&mut session)
    .await
    .expect("rows");
    assert_eq!(foreign, [""; 0], "the owner owns every table");
}

#[tokio::test]
async fn everybody_else_has_no_way_in() {
    let test = TestDatabase::create().await;
    let stranger = format!("{}_stranger", test.name());
    let make = format!("CREATE ROLE {stranger} LOGIN PASSWORD 'x'");
    run(&test.superuser(), &make).await.expect("a stranger");
    let to = test.superuser().username(&stranger).password("x");
    let error = PgConnection::connect_with(&to).await.expect_err("refused");
    assert_eq!(code(&error), "42501", "{error}");
    run(&test.superuser(), &format!("DROP ROLE {stranger}")).await.expect("no stranger");
}

#[tokio::test]
async fn without_an_organization_there_is_none() {
    let test = TestDatabase::create().await;
    let org = "SELECT current_org()::text";
    let mut connection = test.database().pool(Role::App).acquire().await.expect("a connection");
    let error = connection.execute(org).await.expect_err("none is set");
    assert_eq!(code(&error), "42501", "{error}");
    let id = "01890000-0000-7000-8000-000000000001";
    let mut transaction = connection.begin().await.expect("a transaction");
    sqlx::query("SELECT set_config('app.org', $1, true)")
        .bind(id)
        .execute(&mut *transaction)
        .await
        .expect("a setting");
    let told: String = sqlx::query_scalar(org).fetch_one(&mut *transaction).await.expect("set");
    assert_eq!(told, id);
    transaction.commit().await.expect("a commit");
    let error = connection.execute(org).await.expect_err("the setting ended with the transaction");
    assert_eq!(code(&error), "42501", "{error}");
}

/// A cluster of one's own with a database, for roles of one's own.
async fn cluster(dir: &TestDirectory) -> (Cluster, PgConnectOptions) {
    let cluster = Cluster::open(options(dir.path())).await.expect("a cluster");
    let to = cluster.superuser("postgres");
    let plain = "CREATE ROLE plain LOGIN PASSWORD 'x'; GRANT CONNECT ON DATABASE postgres TO plain";
    run(&to, plain).await.expect("a role");
    (cluster, to)
}

fn settings(dir: &TestDirectory, url: &str, secrets: &str) -> Settings {
    Settings {
        data_dir: dir.path().to_owned(),
        database_url: Some(url.to_owned()),
        secrets_dir: dir.path().join(secrets),
        role_prefix: "voice".to_owned(),
        allow_install: false,
        say: |_| {},
    }
}

#[tokio::test]
async fn a_role_without_grants_is_told_which_it_lacks() {
    let dir = TestDirectory::create();
    let (cluster, to) = cluster(&dir).await;
    let url = cluster.superuser_url("postgres");
    let (_, at) = url.split_once('@').expect("a host");
    let plain = settings(&dir, &format!("postgres://plain:x@{at}"), "secrets");
    let error = Database::open(&plain).await.err().expect("refused").to_string();
    assert!(error.contains("ALTER ROLE \"plain\" CREATEROLE; ALTER DATABASE"), "{error}");
    assert_eq!(error.lines().count(), 1);
    run(&to, "ALTER ROLE plain CREATEROLE").await.expect("a grant");
    let error = Database::open(&plain).await.err().expect("refused").to_string();
    assert!(!error.contains("CREATEROLE"), "{error}");
    assert!(error.contains("ALTER DATABASE \"postgres\" OWNER TO \"plain\""), "{error}");
    run(&to, "ALTER DATABASE postgres OWNER TO plain").await.expect("a grant");
    let opened = Database::open(&plain).await.expect("now it can");
    opened.database.pool(Role::App).acquire().await.expect("a connection");
    opened.database.close().await;
    // Once all is there, it needs nothing of that any more.
    run(
        &to,
        "ALTER ROLE plain NOCREATEROLE; ALTER DATABASE postgres OWNER TO postgres;
              GRANT CONNECT ON DATABASE postgres TO plain",
    )
    .await
    .expect("no grants");
    let opened = Database::open(&plain).await.expect("all is there");
    opened.database.close().await;
    cluster.stop().await;
}

#[tokio::test]
async fn roles_that_another_installation_uses_are_not_taken_from_it() {
    let dir = TestDirectory::create();
    let (cluster, _) = cluster(&dir).await;
    let url = cluster.superuser_url("postgres");
    let first = Database::open(&settings(&dir, &url, "one")).await.expect("a database");
    let held = first.database.pool(Role::Writer).acquire().await.expect("a connection");
    let other = settings(&dir, &url, "two");
    let error = Database::open(&other).await.err().expect("refused");
    assert!(matches!(error, OpenError::Roles(_)), "{error}");
    assert!(error.to_string().contains("VOICE_ROLE_PREFIX"), "{error}");
    // The first is not disturbed.
    let mut more = first.database.pool(Role::App).acquire().await.expect("a new connection");
    more.execute("SELECT").await.expect("it works");
    drop((held, more));
    first.database.close().await;
    let second = Database::open(&other).await.expect("nobody uses them now");
    second.database.close().await;
    cluster.stop().await;
}

#[tokio::test]
async fn processes_that_start_at_once_set_up_one_after_the_other() {
    let dir = TestDirectory::create();
    let (cluster, to) = cluster(&dir).await;
    let settings = settings(&dir, &cluster.superuser_url("postgres"), "secrets");
    let opens: Vec<_> = (0..4)
        .map(|_| {
            let settings = settings.clone();
            tokio::spawn(async move { Database::open(&settings).await })
        })
        .collect();
    for open in opens {
        open.await.expect("no panic").expect("a database").database.close().await;
    }
    let count = "SELECT count(*) FROM pg_roles WHERE starts_with(rolname, 'voice_')";
    assert_eq!(super::number(&to, count).await.expect("a count"), 7);
    assert!(RolePrefix::parse("voice").is_ok());
    cluster.stop().await;
}
