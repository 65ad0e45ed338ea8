//! Which files of figures were asked for, and what has become of them?
//!
//! Reads every event of exports and alone writes the table `exports`: the export as the domain
//! folds it, beside the columns that the list filters by. The file is no fact and stands in a table
//! of the process. It lags behind the log as far as the health of the projection says, usually
//! milliseconds. A batch costs at most two statements.

pub mod read;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::export::{Export, ExportEvent};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::folded::{self, Batch, Kept};
use crate::{ApplyError, Recorded};

folded::keeps!(Exports, "exports", version 1, Export with ExportEvent as Export);

async fn begun_before(
    tx: &mut PgConnection,
    batch: &[Arc<Recorded>],
) -> Result<Batch<Export>, ApplyError> {
    let known = |export| Export::Known(Box::new(export));
    folded::begun_before(batch, of_fact, known, async |orgs, ids| {
        let rows = sqlx::query_file!("src/exports/load.sql", &orgs, &ids).fetch_all(tx).await?;
        let kept = rows.into_iter().map(|row| Kept {
            org: row.org_id,
            id: row.export_id,
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
    requested_by: Vec<Uuid>,
    statuses: Vec<&'static str>,
    requested_at: Vec<DateTime<Utc>>,
    states: Vec<String>,
}

async fn write(
    tx: &mut PgConnection,
    exports: &Batch<Export>,
    batch: &[Arc<Recorded>],
) -> Result<(), ApplyError> {
    let mut columns = Columns::default();
    for ((org, id), folded) in exports {
        let Some(known) = folded.state.known() else { continue };
        columns.orgs.push(*org);
        columns.ids.push(*id);
        columns.versions.push(folded.version);
        columns.requested_by.push(known.by.uuid());
        columns.statuses.push(known.status.word());
        columns.requested_at.push(known.requested_at.into());
        let state = serde_json::to_string(known);
        columns.states.push(state.map_err(|error| folded::unreadable(batch, *id, &error))?);
    }
    let upsert = sqlx::query_file!(
        "src/exports/upsert.sql",
        &columns.orgs,
        &columns.ids,
        &columns.versions,
        &columns.requested_by,
        &columns.statuses as _,
        &columns.requested_at,
        &columns.states,
    );
    upsert.execute(tx).await?;
    Ok(())
}
