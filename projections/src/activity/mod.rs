//! What has happened in an organization lately, without a word of whom it happened to?
//!
//! Reads the facts that are told in public ([`KINDS`]) and alone writes the table `activity`, a row
//! per fact. It lags behind the log as far as the health of the projection says, usually
//! milliseconds. A batch costs one statement.

mod kinds;
pub mod read;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{ApplyError, BoxFuture, Fact, Projection, Recorded, Tables};

pub use kinds::{KINDS, Kind};

/// The projection.
pub struct Activity;

impl Projection for Activity {
    fn name(&self) -> &'static str {
        "activity"
    }

    fn version(&self) -> i32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["activity"]
    }

    fn wants(&self, aggregate_type: &str, event_type: &str) -> bool {
        Kind::of(aggregate_type, event_type).is_some()
    }

    fn apply<'a>(
        &'a self,
        tx: &'a mut PgConnection,
        batch: &'a [Arc<Recorded>],
        _tables: Tables,
    ) -> BoxFuture<'a, Result<(), ApplyError>> {
        Box::pin(async move { Ok(insert(tx, batch).await?) })
    }
}

#[derive(Default)]
struct Columns<'b> {
    orgs: Vec<Uuid>,
    positions: Vec<i64>,
    at: Vec<DateTime<Utc>>,
    kinds: Vec<&'static str>,
    subject_types: Vec<&'static str>,
    subjects: Vec<Uuid>,
    actors: Vec<&'b str>,
}

/// What a fact is about. People speak of the times of an alert, which are its facts' own.
fn subject(recorded: &Recorded) -> Uuid {
    match &recorded.event {
        Fact::Alert(event) => event.alert_id().uuid(),
        _ => recorded.aggregate_id,
    }
}

async fn insert(tx: &mut PgConnection, batch: &[Arc<Recorded>]) -> Result<(), sqlx::Error> {
    let mut rows = Columns::default();
    for recorded in batch {
        let (aggregate_type, event_type) = recorded.event.event_type();
        let Some(kind) = Kind::of(aggregate_type, event_type) else { continue };
        rows.orgs.push(recorded.org_id.uuid());
        rows.positions.push(recorded.position);
        rows.at.push(recorded.occurred_at.into());
        rows.kinds.push(kind.name);
        rows.subject_types.push(kind.subject);
        rows.subjects.push(subject(recorded));
        rows.actors.push(&recorded.actor);
    }
    if rows.orgs.is_empty() {
        return Ok(());
    }
    let insert = sqlx::query_file!(
        "src/activity/insert.sql",
        &rows.orgs,
        &rows.positions,
        &rows.at,
        &rows.kinds as _,
        &rows.subject_types as _,
        &rows.subjects,
        &rows.actors as _,
    );
    insert.execute(tx).await.map(|_| ())
}
