//! Finds contacts, newest first.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use domain::contact::ContactStatus;
use domain::text::MAX_LABEL;
use domain::{CampaignId, PhoneNumber, Role, Timestamp};
use processes::contacts::Named;
use projections::contacts::read::{self, ContactFilter, ContactPlace};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::reply::ContactReply;
use crate::campaigns;
use crate::http::answer::Resource;
use crate::http::app::App;
use crate::http::page::{self, Asked};
use crate::http::problem::{FORBIDDEN, INVALID_PHONE_NUMBER, Problem, keyring_failed, unavailable};
use crate::http::query::{Query, Several};
use crate::http::read::Head;
use crate::segments::get::found;

/// Which contacts.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListContacts {
    /// Of this campaign; agents name one that they call for.
    #[param(value_type = Option<uuid::Uuid>)]
    campaign_id: Option<CampaignId>,
    /// In one of these states, separated by commas; all but those that were taken off a list,
    /// where none is named.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "pending,scheduled")]
    status: Several<ContactStatus>,
    /// With exactly this number.
    #[param(example = "+420777120001")]
    number: Option<String>,
    /// With a name that has a word that begins so, for every word of it: at least two letters, of
    /// which the first eight count; in small letters or large ones, and without the marks over
    /// them. Not for auditors.
    #[param(example = "nova")]
    q: Option<String>,
    /// With this tag.
    tag: Option<String>,
    /// That can be called before this instant.
    due_before: Option<Timestamp>,
    /// Whom this segment means now; not for agents.
    segment_id: Option<Uuid>,
    /// How many at most, 1 to 100; 20 where nothing is said.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
    /// Where the list goes on, from `next_cursor`.
    cursor: Option<String>,
}

/// A page of contacts.
#[derive(Serialize, ToSchema)]
pub struct ContactList {
    /// The newest first.
    items: Vec<ContactReply>,
    /// Where the list goes on; `null` at its end.
    next_cursor: Option<String>,
    /// Not counted.
    total: Option<i64>,
}

/// Contacts, the newest first. Agents see those of a campaign that they call for; of whom it is,
/// auditors see nothing but parts of the number.
#[utoipa::path(
    get,
    path = "/api/v1/contacts",
    operation_id = "listContacts",
    tag = "contacts",
    params(ListContacts),
    responses((status = 200, description = "Contacts, newest first", body = ContactList))
)]
pub async fn list(
    State(app): State<App>,
    head: Head,
    RawQuery(raw): RawQuery,
    Query(query): Query<ListContacts>,
) -> Result<Response, Problem> {
    let (org, role) = (head.caller.org, head.caller.role);
    let list = ("listContacts", raw.as_deref());
    let asked: Asked<ContactPlace> =
        Asked::of(&app, org, list, (query.limit, query.cursor.as_deref()))?;
    let fresh = head.all_fresh(&app, &["contacts", "campaigns"]).await?;
    if role == Role::Agent {
        if query.segment_id.is_some() {
            return Err(Problem::of(&FORBIDDEN).because("your role sees no segments"));
        }
        let words = "agents name a campaign that they call for";
        let campaign = query.campaign_id.ok_or_else(|| Problem::query("campaign_id", words))?;
        campaigns::get::found(&app, &head, campaign).await?;
    }
    let number = query.number.as_deref().map(number).transpose()?;
    let subject = match &number {
        None => None,
        Some(number) => {
            let known = app.commands().known_subject_of_number(org, number).await;
            known.map_err(|error| keyring_failed(&error))?
        }
    };
    let segment = match query.segment_id {
        None => None,
        Some(id) => {
            let (segment, _) = found(&app, org, id)
                .await?
                .ok_or_else(|| Problem::query("segment_id", "there is no such segment"))?;
            Some(segment.definition.filter)
        }
    };
    let ids = named(&app, &head, query.q.as_deref()).await?;
    let filter = ContactFilter {
        ids,
        campaign: query.campaign_id,
        statuses: query.status.0,
        tag: query.tag,
        due_before: query.due_before,
        subject,
        segment,
    };
    // Whom nobody knows has no contacts.
    let nobody = number.is_some() && subject.is_none();
    let rows = match nobody {
        true => Vec::new(),
        false => read::list(app.database(), org, &filter, asked.after.as_ref(), asked.rows())
            .await
            .map_err(|error| unavailable(&error))?,
    };
    let page = asked.cut(rows);
    let next_cursor = page.next(&app, &asked, |row| ContactPlace {
        created_at: row.contact.created_at,
        id: row.id.uuid(),
    })?;
    let opened = page
        .rows
        .iter()
        .map(|row| ContactReply::known(row.id.uuid(), &row.contact, row.version).opened(&app, org));
    let items = page::opened(opened).await?;
    let items = items.into_iter().map(|contact| contact.seen_by(role)).collect();
    Ok(fresh.answer(&ContactList { items, next_cursor, total: None }))
}

fn number(text: &str) -> Result<PhoneNumber, Problem> {
    PhoneNumber::parse(text).map_err(|error| {
        Problem::at(&INVALID_PHONE_NUMBER, "?number", "invalid-phone-number", error.to_string())
    })
}

/// The contacts with a name that begins so, where one is asked for.
async fn named(app: &App, head: &Head, q: Option<&str>) -> Result<Option<Vec<Uuid>>, Problem> {
    let Some(q) = q else { return Ok(None) };
    if head.caller.role == Role::Auditor {
        return Err(Problem::of(&FORBIDDEN).because("your role sees no names, so it finds none"));
    }
    if q.chars().count() > MAX_LABEL {
        return Err(Problem::query("q", "at most 120 characters"));
    }
    let named = app.contacts().named(head.caller.org, q).await;
    match named.map_err(|error| keyring_failed(&error))? {
        Named::These(ids) => Ok(Some(ids.into_iter().map(|id| id.uuid()).collect())),
        Named::TooShort => Err(Problem::query("q", "two letters of a word at least")),
        Named::TooMany => Err(Problem::query("q", "more than 10000 have such a name: say more")),
    }
}
