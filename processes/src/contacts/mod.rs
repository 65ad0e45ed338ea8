//! Contacts, as far as one contact does not know enough: whether its campaign calls, whether the
//! number is not to be called, which hours it is where they are, who looks at whom.

mod dial;
mod export;
mod flow;
mod guards;
mod held;
mod names;
mod next;
mod replace;
mod suppress;
mod watch;

use database::{Database, DatabaseError};
use domain::agent::Agent;
use domain::campaign::{CampaignStatus, KnownCampaign};
use domain::contact::{
    Contact, ContactCommand, ContactRefusal, ContactSource, KnownContact, NewContact,
    ProfileChanges, Said,
};
use domain::dnc::{Dnc, DncScope, DncSource};
use domain::security::SecurityRefusal;
use domain::{AgentId, CampaignId, ContactId, FieldFault, OrgId, PhoneNumber, Timestamp, UserId};
use event_store::{Failure, KeyringError, LogError, Outcome};
use projections::RuntimeError;

pub use dial::{Dialed, Dialer};
pub use flow::ContactFlow;
pub(crate) use flow::{answered_by_machine, spoken};
pub use guards::Block;
pub(crate) use held::Held;
pub use names::{ContactNames, Named};
pub use next::Preview;
pub use replace::ContactSuccessor;
pub use suppress::ContactSuppressor;
pub use watch::ContactWatch;

use crate::campaigns::Campaigns;
use crate::commands::{Commands, Order, OrderError};
use crate::{dnc, ids};

/// The process that tells contacts what their calls came to.
const FLOW: &str = "contact-flow";

/// Runs the commands of contacts; cheap to clone.
#[derive(Clone)]
pub struct Contacts {
    database: Database,
    commands: Commands,
    campaigns: Campaigns,
    held: Held,
}

/// What somebody wants of a contact that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContactWish {
    /// That they are called then: by this agent, and until then, where either is said.
    Schedule {
        /// When.
        due_at: Timestamp,
        /// By whom.
        agent_id: Option<AgentId>,
        /// Until when.
        expires_at: Option<Timestamp>,
    },
    /// That they may be called again.
    Reinstate {
        /// Why.
        reason: String,
        /// What shows that they may.
        evidence: String,
    },
    /// That they are called as if they never were.
    Reset,
    /// That they are taken off the list.
    Remove,
}

