//! One import.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use domain::{ImportId, OrgId};
use projections::imports::read::{self, ImportRow};
use uuid::Uuid;

use super::own::OwnImport;
use super::reply::ImportReply;
use crate::http::app::App;
use crate::http::problem::{Problem, unavailable};
use crate::http::query;
use crate::http::read::Head;

/// One import, and what its rows have come to so far.
#[utoipa::path(
    get,
    path = "/api/v1/contacts/imports/{id}",
    operation_id = "getImport",
    tag = "contacts",
    params(("id" = String, Path, description = "The import")),
    responses(
        (status = 200, description = "The import", body = ImportReply),
        (status = 304, description = "The version of If-None-Match is the current one")
    )
)]
pub async fn get(
    State(app): State<App>,
    head: Head,
    RawQuery(raw): RawQuery,
    OwnImport(id): OwnImport,
) -> Result<Response, Problem> {
    query::none(raw.as_deref())?;
    let fresh = head.fresh(&app, "imports").await?;
    let row = found(&app, head.caller.org, id).await?;
    if head.has(row.version) {
        return Ok(fresh.unchanged(row.version));
    }
    let reply = ImportReply::known(id, &row.import, row.version).ok_or_else(Problem::not_found)?;
    Ok(fresh.resource(row.version, &reply))
}

/// An import of the organization.
pub(crate) async fn found(app: &App, org: OrgId, id: Uuid) -> Result<ImportRow, Problem> {
    let row = read::get(app.database(), org, ImportId::from(id)).await;
    row.map_err(|error| unavailable(&error))?.ok_or_else(Problem::not_found)
}
