//! Which lists of people and of numbers were brought in, and what has become of them?
//!
//! Reads every event of imports and alone writes the table `imports`: the import as the domain
//! folds it, beside the columns that the list filters by. What became of each row is no fact and
//! stands in a table of the process. It lags behind the log as far as the health of the projection
//! says, usually milliseconds. A batch costs at most two statements.

pub mod read;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::import_batch::{ImportBatch, ImportEvent};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::folded::{self, Batch, Kept};
use crate::{ApplyError, Recorded};

folded::keeps!(Imports, "imports", version 1, ImportBatch with ImportEvent as Import);

async fn begun_before(
    tx: &mut PgConnection,
    batch: &[Arc<Recorded>],
) -> Result<Batch<ImportBatch>, ApplyError> {
    let known = |import| ImportBatch::Known(Box::new(import));
    folded::begun_before(batch, of_fact, known, async |orgs, ids| {
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
    campaigns: Vec<Option<Uuid>>,
    statuses: Vec<&'static str>,
    requested_at: Vec<DateTime<Utc>>,
    states: Vec<String>,
}

async fn write(
    tx: &mut PgConnection,
    imports: &Batch<ImportBatch>,
    batch: &[Arc<Recorded>],
) -> Result<(), ApplyError> {
    let mut columns = Columns::default();
    for ((org, id), folded) in imports {
        let Some(known) = folded.state.known() else { continue };
        columns.orgs.push(*org);
        columns.ids.push(*id);
        columns.versions.push(folded.version);
        columns.campaigns.push(known.purpose.campaign().map(|campaign| campaign.uuid()));
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
        &columns.campaigns as _,
        &columns.statuses as _,
        &columns.requested_at,
        &columns.states,
    );
    upsert.execute(tx).await?;
    Ok(())
}
