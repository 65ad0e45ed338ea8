//! Who is to be called by a campaign, who is called next, and what has come of it?
//!
//! Reads every event of contacts and alone writes the table `contacts`: the contact as the domain
//! folds it, what is personal sealed, beside the columns that lists filter by and calls are ordered
//! by. Whether somebody may be called is never asked here. It lags behind the log as far as the
//! health of the projection says, usually milliseconds. A batch costs at most two statements.

pub mod read;
pub mod segment;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::contact::{Contact, ContactEvent, KnownContact, ScheduleKind, Standing};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::folded::{self, Batch, Kept};
use crate::{ApplyError, Recorded};

folded::keeps!(Contacts, "contacts", version 1, Contact with ContactEvent as Contact);

async fn begun_before(
    tx: &mut PgConnection,
    batch: &[Arc<Recorded>],
) -> Result<Batch<Contact>, ApplyError> {
    let known = |contact| Contact::Known(Box::new(contact));
    folded::begun_before(batch, of_fact, known, async |orgs, ids| {
        let rows = sqlx::query_file!("src/contacts/load.sql", &orgs, &ids).fetch_all(tx).await?;
        let kept = rows.into_iter().map(|row| Kept {
            org: row.org_id,
            id: row.contact_id,
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
    subjects: Vec<Uuid>,
    statuses: Vec<&'static str>,
    callbacks: Vec<bool>,
    agents: Vec<Option<Uuid>>,
    due_at: Vec<Option<DateTime<Utc>>>,
    priorities: Vec<i16>,
    tried: Vec<i32>,
    started: Vec<i32>,
    outcomes: Vec<Option<String>>,
    conversions: Vec<Option<bool>>,
    tags: Vec<String>,
    created_at: Vec<DateTime<Utc>>,
    states: Vec<String>,
}

impl Columns {
    fn push(&mut self, contact: &KnownContact) -> Result<(), serde_json::Error> {
        self.campaigns.push(contact.campaign_id.uuid());
        self.subjects.push(contact.subject.uuid());
        self.statuses.push(contact.status().word());
        let (callback, agent) = match &contact.standing {
            Standing::Scheduled { kind, agent_id, .. } => {
                (*kind == ScheduleKind::Callback, agent_id.map(|agent| agent.uuid()))
            }
            _ => (false, None),
        };
        self.callbacks.push(callback);
        self.agents.push(agent);
        self.due_at.push(contact.due_at().map(DateTime::from));
        self.priorities.push(i16::from(contact.profile.priority));
        self.tried.push(i32::try_from(contact.tried).unwrap_or(i32::MAX));
        self.started.push(i32::try_from(contact.called()).unwrap_or(i32::MAX));
        self.outcomes.push(match &contact.standing {
            Standing::Completed { outcome, .. } => Some(outcome.clone()),
            Standing::Failed { reason } => Some(reason.word().to_owned()),
            _ => None,
        });
        self.conversions.push(match &contact.standing {
            Standing::Completed { conversion, .. } => *conversion,
            _ => None,
        });
        self.tags.push(serde_json::to_string(&contact.profile.tags)?);
        self.created_at.push(contact.created_at.into());
        self.states.push(serde_json::to_string(contact)?);
        Ok(())
    }
}

async fn write(
    tx: &mut PgConnection,
    contacts: &Batch<Contact>,
    batch: &[Arc<Recorded>],
) -> Result<(), ApplyError> {
    let mut columns = Columns::default();
    for ((org, id), folded) in contacts {
        let Some(known) = folded.state.known() else { continue };
        columns.orgs.push(*org);
        columns.ids.push(*id);
        columns.versions.push(folded.version);
        columns.push(known).map_err(|error| folded::unreadable(batch, *id, &error))?;
    }
    let upsert = sqlx::query_file!(
        "src/contacts/upsert.sql",
        &columns.orgs,
        &columns.ids,
        &columns.versions,
        &columns.campaigns,
        &columns.subjects,
        &columns.statuses as _,
        &columns.callbacks,
        &columns.agents as _,
        &columns.due_at as _,
        &columns.priorities,
        &columns.tried,
        &columns.started,
        &columns.outcomes as _,
        &columns.conversions as _,
        &columns.tags,
        &columns.created_at,
        &columns.states,
    );
    upsert.execute(tx).await?;
    Ok(())
}
