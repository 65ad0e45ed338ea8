//! Who is calling, and what they may do.

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use domain::organization::Organization;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::reply::{AccountReply, teams};
use crate::http::app::App;
use crate::http::caller::Caller;
use crate::http::operations::operations;
use crate::http::problem::{Problem, log_failed, unavailable};
use crate::http::query;

/// The caller.
#[derive(Serialize, ToSchema)]
pub struct Me {
    user: AccountReply,
    organization: OrganizationReply,
    /// Which of their sessions this is.
    session_id: Uuid,
    /// The teams that they belong to, without archived ones.
    teams: Vec<Uuid>,
    /// The operations that their role includes.
    permissions: Vec<&'static str>,
}

/// An organization.
#[derive(Serialize, ToSchema)]
pub struct OrganizationReply {
    id: Uuid,
    name: Option<String>,
}

/// Who is calling, and which operations their role includes.
#[utoipa::path(
    get,
    path = "/api/v1/auth/me",
    operation_id = "me",
    tag = "auth",
    responses((status = 200, description = "The caller", body = Me))
)]
pub async fn me(
    State(app): State<App>,
    caller: Caller,
    RawQuery(raw): RawQuery,
) -> Result<Response, Problem> {
    query::none(raw.as_deref())?;
    let organization = app.commands().state::<Organization>(caller.org, caller.org.uuid()).await;
    let organization = organization.map_err(|error| log_failed(&error))?;
    let name = organization.as_ref().and_then(|(organization, _)| organization.name());
    let permissions = operations()
        .filter(|operation| operation.roles.contains(&caller.role))
        .map(|operation| operation.id)
        .collect();
    let teams = teams(&app, &caller.principal()).await.map_err(|error| unavailable(&error))?;
    let me = Me {
        user: AccountReply::read(&app, &caller.principal()).await?,
        organization: OrganizationReply { id: caller.org.uuid(), name: name.map(str::to_owned) },
        session_id: caller.session,
        teams,
        permissions,
    };
    Ok(axum::Json(me).into_response())
}
