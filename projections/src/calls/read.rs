//! Calls as they are listed and looked at.

use std::cmp::Reverse;

use chrono::{DateTime, Utc};
use database::Database;
use domain::call::Call;
use domain::sentiment::Label;
use domain::{CallId, OrgId, SubjectId, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::RuntimeError;
use crate::reading::{self, planned};

/// Which calls: those that pass everything that is set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CallFilter {
    /// The status on the wire is one of these; any where empty.
    pub statuses: Vec<String>,
    /// Where the call is handled.
    pub stage: Option<String>,
    /// `inbound` or `outbound`
    pub direction: Option<String>,
    /// One of these agents has it or had it last; any where empty.
    pub agents: Vec<Uuid>,
    /// The queue that it is in or was in last.
    pub queue_id: Option<Uuid>,
    /// The campaign.
    pub campaign_id: Option<Uuid>,
    /// The contact.
    pub contact_id: Option<Uuid>,
    /// Whose number it is with.
    pub subject: Option<SubjectId>,
    /// The code of the disposition.
    pub disposition: Option<String>,
    /// It bears this tag.
    pub tag: Option<String>,
    /// Made at or after this instant.
    pub from: Option<Timestamp>,
    /// Made before this instant.
    pub to: Option<Timestamp>,
    /// It took at least this long.
    pub min_duration_ms: Option<i64>,
    /// What the last run of an engine has found of the customer.
    pub sentiment: Option<Label>,
    /// Whether its leg is not over.
    pub live: Option<bool>,
}

/// A call as it stands in the read model, personal fields sealed.
#[derive(Clone, Debug, PartialEq)]
pub struct CallRow {
    /// Which call.
    pub id: CallId,
    /// How many facts it has.
    pub version: u64,
    /// Its state.
    pub call: Call,
}

/// A place in the list, newest first: after this call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallPlace {
    /// When the call was made.
    pub created_at: Timestamp,
    /// Which call.
    pub id: Uuid,
}

impl CallPlace {
    /// The place of a call in the list.
    #[must_use]
    pub fn of(row: &CallRow) -> Self {
        let created_at = row.call.known().map(|call| call.created_at).unwrap_or_default();
        Self { created_at, id: row.id.uuid() }
    }
}

/// A statement on the calls that pass a filter, with what it asks for beside that.
macro_rules! passing {
    ($query:ident $file:literal, ($org:expr, $filter:expr, $live:expr), $($rest:tt)+) => {
        sqlx::$query!(
            $file,
            $org.uuid(),
            &$filter.statuses,
            $filter.stage as _,
            $filter.direction as _,
            &$filter.agents,
            $filter.queue_id as _,
            $filter.campaign_id as _,
            $filter.contact_id as _,
            $filter.subject.map(|subject| subject.uuid()) as _,
            $filter.disposition as _,
            $filter.tag as _,
            $filter.from.map(DateTime::<Utc>::from) as _,
            $filter.to.map(DateTime::<Utc>::from) as _,
            $filter.min_duration_ms as _,
            $filter.sentiment.map(|label| label.word()) as _,
            $live,
            $($rest)+
        )
    };
}

/// At most `limit` calls after a place, newest first.
///
/// # Errors
/// The database is away, or a row cannot be read.
pub async fn list(
    database: &Database,
    org: OrgId,
    filter: &CallFilter,
    after: Option<&CallPlace>,
    limit: i64,
) -> Result<Vec<CallRow>, RuntimeError> {
    let mut tx = planned(database, org).await?;
    let mut calls = Vec::new();
    for live in parts(filter.live) {
        let rows = passing!(
            query_file "src/calls/list.sql", (org, filter, *live),
            after.map(|place| DateTime::<Utc>::from(place.created_at)) as _,
            after.map(|place| place.id) as _,
            limit,
        );
        for row in rows.fetch_all(&mut *tx).await? {
            calls.push(called(row.call_id, row.version, &row.state)?);
        }
    }
    tx.rollback().await?;
    Ok(newest(calls, CallPlace::of, limit))
}

/// How many calls pass the filter, counted up to `cap + 1`.
///
/// # Errors
/// The database is away.
pub async fn count(
    database: &Database,
    org: OrgId,
    filter: &CallFilter,
    cap: i64,
) -> Result<i64, RuntimeError> {
    let mut tx = planned(database, org).await?;
    let (most, mut counted) = (cap.saturating_add(1), 0);
    for live in parts(filter.live) {
        let part = passing!(
            query_file_scalar "src/calls/count.sql", (org, filter, *live),
            most - counted,
        );
        counted += part.fetch_one(&mut *tx).await?;
    }
    tx.rollback().await?;
    Ok(counted)
}

/// Calls that go on and calls that are over have indexes of their own, so a list is made of both,
/// read in one instant.
pub(crate) fn parts(live: Option<bool>) -> &'static [bool] {
    match live {
        None => &[true, false],
        Some(true) => &[true],
        Some(false) => &[false],
    }
}

/// The newest of what was read of both parts.
pub(crate) fn newest<T>(mut all: Vec<T>, place: fn(&T) -> CallPlace, limit: i64) -> Vec<T> {
    all.sort_by_cached_key(|one| {
        let CallPlace { created_at, id } = place(one);
        Reverse((created_at, id))
    });
    all.truncate(usize::try_from(limit).unwrap_or_default());
    all
}

/// One call.
///
/// # Errors
/// The database is away, or the row cannot be read.
pub async fn get(
    database: &Database,
    org: OrgId,
    id: CallId,
) -> Result<Option<CallRow>, RuntimeError> {
    let mut tx = database.org_tx(org.uuid()).await?;
    let row = sqlx::query_file!("src/calls/get.sql", org.uuid(), id.uuid());
    let row = row.fetch_optional(&mut *tx).await?;
    row.map(|row| called(id.uuid(), row.version, &row.state)).transpose()
}

/// A call from its row.
pub(crate) fn called(id: Uuid, version: i64, state: &str) -> Result<CallRow, RuntimeError> {
    let (version, call) = reading::folded(version, state)?;
    Ok(CallRow { id: id.into(), version, call: Call::Known(call) })
}
