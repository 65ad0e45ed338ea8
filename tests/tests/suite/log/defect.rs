//! Defects, planted by a superuser who turns the guards off, and the tree of the log
//! computed by PostgreSQL: a second opinion that shares no code with ours.

use sqlx::PgConnection;

use super::kit::{World, run};

/// The leaf of an event as event-log.md L7 words it.
const LEAF: &str = r"
    CREATE FUNCTION pg_temp.field(bytea) RETURNS bytea LANGUAGE sql IMMUTABLE AS
        $$ SELECT int4send(octet_length($1)) || $1 $$;
    CREATE FUNCTION pg_temp.ms(timestamptz) RETURNS bytea LANGUAGE sql IMMUTABLE AS
        $$ SELECT int8send(round(extract(epoch FROM $1) * 1000)::bigint) $$;
    CREATE FUNCTION pg_temp.leaf(e events) RETURNS bytea LANGUAGE sql AS $$
        SELECT sha256('\x00'::bytea
            || pg_temp.field(uuid_send(e.org_id))
            || pg_temp.field(convert_to(e.aggregate_type, 'UTF8'))
            || pg_temp.field(uuid_send(e.aggregate_id))
            || pg_temp.field(int8send(e.sequence))
            || pg_temp.field(uuid_send(e.event_id))
            || pg_temp.field(convert_to(e.event_type, 'UTF8'))
            || pg_temp.field(int2send(e.event_version))
            || pg_temp.field(convert_to(e.actor, 'UTF8'))
            || pg_temp.field(uuid_send(e.correlation_id))
            || pg_temp.field(coalesce(uuid_send(e.causation_id), ''))
            || pg_temp.field(pg_temp.ms(e.occurred_at))
            || pg_temp.field(pg_temp.ms(e.recorded_at))
            || pg_temp.field(convert_to(e.payload::text, 'UTF8'))
            || pg_temp.field(convert_to(e.metadata::text, 'UTF8'))) $$;
    CREATE FUNCTION pg_temp.root(first bigint, last bigint) RETURNS bytea LANGUAGE plpgsql AS $$
    DECLARE half bigint := 1;
    BEGIN
        IF first = last THEN
            RETURN (SELECT pg_temp.leaf(e) FROM events e WHERE e.position = first);
        END IF;
        WHILE half * 2 < last - first + 1 LOOP half := half * 2; END LOOP;
        RETURN sha256('\x01'::bytea || pg_temp.root(first, first + half - 1)
                                    || pg_temp.root(first + half, last));
    END $$";

/// Batches whose root or chain is another by PostgreSQL's count, and how many there are.
pub async fn by_postgres(connection: &mut PgConnection) -> (Vec<i64>, i64) {
    run(connection, LEAF).await;
    let wrong = "SELECT b.first FROM (
            SELECT first, last, root, hash,
                   lag(hash, 1, decode(repeat('00', 32), 'hex')) OVER (ORDER BY first) AS before
            FROM batches) b
        WHERE b.root <> pg_temp.root(b.first, b.last) OR b.hash <> sha256(b.before || b.root)";
    let wrong = sqlx::query_scalar(wrong).fetch_all(&mut *connection).await.expect("batches");
    let all = sqlx::query_scalar("SELECT count(*) FROM batches").fetch_one(connection).await;
    (wrong, all.expect("a count"))
}

/// Does something to the log that nobody may do.
pub async fn plant(world: &World, sql: &'static str) {
    let mut admin = world.admin().await;
    run(
        &mut admin,
        "ALTER TABLE events DISABLE TRIGGER USER; ALTER TABLE batches DISABLE TRIGGER USER;
         ALTER TABLE log_head DISABLE TRIGGER USER",
    )
    .await;
    run(&mut admin, sql).await;
}

/// What verify says after a defect was planted.
pub async fn found(world: &World, sql: &'static str) -> Vec<String> {
    plant(world, sql).await;
    world.verify().await.faults.iter().map(ToString::to_string).collect()
}
