//! Which teams are there, and who belongs to them?
//!
//! Reads every event of teams and alone writes the tables `teams`, the team as the domain folds it,
//! and `team_members`, by which is found who supervises whom. It lags behind the log as far as the
//! health of the projection says, usually milliseconds. A batch costs at most four statements.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::UserId;
use domain::team::{Team, TeamEvent, TeamRole};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::folded::{self, Batch, Kept, Key};
use crate::{ApplyError, BoxFuture, Fact, Projection, Recorded, Tables};

pub mod read;

/// The projection.
pub struct Teams;

impl Projection for Teams {
    fn name(&self) -> &'static str {
        "teams"
    }

    fn version(&self) -> i32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["teams", "team_members"]
    }

    fn wants(&self, aggregate_type: &str, _event_type: &str) -> bool {
        aggregate_type == Team::TYPE
    }

    fn apply<'a>(
        &'a self,
        tx: &'a mut PgConnection,
        batch: &'a [Arc<Recorded>],
        _tables: Tables,
    ) -> BoxFuture<'a, Result<(), ApplyError>> {
        Box::pin(fold(tx, batch))
    }
}

fn of_team(fact: &Fact) -> Option<&TeamEvent> {
    if let Fact::Team(event) = fact { Some(event) } else { None }
}

/// Who joined, changed (with the role that they have then) or left (without one).
type Moved = BTreeMap<(Key, UserId), Option<TeamRole>>;

async fn fold(tx: &mut PgConnection, batch: &[Arc<Recorded>]) -> Result<(), ApplyError> {
    let mut teams = begun_before(tx, batch).await?;
    let mut moved = Moved::new();
    for recorded in batch {
        let Some(event) = of_team(&recorded.event) else { continue };
        let key = (recorded.org_id.uuid(), recorded.aggregate_id);
        folded::step(teams.entry(key).or_default(), recorded, event)?;
        match event {
            TeamEvent::TeamMemberAdded { user_id, role, .. }
            | TeamEvent::TeamMemberRoleChanged { user_id, to: role, .. } => {
                moved.insert((key, *user_id), Some(*role));
            }
            TeamEvent::TeamMemberRemoved { user_id, .. } => {
                moved.insert((key, *user_id), None);
            }
            TeamEvent::TeamCreated { .. }
            | TeamEvent::TeamUpdated { .. }
            | TeamEvent::TeamArchived { .. }
            | TeamEvent::TeamRestored { .. } => {}
        }
    }
    write(tx, &teams, batch).await?;
    write_members(tx, &moved).await?;
    Ok(())
}

async fn begun_before(
    tx: &mut PgConnection,
    batch: &[Arc<Recorded>],
) -> Result<Batch<Team>, ApplyError> {
    folded::begun_before(batch, of_team, Team::Known, async |orgs, ids| {
        let rows = sqlx::query_file!("src/teams/load.sql", &orgs, &ids).fetch_all(tx).await?;
        let kept = rows.into_iter().map(|row| Kept {
            org: row.org_id,
            id: row.team_id,
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
    parents: Vec<Option<Uuid>>,
    archived: Vec<bool>,
    created_at: Vec<DateTime<Utc>>,
    states: Vec<String>,
}

async fn write(
    tx: &mut PgConnection,
    teams: &Batch<Team>,
    batch: &[Arc<Recorded>],
) -> Result<(), ApplyError> {
    let mut columns = Columns::default();
    for ((org, id), folded) in teams {
        let Some(known) = folded.state.known() else { continue };
        columns.orgs.push(*org);
        columns.ids.push(*id);
        columns.versions.push(folded.version);
        columns.parents.push(known.settings.parent_team_id.map(|parent| parent.uuid()));
        columns.archived.push(known.archived);
        columns.created_at.push(known.created_at.into());
        let state = serde_json::to_string(known);
        columns.states.push(state.map_err(|error| folded::unreadable(batch, *id, &error))?);
    }
    let upsert = sqlx::query_file!(
        "src/teams/upsert.sql",
        &columns.orgs,
        &columns.ids,
        &columns.versions,
        &columns.parents as _,
        &columns.archived,
        &columns.created_at,
        &columns.states,
    );
    upsert.execute(tx).await?;
    Ok(())
}

async fn write_members(tx: &mut PgConnection, moved: &Moved) -> Result<(), sqlx::Error> {
    let (mut there, mut gone) = ((vec![], vec![], vec![], vec![]), (vec![], vec![], vec![]));
    for (((org, team), user), role) in moved {
        match role {
            Some(role) => {
                there.0.push(*org);
                there.1.push(*team);
                there.2.push(user.uuid());
                there.3.push(role.word());
            }
            None => {
                gone.0.push(*org);
                gone.1.push(*team);
                gone.2.push(user.uuid());
            }
        }
    }
    if !gone.0.is_empty() {
        let delete = sqlx::query_file!("src/teams/delete_members.sql", &gone.0, &gone.1, &gone.2);
        delete.execute(&mut *tx).await?;
    }
    if !there.0.is_empty() {
        let upsert = sqlx::query_file!(
            "src/teams/upsert_members.sql",
            &there.0,
            &there.1,
            &there.2,
            &there.3 as _
        );
        upsert.execute(tx).await?;
    }
    Ok(())
}
