//! Folds a batch: the states of its agents, moved on by the domain itself.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::DecidedEvent;
use domain::agent::Agent;
use sqlx::PgConnection;
use uuid::Uuid;

use super::intervals::{Doing, Intervals};
use super::of_agent;
use super::offers::Offers;
use crate::folded::{self, Batch, Kept};
use crate::{ApplyError, Recorded};

pub(super) async fn apply(
    tx: &mut PgConnection,
    batch: &[Arc<Recorded>],
) -> Result<(), ApplyError> {
    let mut agents = begun_before(tx, batch).await?;
    let (mut intervals, mut offers) = (Intervals::default(), Offers::default());
    for recorded in batch {
        let Some(event) = of_agent(&recorded.event) else { continue };
        let key = (recorded.org_id.uuid(), recorded.aggregate_id);
        let agent = agents.entry(key).or_default();
        let before = Doing::of(agent.state.known());
        folded::step(agent, recorded, event)?;
        offers.tell(key, event);
        let (after, Some(known)) = (Doing::of(agent.state.known()), agent.state.known()) else {
            continue;
        };
        if let Some(doing) = after.filter(|after| before.as_ref() != Some(after)) {
            let began = (recorded.sequence, event.occurred_at());
            intervals.begin(key, began, event, (doing, known));
        }
    }
    write(tx, &agents, batch).await?;
    intervals.write(tx).await?;
    offers.write(tx).await?;
    Ok(())
}

async fn begun_before(
    tx: &mut PgConnection,
    batch: &[Arc<Recorded>],
) -> Result<Batch<Agent>, ApplyError> {
    folded::begun_before(batch, of_agent, Agent::Known, async |orgs, ids| {
        let rows = sqlx::query_file!("src/agents/load.sql", &orgs, &ids).fetch_all(tx).await?;
        let kept = rows.into_iter().map(|row| Kept {
            org: row.org_id,
            id: row.agent_id,
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
    active: Vec<bool>,
    /// Arrays of different lengths, as JSON.
    skills: Vec<String>,
    languages: Vec<String>,
    created_at: Vec<DateTime<Utc>>,
    presences: Vec<&'static str>,
    activities: Vec<&'static str>,
    routable: Vec<bool>,
    states: Vec<String>,
}

async fn write(
    tx: &mut PgConnection,
    agents: &Batch<Agent>,
    batch: &[Arc<Recorded>],
) -> Result<(), ApplyError> {
    let mut columns = Columns::default();
    for ((org, id), folded) in agents {
        let Some(known) = folded.state.known() else { continue };
        let written = |json: Result<String, serde_json::Error>| {
            json.map_err(|error| folded::unreadable(batch, *id, &error))
        };
        columns.orgs.push(*org);
        columns.ids.push(*id);
        columns.versions.push(folded.version);
        columns.active.push(known.active);
        let skills: Vec<&str> = known.skills.iter().map(|skill| skill.name.as_str()).collect();
        columns.skills.push(written(serde_json::to_string(&skills))?);
        columns.languages.push(written(serde_json::to_string(&known.languages))?);
        columns.created_at.push(known.created_at.into());
        columns.presences.push(known.presence.word());
        columns.activities.push(known.activity().word());
        columns.routable.push(known.routable());
        columns.states.push(written(serde_json::to_string(known))?);
    }
    let directory = sqlx::query_file!(
        "src/agents/upsert_directory.sql",
        &columns.orgs,
        &columns.ids,
        &columns.active,
        &columns.skills,
        &columns.languages,
        &columns.created_at,
    );
    directory.execute(&mut *tx).await?;
    let live = sqlx::query_file!(
        "src/agents/upsert_live.sql",
        &columns.orgs,
        &columns.ids,
        &columns.versions,
        &columns.presences as _,
        &columns.activities as _,
        &columns.routable,
        &columns.states,
    );
    live.execute(tx).await?;
    Ok(())
}
