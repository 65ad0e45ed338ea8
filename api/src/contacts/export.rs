//! Everything that is known of whoever is behind a contact, for them to have (GDPR art. 15 and 20).

use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use domain::contact::ContactStatus;
use domain::{ContactId, OrgId, SubjectId, Timestamp};
use projections::calls::read::{self as calls, CallFilter, CallRow};
use projections::contacts::read::{self, ContactFilter, ContactRow};
use projections::payments::read::{self as payments, PaymentFilter};
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::refused;
use super::reply::ContactReply;
use super::said::{SaidInCall, said};
use crate::calls::reply::CallReply;
use crate::dnc::reply::DncReply;
use crate::http::answer::Resource;
use crate::http::app::App;
use crate::http::page::{self, Page};
use crate::http::path::Id;
use crate::http::problem::{ERASED, Problem, unavailable};
use crate::http::query;
use crate::http::read::Head;
use crate::http::trace::Trace;
use crate::payments::reply::PaymentReply;

/// The most of each kind that an export has.
const MOST: i64 = 1_000;

/// Everything that is known of a person, in the clear.
#[derive(Serialize, ToSchema)]
pub struct PersonExport {
    /// When it was put together.
    exported_at: Timestamp,
    /// Them, in every campaign that calls them or has, with every attempt: the newest first.
    contacts: Vec<ContactReply>,
    /// What was said of calling their number, also where it was taken back.
    do_not_call: Vec<DncReply>,
    /// The calls with them, the newest first.
    calls: Vec<CallReply>,
    /// What was said in these calls, by them and by others, and how they felt.
    said: Vec<SaidInCall>,
    /// The payments that name them, the newest first.
    payments: Vec<PaymentReply>,
    /// Whether there is more: an export has the newest 1000 of each kind, and of what was said
    /// 20000 segments.
    truncated: bool,
}

/// Everything that is known of whoever is behind a contact, in the clear, for them to have: in
/// every campaign, as an erasure would forget it. That somebody was given it is in the security log
/// before they have it.
#[utoipa::path(
    get,
    path = "/api/v1/contacts/{id}/export",
    operation_id = "exportContact",
    tag = "contacts",
    params(("id" = String, Path, description = "The contact")),
    responses((status = 200, description = "What is known of them", body = PersonExport))
)]
pub async fn export(
    State(app): State<App>,
    head: Head,
    Extension(trace): Extension<Trace>,
    RawQuery(raw): RawQuery,
    Id(id): Id,
) -> Result<Response, Problem> {
    query::none(raw.as_deref())?;
    let (org, id) = (head.caller.org, ContactId::from(id));
    let fresh = head
        .all_fresh(&app, &["contacts", "calls", "transcripts", "sentiment", "payments"])
        .await?;
    // Whether they are forgotten the log knows first.
    let contact = app.contacts().contact(org, id).await.map_err(refused)?;
    if contact.status() == ContactStatus::Erased {
        return Err(Problem::of(&ERASED));
    }
    let subject = contact.subject;
    let (contacts, more_contacts) = of_person(&app, org, subject).await?;
    let (rows, more_calls) = called(&app, org, subject).await?;
    let (said_in_calls, more_said) = said(&app, org, rows.iter().map(|row| row.id)).await?;
    let calls = rows.iter().map(|row| CallReply::read(&app, org, (&row.call, row.id, row.version)));
    let (payments, more_payments) = paid(&app, org, &contacts).await?;
    let campaigns = contacts.iter().map(|row| row.contact.campaign_id);
    let listed = app.contacts().said_of_number(org, &contact, campaigns).await.map_err(refused)?;
    let listed = listed.iter().map(|(id, entry, version)| DncReply::known(*id, entry, *version));
    let contacts = contacts
        .iter()
        .map(|row| ContactReply::known(row.id.uuid(), &row.contact, row.version).opened(&app, org));
    let export = PersonExport {
        exported_at: app.now(),
        contacts: page::opened(contacts).await?,
        do_not_call: page::opened(listed.map(|entry| entry.opened(&app, org))).await?,
        calls: page::opened(calls).await?,
        said: said_in_calls,
        payments,
        truncated: more_contacts || more_calls || more_said || more_payments,
    };
    let (by, context) = (head.caller.user, head.caller.context(trace));
    app.contacts().exported(context, (id, subject), by).await.map_err(refused)?;
    Ok(fresh.answer(&export))
}

async fn of_person(
    app: &App,
    org: OrgId,
    subject: SubjectId,
) -> Result<(Vec<ContactRow>, bool), Problem> {
    let statuses = ContactStatus::ALL.to_vec();
    let filter = ContactFilter { subject: Some(subject), statuses, ..ContactFilter::default() };
    let rows = read::list(app.database(), org, &filter, None, MOST + 1).await;
    let page = Page::cut(rows.map_err(|error| unavailable(&error))?, MOST);
    Ok((page.rows, page.more))
}

async fn called(
    app: &App,
    org: OrgId,
    subject: SubjectId,
) -> Result<(Vec<CallRow>, bool), Problem> {
    let filter = CallFilter { subject: Some(subject), ..CallFilter::default() };
    let rows = calls::list(app.database(), org, &filter, None, MOST + 1).await;
    let page = Page::cut(rows.map_err(|error| unavailable(&error))?, MOST);
    Ok((page.rows, page.more))
}

async fn paid(
    app: &App,
    org: OrgId,
    contacts: &[ContactRow],
) -> Result<(Vec<PaymentReply>, bool), Problem> {
    let mut found = Vec::new();
    for row in contacts {
        let filter = PaymentFilter { contact: Some(row.id.uuid()), ..PaymentFilter::default() };
        let rows = payments::list(app.database(), org, &filter, None, MOST + 1).await;
        found.extend(rows.map_err(|error| unavailable(&error))?);
    }
    found.sort_by_key(|row| std::cmp::Reverse((row.payment.created_at, row.id)));
    let page = Page::cut(found, MOST);
    let known = |row: &payments::PaymentRow| PaymentReply::known(row.id, &row.payment, row.version);
    let read = page.rows.iter().map(|row| known(row).opened(app, org));
    Ok((page::opened(read).await?, page.more))
}
