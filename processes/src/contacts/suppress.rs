//! Tells the contacts of a number that is not to be called any more.
//!
//! They are found in a read model, which may not know the newest: whoever is missed is not called
//! either, because the number is asked for before every dial.

use domain::contact::{Contact, ContactCommand};
use domain::dnc::{Dnc, DncScope};
use projections::contacts::read;

use super::Contacts;
use crate::reactor::{Next, Reactor, Subject, Trouble};

/// The process: in its cursor, its dead letters, and what it tells the log.
const NAME: &str = "contact-suppressor";
/// When a contact is told once more that is in a call.
const AGAIN_MS: i64 = 30_000;

/// The suppressor of contacts.
pub struct ContactSuppressor {
    contacts: Contacts,
}

impl ContactSuppressor {
    /// The suppressor of these contacts.
    #[must_use]
    pub fn new(contacts: Contacts) -> Self {
        Self { contacts }
    }
}

impl Reactor for ContactSuppressor {
    fn name(&self) -> &'static str {
        NAME
    }

    fn wants(&self, aggregate_type: &str, event_type: &str) -> bool {
        aggregate_type == Dnc::TYPE && event_type == "NumberSuppressed"
    }

    async fn look(&self, subject: &Subject) -> Result<Next, Trouble> {
        let Contacts { database, commands, .. } = &self.contacts;
        let state = commands.state::<Dnc>(subject.org, subject.id).await?;
        let known = state.as_ref().and_then(|(entry, _)| entry.known());
        let now = commands.now();
        let Some(entry) = known.filter(|entry| entry.blocks(now)) else { return Ok(Next::Rest) };
        let found = read::of_subject(database, subject.org, entry.subject).await;
        let found = found.map_err(|error| Trouble::Away(error.to_string()))?;
        let mut next = Next::Rest;
        for id in found {
            let state = commands.state::<Contact>(subject.org, id.uuid()).await?;
            let contact = state.as_ref().and_then(|(contact, _)| contact.known());
            let Some(contact) = contact else { continue };
            let bound = match entry.scope {
                DncScope::Organization => true,
                DncScope::Campaign { campaign_id } => campaign_id == contact.campaign_id,
            };
            if !bound {
                continue;
            }
            // What ends by itself is asked of the number before each call, and marks nobody.
            if entry.expires_at.is_some() {
                continue;
            }
            if contact.call().is_some() {
                next = Next::At(now.plus_ms(AGAIN_MS));
                continue;
            }
            let (scope, source) = (entry.scope, entry.source);
            let command = ContactCommand::MarkDoNotCall { scope, source, at: now };
            let of = subject.of(id.uuid());
            of.tell::<Contact>(commands, NAME, command).await?;
        }
        Ok(next)
    }
}
