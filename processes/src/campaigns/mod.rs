//! Campaigns, as far as one campaign does not know enough: whether a name is free, whether those
//! who are to call are there, whether there is anybody to be called.

mod crew;
mod flow;
mod names;

use std::sync::Arc;
use std::time::Duration;

use database::Database;
use domain::agent::Agent;
use domain::call::Provider;
use domain::campaign::{
    Around, Campaign, CampaignChanges, CampaignCommand, CampaignEvent, CampaignRefusal,
    CampaignSettings, CompletionReason, KnownCampaign, Outlook,
};
use domain::team::Team;
use domain::{CampaignId, Decider, FieldFault, OrgId, UserId};
use event_store::{KeyringError, LogError, Outcome};
use projections::RuntimeError;
use projections::campaign_attempts::read as attempts;
use projections::contacts::read as contacts;
use projections::freshness;

pub use flow::CampaignFlow;

use crate::breaker::{Breakers, Service};
use crate::commands::{Commands, Order, OrderError};
use crate::dispositions;
use crate::ids::{self, Ids};

/// How long the read model of contacts may take to get where the log is.
const PATIENCE: Duration = Duration::from_secs(3);

type Done = Result<Outcome, OrderError<CampaignRefusal>>;

/// Runs the commands of campaigns; cheap to clone.
#[derive(Clone)]
pub struct Campaigns {
    database: Database,
    commands: Commands,
    ids: Arc<dyn Ids>,
    provider: Option<(Breakers, Service)>,
}

/// What somebody wants of a campaign that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CampaignWish {
    /// That it calls.
    Activate,
    /// That it does not call now.
    Deactivate,
    /// That it is complete.
    Complete,
    /// That it calls again after that.
    Reopen,
    /// That it is given up, and why.
    Cancel(String),
    /// That it is only read any more.
    Archive,
    /// That it is gone, or put away where somebody was called.
    Delete,
}

impl Campaigns {
    /// The campaigns of a database.
    #[must_use]
    pub fn new(database: Database, commands: Commands, ids: Arc<dyn Ids>) -> Self {
        Self { database, commands, ids, provider: None }
    }

    /// The same, which call over this provider, and only where it answers.
    #[must_use]
    pub fn over(self, breakers: Breakers, provider: Provider) -> Self {
        Self { provider: Some((breakers, Service::Telephony(provider))), ..self }
    }

    /// The id of the campaign that somebody makes: with an idempotency key the same for every
    /// repetition.
    ///
    /// # Errors
    /// The organization's secret cannot be fetched.
    pub async fn id(
        &self,
        org: OrgId,
        user: UserId,
        key: Option<&str>,
    ) -> Result<CampaignId, KeyringError> {
        match key {
            Some(key) => {
                let user = user.to_string();
                ids::created_campaign(self.commands.keyring(), org, &user, key).await
            }
            None => Ok(CampaignId::from(self.ids.next(self.commands.now()))),
        }
    }

    /// Makes a campaign, a draft.
    ///
    /// # Errors
    /// [`OrderError`]
    pub async fn create(
        &self,
        order: Order<Campaign>,
        id: CampaignId,
        settings: CampaignSettings,
        by: UserId,
    ) -> Done {
        let around = self.around(order.org(), id, (None, &settings)).await?;
        let (settings, at) = (Box::new(settings), self.commands.now());
        let command = CampaignCommand::Create { settings, around, by, at };
        self.commands.carry_out(order, id.uuid(), command).await
    }

    /// Has a campaign call otherwise.
    ///
    /// # Errors
    /// [`OrderError`]
    pub async fn update(
        &self,
        order: Order<Campaign>,
        id: CampaignId,
        changes: CampaignChanges,
        by: UserId,
    ) -> Done {
        let before = self.campaign(order.org(), id).await?.map(|campaign| campaign.settings);
        let around = match &before {
            Some(before) => {
                self.around(order.org(), id, (Some(before), &before.with(&changes))).await?
            }
            None => Around::default(),
        };
        let (changes, at) = (Box::new(changes), self.commands.now());
        let command = CampaignCommand::Update { changes, around, by, at };
        self.commands.carry_out(order, id.uuid(), command).await
    }

