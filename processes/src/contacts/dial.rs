//! A call to a contact: every guard is asked, then the contact is told, then the call is made.
//!
//! *Architecture invariant:* the contact knows of the call before the call is there, and only one
//! call at a time can be its own (P4). Whoever dies in between leaves a contact that is being
//! called by nobody: it is free again after a minute ([`super::ContactWatch`]).

use domain::campaign::CampaignSettings;
use domain::contact::{AttemptOutcome, Contact, ContactCommand, NewAttempt, Standing};
use domain::{CallId, CampaignId, ContactId, FieldFault, OrgId, PhoneNumber, UserId};
use event_store::Context;

use super::{ContactError, Contacts};
use crate::commands::Order;

/// Who calls, and what they think of the contact.
#[derive(Clone, Debug)]
pub struct Dialer {
    /// Who; nobody, where the campaign calls by itself.
    pub user: Option<UserId>,
    /// Whether they have to call for the campaign.
    pub assigned_only: bool,
    /// For which campaign it is, where they say so.
    pub campaign: Option<CampaignId>,
    /// Which number it has, where they say so.
    pub number: Option<PhoneNumber>,
}

/// A call that the contact knows of.
#[derive(Clone, Debug)]
pub struct Dialed {
    /// Whom to call.
    pub number: PhoneNumber,
    /// For which campaign.
    pub campaign_id: CampaignId,
    /// How it calls.
    pub settings: CampaignSettings,
    /// Which edition of that it is.
    pub revision: u32,
    /// The how-manieth attempt it is, from 1.
    pub attempt_no: u32,
    /// Whether the contact was told here and now. If the call is certainly not made after all, that
    /// is to be taken back by [`Contacts::not_dialed`].
    pub fresh: bool,
}

impl Contacts {
    /// The contact of a campaign with this number, where there is one that can be called.
    ///
    /// # Errors
    /// [`ContactError`]
    pub async fn with_number(
        &self,
        org: OrgId,
        campaign: CampaignId,
        number: &PhoneNumber,
    ) -> Result<Option<ContactId>, ContactError> {
        let id = self.id(org, campaign, number).await?;
        match self.contact(org, id).await {
            Ok(contact) if matches!(contact.standing, Standing::Removed | Standing::Erased) => {
                Ok(None)
            }
            Ok(_) => Ok(Some(id)),
            Err(ContactError::Unknown) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Tells a contact that it is called now, where every guard allows it. The same call may ask
    /// again.
    ///
    /// # Errors
    /// [`ContactError::Blocked`] with the first guard that says no.
    pub async fn dial(
        &self,
        context: &Context,
        id: ContactId,
        call_id: CallId,
        dialer: Dialer,
    ) -> Result<Dialed, ContactError> {
        let org = OrgId::from(context.org_id);
        let contact = match self.contact(org, id).await {
            Err(ContactError::Unknown) => {
                let words = "there is no such contact";
                return Err(FieldFault::reference("/contact_id", words).into());
            }
            contact => contact?,
        };
        let looked = self.looked(org, contact).await?;
        if dialer.campaign.is_some_and(|campaign| campaign != looked.contact.campaign_id) {
            let words = "the contact is another campaign's";
            return Err(FieldFault::reference("/campaign_id", words).into());
        }
        if dialer.number.as_ref().is_some_and(|number| *number != looked.number) {
            let words = "the contact has another number";
            return Err(FieldFault::reference("/to", words).into());
        }
        let known = looked.contact.attempts.iter().any(|attempt| attempt.call_id == call_id);
        if !known {
            if let Some(user) = dialer.user.filter(|_| dialer.assigned_only)
                && !self.campaigns.calls_for(org, &looked.campaign, user).await?
            {
                return Err(ContactError::NotAssigned);
            }
            let blocks = self.blocks(org, &looked, dialer.user).await?;
            if let Some(block) = blocks.into_iter().next() {
                return Err(ContactError::Blocked(block));
            }
            let (rules, at) = (looked.campaign.settings.attempts.clone(), self.commands.now());
            let (rules, day_began_at) = (Some(rules), looked.day_began_at(at));
            let attempt = NewAttempt { call_id, rules, day_began_at, at };
            let command = ContactCommand::StartAttempt(Box::new(attempt));
            let order = Order::<Contact>::silent(context.clone());
            self.commands.carry_out(order, id.uuid(), command).await?;
            self.take_back(org, id).await?;
        }
        let contact = self.contact(org, id).await?;
        let attempt = contact.attempts.iter().find(|attempt| attempt.call_id == call_id);
        Ok(Dialed {
            number: looked.number,
            campaign_id: looked.contact.campaign_id,
            settings: looked.campaign.settings,
            revision: looked.campaign.revision,
            attempt_no: attempt.map_or(contact.started, |attempt| attempt.attempt_no),
            fresh: !known,
        })
    }

    /// The call was certainly not made after all. Where that is not certain, nothing is to be said:
    /// the contact is free again by itself.
    ///
    /// # Errors
    /// [`ContactError`]
    pub async fn not_dialed(
        &self,
        context: &Context,
        id: ContactId,
        call_id: CallId,
    ) -> Result<(), ContactError> {
        let at = self.commands.now();
        let (outcome, rules) = (AttemptOutcome::NotMade, Box::default());
        let command = ContactCommand::EndAttempt { call_id, outcome, rules, retry_at: at, at };
        let order = Order::<Contact>::silent(context.clone());
        self.commands.carry_out(order, id.uuid(), command).await?;
        Ok(())
    }
}
