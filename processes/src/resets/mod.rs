//! Has many contacts of a campaign called anew (domain/04 §4.10).
//!
//! ```text
//! asked of the campaign ─► written down, told, counted, chunk by chunk ─► the campaign says it
//! ```
//!
//! | what | where it stands |
//! |---|---|
//! | that contacts are being reset, which ones, and how many they were | the campaign, in the log |
//! | whether a contact is reset | the contact, in the log |
//! | how far it is | `contact_resets` |
//!
//! *Architecture invariant:* which contacts are told is written down before they are: whoever is
//! killed tells them again, which says nothing twice, and asks the log how many of them were reset
//! because of it.

mod flow;
mod table;

use std::sync::Arc;

use database::{Database, DatabaseError};
use domain::campaign::{Campaign, CampaignCommand, CampaignRefusal, Resetting};
use domain::contact::ResetFilter;
use domain::{CampaignId, OrgId, ResetId, Timestamp, UserId};
use event_store::{LogError, Outcome};

pub use flow::ResetFlow;

use crate::commands::{Commands, Order, OrderError};
use crate::dispositions;
use crate::ids::Ids;

/// The process: in its cursor, its dead letters, and what it tells the log.
const FLOW: &str = "contact-reset";

/// Resets contacts; cheap to clone.
#[derive(Clone)]
pub struct Resets {
    database: Database,
    commands: Commands,
    ids: Arc<dyn Ids>,
}

/// A reset, and how far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reset {
    /// Of whose contacts.
    pub campaign_id: CampaignId,
    /// What was asked, by whom and when.
    pub asked: Resetting,
    /// How many contacts were looked at.
    pub looked_at: u64,
    /// How many of them are called anew.
    pub reset: u64,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
}

/// Why it is not known how far a reset is.
#[derive(Debug, thiserror::Error)]
pub enum ResetError {
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The database is away.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Reset {
    /// One that nobody has begun with.
    #[must_use]
    pub fn begun(campaign_id: CampaignId, asked: Resetting) -> Self {
        Self { campaign_id, asked, looked_at: 0, reset: 0, ended_at: None }
    }
}

impl Resets {
    /// The resets of a database.
    #[must_use]
    pub fn new(database: Database, commands: Commands, ids: Arc<dyn Ids>) -> Self {
        Self { database, commands, ids }
    }

    /// The id of the next one.
    #[must_use]
    pub fn id(&self) -> ResetId {
        ResetId::from(self.ids.next(self.commands.now()))
    }

    /// Asks a campaign to have those of its contacts called anew whom a filter means.
    ///
    /// # Errors
    /// [`OrderError`]
    pub async fn ask(
        &self,
        order: Order<Campaign>,
        (campaign, reset_id): (CampaignId, ResetId),
        filter: ResetFilter,
        by: UserId,
    ) -> Result<Outcome, OrderError<CampaignRefusal>> {
        let (catalog, _) = dispositions::catalog(&self.commands, order.org()).await?;
        let unknown = filter.unknown_outcome(&catalog);
        let (filter, at) = (Box::new(filter), self.commands.now());
        let command = CampaignCommand::ResetContacts { reset_id, filter, unknown, by, at };
        self.commands.carry_out(order, campaign.uuid(), command).await
    }

    /// How far a reset of a campaign's contacts is; none, where there is none.
    ///
    /// # Errors
    /// [`ResetError`]
    pub async fn get(
        &self,
        org: OrgId,
        (campaign, id): (CampaignId, ResetId),
    ) -> Result<Option<Reset>, ResetError> {
        // The campaign first: what it does not know of any more is over, and was written down.
        let state = self.commands.state::<Campaign>(org, campaign.uuid()).await?;
        let known = state.as_ref().and_then(|(campaign, _)| campaign.known());
        let asked = known.and_then(|known| known.resetting.clone());
        let asked = asked.filter(|asked| asked.id == id);
        let kept = table::seen(&self.database, org, id).await?;
        Ok(match (kept.filter(|kept| kept.campaign_id == campaign), asked) {
            (Some(kept), _) => Some(kept),
            (None, asked) => asked.map(|asked| Reset::begun(campaign, asked)),
        })
    }
}
