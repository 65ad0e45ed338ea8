//! What a person is entitled to have of us (GDPR art. 15 and 20), as far as contacts know more than
//! read models do: whether their number is called, and that somebody was given it all.

use domain::contact::KnownContact;
use domain::dnc::{Dnc, DncScope, KnownDnc};
use domain::security::{Security, SecurityCommand, SecurityEvent};
use domain::{CampaignId, ContactId, OrgId, SubjectId, UserId};
use event_store::Context;
use uuid::Uuid;

use super::{ContactError, Contacts};
use crate::dnc;

impl Contacts {
    /// What is said of the number of a contact, by the organization and by these campaigns: the id,
    /// the entry and its version. What was taken back is said, too.
    ///
    /// # Errors
    /// [`ContactError::Erased`] where nobody knows any more which number it was.
    pub async fn said_of_number(
        &self,
        org: OrgId,
        contact: &KnownContact,
        campaigns: impl Iterator<Item = CampaignId>,
    ) -> Result<Vec<(Uuid, KnownDnc, u64)>, ContactError> {
        let number = self.number(org, contact).await?;
        let campaigns = campaigns.map(|campaign_id| DncScope::Campaign { campaign_id });
        let mut said = Vec::new();
        for scope in std::iter::once(DncScope::Organization).chain(campaigns) {
            let id = dnc::entry(&self.commands, org, scope, &number).await?;
            let Some((entry, version)) = self.commands.state::<Dnc>(org, id).await? else {
                continue;
            };
            said.extend(entry.known().cloned().map(|known| (id, known, version)));
        }
        Ok(said)
    }

    /// Writes down that somebody is given everything that is known of whoever is behind a contact:
    /// before they have it.
    ///
    /// # Errors
    /// The log does not take it; then nobody is given anything.
    pub async fn exported(
        &self,
        context: Context,
        (contact_id, subject_key): (ContactId, SubjectId),
        user_id: UserId,
    ) -> Result<(), ContactError> {
        let (org, at) = (context.org_id, self.commands.now());
        let event = SecurityEvent::SubjectExported { subject_key, contact_id, user_id, at };
        let (command, said) = (SecurityCommand::Record(event), (None, "written down"));
        let told = self.commands.tell::<Security>(context, org, command, None, said).await;
        told.map(|_| ()).map_err(ContactError::NotWrittenDown)
    }
}
