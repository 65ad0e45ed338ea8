//! What an organization has decided, for whoever has to keep to it.

use domain::OrgId;
use domain::organization::{Organization, Settings};
use event_store::LogError;

use crate::commands::Commands;

/// What an organization has decided, as the log has it now.
///
/// # Errors
/// The log cannot be read.
pub async fn settings(commands: &Commands, org: OrgId) -> Result<Settings, LogError> {
    let state = commands.state::<Organization>(org, org.uuid()).await?;
    let settings = state.as_ref().and_then(|(organization, _)| organization.settings());
    Ok(settings.cloned().unwrap_or_default())
}
