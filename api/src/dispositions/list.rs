//! The catalog of dispositions.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::CampaignId;
use processes::dispositions;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::reply::DispositionReply;
use crate::http::answer::tagged;
use crate::http::app::App;
use crate::http::caller::Caller;
use crate::http::problem::{Problem, log_failed};
use crate::http::query::Query;

/// Which of them.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListDispositions {
    /// `true`: those that can be chosen; `false`: those that are retired; all, where nothing is
    /// said.
    active: Option<bool>,
    /// Those that can be chosen for the calls of this campaign.
    campaign_id: Option<Uuid>,
}

/// What calls can come to.
#[derive(Serialize, ToSchema)]
pub struct DispositionCatalog {
    /// The standard ones first, then your own in the order in which they were defined.
    items: Vec<DispositionReply>,
}

/// What calls can come to: the codes of `POST /calls/{id}/disposition` and of campaigns. At most
/// 200, answered as a whole.
#[utoipa::path(
    get,
    path = "/api/v1/dispositions",
    operation_id = "listDispositions",
    tag = "calls",
    params(ListDispositions),
    responses((
        status = 200,
        description = "The catalog",
        body = DispositionCatalog,
        headers(("ETag" = String, description = "Its version; none of what one campaign has"))
    ))
)]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<ListDispositions>,
) -> Result<Response, Problem> {
    let (catalog, version) = dispositions::catalog(app.commands(), caller.org)
        .await
        .map_err(|error| log_failed(&error))?;
    let fits = |active: bool| query.active.is_none_or(|wanted| wanted == active);
    let Some(id) = query.campaign_id.map(CampaignId::from) else {
        let items = catalog.entries().iter().filter(|entry| fits(entry.active));
        let items = items.map(DispositionReply::from).collect();
        return tagged(version, &DispositionCatalog { items });
    };
    let settings = dispositions::settings(app.commands(), caller.org, id).await;
    let settings = settings.map_err(|error| log_failed(&error))?;
    let items = settings.into_iter().flat_map(|settings| {
        let listed = settings.dispositions.as_deref();
        let sayable = catalog.sayable(Some(id), listed).filter(|entry| fits(entry.active));
        sayable.map(DispositionReply::from).collect::<Vec<_>>()
    });
    Ok(axum::Json(DispositionCatalog { items: items.collect() }).into_response())
}
