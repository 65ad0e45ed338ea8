//! Finds numbers that are not to be called, newest first.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use domain::CampaignId;
use domain::dnc::{DncScope, DncSource};
use processes::dnc;
use projections::dnc::read::{self, DncFilter, DncPlace};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::problem::number;
use super::reply::DncReply;
use crate::http::answer::Resource;
use crate::http::app::App;
use crate::http::page::{self, Asked};
use crate::http::problem::{Problem, keyring_failed, unavailable};
use crate::http::query::Query;
use crate::http::read::Head;

/// Which entries.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListDnc {
    /// `organization`: those that bind all of it; `campaign`: those of campaigns.
    scope: Option<String>,
    /// Of this campaign.
    #[param(value_type = Option<uuid::Uuid>)]
    campaign_id: Option<CampaignId>,
    /// Said by this.
    #[param(inline)]
    source: Option<DncSource>,
    /// Of exactly this number: for the whole organization, and for the campaign that is named.
    #[param(example = "+420777120001")]
    number: Option<String>,
    /// `true`: those that hold now; `false`: those that are over or were taken back.
    active: Option<bool>,
    /// How many at most, 1 to 100; 20 where nothing is said.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
    /// Where the list goes on, from `next_cursor`.
    cursor: Option<String>,
}

/// A page of entries.
#[derive(Serialize, ToSchema)]
pub struct DncList {
    /// The newest first.
    items: Vec<DncReply>,
    /// Where the list goes on; `null` at its end.
    next_cursor: Option<String>,
    /// Not counted.
    total: Option<i64>,
}

/// Numbers that are not to be called, the newest first. Of whoever was erased, the number is
/// `null`.
#[utoipa::path(
    get,
    path = "/api/v1/dnc",
    operation_id = "listDnc",
    tag = "dnc",
    params(ListDnc),
    responses((status = 200, description = "Entries, newest first", body = DncList))
)]
pub async fn list(
    State(app): State<App>,
    head: Head,
    RawQuery(raw): RawQuery,
    Query(query): Query<ListDnc>,
) -> Result<Response, Problem> {
    let org = head.caller.org;
    let list = ("listDnc", raw.as_deref());
    let asked: Asked<DncPlace> =
        Asked::of(&app, org, list, (query.limit, query.cursor.as_deref()))?;
    let filter = filter(&app, &head, &query).await?;
    let fresh = head.fresh(&app, "dnc").await?;
    let rows = read::list(app.database(), org, &filter, asked.after.as_ref(), asked.rows()).await;
    let page = asked.cut(rows.map_err(|error| unavailable(&error))?);
    let next_cursor = page.next(&app, &asked, |row| DncPlace {
        suppressed_at: row.entry.suppressed_at,
        id: row.id,
    })?;
    let opened = page
        .rows
        .iter()
        .map(|row| DncReply::known(row.id, &row.entry, row.version).opened(&app, org));
    let items = page::opened(opened).await?;
    Ok(fresh.answer(&DncList { items, next_cursor, total: None }))
}

async fn filter(app: &App, head: &Head, query: &ListDnc) -> Result<DncFilter, Problem> {
    let whole = match query.scope.as_deref() {
        None => None,
        Some("organization") => Some(true),
        Some("campaign") => Some(false),
        Some(_) => return Err(Problem::query("scope", "it is `organization` or `campaign`")),
    };
    let ids = match &query.number {
        None => None,
        Some(text) => {
            let number = number("?number", text)?;
            let campaign = query.campaign_id.map(|campaign_id| DncScope::Campaign { campaign_id });
            let mut ids = Vec::new();
            for scope in std::iter::once(DncScope::Organization).chain(campaign) {
                let id = dnc::entry(app.commands(), head.caller.org, scope, &number).await;
                ids.push(id.map_err(|error| keyring_failed(&error))?);
            }
            Some(ids)
        }
    };
    // With a number the campaign only says which of its entries is looked at.
    let campaign = query.campaign_id.filter(|_| query.number.is_none());
    let holds = query.active.map(|active| (active, app.now()));
    Ok(DncFilter { whole, campaign, source: query.source, holds, ids })
}
