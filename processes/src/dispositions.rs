//! What calls can come to, as far as one catalog does not know enough: whether a campaign is there,
//! which codes the campaign of a call has.

use domain::call::Call;
use domain::campaign::{Campaign, CampaignSettings, CampaignStatus};
use domain::disposition::{
    Definition, DispositionCatalog, DispositionChanges, DispositionCommand, DispositionRefusal,
    Found,
};
use domain::{CallId, CampaignId, FieldFault, OrgId, UserId};
use event_store::{LogError, Outcome};

use crate::commands::{Commands, Order, OrderError};

type Done = Result<Outcome, OrderError<DispositionRefusal>>;

/// The catalog of an organization as the log has it now, and its version.
///
/// # Errors
/// The log cannot be read.
pub async fn catalog(
    commands: &Commands,
    org: OrgId,
) -> Result<(DispositionCatalog, u64), LogError> {
    let state = commands.state::<DispositionCatalog>(org, org.uuid()).await?;
    Ok(state.unwrap_or_default())
}

/// What the catalog and the campaign of a call say of a code now.
///
/// # Errors
/// The log cannot be read.
pub async fn found(
    commands: &Commands,
    org: OrgId,
    call: CallId,
    code: &str,
) -> Result<Found, LogError> {
    let state = commands.state::<Call>(org, call.uuid()).await?;
    let known = state.as_ref().and_then(|(call, _)| call.known());
    let listed = match known.and_then(|call| call.belongs.campaign_id) {
        // A call may name a campaign that another system knows.
        Some(campaign) => settings(commands, org, campaign).await?.and_then(|of| of.dispositions),
        None => None,
    };
    let listed = listed.is_none_or(|codes| codes.iter().any(|known| known == code));
    Ok(catalog(commands, org).await?.0.found(code, listed))
}

/// Calls can come to something else, too.
///
/// # Errors
/// [`OrderError`]
pub async fn define(
    commands: &Commands,
    order: Order<DispositionCatalog>,
    (code, definition): (String, Definition),
    by: UserId,
) -> Done {
    let org = order.org();
    let stranger = stranger(commands, org, &definition.campaign_ids).await?;
    let (definition, at) = (Box::new(definition), commands.now());
    let command = DispositionCommand::Define { code, definition, stranger, by, at };
    commands.carry_out(order, org.uuid(), command).await
}

/// A code counts as something else from now on, or can be chosen no more, or again.
///
/// # Errors
/// [`OrderError`]
pub async fn change(
    commands: &Commands,
    order: Order<DispositionCatalog>,
    (code, changes): (String, DispositionChanges),
    by: UserId,
) -> Done {
    let org = order.org();
    let (catalog, _) = catalog(commands, org).await?;
    let known = catalog.find(&code).map(|entry| entry.definition.campaign_ids.as_slice());
    let named = changes.campaign_ids.as_deref().unwrap_or_default().iter();
    let anew = named.filter(|named| !known.unwrap_or_default().contains(named));
    let anew: Vec<CampaignId> = anew.copied().collect();
    let stranger = stranger(commands, org, &anew).await?;
    let (changes, at) = (Box::new(changes), commands.now());
    let command = DispositionCommand::Change { code, changes, stranger, by, at };
    commands.carry_out(order, org.uuid(), command).await
}

/// How a campaign calls, where there is one.
///
/// # Errors
/// The log cannot be read.
pub async fn settings(
    commands: &Commands,
    org: OrgId,
    campaign: CampaignId,
) -> Result<Option<CampaignSettings>, LogError> {
    let state = commands.state::<Campaign>(org, campaign.uuid()).await?;
    let known = state.as_ref().and_then(|(campaign, _)| campaign.known());
    let known = known.filter(|campaign| campaign.status != CampaignStatus::Deleted);
    Ok(known.map(|campaign| campaign.settings.clone()))
}

/// A campaign that is named and is not there. Of more than there can be, none is looked at.
async fn stranger(
    commands: &Commands,
    org: OrgId,
    named: &[CampaignId],
) -> Result<Option<FieldFault>, LogError> {
    for campaign in named.iter().take(domain::disposition::MAX_CAMPAIGNS) {
        if settings(commands, org, *campaign).await?.is_none() {
            let words = "there is no such campaign";
            return Ok(Some(FieldFault::reference("/campaign_ids", words)));
        }
    }
    Ok(None)
}
