//! How a campaign dials by itself now.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use domain::{CampaignId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::get::found;
use crate::http::app::App;
use crate::http::path::Id;
use crate::http::problem::{Problem, unavailable};
use crate::http::query;
use crate::http::read::Head;

/// How a campaign dials by itself now. All but the abandonment is as the last tick has found it,
/// and 0 before the first.
#[derive(Serialize, ToSchema)]
pub struct DialerReply {
    /// When the last tick was.
    ticked_at: Option<Timestamp>,
    /// How many of its agents are at work.
    agents: u32,
    /// How many of them could take a call.
    available: u32,
    /// How many calls waited for somebody to answer, or for an agent; those of campaigns that share
    /// agents among them.
    dialing: u32,
    /// How many calls of its own were not over.
    live: u32,
    /// How many calls it dials for each free agent.
    level: f64,
    /// Whether it dials one for each, because too many who answered found none.
    throttled: bool,
    /// Who answered and found no agent in time.
    abandonment: AbandonmentReply,
}

/// Who answered and found no agent in time.
#[derive(Serialize, ToSchema)]
#[schema(as = DialerAbandonment)]
pub struct AbandonmentReply {
    /// Since when it is counted.
    since: Timestamp,
    /// How many people answered.
    answers: u32,
    /// How many of them found no agent.
    abandoned: u32,
    /// Abandoned of answers; `null` without any.
    rate: Option<f64>,
    /// How much of that there may be; `null` where nobody says.
    limit: Option<f64>,
}

/// How a campaign dials by itself now: how many calls, how far ahead of free agents, and how many
/// who answered found none.
#[utoipa::path(
    get,
    path = "/api/v1/campaigns/{id}/dialer",
    operation_id = "getCampaignDialer",
    tag = "campaigns",
    params(("id" = String, Path, description = "The campaign")),
    responses((status = 200, description = "The dialer", body = DialerReply))
)]
pub async fn dialer(
    State(app): State<App>,
    head: Head,
    RawQuery(raw): RawQuery,
    Id(id): Id,
) -> Result<Response, Problem> {
    query::none(raw.as_deref())?;
    let fresh = head.all_fresh(&app, &["campaigns", "campaign_attempts"]).await?;
    let (org, id) = (head.caller.org, CampaignId::from(id));
    let campaign = found(&app, &head, id).await?.campaign;
    let state = app.dialing().state(org, id, &campaign).await;
    let state = state.map_err(|error| unavailable(&error))?;
    let tick = state.tick.as_ref();
    let answers = state.answers;
    Ok(fresh.answer(&DialerReply {
        ticked_at: tick.map(|tick| tick.at),
        agents: tick.map_or(0, |tick| tick.agents),
        available: tick.map_or(0, |tick| tick.available),
        dialing: tick.map_or(0, |tick| tick.dialing),
        live: tick.map_or(0, |tick| tick.live),
        level: campaign.ahead(),
        throttled: campaign.throttled,
        abandonment: AbandonmentReply {
            since: state.counted_since,
            answers: answers.live,
            abandoned: answers.abandoned,
            rate: (answers.live > 0).then(|| answers.rate()),
            limit: campaign.settings.abandonment.limit(),
        },
    }))
}
