//! Which numbers are not to be called: asked of the log before every dial, told by people.
//!
//! *Architecture invariant:* guard 4 reads the aggregate, never a read model. Its id is a keyed
//! hash of the number, so that it holds after the person behind the number was erased.

use domain::dnc::{Dnc, DncCommand, DncScope, DncSource};
use domain::{CampaignId, OrgId, PhoneNumber, SubjectId, Timestamp, UserId};
use event_store::{KeyringError, LogError, Outcome};
use uuid::Uuid;

use crate::commands::{Commands, Order, OrderError};
use crate::ids;

/// What is said of a number.
#[derive(Clone, Debug)]
pub struct Suppression {
    /// Whom it binds.
    pub scope: DncScope,
    /// The number.
    pub number: PhoneNumber,
    /// Who or what has said so.
    pub source: DncSource,
    /// Why.
    pub reason: String,
    /// Until when.
    pub expires_at: Option<Timestamp>,
    /// Who writes it down.
    pub by: Option<UserId>,
}

/// Why it is not known whether a number may be called.
#[derive(Debug, thiserror::Error)]
pub enum DncError {
    /// The organization's secret cannot be fetched.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The log did not take it.
    #[error(transparent)]
    Order(Box<OrderError<domain::dnc::DncRefusal>>),
}

impl From<OrderError<domain::dnc::DncRefusal>> for DncError {
    fn from(error: OrderError<domain::dnc::DncRefusal>) -> Self {
        Self::Order(Box::new(error))
    }
}

/// The id of what is said of a number.
///
/// # Errors
/// The organization's secret cannot be fetched.
pub async fn entry(
    commands: &Commands,
    org: OrgId,
    scope: DncScope,
    number: &PhoneNumber,
) -> Result<Uuid, KeyringError> {
    ids::dnc_entry(commands.keyring(), org, scope, number).await
}

/// What keeps a number from being called now, by the organization or by this campaign.
///
/// # Errors
/// It is not known; then it is not called.
pub async fn suppressed(
    commands: &Commands,
    org: OrgId,
    number: &PhoneNumber,
    campaign: Option<CampaignId>,
) -> Result<Option<DncScope>, DncError> {
    let campaign = campaign.map(|campaign_id| DncScope::Campaign { campaign_id });
    for scope in std::iter::once(DncScope::Organization).chain(campaign) {
        let id = entry(commands, org, scope, number).await?;
        let state = commands.state::<Dnc>(org, id).await?;
        let known = state.as_ref().and_then(|(entry, _)| entry.known());
        if known.is_some_and(|known| known.blocks(commands.now())) {
            return Ok(Some(scope));
        }
    }
    Ok(None)
}

/// A number is not to be called.
///
/// # Errors
/// [`DncError`]
pub async fn suppress(
    commands: &Commands,
    order: Order<Dnc>,
    id: Uuid,
    said: Suppression,
) -> Result<Outcome, DncError> {
    let org = order.org();
    let subject: SubjectId = commands.subject_of_number(org, &said.number).await?;
    let Suppression { scope, number, source, reason, expires_at, by } = said;
    let at = commands.now();
    let command =
        DncCommand::Suppress { subject, scope, number, source, reason, expires_at, by, at };
    Ok(commands.carry_out(order, id, command).await?)
}

/// A number may be called again.
///
/// # Errors
/// [`DncError`]
pub async fn reinstate(
    commands: &Commands,
    order: Order<Dnc>,
    id: Uuid,
    (reason, evidence, by): (String, String, UserId),
) -> Result<Outcome, DncError> {
    let command = DncCommand::Reinstate { reason, evidence, by, at: commands.now() };
    Ok(commands.carry_out(order, id, command).await?)
}
