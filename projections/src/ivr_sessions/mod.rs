//! What do callers do in the flows that they hear?
//!
//! Reads those events of calls that tell of flows, and alone writes the tables `ivr_sessions`, a
//! row per passage of a call through a flow, and `ivr_session_menus`, a row per menu of it. It lags
//! behind the log as far as the health of the projection says, usually milliseconds. A batch costs
//! at most four statements.

mod session;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use domain::call::Call;
use sqlx::PgConnection;
use uuid::Uuid;

use self::session::{Menu, Passage, READS, Session};
use crate::{ApplyError, BoxFuture, Fact, Projection, Recorded, Tables};

/// The projection.
pub struct IvrSessions;

impl Projection for IvrSessions {
    fn name(&self) -> &'static str {
        "ivr_sessions"
    }

    fn version(&self) -> i32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["ivr_sessions", "ivr_session_menus"]
    }

    fn wants(&self, aggregate_type: &str, event_type: &str) -> bool {
        aggregate_type == Call::TYPE && READS.contains(&event_type)
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

/// The newest passage of each call.
type Newest = HashMap<(Uuid, Uuid), Passage>;

async fn fold(tx: &mut PgConnection, batch: &[Arc<Recorded>]) -> Result<(), ApplyError> {
    let mut newest = newest_before(tx, batch).await?;
    // Those after which the call has come into a flow again within the batch.
    let mut over = Vec::new();
    for recorded in batch {
        let Fact::Call(event) = &recorded.event else { continue };
        let of = (recorded.org_id.uuid(), recorded.aggregate_id);
        let before = newest.get(&of).map_or(0, |passage| passage.session.session);
        if let Some(passage) = Passage::begun(of, before, event) {
            over.extend(newest.insert(of, passage));
        } else if let Some(passage) = newest.get_mut(&of) {
            passage.fold(event);
        }
    }
    over.extend(newest.into_values());
    write(tx, &over).await?;
    write_menus(tx, &over).await
}

async fn newest_before(
    tx: &mut PgConnection,
    batch: &[Arc<Recorded>],
) -> Result<Newest, ApplyError> {
    let (orgs, calls): (Vec<Uuid>, Vec<Uuid>) =
        batch.iter().map(|recorded| (recorded.org_id.uuid(), recorded.aggregate_id)).unzip();
    let sessions = sqlx::query_file_as!(Session, "src/ivr_sessions/load.sql", &orgs, &calls);
    let sessions = sessions.fetch_all(&mut *tx).await?;
    if sessions.is_empty() {
        return Ok(Newest::new());
    }
    let orgs: Vec<Uuid> = sessions.iter().map(|session| session.org_id).collect();
    let calls: Vec<Uuid> = sessions.iter().map(|session| session.call_id).collect();
    let numbers: Vec<i32> = sessions.iter().map(|session| session.session).collect();
    let passages = sessions.into_iter().map(|session| {
        ((session.org_id, session.call_id), Passage { session, menus: BTreeMap::new() })
    });
    let mut newest: Newest = passages.collect();
    let menus = sqlx::query_file!("src/ivr_sessions/load_menus.sql", &orgs, &calls, &numbers);
    for row in menus.fetch_all(tx).await? {
        let menu = Menu {
            visits: row.visits,
            inputs: row.inputs,
            matched: row.matched,
            timeouts: row.timeouts,
            exited: row.exited,
            ms: row.ms,
        };
        if let Some(passage) = newest.get_mut(&(row.org_id, row.call_id)) {
            passage.menus.insert(row.menu_id, menu);
        }
    }
    Ok(newest)
}

async fn write(tx: &mut PgConnection, passages: &[Passage]) -> Result<(), ApplyError> {
    if passages.is_empty() {
        return Ok(());
    }
    macro_rules! column {
        ($name:ident) => {
            &passages.iter().map(|passage| passage.session.$name.clone()).collect::<Vec<_>>()
        };
    }
    let upsert = sqlx::query_file!(
        "src/ivr_sessions/upsert.sql",
        column!(org_id),
        column!(call_id),
        column!(session),
        column!(flow_id),
        column!(flow_version),
        column!(entered_at),
        column!(exited_at) as _,
        column!(outcome) as _,
        column!(menu_id) as _,
        column!(since) as _,
    );
    upsert.execute(tx).await?;
    Ok(())
}

async fn write_menus(tx: &mut PgConnection, passages: &[Passage]) -> Result<(), ApplyError> {
    let menus: Vec<(&Session, &Uuid, &Menu)> = passages
        .iter()
        .flat_map(|Passage { session, menus }| {
            menus.iter().map(move |(id, menu)| (session, id, menu))
        })
        .collect();
    if menus.is_empty() {
        return Ok(());
    }
    macro_rules! column {
        (session $name:ident) => {
            &menus.iter().map(|(session, ..)| session.$name).collect::<Vec<_>>()
        };
        (menu $name:ident) => {
            &menus.iter().map(|(.., menu)| menu.$name).collect::<Vec<_>>()
        };
    }
    let upsert = sqlx::query_file!(
        "src/ivr_sessions/upsert_menus.sql",
        column!(session org_id),
        column!(session call_id),
        column!(session session),
        &menus.iter().map(|(_, id, _)| **id).collect::<Vec<_>>(),
        column!(menu visits),
        column!(menu inputs),
        column!(menu matched),
        column!(menu timeouts),
        column!(menu exited),
        column!(menu ms),
    );
    upsert.execute(tx).await?;
    Ok(())
}
