//! Who belongs to an organization, and what may they do?
//!
//! Reads every event of users and alone writes the table `users`: the user as the domain folds it,
//! beside the columns that the list filters and sorts by. It lags behind the log as far as the
//! health of the projection says, usually milliseconds. A batch costs at most two statements.

use chrono::{DateTime, Utc};
use domain::user::{User, UserEvent};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::folded::{self, Batch, Kept};
use crate::{ApplyError, BoxFuture, Fact, Projection, Recorded, Tables};

pub mod read;

/// The projection.
pub struct Users;

impl Projection for Users {
    fn name(&self) -> &'static str {
        "users"
    }

    fn version(&self) -> i32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["users"]
    }

    fn wants(&self, aggregate_type: &str, _event_type: &str) -> bool {
        aggregate_type == User::TYPE
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

fn of_user(fact: &Fact) -> Option<&UserEvent> {
    if let Fact::User(event) = fact { Some(event) } else { None }
}

async fn fold(tx: &mut PgConnection, batch: &[Recorded]) -> Result<(), ApplyError> {
    let mut users = begun_before(tx, batch).await?;
    for recorded in batch {
        let Some(event) = of_user(&recorded.event) else { continue };
        let key = (recorded.org_id.uuid(), recorded.aggregate_id);
        folded::step(users.entry(key).or_default(), recorded, event)?;
    }
    write(tx, &users, batch).await
}

/// The users of the batch who are there already.
async fn begun_before(
    tx: &mut PgConnection,
    batch: &[Recorded],
) -> Result<Batch<User>, ApplyError> {
    folded::begun_before(batch, of_user, User::Known, async |orgs, ids| {
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
    batch: &[Recorded],
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
