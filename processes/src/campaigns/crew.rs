//! Who calls for a campaign: whoever is named, and whoever is in a team that is.

use std::collections::BTreeSet;

use domain::campaign::{Around, Campaign, CampaignCommand, CampaignSettings, KnownCampaign};
use domain::team::Team;
use domain::{AgentId, CampaignId, FieldFault, OrgId, UserId};
use projections::RuntimeError;
use projections::teams::read as teams;
use uuid::Uuid;

use super::{CampaignError, Campaigns, Done};
use crate::commands::Order;

impl Campaigns {
    /// Has somebody call for a campaign, or not any more: as it is when the log decides, whoever
    /// else is assigned meanwhile.
    ///
    /// # Errors
    /// [`CampaignError`]
    pub async fn assign(
        &self,
        order: Order<Campaign>,
        id: CampaignId,
        (agent_id, calls): (AgentId, bool),
        by: UserId,
    ) -> Result<event_store::Outcome, CampaignError> {
        let org = order.org();
        let before = self.campaign(org, id).await?.map(|campaign| campaign.settings);
        let (around, in_team) = match &before {
            Some(before) => {
                let after = before.with(&before.assigning(agent_id, calls));
                let around = self.around(org, id, (Some(before), &after)).await?;
                let named = |fault| FieldFault { pointer: "/agent_id", ..fault };
                let around = Around { reference: around.reference.map(named), ..around };
                (around, !calls && self.in_team(org, before, agent_id.uuid()).await?)
            }
            None => (Around::default(), false),
        };
        let at = self.commands.now();
        let command = match calls {
            true => CampaignCommand::Assign { agent_id, around, by, at },
            false => CampaignCommand::Unassign { agent_id, in_team, around, by, at },
        };
        Ok(self.commands.carry_out(order, id.uuid(), command).await?)
    }

    /// Has somebody who is assigned join a campaign, or leave it for now.
    ///
    /// # Errors
    /// [`OrderError`](crate::commands::OrderError)
    pub async fn attend(
        &self,
        order: Order<Campaign>,
        id: CampaignId,
        joins: bool,
        by: UserId,
    ) -> Done {
        let (agent_id, at) = (AgentId::from(by.uuid()), self.commands.now());
        let command = CampaignCommand::Attend { agent_id, joins, by, at };
        self.commands.carry_out(order, id.uuid(), command).await
    }

    /// Whether somebody is assigned to a campaign: they are named, or a team of theirs is.
    ///
    /// # Errors
    /// The read model is away.
    pub async fn calls_for(
        &self,
        org: OrgId,
        campaign: &KnownCampaign,
        user: UserId,
    ) -> Result<bool, RuntimeError> {
        let settings = &campaign.settings;
        let named = settings.agents.iter().any(|agent| agent.uuid() == user.uuid());
        Ok(named || self.in_team(org, settings, user.uuid()).await?)
    }

    /// Everybody who is assigned to a campaign, at work or not.
    ///
    /// # Errors
    /// The log or the read model is away.
    pub async fn assigned(
        &self,
        org: OrgId,
        campaign: &KnownCampaign,
    ) -> Result<BTreeSet<Uuid>, CampaignError> {
        let settings = &campaign.settings;
        let mut ids: BTreeSet<Uuid> = settings.agents.iter().map(|agent| agent.uuid()).collect();
        for team in &settings.teams {
            let state = self.commands.state::<Team>(org, team.uuid()).await?;
            let known = state.as_ref().and_then(|(team, _)| team.known());
            if known.is_some_and(|team| !team.archived) {
                ids.extend(teams::members(&self.database, org, *team).await?);
            }
        }
        Ok(ids)
    }

    async fn in_team(
        &self,
        org: OrgId,
        settings: &CampaignSettings,
        user: Uuid,
    ) -> Result<bool, RuntimeError> {
        let theirs = teams::teams_of(&self.database, org, &[user]).await?;
        Ok(theirs.iter().any(|(_, team)| settings.teams.iter().any(|named| named.uuid() == *team)))
    }
}