/// Why something is not done with a contact.
#[derive(Debug, thiserror::Error)]
pub enum ContactError {
    /// A field is wrong.
    #[error(transparent)]
    Field(#[from] FieldFault),
    /// Nobody knows any more who it was.
    #[error("who it was is erased")]
    Erased,
    /// They are not to be called now.
    #[error("{}", .0.words)]
    Blocked(Block),
    /// Whoever asks does not call for the campaign.
    #[error("somebody else calls for the campaign")]
    NotAssigned,
    /// Whoever asks calls for the campaign, and has left it for now.
    #[error("you have left this campaign; join it to call for it")]
    Away,
    /// The contact is not there.
    #[error("there is no such contact")]
    Unknown,
    /// The contact or the log said no.
    #[error(transparent)]
    Order(Box<OrderError<ContactRefusal>>),
    /// It is not known whether the number may be called, or it could not be said.
    #[error(transparent)]
    Dnc(#[from] dnc::DncError),
    /// It could not be written down who was told.
    #[error("the command did not happen: {0}")]
    NotWrittenDown(Failure<SecurityRefusal>),
    /// A key cannot be fetched.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// A read model is away.
    #[error(transparent)]
    Read(#[from] RuntimeError),
    /// The database is away.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl From<OrderError<ContactRefusal>> for ContactError {
    fn from(error: OrderError<ContactRefusal>) -> Self {
        Self::Order(Box::new(error))
    }
}

impl From<sqlx::Error> for ContactError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

impl Contacts {
    /// The contacts of a database.
    #[must_use]
    pub fn new(database: Database, commands: Commands, campaigns: Campaigns) -> Self {
        Self { database, commands, campaigns, held: Held::default() }
    }

    /// The id of the contact of a campaign with this number.
    ///
    /// # Errors
    /// The organization's secret cannot be fetched.
    pub async fn id(
        &self,
        org: OrgId,
        campaign: CampaignId,
        number: &PhoneNumber,
    ) -> Result<ContactId, KeyringError> {
        ids::contact(self.commands.keyring(), org, campaign, number).await
    }

    /// A campaign is to call somebody; whose number is suppressed comes in as not to be called.
    ///
    /// # Errors
    /// [`ContactError`]
    pub async fn create(
        &self,
        order: Order<Contact>,
        (campaign_id, number): (CampaignId, PhoneNumber),
        said: Said,
        by: UserId,
    ) -> Result<Outcome, ContactError> {
        let org = order.org();
        self.open_campaign(org, campaign_id).await?;
        let id = self.id(org, campaign_id, &number).await?;
        let subject = self.commands.subject_of_number(org, &number).await?;
        let suppressed = dnc::suppressed(&self.commands, org, &number, Some(campaign_id)).await?;
        let suppressed = match suppressed {
            Some(scope) => Some((scope, self.source(org, scope, &number).await?)),
            None => None,
        };
        let command = ContactCommand::Create(Box::new(NewContact {
            subject,
            campaign_id,
            number,
            profile: said.profile(subject)?,
            source: ContactSource::Api,
            replaces: None,
            history: None,
            suppressed,
            by: Some(by),
            at: self.commands.now(),
        }));
        Ok(self.commands.carry_out(order, id.uuid(), command).await?)
    }

    /// Something else is known of somebody.
    ///
    /// # Errors
    /// [`ContactError`]
    pub async fn update(
        &self,
        order: Order<Contact>,
        id: ContactId,
        changes: ProfileChanges,
        by: UserId,
    ) -> Result<Outcome, ContactError> {
        let (by, at) = (Some(by), self.commands.now());
        let command = ContactCommand::Update { changes: Box::new(changes), by, at };
        Ok(self.commands.carry_out(order, id.uuid(), command).await?)
    }

    /// Does what somebody wants of a contact.
    ///
    /// # Errors
    /// [`ContactError`]
    pub async fn wish(
        &self,
        order: Order<Contact>,
        id: ContactId,
        wish: ContactWish,
        by: UserId,
    ) -> Result<Outcome, ContactError> {
        let at = self.commands.now();
        let command = match wish {
            ContactWish::Schedule { due_at, agent_id, expires_at } => {
                if let Some(agent) = agent_id {
                    self.known_agent(order.org(), agent).await?;
                }
                ContactCommand::Schedule { due_at, agent_id, expires_at, at }
            }
            ContactWish::Reinstate { reason, evidence } => {
                let contact = self.contact(order.org(), id).await?;
                self.not_suppressed(order.org(), &contact).await?;
                ContactCommand::Reinstate { reason, evidence, by, at }
            }
            ContactWish::Reset => ContactCommand::Reset { by: Some(by), at },
            ContactWish::Remove => ContactCommand::Remove { by, at },
        };
        Ok(self.commands.carry_out(order, id.uuid(), command).await?)
    }

    /// Somebody says that a contact is not to be called: their number is suppressed, for the whole
    /// organization or for their campaign.
    ///
    /// # Errors
    /// [`ContactError`]
    pub async fn do_not_call(
        &self,
        order: Order<Contact>,
        id: ContactId,
        (whole, source, reason): (bool, DncSource, String),
        by: UserId,
    ) -> Result<Outcome, ContactError> {
        let org = order.org();
        let state = self.commands.state::<Contact>(org, id.uuid()).await?;
        let known_version = state.map_or(0, |(_, version)| version);
        let contact = self.contact(org, id).await?;
        let number = self.number(org, &contact).await?;
        let scope = match whole {
            true => DncScope::Organization,
            false => DncScope::Campaign { campaign_id: contact.campaign_id },
        };
        let entry = dnc::entry(&self.commands, org, scope, &number).await?;
        let (expires_at, by) = (None, Some(by));
        let said = dnc::Suppression { scope, number, source, reason, expires_at, by };
        // Whoever means another version of the contact has decided something else.
        if order.if_match.is_none_or(|version| version == known_version) {
            let silent = Order::<Dnc>::silent(order.context.clone());
            dnc::suppress(&self.commands, silent, entry, said).await?;
        }
        let at = self.commands.now();
        let command = ContactCommand::MarkDoNotCall { scope, source, at };
        Ok(self.commands.carry_out(order, id.uuid(), command).await?)
    }

    /// A call back is only an agent's.
    async fn known_agent(&self, org: OrgId, id: AgentId) -> Result<(), ContactError> {
        let state = self.commands.state::<Agent>(org, id.uuid()).await?;
        match state.as_ref().and_then(|(agent, _)| agent.known()) {
            Some(agent) if agent.active => Ok(()),
            _ => Err(FieldFault::reference("/agent_id", "there is no such agent").into()),
        }
    }

    /// A contact as the log has it now.
    ///
    /// # Errors
    /// [`ContactError::Unknown`] where there is none; the log cannot be read.
    pub async fn contact(&self, org: OrgId, id: ContactId) -> Result<KnownContact, ContactError> {
        let state = self.commands.state::<Contact>(org, id.uuid()).await?;
        let known = state.as_ref().and_then(|(contact, _)| contact.known()).cloned();
        known.ok_or(ContactError::Unknown)
    }

    /// The number of a contact.
    async fn number(
        &self,
        org: OrgId,
        contact: &KnownContact,
    ) -> Result<PhoneNumber, ContactError> {
        let text = self.commands.reveal(org, &contact.number).await?.ok_or(ContactError::Erased)?;
        // What is stored was a number when it came in.
        PhoneNumber::parse(&text).map_err(|_| ContactError::Erased)
    }

    async fn campaign_of(
        &self,
        org: OrgId,
        contact: &KnownContact,
    ) -> Result<KnownCampaign, ContactError> {
        let campaign = self.campaigns.campaign(org, contact.campaign_id).await?;
        campaign.ok_or(ContactError::Unknown)
    }

    /// Contacts come into campaigns that can still call.
    pub(crate) async fn open_campaign(
        &self,
        org: OrgId,
        id: CampaignId,
    ) -> Result<(), ContactError> {
        let fault = |words| FieldFault::reference("/campaign_id", words);
        let campaign = self.campaigns.campaign(org, id).await?;
        match campaign.map(|campaign| campaign.status) {
            None | Some(CampaignStatus::Deleted) => Err(fault("there is no such campaign").into()),
            Some(CampaignStatus::Canceled | CampaignStatus::Archived) => {
                Err(fault("the campaign calls nobody any more").into())
            }
            Some(
                CampaignStatus::Draft
                | CampaignStatus::Active
                | CampaignStatus::Paused
                | CampaignStatus::Completed,
            ) => Ok(()),
        }
    }

    /// Who has said that a number is not to be called.
    async fn source(
        &self,
        org: OrgId,
        scope: DncScope,
        number: &PhoneNumber,
    ) -> Result<DncSource, ContactError> {
        let id = dnc::entry(&self.commands, org, scope, number).await?;
        let state = self.commands.state::<Dnc>(org, id).await?;
        let known = state.as_ref().and_then(|(entry, _)| entry.known());
        Ok(known.map_or(DncSource::Api, |known| known.source))
    }

    /// Nobody is reinstated whose number is suppressed: that is taken back first.
    async fn not_suppressed(&self, org: OrgId, contact: &KnownContact) -> Result<(), ContactError> {
        let number = self.number(org, contact).await?;
        let campaign = Some(contact.campaign_id);
        match dnc::suppressed(&self.commands, org, &number, campaign).await? {
            Some(_) => Err(ContactError::Blocked(Block::suppressed())),
            None => Ok(()),
        }
    }
}
