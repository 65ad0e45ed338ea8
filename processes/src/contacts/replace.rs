//! Another number of somebody: the contact with the old one is taken off the list, and one with the
//! new one comes in its place.
//!
//! *Architecture invariant:* that a contact has another number is a fact before anybody comes in
//! under it. Whoever dies in between is carried on by [`ContactSuccessor`]; who comes in follows
//! from the campaign and the number, so that two who carry it on mean the same contact.

use domain::contact::{
    Contact, ContactCommand, ContactRefusal, ContactSource, KnownContact, NewContact, NewNumber,
    Profile, Replaced, Standing,
};
use domain::{
    ContactId, EmailAddress, FreeText, OrgId, Personal, PersonalText, PhoneNumber, SubjectId,
    UserId,
};
use event_store::{Failure, IdempotencyKey, Outcome};

use super::{ContactError, Contacts};
use crate::commands::{Order, OrderError};
use crate::dnc;
use crate::reactor::{Next, Reactor, Subject, Trouble};

/// The process: in its cursor, its dead letters, and what it tells the log.
const NAME: &str = "contact-successor";

impl Contacts {
    /// Somebody has another number. The answer is of the contact that comes in their place: with
    /// the profile of the one before, and as one who was never called.
    ///
    /// # Errors
    /// [`ContactError`]
    pub async fn replace_number(
        &self,
        order: Order<Contact>,
        id: ContactId,
        (number, reason): (PhoneNumber, Option<String>),
        by: UserId,
    ) -> Result<Outcome, ContactError> {
        let org = order.org();
        let old = self.contact(org, id).await?;
        if old.standing == Standing::Erased {
            return Err(ContactError::Erased);
        }
        self.open_campaign(org, old.campaign_id).await?;
        let contact_id = self.id(org, old.campaign_id, &number).await?;
        let taken = contact_id == id || self.taken(org, contact_id).await?;
        let subject = self.commands.subject_of_number(org, &number).await?;
        let new = Box::new(NewNumber { subject, contact_id, number, taken, reason });
        let at = self.commands.now();
        let command = ContactCommand::ReplaceNumber { new, by, at };
        let mut intention = Order::<Contact>::silent(order.context.clone());
        // Both halves happen once under the key of the request.
        intention.key = order
            .key
            .clone()
            .map(|key| IdempotencyKey { operation: [&key.operation, " removed"].concat(), ..key });
        intention.if_match = order.if_match;
        self.commands.carry_out_untold(intention, id.uuid(), command).await?;
        let old = self.contact(org, id).await?;
        let Some(replaced) = old.replaced.clone().filter(|known| known.by == contact_id) else {
            // Somebody has brought them back meanwhile.
            return Err(OrderError::Command(Failure::Conflict).into());
        };
        self.take_over(Order { if_match: None, ..order }, (id, &old), &replaced).await
    }

    /// Whether the campaign has the contact with a number already.
    async fn taken(&self, org: OrgId, id: ContactId) -> Result<bool, ContactError> {
        let state = self.commands.state::<Contact>(org, id.uuid()).await?;
        match state.as_ref().and_then(|(contact, _)| contact.known()).map(|known| &known.standing) {
            None | Some(Standing::Removed) => Ok(false),
            Some(Standing::Erased) => Err(ContactError::Erased),
            Some(_) => Ok(true),
        }
    }

