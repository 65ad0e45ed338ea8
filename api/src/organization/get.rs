//! The caller's organization.

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use domain::organization::Organization;
use http::{HeaderValue, header};

use super::reply::OrganizationDocument;
use crate::http::answer::Shows;
use crate::http::app::App;
use crate::http::caller::Caller;
use crate::http::command::etag;
use crate::http::problem::{Problem, log_failed};
use crate::http::query;

/// The caller's organization, with what it has decided.
#[utoipa::path(
    get,
    path = "/api/v1/organization",
    operation_id = "getOrganization",
    tag = "organization",
    responses((
        status = 200,
        description = "The organization",
        body = OrganizationDocument,
        headers(("ETag" = String, description = "Its version, for If-Match"))
    ))
)]
pub async fn get(
    State(app): State<App>,
    caller: Caller,
    RawQuery(raw): RawQuery,
) -> Result<Response, Problem> {
    query::none(raw.as_deref())?;
    let org = caller.org.uuid();
    let state = app.commands().state::<Organization>(caller.org, org).await;
    let (organization, version) =
        state.map_err(|error| log_failed(&error))?.ok_or_else(Problem::not_found)?;
    let document = OrganizationDocument::of(org, &organization, version);
    let mut response = axum::Json(document.ok_or_else(Problem::not_found)?).into_response();
    let tag = HeaderValue::from_str(&etag(version)).map_err(|error| Problem::fault(&error))?;
    response.headers_mut().insert(header::ETAG, tag);
    Ok(response)
}
