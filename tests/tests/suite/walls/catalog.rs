//! The catalog of PostgreSQL, asked for whatever has no wall.

use sqlx::{Connection, Executor, PgConnection};
use tests::TestDatabase;

/// Tables without an organization, and why they have none.
const SHARED: [(&str, &str); 8] = [
    ("_sqlx_migrations", "the history of the schema"),
    ("batches", "the log's chain: roots of all organizations' events together"),
    ("circuit_breakers", "how a server sees a provider that all organizations call through"),
    ("log_head", "where the log ends"),
    ("mail_requests", "whoever an address is asked about, may be nobody"),
    ("process_cursors", "where a process stands in the log"),
    ("projection_checkpoints", "where a projection stands in the log"),
    ("sign_in_failures", "whoever tries to sign in belongs to nobody yet"),
];

/// Unique keys without an organization, and why they have none.
const GLOBAL: [(&str, &str); 3] = [
    ("email_addresses_pkey", "an address is one person's in the whole installation"),
    ("events_position", "the one order of the log"),
    ("provider_inbox_id_key", "random: by what the inbox finds a row of its own again"),
];

/// What has no wall, in words; `$1` are the tables above, `$2` the keys.
const FOUND: &str = "
    SELECT c.relname || ' has no forced row-level security'
    FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
      AND NOT (c.relrowsecurity AND c.relforcerowsecurity) AND c.relname <> ALL ($1)
    UNION ALL
    SELECT c.relname || ' does not hold the role of callers to one organization'
    FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
      AND c.relname <> ALL ($1)
      AND NOT EXISTS (
          SELECT FROM pg_policy p
          WHERE p.polrelid = c.oid AND p.polroles = ARRAY[to_regrole($3 || '_app')::oid]
            AND p.polcmd = '*'
            AND replace(pg_get_expr(p.polqual, c.oid), 'public.', '')
                = '(org_id = ( SELECT current_org() AS current_org))'
            AND pg_get_expr(p.polwithcheck, c.oid) = pg_get_expr(p.polqual, c.oid))
    UNION ALL
    SELECT p.polrelid::regclass || ' has a policy that lets callers past: ' || p.polname
    FROM pg_policy p
    WHERE p.polname <> 'own_organization'
      AND p.polroles && ARRAY[0::oid, to_regrole($3 || '_app')::oid]
    UNION ALL
    SELECT 'the unique key ' || i.indexrelid::regclass || ' has no organization'
    FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
    WHERE t.relnamespace = 'public'::regnamespace AND i.indisunique AND t.relname <> ALL ($1)
      AND i.indexrelid::regclass::text <> ALL ($2)
      AND NOT EXISTS (SELECT FROM pg_attribute a
                      WHERE a.attrelid = t.oid AND a.attname = 'org_id' AND a.attnum = i.indkey[0])
    UNION ALL
    SELECT 'the foreign key ' || f.conname || ' has no organization'
    FROM pg_constraint f
    WHERE f.contype = 'f' AND f.connamespace = 'public'::regnamespace
      AND NOT EXISTS (SELECT FROM pg_attribute a
                      WHERE a.attrelid = f.conrelid AND a.attname = 'org_id'
                        AND a.attnum = ANY (f.conkey))
    UNION ALL
    SELECT 'the view ' || c.relname || ' sees with its owner''s eyes'
    FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'v'
      AND NOT 'security_invoker=true' = ANY (coalesce(c.reloptions, '{}'))
    UNION ALL
    SELECT 'the view ' || c.relname || ' keeps rows of its own'
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'm'
    UNION ALL
    SELECT 'the role ' || r.rolname || ' passes by the walls'
    FROM pg_roles r
    WHERE starts_with(r.rolname, $3 || '_') AND (r.rolbypassrls OR r.rolsuper)
    ORDER BY 1";

async fn found(admin: &mut PgConnection, prefix: &str) -> Vec<String> {
    let tables: Vec<&str> = SHARED.iter().map(|(table, _)| *table).collect();
    let keys: Vec<&str> = GLOBAL.iter().map(|(key, _)| *key).collect();
    let found = sqlx::query_scalar(FOUND).bind(&tables).bind(&keys).bind(prefix);
    found.fetch_all(admin).await.expect("the catalog")
}

#[tokio::test]
async fn s1_every_table_has_a_wall() {
    let db = TestDatabase::create().await;
    let mut admin = PgConnection::connect_with(&db.superuser()).await.expect("in");
    assert_eq!(found(&mut admin, &db.role_prefix()).await, Vec::<String>::new());
    // Nothing is excused that is not there.
    for (name, why) in SHARED.into_iter().chain(GLOBAL) {
        let there = sqlx::query_scalar("SELECT to_regclass($1) IS NOT NULL").bind(name);
        let there: bool = there.fetch_one(&mut admin).await.expect("an answer");
        assert!(there, "{name}: {why}");
    }
}

#[tokio::test]
async fn s1_every_way_to_lose_a_wall_is_seen() {
    let db = TestDatabase::create().await;
    let app = format!("{}_app", db.role_prefix());
    let past = format!("CREATE POLICY p ON calls TO {app} USING (true)");
    let weak = format!(
        "DROP POLICY own_organization ON calls;
         CREATE POLICY own_organization ON calls TO {app} USING (org_id = current_org() OR true)"
    );
    let mutants = [
        ("ALTER TABLE calls DISABLE ROW LEVEL SECURITY", "calls has no forced"),
        ("ALTER TABLE events NO FORCE ROW LEVEL SECURITY", "events has no forced"),
        ("DROP POLICY own_organization ON call_facts", "call_facts does not hold"),
        ("CREATE POLICY p ON calls USING (true)", "calls has a policy that lets callers past: p"),
        (past.as_str(), "calls has a policy that lets callers past: p"),
        (weak.as_str(), "calls does not hold"),
        ("CREATE TABLE n (org_id uuid PRIMARY KEY)", "n has no forced"),
        ("CREATE UNIQUE INDEX u ON calls (call_id)", "the unique key u has no organization"),
        (
            "CREATE TABLE n (org_id uuid, id uuid PRIMARY KEY REFERENCES n)",
            "the foreign key n_id_fkey has no organization",
        ),
        ("CREATE VIEW v AS SELECT 1", "the view v sees"),
        ("CREATE MATERIALIZED VIEW v AS SELECT 1 AS n", "the view v keeps"),
    ];
    let mut admin = PgConnection::connect_with(&db.superuser()).await.expect("in");
    for (mutant, expected) in mutants {
        admin.execute("BEGIN").await.expect("begun");
        admin.execute(mutant).await.expect(mutant);
        let found = found(&mut admin, &db.role_prefix()).await;
        admin.execute("ROLLBACK").await.expect("rolled back");
        assert!(found.iter().any(|line| line.starts_with(expected)), "{mutant}: {found:?}");
    }
}
