//! Decides something for the whole organization.

use axum::extract::State;
use axum::response::Response;
use domain::organization::{Organization, OrganizationCommand};

use super::reply::{OrganizationDocument, SettingsDocument};
use crate::http::answer::{Accepted, not_done, respond};
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::command::Head;
use crate::http::problem::Problem;

/// Decides for the whole organization: all of it at once, what is not there is as where nothing was
/// decided.
#[utoipa::path(
    put,
    path = "/api/v1/organization/settings",
    operation_id = "changeOrganizationSettings",
    tag = "organization",
    request_body = SettingsDocument,
    responses((status = 200, description = "The organization", body = OrganizationDocument))
)]
pub async fn change(
    State(app): State<App>,
    head: Head,
    Body { value, canonical }: Body<SettingsDocument>,
) -> Result<Response, Problem> {
    let (org, by, at) = (head.caller.org, head.caller.user, app.now());
    let command = OrganizationCommand::ChangeSettings { settings: value.into(), by, at };
    let reply = Accepted::<OrganizationDocument>::changed(org.uuid());
    let order = head.order::<Organization>(&canonical, reply);
    let outcome = app.commands().carry_out(order, org.uuid(), command).await;
    respond::<OrganizationDocument>(&app, org, outcome.map_err(not_done)?).await
}