    /// Does what somebody wants of a campaign.
    ///
    /// # Errors
    /// [`CampaignError`]
    pub async fn wish(
        &self,
        order: Order<Campaign>,
        id: CampaignId,
        wish: CampaignWish,
        by: UserId,
    ) -> Result<Outcome, CampaignError> {
        let at = self.commands.now();
        let command = match wish {
            CampaignWish::Activate => {
                let outlook = self.outlook(order.org(), id).await?;
                CampaignCommand::Activate { outlook, by, at }
            }
            CampaignWish::Deactivate => CampaignCommand::Pause { by, at },
            CampaignWish::Complete => {
                let reason = CompletionReason::Manual;
                CampaignCommand::Complete { reason, by: Some(by), at }
            }
            CampaignWish::Reopen => {
                let outlook = self.outlook(order.org(), id).await?;
                CampaignCommand::Reopen { outlook, by, at }
            }
            CampaignWish::Cancel(reason) => CampaignCommand::Cancel { reason, by, at },
            CampaignWish::Archive => CampaignCommand::Archive { by, at },
            CampaignWish::Delete => CampaignCommand::Delete { by, at },
        };
        Ok(self.commands.carry_out(order, id.uuid(), command).await?)
    }

    /// What a campaign cannot know of whether it can call.
    ///
    /// # Errors
    /// The log or a read model is away.
    pub async fn outlook(&self, org: OrgId, id: CampaignId) -> Result<Outlook, CampaignError> {
        let minutes = match self.campaign(org, id).await.map_err(OrderError::from)? {
            Some(campaign) => self.minutes(org, (id, &campaign)).await?,
            None => Vec::new(),
        };
        let sayable = self.sayable(org, id).await.map_err(OrderError::from)?;
        let away = |(breakers, service): &(Breakers, Service)| {
            breakers.rejects_for_seconds(*service).is_some()
        };
        let reachable = !self.provider.as_ref().is_some_and(away);
        Ok(Outlook { dialable: self.dialable(org, id).await?, sayable, reachable, minutes })
    }

    /// For how many minutes the calls of a campaign have taken, under each of its prices.
    ///
    /// # Errors
    /// The read model is away.
    pub async fn minutes(
        &self,
        org: OrgId,
        (id, campaign): (CampaignId, &KnownCampaign),
    ) -> Result<Vec<i64>, RuntimeError> {
        let of = (&*campaign.priced_since(), self.commands.now());
        attempts::minutes(&self.database, org, id, of).await
    }

    /// Whether a campaign has anybody to call, now or later, as the read model has it; whoever has
    /// just come in is waited for.
    ///
    /// # Errors
    /// The read model is away.
    async fn dialable(&self, org: OrgId, id: CampaignId) -> Result<bool, RuntimeError> {
        let head = freshness::position_of(&self.database, "contacts").await?.head;
        freshness::wait_for(&self.database, "contacts", head, PATIENCE).await?;
        let counts = contacts::counts(&self.database, org, id).await?;
        Ok(counts.iter().any(|(status, _)| ["pending", "scheduled"].contains(&&**status)))
    }

    /// Whether there is a disposition that can be chosen for the calls of a campaign.
    ///
    /// # Errors
    /// The log cannot be read.
    async fn sayable(&self, org: OrgId, id: CampaignId) -> Result<bool, LogError> {
        let settings = dispositions::settings(&self.commands, org, id).await?;
        let listed = settings.and_then(|settings| settings.dispositions);
        let (catalog, _) = dispositions::catalog(&self.commands, org).await?;
        // Whoever is not to be called can always say so: that alone is nothing to come to.
        Ok(match listed {
            None => true,
            Some(codes) => codes
                .iter()
                .filter_map(|code| catalog.find(code))
                .any(|entry| entry.sayable(Some(id), true).is_ok()),
        })
    }

