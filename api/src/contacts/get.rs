//! One contact.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use domain::{ContactId, Role, Timestamp};
use processes::contacts::Block;
use projections::contacts::read::{self, ContactRow};
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::refused;
use super::reply::ContactReply;
use crate::campaigns;
use crate::http::answer::Resource;
use crate::http::app::App;
use crate::http::path::Id;
use crate::http::problem::{Problem, unavailable};
use crate::http::query;
use crate::http::read::Head;

/// Somebody whom a campaign calls, and what keeps them from being called now.
#[derive(Serialize, ToSchema)]
pub struct LookedAt {
    #[serde(flatten)]
    contact: ContactReply,
    /// Every guard that says no at this moment, in the order in which they are asked before a call;
    /// none, where they can be called.
    blocked_by: Vec<BlockReply>,
}

/// What keeps somebody from being called.
#[derive(Serialize, ToSchema)]
#[schema(as = DialBlock)]
pub struct BlockReply {
    /// `campaign_not_active`, `campaign_not_started`, `do_not_call`, `in_call`, `over`, `removed`,
    /// `erased`, `calling_hours`, `unknown_time_zone`, `not_due`, `max_attempts`,
    /// `max_attempts_per_day`, `min_gap` or `previewed`
    reason: &'static str,
    /// In words.
    detail: &'static str,
    /// When it keeps them no longer, where time alone ends it.
    next_allowed_at: Option<Timestamp>,
}

impl BlockReply {
    fn of(block: Block) -> Self {
        let Block { reason, words, next_allowed_at } = block;
        Self { reason, detail: words, next_allowed_at }
    }
}

/// One contact, with every time that they were called, and why they are not called now. Agents see
/// those of campaigns that they call for; of whom it is, auditors see nothing but parts of the
/// number.
#[utoipa::path(
    get,
    path = "/api/v1/contacts/{id}",
    operation_id = "getContact",
    tag = "contacts",
    params(("id" = String, Path, description = "The contact")),
    responses((status = 200, description = "The contact", body = LookedAt))
)]
pub async fn get(
    State(app): State<App>,
    head: Head,
    RawQuery(raw): RawQuery,
    Id(id): Id,
) -> Result<Response, Problem> {
    query::none(raw.as_deref())?;
    let (org, role) = (head.caller.org, head.caller.role);
    let fresh = head.all_fresh(&app, &["contacts", "campaigns"]).await?;
    let row = read::get(app.database(), org, ContactId::from(id)).await;
    let row = row.map_err(|error| unavailable(&error))?.ok_or_else(Problem::not_found)?;
    if role == Role::Agent {
        campaigns::get::found(&app, &head, row.contact.campaign_id).await?;
    }
    Ok(fresh.answer(&LookedAt::of(&app, &head, row).await?))
}

impl LookedAt {
    /// A contact as the caller sees them.
    pub(crate) async fn of(app: &App, head: &Head, row: ContactRow) -> Result<Self, Problem> {
        let (org, role) = (head.caller.org, head.caller.role);
        let contact = ContactReply::known(row.id.uuid(), &row.contact, row.version);
        let contact = contact.opened(app, org).await?;
        let by = (role == Role::Agent).then_some(head.caller.user);
        let blocks = app.contacts().why_not_now(org, row.contact, by).await.map_err(refused)?;
        let blocked_by = blocks.into_iter().map(BlockReply::of).collect();
        Ok(Self { contact: contact.seen_by(role), blocked_by })
    }
}
