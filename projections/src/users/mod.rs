//! Who belongs to an organization, and what may they do?
//!
//! Reads every event of users and alone writes the table `users`: the user as the domain folds it,
//! beside the columns that the list filters and sorts by. It lags behind the log as far as the
//! health of the projection says, usually milliseconds. A batch costs at most two statements.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::user::{User, UserEvent};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::folded::{self, Batch, Kept};
use crate::{ApplyError, Recorded};

pub mod read;

folded::keeps!(Users, "users", version 1, User with UserEvent as User);

/// The users of the batch who are there already.
async fn begun_before(
    tx: &mut PgConnection,
    batch: &[Arc<Recorded>],
) -> Result<Batch<User>, ApplyError> {
    folded::begun_before(batch, of_fact, User::Known, async |orgs, ids| {
        let rows = sqlx::query_file!("src/users/load.sql", &orgs, &ids).fetch_all(tx).await?;
        let kept = rows.into_iter().map(|row| Kept {
            org: row.org_id,
            id: row.user_id,
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
    roles: Vec<&'static str>,
    statuses: Vec<&'static str>,
    created_at: Vec<DateTime<Utc>>,
    states: Vec<String>,
}

async fn write(
    tx: &mut PgConnection,
    users: &Batch<User>,
    batch: &[Arc<Recorded>],
) -> Result<(), ApplyError> {
    let mut columns = Columns::default();
    for ((org, id), folded) in users {
        let Some(known) = folded.state.known() else { continue };
        columns.orgs.push(*org);
        columns.ids.push(*id);
        columns.versions.push(folded.version);
        columns.roles.push(known.role.word());
        columns.statuses.push(known.status.word());
        columns.created_at.push(known.created_at.into());
        let state = serde_json::to_string(known);
        columns.states.push(state.map_err(|error| folded::unreadable(batch, *id, &error))?);
    }
    let upsert = sqlx::query_file!(
        "src/users/upsert.sql",
        &columns.orgs,
        &columns.ids,
        &columns.versions,
        &columns.roles as _,
        &columns.statuses as _,
        &columns.created_at,
        &columns.states,
    );
    upsert.execute(tx).await?;
    Ok(())
}
