//! Who takes the calls of a campaign.

use std::collections::BTreeSet;

use domain::agent::{Agent, KnownAgent, Presence, Slot};
use domain::campaign::{CampaignMode, KnownCampaign};
use domain::{AgentId, OrgId, Timestamp};
use projections::agents::read::{self as agents, AgentFilter};
use uuid::Uuid;

use super::{Dialing, DialingError};

/// So many agents of one campaign are looked at.
const MOST: i64 = 1_000;

/// The agents of a campaign who have said that they are there, whatever keeps them.
pub(super) struct Crew(Vec<(AgentId, KnownAgent)>);

impl Crew {
    /// How many are at work.
    pub(super) fn agents(&self) -> u32 {
        whole(self.0.len())
    }

    /// Whoever could take a call, as far as the read model has come; who waits longest goes first.
    pub(super) fn routable(&self) -> impl Iterator<Item = AgentId> {
        let mut free: Vec<_> = self.0.iter().filter(|(_, agent)| agent.routable()).collect();
        free.sort_by_key(|(id, agent)| (agent.routable_since, *id));
        free.into_iter().map(|(id, _)| *id)
    }

    /// How many of those whom a call keeps will be free by then.
    pub(super) fn free_until(&self, at: Timestamp) -> u32 {
        let soon = |slot: &Slot| match slot {
            Slot::WrapUp { deadline, .. } => deadline.is_some_and(|deadline| deadline <= at),
            Slot::Reserved { .. } | Slot::OnCall { .. } => false,
        };
        let kept = self.0.iter().filter(|(_, agent)| !agent.routable() && agent.pending.is_none());
        whole(kept.filter(|(_, agent)| agent.slots.iter().any(soon)).count())
    }
}

pub(super) fn whole(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

impl Dialing {
    /// Whoever is assigned to a campaign and has not left it, at work or not.
    pub(super) async fn assigned(
        &self,
        org: OrgId,
        campaign: &KnownCampaign,
    ) -> Result<BTreeSet<Uuid>, DialingError> {
        // Nobody waits for them where nobody is to speak.
        if campaign.settings.mode == CampaignMode::Agentless {
            return Ok(BTreeSet::new());
        }
        let mut ids = self.campaigns.assigned(org, campaign).await?;
        ids.retain(|id| !campaign.is_away(AgentId::from(*id)));
        Ok(ids)
    }

    pub(super) async fn crew(
        &self,
        org: OrgId,
        assigned: &BTreeSet<Uuid>,
    ) -> Result<Crew, DialingError> {
        let among = Some(assigned.iter().copied().collect());
        let presence = Some(Presence::Available);
        let filter = AgentFilter { among, presence, ..AgentFilter::default() };
        let rows = agents::list(&self.database, org, &filter, None, MOST).await?;
        Ok(Crew(rows.into_iter().map(|row| (row.id, row.agent)).collect()))
    }

    /// How many of a crew can take a call, as the log has it.
    pub(super) async fn available(&self, org: OrgId, crew: &Crew) -> Result<u32, DialingError> {
        let mut available = 0;
        for agent in crew.routable() {
            available += u32::from(self.agent(org, agent).await?.is_some_and(|a| a.routable()));
        }
        Ok(available)
    }

    pub(super) async fn agent(
        &self,
        org: OrgId,
        id: AgentId,
    ) -> Result<Option<KnownAgent>, DialingError> {
        let state = self.commands.state::<Agent>(org, id.uuid()).await?;
        Ok(state.as_ref().and_then(|(agent, _)| agent.known()).cloned())
    }
}
