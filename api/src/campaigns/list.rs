//! Finds campaigns, newest first.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use domain::campaign::{CampaignMode, CampaignStatus};
use domain::{Role, TeamId};
use projections::campaigns::read::{self, CampaignFilter, CampaignPlace};
use projections::teams::read as teams;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::reply::CampaignReply;
use crate::http::app::App;
use crate::http::page::Asked;
use crate::http::problem::{Problem, unavailable};
use crate::http::query::{Query, Several};
use crate::http::read::Head;

/// Which campaigns.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListCampaigns {
    /// In one of these states, separated by commas.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "active,paused")]
    status: Several<CampaignStatus>,
    /// `manual` or `preview`.
    #[param(inline)]
    mode: Option<CampaignMode>,
    /// For which this team calls.
    #[param(value_type = Option<uuid::Uuid>)]
    team_id: Option<TeamId>,
    /// How many at most, 1 to 100; 20 where nothing is said.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
    /// Where the list goes on, from `next_cursor`.
    cursor: Option<String>,
}

/// A page of campaigns.
#[derive(Serialize, ToSchema)]
pub struct CampaignList {
    /// The newest first.
    items: Vec<CampaignReply>,
    /// Where the list goes on; `null` at its end.
    next_cursor: Option<String>,
    /// Not counted.
    total: Option<i64>,
}

/// Campaigns, the newest first. Agents see those that they call for.
#[utoipa::path(
    get,
    path = "/api/v1/campaigns",
    operation_id = "listCampaigns",
    tag = "campaigns",
    params(ListCampaigns),
    responses((status = 200, description = "Campaigns, newest first", body = CampaignList))
)]
pub async fn list(
    State(app): State<App>,
    head: Head,
    RawQuery(raw): RawQuery,
    Query(query): Query<ListCampaigns>,
) -> Result<Response, Problem> {
    let org = head.caller.org;
    let list = ("listCampaigns", raw.as_deref());
    let asked: Asked<CampaignPlace> =
        Asked::of(&app, org, list, (query.limit, query.cursor.as_deref()))?;
    let fresh = head.fresh(&app, "campaigns").await?;
    let assigned = match head.caller.role {
        Role::Agent => {
            let own = head.caller.user.uuid();
            let theirs = teams::teams_of(app.database(), org, &[own]).await;
            let theirs = theirs.map_err(|error| unavailable(&error))?;
            Some((theirs.into_iter().map(|(_, team)| team).collect(), vec![own]))
        }
        _ => None,
    };
    let filter = CampaignFilter {
        statuses: query.status.0,
        mode: query.mode,
        team: query.team_id,
        assigned,
    };
    let rows = read::list(app.database(), org, &filter, asked.after.as_ref(), asked.rows()).await;
    let page = asked.cut(rows.map_err(|error| unavailable(&error))?);
    let next_cursor = page.next(&app, &asked, |row| CampaignPlace {
        created_at: row.campaign.created_at,
        id: row.id.uuid(),
    })?;
    let items = page.rows.iter();
    let items =
        items.map(|row| CampaignReply::known(row.id.uuid(), &row.campaign, row.version)).collect();
    Ok(fresh.answer(&CampaignList { items, next_cursor, total: None }))
}
