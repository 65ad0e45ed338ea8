//! Who belongs to an organization, and what may they do?
//!
//! Reads every event of users and alone writes the table `users`: the user as the domain folds it,
//! beside the columns that the list filters and sorts by. It lags behind the log as far as the
//! health of the projection says, usually milliseconds. A batch costs at most two statements.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::Decider;
use domain::user::User;
use sqlx::PgConnection;
use uuid::Uuid;

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

type Key = (Uuid, Uuid);

async fn fold(tx: &mut PgConnection, batch: &[Recorded]) -> Result<(), ApplyError> {
    let mut users = begun_before(tx, batch).await?;
    for recorded in batch {
        let Fact::User(event) = &recorded.event else { continue };
        let key = (recorded.org_id.uuid(), recorded.aggregate_id);
        let (user, version) = users.entry(key).or_default();
        if *version + 1 != recorded.sequence {
            let (id, sequence) = (recorded.aggregate_id, recorded.sequence);
            let reason = format!("the row of {id} is of version {version}, the event {sequence}");
            return Err(ApplyError::Event { position: recorded.position, reason });
        }
        user.evolve(event);
        *version = recorded.sequence;
    }
    write(tx, &users, batch).await
}

/// The users of the batch who are there already.
async fn begun_before(
    tx: &mut PgConnection,
    batch: &[Recorded],
) -> Result<HashMap<Key, (User, i64)>, ApplyError> {
    let begun = batch.iter().filter(|recorded| recorded.sequence > 1);
    let (orgs, ids): (Vec<Uuid>, Vec<Uuid>) =
        begun.map(|recorded| (recorded.org_id.uuid(), recorded.aggregate_id)).unzip();
    let mut users = HashMap::new();
    if ids.is_empty() {
        return Ok(users);
    }
    let rows = sqlx::query_file!("src/users/load.sql", &orgs, &ids).fetch_all(tx).await?;
    for row in rows {
        let known = serde_json::from_str(&row.state).map(User::Known);
        let user = known.map_err(|error| unreadable(batch, row.user_id, &error))?;
        users.insert((row.org_id, row.user_id), (user, row.version));
    }
    Ok(users)
}

fn unreadable(batch: &[Recorded], user: Uuid, error: &serde_json::Error) -> ApplyError {
    let first = batch.iter().find(|recorded| recorded.aggregate_id == user);
    ApplyError::Event {
        position: first.map_or(0, |recorded| recorded.position),
        reason: format!("the row of user {user} can be neither read nor written: {error}"),
    }
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
    users: &HashMap<Key, (User, i64)>,
    batch: &[Recorded],
) -> Result<(), ApplyError> {
    let mut columns = Columns::default();
    for ((org, id), (user, version)) in users {
        let Some(known) = user.known() else { continue };
        columns.orgs.push(*org);
        columns.ids.push(*id);
        columns.versions.push(*version);
        columns.roles.push(known.role.word());
        columns.statuses.push(known.status.word());
        columns.created_at.push(known.created_at.into());
        let state = serde_json::to_string(known);
        columns.states.push(state.map_err(|error| unreadable(batch, *id, &error))?);
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