    /// A campaign as the log has it now.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn campaign(
        &self,
        org: OrgId,
        id: CampaignId,
    ) -> Result<Option<KnownCampaign>, LogError> {
        let state = self.commands.state::<Campaign>(org, id.uuid()).await?;
        Ok(state.as_ref().and_then(|(campaign, _)| campaign.known()).cloned())
    }

    /// A campaign as it was in a revision: a call keeps the one that it was begun under. Where
    /// none is said, as it is now.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn in_revision(
        &self,
        org: OrgId,
        (id, revision): (CampaignId, Option<u32>),
    ) -> Result<Option<KnownCampaign>, LogError> {
        let now = self.campaign(org, id).await?;
        let Some(revision) = revision else { return Ok(now) };
        if now.as_ref().is_none_or(|now| now.revision <= revision) {
            return Ok(now);
        }
        let mut campaign = Campaign::default();
        for event in self.commands.history::<Campaign>(org, id.uuid()).await? {
            match event {
                CampaignEvent::CampaignUpdated { revision: next, .. } if next > revision => break,
                event => campaign.evolve(&event),
            }
        }
        Ok(campaign.known().cloned())
    }

    /// What speaks against settings that a campaign is to have. Settings that are wrong in
    /// themselves are refused for that.
    async fn around(
        &self,
        org: OrgId,
        id: CampaignId,
        (before, next): (Option<&CampaignSettings>, &CampaignSettings),
    ) -> Result<Around, OrderError<CampaignRefusal>> {
        if next.checked().is_err() {
            return Ok(Around::default());
        }
        // A name is written down last: what is refused for something else takes none.
        let reference = self.stranger((org, id), before, next).await?;
        let renamed = before.is_none_or(|before| before.name != next.name);
        let named = renamed && reference.is_none();
        let name_taken = named && !self.reserve(org, id, &next.name).await?;
        Ok(Around { name_taken, reference })
    }

    /// A team, an agent or a disposition that is named anew, and is not there.
    async fn stranger(
        &self,
        (org, id): (OrgId, CampaignId),
        before: Option<&CampaignSettings>,
        next: &CampaignSettings,
    ) -> Result<Option<FieldFault>, LogError> {
        for team in &next.teams {
            if before.is_some_and(|before| before.teams.contains(team)) {
                continue;
            }
            let state = self.commands.state::<Team>(org, team.uuid()).await?;
            let known = state.as_ref().and_then(|(team, _)| team.known());
            if known.is_none_or(|team| team.archived) {
                let words = "there is no such team, or it is archived";
                return Ok(Some(FieldFault::reference("/teams", words)));
            }
        }
        for agent in &next.agents {
            if before.is_some_and(|before| before.agents.contains(agent)) {
                continue;
            }
            let state = self.commands.state::<Agent>(org, agent.uuid()).await?;
            if state.as_ref().and_then(|(agent, _)| agent.known()).is_none() {
                let words = "there is no such agent";
                return Ok(Some(FieldFault::reference("/agents", words)));
            }
        }
        self.unsayable((org, id), before, next).await
    }

    /// A disposition that is named anew, and cannot be chosen for calls of the campaign.
    async fn unsayable(
        &self,
        (org, id): (OrgId, CampaignId),
        before: Option<&CampaignSettings>,
        next: &CampaignSettings,
    ) -> Result<Option<FieldFault>, LogError> {
        let known = before.and_then(|before| before.dispositions.as_deref()).unwrap_or_default();
        let named = next.dispositions.as_deref().unwrap_or_default().iter();
        let anew: Vec<&String> = named.filter(|code| !known.contains(code)).collect();
        if anew.is_empty() {
            return Ok(None);
        }
        let (catalog, _) = dispositions::catalog(&self.commands, org).await?;
        let sayable = |code: &String| {
            catalog.find(code).is_some_and(|entry| entry.sayable(Some(id), true).is_ok())
        };
        let words = "the catalog has no such disposition that is active and for this campaign";
        let wrong = anew.into_iter().any(|code| !sayable(code));
        Ok(wrong.then(|| FieldFault::reference("/dispositions", words)))
    }
}

/// Why something is not done with a campaign.
#[derive(Debug, thiserror::Error)]
pub enum CampaignError {
    /// The campaign or the log said no.
    #[error(transparent)]
    Order(Box<OrderError<CampaignRefusal>>),
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The read model is away.
    #[error(transparent)]
    Read(#[from] RuntimeError),
}

impl From<OrderError<CampaignRefusal>> for CampaignError {
    fn from(error: OrderError<CampaignRefusal>) -> Self {
        Self::Order(Box::new(error))
    }
}
