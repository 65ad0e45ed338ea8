//! Whom a campaign calls next.

use axum::extract::State;
use axum::response::Response;
use domain::CampaignId;
use projections::contacts::read;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::get::found;
use crate::contacts::get::LookedAt;
use crate::http::app::App;
use crate::http::path::Id;
use crate::http::problem::{Problem, unavailable};
use crate::http::query::Query;
use crate::http::read::Head;

/// The most that are looked at at once.
const MOST: i64 = 50;
const USUAL: i64 = 20;

/// How many of them.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HopperParameters {
    /// 1 to 50; 20 where nothing is said.
    #[param(minimum = 1, maximum = 50)]
    limit: Option<i64>,
}

/// Whom a campaign calls next.
#[derive(Serialize, ToSchema)]
pub struct Hopper {
    /// The next one first, also whoever something keeps from being called now: they are passed
    /// over.
    items: Vec<LookedAt>,
}

/// Whom a campaign calls next, were an agent free now: who is due, in the order in which they are
/// called, and what keeps them from it. Calls that an agent has agreed on for themselves are not
/// among them.
#[utoipa::path(
    get,
    path = "/api/v1/campaigns/{id}/hopper",
    operation_id = "getCampaignHopper",
    tag = "campaigns",
    params(("id" = String, Path, description = "The campaign"), HopperParameters),
    responses((status = 200, description = "The next ones first", body = Hopper))
)]
pub async fn hopper(
    State(app): State<App>,
    head: Head,
    Id(id): Id,
    Query(asked): Query<HopperParameters>,
) -> Result<Response, Problem> {
    let limit = asked.limit.unwrap_or(USUAL);
    if !(1..=MOST).contains(&limit) {
        return Err(Problem::query("limit", format!("from 1 to {MOST}")));
    }
    let fresh = head.all_fresh(&app, &["campaigns", "contacts"]).await?;
    let (org, id) = (head.caller.org, CampaignId::from(id));
    let recency = found(&app, &head, id).await?.campaign.settings.recency;
    let away = |error| unavailable(&error);
    let next = read::hopper(app.database(), (org, id, recency), app.now(), (0, limit)).await;
    let mut items = Vec::new();
    for contact in next.map_err(away)? {
        let row = read::get(app.database(), org, contact).await.map_err(away)?;
        if let Some(row) = row {
            items.push(LookedAt::of(&app, &head, row).await?);
        }
    }
    Ok(fresh.answer(&Hopper { items }))
}
