//! What has come of each call of a campaign?
//!
//! Reads those events of calls that it follows from, and alone writes the table
//! `campaign_attempts`, a row per call: what the dialer tells its pace from, and what a campaign
//! has to answer for. It lags behind the log as far as the health of the projection says, usually
//! milliseconds. A batch costs at most two statements.

pub mod read;
mod row;

use std::collections::HashMap;
use std::sync::Arc;

use domain::call::Call;
use sqlx::PgConnection;
use uuid::Uuid;

use self::row::{READS, Row};
use crate::{ApplyError, BoxFuture, Fact, Projection, Recorded, Tables};

/// The projection.
pub struct CampaignAttempts;

impl Projection for CampaignAttempts {
    fn name(&self) -> &'static str {
        "campaign_attempts"
    }

    fn version(&self) -> i32 {
        2
    }

    fn tables(&self) -> &'static [&'static str] {
        &["campaign_attempts"]
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

type Rows = HashMap<(Uuid, Uuid), Row>;

async fn fold(tx: &mut PgConnection, batch: &[Arc<Recorded>]) -> Result<(), ApplyError> {
    let mut rows = begun_before(tx, batch).await?;
    for recorded in batch {
        let Fact::Call(event) = &recorded.event else { continue };
        let (org, id) = (recorded.org_id.uuid(), recorded.aggregate_id);
        if let Some(row) = Row::begun(org, id, event) {
            rows.insert((org, id), row);
        } else if let Some(row) = rows.get_mut(&(org, id)) {
            row.fold(event);
        }
    }
    write(tx, rows.into_values().collect()).await
}

/// The calls of the batch that began before it. One that is no campaign's has no row.
async fn begun_before(tx: &mut PgConnection, batch: &[Arc<Recorded>]) -> Result<Rows, ApplyError> {
    let calls = batch.iter().filter(|recorded| recorded.sequence > 1);
    let (orgs, ids): (Vec<Uuid>, Vec<Uuid>) =
        calls.map(|recorded| (recorded.org_id.uuid(), recorded.aggregate_id)).unzip();
    if ids.is_empty() {
        return Ok(Rows::new());
    }
    let rows = sqlx::query_file_as!(Row, "src/campaign_attempts/load.sql", &orgs, &ids);
    let rows = rows.fetch_all(tx).await?;
    Ok(rows.into_iter().map(|row| ((row.org_id, row.call_id), row)).collect())
}

async fn write(tx: &mut PgConnection, rows: Vec<Row>) -> Result<(), ApplyError> {
    if rows.is_empty() {
        return Ok(());
    }
    macro_rules! column {
        ($name:ident) => {
            &rows.iter().map(|row| row.$name.clone()).collect::<Vec<_>>()
        };
    }
    let upsert = sqlx::query_file!(
        "src/campaign_attempts/upsert.sql",
        column!(org_id),
        column!(call_id),
        column!(campaign_id),
        column!(contact_id) as _,
        column!(attempt_no) as _,
        column!(dial_mode),
        column!(amd),
        column!(initiated_at),
        column!(answered_at) as _,
        column!(answered_by) as _,
        column!(live_at) as _,
        column!(connected_at) as _,
        column!(dropped),
        column!(ended_at) as _,
        column!(outcome) as _,
        column!(disposition) as _,
        column!(conversion),
        column!(right_party),
        column!(submitted),
        column!(human_contact),
    );
    upsert.execute(tx).await?;
    Ok(())
}
