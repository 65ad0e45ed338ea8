//! Finds imports, newest first.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use domain::CampaignId;
use domain::import_batch::ImportStatus;
use projections::imports::read::{self, ImportFilter, ImportPlace};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::reply::ImportReply;
use crate::http::app::App;
use crate::http::page::Asked;
use crate::http::problem::{Problem, unavailable};
use crate::http::query::{Query, Several};
use crate::http::read::Head;

/// Which imports.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListImports {
    /// For this campaign.
    #[param(value_type = Option<uuid::Uuid>)]
    campaign_id: Option<CampaignId>,
    /// In one of these states, separated by commas.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "requested,running")]
    status: Several<ImportStatus>,
    /// How many at most, 1 to 100; 20 where nothing is said.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
    /// Where the list goes on, from `next_cursor`.
    cursor: Option<String>,
}

/// A page of imports.
#[derive(Serialize, ToSchema)]
pub struct ImportList {
    /// The newest first.
    items: Vec<ImportReply>,
    /// Where the list goes on; `null` at its end.
    next_cursor: Option<String>,
    /// Not counted.
    total: Option<i64>,
}

/// Lists that were brought in, the newest first.
#[utoipa::path(
    get,
    path = "/api/v1/contacts/imports",
    operation_id = "listImports",
    tag = "contacts",
    params(ListImports),
    responses((status = 200, description = "Imports, newest first", body = ImportList))
)]
pub async fn list(
    State(app): State<App>,
    head: Head,
    RawQuery(raw): RawQuery,
    Query(query): Query<ListImports>,
) -> Result<Response, Problem> {
    let org = head.caller.org;
    let list = ("listImports", raw.as_deref());
    let asked: Asked<ImportPlace> =
        Asked::of(&app, org, list, (query.limit, query.cursor.as_deref()))?;
    let fresh = head.fresh(&app, "imports").await?;
    let filter =
        ImportFilter { suppression: false, campaign: query.campaign_id, statuses: query.status.0 };
    let rows = read::list(app.database(), org, &filter, asked.after.as_ref(), asked.rows()).await;
    let page = asked.cut(rows.map_err(|error| unavailable(&error))?);
    let next_cursor = page.next(&app, &asked, |row| ImportPlace {
        requested_at: row.import.requested_at,
        id: row.id.uuid(),
    })?;
    let items = page.rows.iter();
    let items = items
        .filter_map(|row| ImportReply::known(row.id.uuid(), &row.import, row.version))
        .collect();
    Ok(fresh.answer(&ImportList { items, next_cursor, total: None }))
}
