//! The peer: stock cqrs-es with postgres-es, in a schema of its own.

use std::collections::HashMap;

use anyhow::Context;
use cqrs_es::{CqrsFramework, persist::PersistedEventStore};
use domain::call::{Call, CallCommand};
use postgres_es::PostgresEventRepository;
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use uuid::Uuid;

use crate::contest::System;

/// As many as the peer's own pool would rarely be given.
const CONNECTIONS: u32 = 32;

/// Whose calls they are.
const ORGANIZATION: &str = "01890000-0000-7000-8000-000000000001";

/// Where its tables are.
pub const SCHEMA: &str = "stock";

/// The peer's framework over its event store.
pub struct Stock {
    framework: CqrsFramework<Call, PersistedEventStore<PostgresEventRepository, Call>>,
}

/// A pool whose tables are the peer's.
pub async fn pool(options: &PgConnectOptions) -> anyhow::Result<PgPool> {
    let options = options.clone().options([("search_path", SCHEMA)]);
    let pool = PgPoolOptions::new().max_connections(CONNECTIONS).connect_with(options).await?;
    // The tables of postgres-es's own db/init.sql.
    for statement in [
        "CREATE SCHEMA IF NOT EXISTS stock",
        "CREATE TABLE IF NOT EXISTS stock.events (
             aggregate_type text NOT NULL, aggregate_id text NOT NULL,
             sequence bigint CHECK (sequence >= 0) NOT NULL, event_type text NOT NULL,
             event_version text NOT NULL, payload json NOT NULL, metadata json NOT NULL,
             PRIMARY KEY (aggregate_type, aggregate_id, sequence))",
        "CREATE TABLE IF NOT EXISTS stock.call_view (
             view_id text NOT NULL, version bigint CHECK (version >= 0) NOT NULL,
             payload json NOT NULL, PRIMARY KEY (view_id))",
    ] {
        sqlx::query(statement).execute(&pool).await?;
    }
    Ok(pool)
}

impl Stock {
    /// On this pool.
    pub fn new(pool: PgPool) -> Self {
        let repository = PostgresEventRepository::new(pool);
        let store = PersistedEventStore::new_event_store(repository);
        Self { framework: CqrsFramework::new(store, vec![], ()) }
    }
}

impl System for Stock {
    async fn run(&self, id: Uuid, command: CallCommand) -> anyhow::Result<()> {
        // What this log has in columns of its own: whoever has to know it writes it here.
        let (id, now) = (id.to_string(), chrono::Utc::now().to_rfc3339());
        let metadata = HashMap::from(
            [
                ("organization", ORGANIZATION),
                ("event_id", &Uuid::now_v7().to_string()),
                ("actor", "system:bench"),
                ("correlation_id", &id),
                ("recorded_at", &now),
                ("source", "bench"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned())),
        );
        let done = self.framework.execute_with_metadata(&id, command, metadata);
        done.await.context("the peer refused")
    }
}
