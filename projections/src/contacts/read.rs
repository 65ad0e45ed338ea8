//! Contacts as they are listed, looked at, counted and called.

use chrono::{DateTime, Utc};
use database::Database;
use domain::campaign::Recency;
use domain::contact::{ContactStatus, KnownContact, ResetFilter};
use domain::disposition::Meaning;
use domain::segment::Filter;
use domain::{AgentId, CampaignId, ContactId, OrgId, SubjectId, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::segment;
use crate::RuntimeError;
use crate::reading::{self, planned};

/// A contact as the read model has it, what is personal sealed.
#[derive(Clone, Debug, PartialEq)]
pub struct ContactRow {
    /// Which.
    pub id: ContactId,
    /// How many facts it has.
    pub version: u64,
    /// As the domain folds it.
    pub contact: KnownContact,
}

/// A place in the list, newest first: after this contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactPlace {
    /// When it came in.
    pub created_at: Timestamp,
    /// Which.
    pub id: Uuid,
}

/// Which contacts.
#[derive(Clone, Debug, Default)]
pub struct ContactFilter {
    /// Of this campaign.
    pub campaign: Option<CampaignId>,
    /// In one of these states; where there are none, in all but those that were taken off.
    pub statuses: Vec<ContactStatus>,
    /// With this tag.
    pub tag: Option<String>,
    /// That can be called before this instant.
    pub due_before: Option<Timestamp>,
    /// Of this person.
    pub subject: Option<SubjectId>,
    /// One of these.
    pub ids: Option<Vec<Uuid>>,
    /// Whom this filter of a segment means.
    pub segment: Option<Filter>,
}

/// So many contacts were called so often, and it came to this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// How often they were called.
    pub started: u32,
    /// What it came to, where it is over.
    pub outcome: Option<String>,
    /// Whether that is a conversion.
    pub conversion: bool,
    /// How many.
    pub count: i64,
}

/// At most `limit` contacts after a place, newest first.
///
/// # Errors
/// The database is away, or a row cannot be read.
pub async fn list(
    database: &Database,
    org: OrgId,
    filter: &ContactFilter,
    after: Option<&ContactPlace>,
    limit: i64,
) -> Result<Vec<ContactRow>, RuntimeError> {
    if let Some(meant) = &filter.segment {
        let rows = segment::list(database, org, (meant, filter), after, limit).await?;
        return rows.into_iter().map(|(id, version, state)| contact(id, version, &state)).collect();
    }
    let statuses: Vec<&str> = filter.statuses.iter().map(|status| status.word()).collect();
    let statuses = Some(statuses).filter(|statuses| !statuses.is_empty());
    let mut tx = planned(database, org).await?;
    let rows = sqlx::query_file!(
        "src/contacts/list.sql",
        org.uuid(),
        filter.campaign.map(|campaign| campaign.uuid()) as _,
        statuses as _,
        filter.tag.as_deref() as _,
        filter.due_before.map(DateTime::<Utc>::from) as _,
        filter.subject.map(|subject| subject.uuid()) as _,
        after.map(|place| DateTime::<Utc>::from(place.created_at)) as _,
        after.map(|place| place.id) as _,
        limit,
        filter.ids.as_deref() as _,
    );
    let rows = rows.fetch_all(&mut *tx).await?;
    rows.into_iter().map(|row| contact(row.contact_id, row.version, &row.state)).collect()
}

/// One contact.
///
/// # Errors
/// The database is away, or the row cannot be read.
pub async fn get(
    database: &Database,
    org: OrgId,
    id: ContactId,
) -> Result<Option<ContactRow>, RuntimeError> {
    let mut tx = database.org_tx(org.uuid()).await?;
    let row = sqlx::query_file!("src/contacts/get.sql", org.uuid(), id.uuid());
    let row = row.fetch_optional(&mut *tx).await?;
    row.map(|row| contact(id.uuid(), row.version, &row.state)).transpose()
}

/// At most `limit` contacts of a campaign that wait for a call back of an agent, and are due.
///
/// # Errors
/// The database is away.
pub async fn own_calls(
    database: &Database,
    (org, campaign): (OrgId, CampaignId),
    agent: AgentId,
    at: Timestamp,
    limit: i64,
) -> Result<Vec<ContactId>, RuntimeError> {
    let mut tx = planned(database, org).await?;
    let ids = sqlx::query_file_scalar!(
        "src/contacts/own_calls.sql",
        org.uuid(),
        campaign.uuid(),
        agent.uuid(),
        DateTime::<Utc>::from(at),
        limit,
    );
    Ok(ids.fetch_all(&mut *tx).await?.into_iter().map(ContactId::from).collect())
}

/// At most `limit` contacts whom a campaign calls next, whoever it has for it, after so many.
///
/// # Errors
/// The database is away.
pub async fn hopper(
    database: &Database,
    (org, campaign, recency): (OrgId, CampaignId, Recency),
    at: Timestamp,
    (after, limit): (i64, i64),
) -> Result<Vec<ContactId>, RuntimeError> {
    let mut tx = planned(database, org).await?;
    let (org, campaign, at) = (org.uuid(), campaign.uuid(), DateTime::<Utc>::from(at));
    macro_rules! ids {
        ($file:literal) => {
            sqlx::query_file_scalar!($file, org, campaign, at, limit, after)
                .fetch_all(&mut *tx)
                .await?
        };
    }
    let ids = match recency {
        Recency::Fifo => ids!("src/contacts/hopper.sql"),
        Recency::Lifo => ids!("src/contacts/hopper_newest.sql"),
    };
    Ok(ids.into_iter().map(ContactId::from).collect())
}

