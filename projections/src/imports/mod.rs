//! Which lists of people were brought in, and what has become of them?
//!
//! Reads every event of imports and alone writes the table `imports`: the import as the domain
//! folds it, beside the columns that the list filters by. What became of each row is no fact and
//! stands in a table of the process. It lags behind the log as far as the health of the projection
//! says, usually milliseconds. A batch costs at most two statements.

pub mod read;

use chrono::{DateTime, Utc};
use domain::import_batch::{ImportBatch, ImportEvent};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::folded::{self, Batch, Kept};
use crate::{ApplyError, BoxFuture, Fact, Projection, Recorded, Tables};

/// The projection.
pub struct Imports;

impl Projection for Imports {
    fn name(&self) -> &'static str {
        "imports"
    }

    fn version(&self) -> i32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["imports"]
    }

    fn wants(&self, aggregate_type: &str, _event_type: &str) -> bool {
        aggregate_type == ImportBatch::TYPE
    }

    fn apply<'a>(
        &'a self,
        tx: &'a mut PgConnection,
        batch: &'a [Recorded],
        _tables: Tables,
    ) -> BoxFuture<'a, Result<(), ApplyError>> {
        Box::pin(fold(tx, batch))
    }
}

fn of_import(fact: &Fact) -> Option<&ImportEvent> {
    if let Fact::Import(event) = fact { Some(event) } else { None }
}

async fn fold(tx: &mut PgConnection, batch: &[Recorded]) -> Result<(), ApplyError> {
    let mut imports = begun_before(tx, batch).await?;
    for recorded in batch {
        let Some(event) = of_import(&recorded.event) else { continue };
        let key = (recorded.org_id.uuid(), recorded.aggregate_id);
        folded::step(imports.entry(key).or_default(), recorded, event)?;
    }
    write(tx, &imports, batch).await
}

async fn begun_before(
    tx: &mut PgConnection,
    batch: &[Recorded],
) -> Result<Batch<ImportBatch>, ApplyError> {
    let known = |import| ImportBatch::Known(Box::new(import));
    folded::begun_before(batch, of_import, known, async |orgs, ids| {
        let rows = sqlx::query_file!("src/imports/load.sql", &orgs, &ids).fetch_all(tx).await?;
        let kept = rows.into_iter().map(|row| Kept {
            org: row.org_id,
            id: row.import_id,
            version: row.version,
            state: row.state,
        });
        Ok(kept.collect())
    })
    .await
}

#[derive(Default)]
struct Columns {
    orgs: Vec<Uuid>,
    ids: Vec<Uuid>,
    versions: Vec<i64>,
    campaigns: Vec<Uuid>,
    statuses: Vec<&'static str>,
    requested_at: Vec<DateTime<Utc>>,
    states: Vec<String>,
}

async fn write(
    tx: &mut PgConnection,
    imports: &Batch<ImportBatch>,
    batch: &[Recorded],
) -> Result<(), ApplyError> {
    let mut columns = Columns::default();
    for ((org, id), folded) in imports {
        let Some(known) = folded.state.known() else { continue };
        columns.orgs.push(*org);
        columns.ids.push(*id);
        columns.versions.push(folded.version);
        columns.campaigns.push(known.campaign_id.uuid());
        columns.statuses.push(known.status.word());
        columns.requested_at.push(known.requested_at.into());
        let state = serde_json::to_string(known);
        columns.states.push(state.map_err(|error| folded::unreadable(batch, *id, &error))?);
    }
    let upsert = sqlx::query_file!(
        "src/imports/upsert.sql",
        &columns.orgs,
        &columns.ids,
        &columns.versions,
        &columns.campaigns,
        &columns.statuses as _,
        &columns.requested_at,
        &columns.states,
    );
    upsert.execute(tx).await?;
    Ok(())
}
