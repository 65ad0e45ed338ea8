//! What goes on now, whatever period is asked for.

use std::collections::BTreeMap;

use domain::Timestamp;
use domain::campaign::CampaignStatus;
use projections::campaigns::read::CampaignStands;
use projections::figures::live::Live;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::analytics::now::waited;

/// What goes on now, whatever the period.
#[derive(Serialize, ToSchema)]
#[schema(as = SummaryNow)]
pub(super) struct Now {
    /// Of those whom the summary is of; `null` for whoever may not see `GET /analytics/realtime`.
    agents: Option<AgentsNow>,
    /// Theirs; `null` for the same.
    calls: Option<CallsNow>,
    /// `null` for whoever sees no campaigns.
    campaigns: Option<CampaignsNow>,
}

/// How many agents do what, counted as in `GET /analytics/realtime`.
#[derive(Serialize, ToSchema)]
pub(super) struct AgentsNow {
    /// All but those who are offline.
    signed_in: i64,
    available: i64,
    /// A call is being offered to them.
    reserved: i64,
    on_call: i64,
    wrap_up: i64,
    /// They have missed an offer.
    missed: i64,
    busy: i64,
    #[serde(rename = "break")]
    on_break: i64,
    training: i64,
    offline: i64,
}

/// The calls that are not over.
#[derive(Serialize, ToSchema)]
pub(super) struct CallsNow {
    live: i64,
    /// How many wait in all queues, which are nobody's.
    waiting: i64,
    /// How long the first of those has waited, in whole seconds; `null` where nobody waits.
    longest_wait_seconds: Option<i64>,
}

/// The campaigns that call, or could.
#[derive(Serialize, ToSchema)]
pub(super) struct CampaignsNow {
    active: i64,
    paused: i64,
    /// Those of the active ones that call slower, because too many of those who answered found no
    /// agent.
    throttled: Vec<Uuid>,
}

impl Now {
    /// As far as somebody sees it, at an instant.
    pub(super) fn of(
        live: Option<&Live>,
        campaigns: Option<&[CampaignStands]>,
        at: Timestamp,
    ) -> Self {
        Self {
            agents: live.map(|live| AgentsNow::of(&live.agents)),
            calls: live.map(|live| CallsNow::of(live, at)),
            campaigns: campaigns.map(CampaignsNow::of),
        }
    }
}

impl AgentsNow {
    fn of(doing: &BTreeMap<String, i64>) -> Self {
        let of = |activity: &str| doing.get(activity).copied().unwrap_or_default();
        let offline = of("offline");
        Self {
            signed_in: doing.values().sum::<i64>() - offline,
            available: of("available"),
            reserved: of("reserved"),
            on_call: of("on_call"),
            wrap_up: of("wrap_up"),
            missed: of("missed"),
            busy: of("busy"),
            on_break: of("break"),
            training: of("training"),
            offline,
        }
    }
}

impl CallsNow {
    fn of(live: &Live, at: Timestamp) -> Self {
        let since = live.queues.iter().map(|queue| queue.since).min();
        Self {
            live: live.calls.values().sum(),
            waiting: live.queues.iter().map(|queue| queue.waiting).sum(),
            longest_wait_seconds: since.map(|since| waited(since, at)),
        }
    }
}

impl CampaignsNow {
    fn of(stands: &[CampaignStands]) -> Self {
        let in_state = |status| stands.iter().filter(move |stands| stands.status == status);
        let count = |status| i64::try_from(in_state(status).count()).unwrap_or(i64::MAX);
        let throttled = in_state(CampaignStatus::Active).filter(|stands| stands.throttled);
        Self {
            active: count(CampaignStatus::Active),
            paused: count(CampaignStatus::Paused),
            throttled: throttled.map(|stands| stands.id).collect(),
        }
    }
}