/// How many contacts of a campaign there are in each state.
///
/// # Errors
/// The database is away, or a row cannot be read.
pub async fn counts(
    database: &Database,
    org: OrgId,
    campaign: CampaignId,
) -> Result<Vec<(String, i64)>, RuntimeError> {
    let mut tx = planned(database, org).await?;
    let rows = sqlx::query_file!("src/contacts/counts.sql", org.uuid(), campaign.uuid());
    let rows = rows.fetch_all(&mut *tx).await?;
    Ok(rows.into_iter().map(|row| (row.status, row.count)).collect())
}

/// How often the contacts of a campaign were called, and what has come of it.
///
/// # Errors
/// The database is away.
pub async fn figures(
    database: &Database,
    org: OrgId,
    campaign: CampaignId,
) -> Result<Vec<Figure>, RuntimeError> {
    let mut tx = planned(database, org).await?;
    let rows = sqlx::query_file!("src/contacts/figures.sql", org.uuid(), campaign.uuid());
    let rows = rows.fetch_all(&mut *tx).await?;
    let figures = rows.into_iter().map(|row| Figure {
        started: u32::try_from(row.started).unwrap_or_default(),
        conversion: converts(row.outcome.as_deref(), row.conversion),
        outcome: row.outcome,
        count: row.count,
    });
    Ok(figures.collect())
}

/// So many contacts that bear a tag were called so often altogether, and it came to this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagFigure {
    /// The tag.
    pub tag: String,
    /// What it came to, where it is over.
    pub outcome: Option<String>,
    /// Whether that is a conversion.
    pub conversion: bool,
    /// How many.
    pub count: i64,
    /// How often they were called.
    pub attempts: i64,
}

/// What has come of the contacts of a campaign, for the `limit` tags that most of them bear.
///
/// # Errors
/// The database is away.
pub async fn tag_figures(
    database: &Database,
    (org, campaign): (OrgId, CampaignId),
    limit: i64,
) -> Result<Vec<TagFigure>, RuntimeError> {
    let mut tx = planned(database, org).await?;
    let rows = sqlx::query_file!("src/contacts/tags.sql", org.uuid(), campaign.uuid(), limit);
    let rows = rows.fetch_all(&mut *tx).await?;
    let figures = rows.into_iter().map(|row| TagFigure {
        tag: row.tag,
        conversion: converts(row.outcome.as_deref(), row.conversion),
        outcome: row.outcome,
        count: row.count,
        attempts: row.attempts,
    });
    Ok(figures.collect())
}

/// At most `limit` contacts of a campaign after one, in the order of their ids, whom a reset would
/// mean.
///
/// # Errors
/// The database is away.
pub async fn over(
    database: &Database,
    (org, campaign): (OrgId, CampaignId),
    filter: &ResetFilter,
    (after, limit): (Uuid, i64),
) -> Result<Vec<ContactId>, RuntimeError> {
    let statuses: Vec<&str> = filter.wanted().iter().map(|status| status.word()).collect();
    let outcomes = Some(&filter.outcomes).filter(|outcomes| !outcomes.is_empty());
    let often = |times: Option<u32>| times.map(|times| i32::try_from(times).unwrap_or(i32::MAX));
    let mut tx = planned(database, org).await?;
    let ids = sqlx::query_file_scalar!(
        "src/contacts/over.sql",
        org.uuid(),
        campaign.uuid(),
        after,
        &statuses as _,
        outcomes as _,
        filter.tag.as_deref() as _,
        often(filter.min_attempts) as _,
        often(filter.max_attempts) as _,
        limit,
    );
    Ok(ids.fetch_all(&mut *tx).await?.into_iter().map(ContactId::from).collect())
}

/// The contacts of a person, of any campaign.
///
/// # Errors
/// The database is away.
pub async fn of_subject(
    database: &Database,
    org: OrgId,
    subject: SubjectId,
) -> Result<Vec<ContactId>, RuntimeError> {
    let mut tx = database.org_tx(org.uuid()).await?;
    let ids = sqlx::query_file_scalar!("src/contacts/of_subject.sql", org.uuid(), subject.uuid());
    Ok(ids.fetch_all(&mut *tx).await?.into_iter().map(ContactId::from).collect())
}

/// Whether an outcome is a conversion: as its fact says, or else as the standard code always was.
fn converts(outcome: Option<&str>, said: Option<bool>) -> bool {
    let standard = || outcome.and_then(|code| Meaning::of(code, None));
    said.unwrap_or_else(|| standard().is_some_and(|meaning| meaning.conversion))
}

fn contact(id: Uuid, version: i64, state: &str) -> Result<ContactRow, RuntimeError> {
    let (version, contact) = reading::folded(version, state)?;
    Ok(ContactRow { id: ContactId::from(id), version, contact })
}