    /// Has whoever comes in the place of a contact come in, unless they have.
    async fn take_over(
        &self,
        order: Order<Contact>,
        (id, old): (ContactId, &KnownContact),
        replaced: &Replaced,
    ) -> Result<Outcome, ContactError> {
        let (org, campaign_id) = (order.org(), old.campaign_id);
        let number = self.commands.reveal(org, &replaced.number).await?;
        let number = number.ok_or(ContactError::Erased)?;
        let number = PhoneNumber::parse(&number).map_err(|_| ContactError::Erased)?;
        let subject = self.commands.subject_of_number(org, &number).await?;
        let suppressed = dnc::suppressed(&self.commands, org, &number, Some(campaign_id)).await?;
        let suppressed = match suppressed {
            Some(scope) => Some((scope, self.source(org, scope, &number).await?)),
            None => None,
        };
        let profile = self.resealed(org, &old.profile, subject).await?;
        let command = ContactCommand::Create(Box::new(NewContact {
            subject,
            campaign_id,
            number,
            profile,
            source: ContactSource::Api,
            replaces: Some((id, replaced.at)),
            history: None,
            suppressed,
            by: Some(replaced.said_by),
            at: self.commands.now(),
        }));
        Ok(self.commands.carry_out(order, replaced.by.uuid(), command).await?)
    }

    /// What is known of somebody, as somebody else has it.
    async fn resealed(
        &self,
        org: OrgId,
        profile: &Profile,
        subject: SubjectId,
    ) -> Result<Profile, ContactError> {
        let text = |text| Some(FreeText::new(text));
        let email = |text: String| EmailAddress::parse(&text).ok();
        Ok(Profile {
            name: self.moved(org, profile.name.as_ref(), subject, text).await?,
            email: self.moved(org, profile.email.as_ref(), subject, email).await?,
            custom: self.moved(org, profile.custom.as_ref(), subject, text).await?,
            ..profile.clone()
        })
    }

    async fn moved<T: PersonalText>(
        &self,
        org: OrgId,
        field: Option<&Personal<T>>,
        subject: SubjectId,
        read: impl FnOnce(String) -> Option<T>,
    ) -> Result<Option<Personal<T>>, ContactError> {
        let Some(field) = field else { return Ok(None) };
        let text = self.commands.reveal(org, field).await?.ok_or(ContactError::Erased)?;
        Ok(read(text).map(|value| Personal::known(subject, value)))
    }
}

/// Sees to it that whoever comes in the place of a contact does, whoever has died in between.
pub struct ContactSuccessor {
    contacts: Contacts,
}

impl ContactSuccessor {
    /// That of these contacts.
    #[must_use]
    pub fn new(contacts: Contacts) -> Self {
        Self { contacts }
    }
}

impl Reactor for ContactSuccessor {
    fn name(&self) -> &'static str {
        NAME
    }

    fn wants(&self, aggregate_type: &str, event_type: &str) -> bool {
        aggregate_type == Contact::TYPE && event_type == "ContactRemoved"
    }

    async fn look(&self, subject: &Subject) -> Result<Next, Trouble> {
        let Contacts { commands, .. } = &self.contacts;
        let state = commands.state::<Contact>(subject.org, subject.id).await?;
        let known = state.as_ref().and_then(|(contact, _)| contact.known());
        let Some(old) = known else { return Ok(Next::Rest) };
        let Some(replaced) = &old.replaced else { return Ok(Next::Rest) };
        let id = ContactId::from(subject.id);
        let next = commands.state::<Contact>(subject.org, replaced.by.uuid()).await?;
        let next = next.as_ref().and_then(|(contact, _)| contact.known());
        if next.is_some_and(|next| next.has_replaced(id, replaced.at)) {
            return Ok(Next::Rest);
        }
        let order = Order::silent(subject.context(NAME));
        match self.contacts.take_over(order, (id, old), replaced).await {
            Ok(_) | Err(ContactError::Erased) => Ok(Next::Rest),
            Err(ContactError::Order(error)) => match *error {
                // Somebody was brought in under the number at that very moment, or is forgotten.
                OrderError::Command(Failure::Refused {
                    error: ContactRefusal::Exists | ContactRefusal::Erased,
                    ..
                }) => Ok(Next::Rest),
                error => Err(Trouble::Away(error.to_string())),
            },
            Err(error) => Err(Trouble::Away(error.to_string())),
        }
    }
}
