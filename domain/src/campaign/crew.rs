//! Who calls for a campaign: whoever is assigned, but for those who have left for now.

use super::command::Around;
use super::event::CampaignEvent;
use super::{Decided, KnownCampaign};
use crate::{AgentId, Timestamp, UserId};

impl KnownCampaign {
    /// Whether somebody who is assigned has left for now, or was taken off while their team stays.
    #[must_use]
    pub fn is_away(&self, agent: AgentId) -> bool {
        self.away.contains(&agent)
    }

    /// Somebody calls for it from now on.
    pub(super) fn assign(
        &self,
        agent: AgentId,
        around: Around,
        (by, at): (UserId, Timestamp),
    ) -> Decided {
        let changes = Box::new(self.settings.assigning(agent, true));
        let mut facts = self.update(changes, around, by, at)?;
        facts.extend(self.joined(agent, (by, at)));
        Ok(facts)
    }

    /// Somebody does not call for it any more; whoever does as one of a team is away from it.
    pub(super) fn unassign(
        &self,
        (agent, in_team): (AgentId, bool),
        around: Around,
        (by, at): (UserId, Timestamp),
    ) -> Decided {
        let changes = Box::new(self.settings.assigning(agent, false));
        let mut facts = self.update(changes, around, by, at)?;
        if in_team {
            facts.extend(self.left(agent, (by, at)));
        }
        Ok(facts)
    }

    /// Somebody who is assigned joins or leaves by themselves.
    pub(super) fn attend(
        &self,
        (agent, joins): (AgentId, bool),
        (by, at): (UserId, Timestamp),
    ) -> Decided {
        self.open()?;
        let fact = if joins { self.joined(agent, (by, at)) } else { self.left(agent, (by, at)) };
        Ok(fact.into_iter().collect())
    }

    fn joined(&self, agent_id: AgentId, (by, at): (UserId, Timestamp)) -> Option<CampaignEvent> {
        let joins = self.is_away(agent_id);
        joins.then_some(CampaignEvent::CampaignAgentJoined { agent_id, by, at })
    }

    fn left(&self, agent_id: AgentId, (by, at): (UserId, Timestamp)) -> Option<CampaignEvent> {
        let leaves = !self.is_away(agent_id);
        leaves.then_some(CampaignEvent::CampaignAgentLeft { agent_id, by, at })
    }
}
