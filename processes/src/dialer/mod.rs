//! Campaigns that dial by themselves (domain/03 §3.3.1 to §3.3.3).
//!
//! Every second [`Dialer`] looks at each of them: who can take a call, how many lines that is
//! worth, whom to call. [`crate::agents::AgentCalls`] has whoever answers find an agent, or drops
//! them; [`Speaker`] says what they are told where nobody speaks with them.
//!
//! *Architecture invariant:* a line is written down before its contact is told, the contact is told
//! before the call is there, and the call's id follows from the contact and the number of the
//! attempt. So whoever dies in between is carried on, and two dialers at once make one call.

mod choose;
mod crew;
mod lines;
mod paces;
mod place;
mod speaker;
mod tick;
mod waiting;

use database::{Database, DatabaseError};
use domain::call::Provider;
use domain::campaign::KnownCampaign;
use domain::campaign::pacing::Answers;
use domain::{CampaignId, OrgId, Timestamp};
use event_store::LogError;
use projections::RuntimeError;
use projections::campaign_attempts::read as attempts;

pub use paces::Tick;
pub use speaker::Speaker;
pub use tick::Dialer;

use crate::breaker::{Breakers, Service};
use crate::campaigns::{CampaignError, Campaigns};
use crate::commands::Commands;
use crate::contacts::{ContactError, Contacts};
use crate::dnc::DncError;
use crate::reactor::Trouble;
use crate::telephony::TelephonyError;

/// The process: in its cursor, its dead letters, and what it tells the log.
pub(crate) const NAME: &str = "dialer";

/// What calls are made with.
#[derive(Clone, Copy, Debug)]
pub struct DialingSettings {
    /// Over whose network.
    pub provider: Provider,
    /// How many calls an organization has at once.
    pub max_live_calls: u32,
}

impl Default for DialingSettings {
    fn default() -> Self {
        Self { provider: Provider::Simulator, max_live_calls: 200 }
    }
}

/// Dials for campaigns; cheap to clone.
#[derive(Clone)]
pub struct Dialing {
    database: Database,
    commands: Commands,
    campaigns: Campaigns,
    contacts: Contacts,
    settings: DialingSettings,
    breakers: Breakers,
}

/// How a campaign dials now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DialerState {
    /// What the last tick has found; none before the first.
    pub tick: Option<Tick>,
    /// Who has answered in the period that counts.
    pub answers: Answers,
    /// Since when that is.
    pub counted_since: Timestamp,
}

impl Dialing {
    /// The dialing of these campaigns.
    #[must_use]
    pub fn new(
        database: Database,
        commands: Commands,
        (campaigns, contacts): (Campaigns, Contacts),
        settings: DialingSettings,
        breakers: Breakers,
    ) -> Self {
        Self { database, commands, campaigns, contacts, settings, breakers }
    }

    /// What calls are made over.
    fn service(&self) -> Service {
        Service::Telephony(self.settings.provider)
    }

    /// How a campaign dials now.
    ///
    /// # Errors
    /// The database is away.
    pub async fn state(
        &self,
        org: OrgId,
        id: CampaignId,
        campaign: &KnownCampaign,
    ) -> Result<DialerState, RuntimeError> {
        let counted_since = campaign.counted_since(self.commands.now());
        let seconds = campaign.settings.abandonment.seconds;
        let since = (counted_since, seconds);
        let answers = attempts::answers(&self.database, org, id, since).await?;
        let tick = self.tick(org, id).await?;
        Ok(DialerState { tick, answers, counted_since })
    }
}

/// What everybody needs is away.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DialingError {
    #[error(transparent)]
    Log(#[from] LogError),
    #[error(transparent)]
    Read(#[from] RuntimeError),
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Campaign(#[from] CampaignError),
    #[error(transparent)]
    Contact(#[from] ContactError),
    #[error(transparent)]
    Dnc(#[from] DncError),
    #[error(transparent)]
    Telephony(#[from] TelephonyError),
    #[error(transparent)]
    Keyring(#[from] event_store::KeyringError),
    #[error(transparent)]
    Told(#[from] Trouble),
}

impl From<sqlx::Error> for DialingError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

impl From<DialingError> for Trouble {
    fn from(error: DialingError) -> Self {
        match error {
            DialingError::Log(error) => error.into(),
            DialingError::Told(trouble) => trouble,
            error => Self::Away(error.to_string()),
        }
    }
}
