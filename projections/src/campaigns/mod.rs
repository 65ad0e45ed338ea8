//! Whom does an organization call, when and how?
//!
//! Reads every event of campaigns and alone writes the table `campaigns`: the campaign as the
//! domain folds it, beside the columns that the list filters by. It lags behind the log as far as
//! the health of the projection says, usually milliseconds. A batch costs at most two statements.

pub mod read;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::campaign::{Campaign, CampaignEvent};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::folded::{self, Batch, Kept};
use crate::{ApplyError, Recorded};

folded::keeps!(Campaigns, "campaigns", version 2, Campaign with CampaignEvent as Campaign);

async fn begun_before(
    tx: &mut PgConnection,
    batch: &[Arc<Recorded>],
) -> Result<Batch<Campaign>, ApplyError> {
    let known = |campaign| Campaign::Known(Box::new(campaign));
    folded::begun_before(batch, of_fact, known, async |orgs, ids| {
        let rows = sqlx::query_file!("src/campaigns/load.sql", &orgs, &ids).fetch_all(tx).await?;
        let kept = rows.into_iter().map(|row| Kept {
            org: row.org_id,
            id: row.campaign_id,
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
    statuses: Vec<&'static str>,
    modes: Vec<&'static str>,
    teams: Vec<String>,
    agents: Vec<String>,
    created_at: Vec<DateTime<Utc>>,
    states: Vec<String>,
}

/// Ids as PostgreSQL writes an array: an array of arrays has to be rectangular, so each travels as
/// its text.
fn array(ids: impl Iterator<Item = Uuid>) -> String {
    let ids: Vec<String> = ids.map(|id| id.to_string()).collect();
    format!("{{{}}}", ids.join(","))
}

async fn write(
    tx: &mut PgConnection,
    campaigns: &Batch<Campaign>,
    batch: &[Arc<Recorded>],
) -> Result<(), ApplyError> {
    let mut columns = Columns::default();
    for ((org, id), folded) in campaigns {
        let Some(known) = folded.state.known() else { continue };
        columns.orgs.push(*org);
        columns.ids.push(*id);
        columns.versions.push(folded.version);
        columns.statuses.push(known.status.word());
        columns.modes.push(known.settings.mode.word());
        columns.teams.push(array(known.settings.teams.iter().map(|team| team.uuid())));
        columns.agents.push(array(known.settings.agents.iter().map(|agent| agent.uuid())));
        columns.created_at.push(known.created_at.into());
        let state = serde_json::to_string(known);
        columns.states.push(state.map_err(|error| folded::unreadable(batch, *id, &error))?);
    }
    let upsert = sqlx::query_file!(
        "src/campaigns/upsert.sql",
        &columns.orgs,
        &columns.ids,
        &columns.versions,
        &columns.statuses as _,
        &columns.modes as _,
        &columns.teams,
        &columns.agents,
        &columns.created_at,
        &columns.states,
    );
    upsert.execute(tx).await?;
    Ok(())
}
