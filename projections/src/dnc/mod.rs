//! Which numbers are not to be called?
//!
//! Reads every event of them and alone writes the table `dnc`: the entry as the domain folds it,
//! beside the columns that the list filters by. Whether a number may be called is never asked
//! here. It lags behind the log as far as the health of the projection says, usually milliseconds.
//! A batch costs at most two statements.

pub mod read;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::dnc::{Dnc as Entry, DncEvent, DncScope};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::folded::{self, Batch, Kept};
use crate::{ApplyError, Recorded};

folded::keeps!(Dnc, "dnc", version 1, Entry with DncEvent as Dnc);

async fn begun_before(
    tx: &mut PgConnection,
    batch: &[Arc<Recorded>],
) -> Result<Batch<Entry>, ApplyError> {
    folded::begun_before(batch, of_fact, Entry::Known, async |orgs, ids| {
        let rows = sqlx::query_file!("src/dnc/load.sql", &orgs, &ids).fetch_all(tx).await?;
        let kept = rows.into_iter().map(|row| Kept {
            org: row.org_id,
            id: row.entry_id,
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
    sources: Vec<&'static str>,
    suppressed_at: Vec<DateTime<Utc>>,
    expires_at: Vec<Option<DateTime<Utc>>>,
    reinstated: Vec<bool>,
    states: Vec<String>,
}

async fn write(
    tx: &mut PgConnection,
    entries: &Batch<Entry>,
    batch: &[Arc<Recorded>],
) -> Result<(), ApplyError> {
    let mut columns = Columns::default();
    for ((org, id), folded) in entries {
        let Some(known) = folded.state.known() else { continue };
        columns.orgs.push(*org);
        columns.ids.push(*id);
        columns.versions.push(folded.version);
        columns.campaigns.push(match known.scope {
            DncScope::Organization => None,
            DncScope::Campaign { campaign_id } => Some(campaign_id.uuid()),
        });
        columns.sources.push(known.source.word());
        columns.suppressed_at.push(known.suppressed_at.into());
        columns.expires_at.push(known.expires_at.map(DateTime::from));
        columns.reinstated.push(known.reinstated_at.is_some());
        let state = serde_json::to_string(known);
        columns.states.push(state.map_err(|error| folded::unreadable(batch, *id, &error))?);
    }
    let upsert = sqlx::query_file!(
        "src/dnc/upsert.sql",
        &columns.orgs,
        &columns.ids,
        &columns.versions,
        &columns.campaigns as _,
        &columns.sources as _,
        &columns.suppressed_at,
        &columns.expires_at as _,
        &columns.reinstated,
        &columns.states,
    );
    upsert.execute(tx).await?;
    Ok(())
}
