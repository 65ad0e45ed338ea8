//! Where calls are in the order in which what was said is looked for in them.

use chrono::{DateTime, Utc};
use database::Database;
use domain::{OrgId, Timestamp};
use uuid::Uuid;

use crate::RuntimeError;
use crate::calls::read::{CallPlace, newest, parts};
use crate::reading::planned;

/// Which calls: those that pass everything that is set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlaceFilter {
    /// One of these agents has it or had it last; any where empty.
    pub agents: Vec<Uuid>,
    /// The campaign.
    pub campaign: Option<Uuid>,
    /// Made at or after this instant.
    pub from: Option<Timestamp>,
    /// Made before this instant.
    pub to: Option<Timestamp>,
    /// One of these.
    pub among: Option<Vec<Uuid>>,
}

/// At most `limit` places of calls after one, newest first.
///
/// # Errors
/// The database is away.
pub async fn places(
    database: &Database,
    org: OrgId,
    filter: &PlaceFilter,
    after: Option<&CallPlace>,
    limit: i64,
) -> Result<Vec<CallPlace>, RuntimeError> {
    let mut tx = planned(database, org).await?;
    let mut places = Vec::new();
    for live in parts(None) {
        let rows = sqlx::query_file!(
            "src/transcripts/places.sql",
            org.uuid(),
            &filter.agents,
            filter.campaign as _,
            filter.from.map(DateTime::<Utc>::from) as _,
            filter.to.map(DateTime::<Utc>::from) as _,
            filter.among.as_deref() as _,
            after.map(|place| DateTime::<Utc>::from(place.created_at)) as _,
            after.map(|place| place.id) as _,
            limit,
            *live,
        );
        let rows = rows.fetch_all(&mut *tx).await?;
        places.extend(
            rows.into_iter()
                .map(|row| CallPlace { created_at: row.created_at.into(), id: row.call_id }),
        );
    }
    Ok(newest(places, |place| *place, limit))
}
