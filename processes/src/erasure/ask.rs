//! Somebody asks for a person to be erased.

use std::fmt;

use domain::contact::Contact;
use domain::{AgentId, ContactId, FieldFault, OrgId, PhoneNumber, SubjectId, UserId, text};
use event_store::Context;
use projections::calls::read::{self as calls, CallFilter};

use super::ledger::Entry;
use super::table::Erasure;
use super::{ErasureError, Erasures, of};
use crate::imports;

/// Who is to be erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    /// Whoever is behind a number.
    Number(PhoneNumber),
    /// Whoever is behind the number of a contact.
    Contact(ContactId),
    /// Somebody who signs in, and takes calls perhaps.
    User(UserId),
}

impl fmt::Display for Whom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => f.write_str(number.as_str()),
            Self::Contact(contact) => contact.fmt(f),
            Self::User(user) => user.fmt(f),
        }
    }
}

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Request {
    /// Who is to be erased.
    pub whom: Whom,
    /// Why; a line that names nobody.
    pub legal_basis: String,
    /// Under which key it happens once.
    pub key: Option<String>,
}

impl Erasures {
    /// Erases somebody. When this comes back, nobody can read what was sealed for them (on other
    /// servers after a minute at the latest), and they cannot sign in; that their calls say so,
    /// follows. The same request under the same key is told of the same erasure for a day; whether
    /// it was asked before, is told too.
    ///
    /// # Errors
    /// [`ErasureError::Unknown`] where there is nobody like that, [`ErasureError::LiveCall`] while
    /// they are on a call, [`ErasureError::KeyReused`] where the key was used for somebody else;
    /// [`crate::auth::AuthError::LastAdmin`].
    pub async fn erase(
        &self,
        context: &Context,
        asked: &Request,
    ) -> Result<(Erasure, bool), ErasureError> {
        let org = OrgId::from(context.org_id);
        let line = text::line(&asked.legal_basis, text::MAX_LINE);
        FieldFault::of_text("/legal_basis", line)?;
        let by = format!("user:{}", context.actor.id);
        let claim = self.claim(org, &by, asked).await?;
        let before = claim.as_ref().and_then(|claim| claim.led_to);
        let entry = match before {
            Some(id) => self.entry(org, id).await,
            None => self.begun(org, by, asked).await,
        };
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                self.settle(claim, None).await?;
                return Err(error);
            }
        };
        let id = entry.erasure_id;
        self.settle(claim, Some(id)).await?;
        // Whoever died on the way, or waits for a full disk, has not destroyed anything yet.
        self.destroy(entry).await?;
        let erasure = self.find(org, id).await?.ok_or(ErasureError::Unknown)?;
        Ok((erasure, before.is_some()))
    }

    /// The row of an erasure: from here on it is carried on, whatever happens. Whoever has asked
    /// for the same person at the same time is told of the same one.
    async fn begun(&self, org: OrgId, by: String, asked: &Request) -> Result<Entry, ErasureError> {
        let number = match &asked.whom {
            Whom::Number(number) => Some(number.clone()),
            Whom::Contact(contact) => Some(self.number_of(org, *contact).await?),
            Whom::User(_) => None,
        };
        // Whoever stands in a list that is coming in is not known yet, and does not come in.
        if let Some(number) = &number {
            imports::erasing(&self.database, self.commands.keyring(), (org, number)).await?;
        }
        let subject = match (&asked.whom, &number) {
            (Whom::User(user), _) => self.somebody(org, *user).await?,
            (_, Some(number)) => {
                let known = self.commands.known_subject_of_number(org, number).await?;
                known.ok_or(ErasureError::Unknown)?
            }
            (_, None) => return Err(ErasureError::Unknown),
        };
        let keyring = self.commands.keyring();
        let mark = keyring.mark(org.uuid(), subject.uuid()).await?.ok_or(match asked.whom {
            Whom::Number(_) => ErasureError::Unknown,
            Whom::Contact(_) => ErasureError::Erased,
            Whom::User(_) => ErasureError::Erased,
        })?;
        self.on_no_call(org, (&asked.whom, subject)).await?;
        if let Whom::User(user) = &asked.whom {
            self.accounts.leave_for_good(org, *user).await?;
        }
        let now = self.commands.now();
        let entry = Entry {
            erasure_id: self.ids.next(now),
            organization_id: org.uuid(),
            subject_id: subject.uuid(),
            key_mark: hex::encode(mark),
            legal_basis: asked.legal_basis.clone(),
            requested_by: by,
            requested_at: now,
        };
        self.insert(&[(&entry, None)]).await?;
        self.first(org, subject).await
    }

    /// The number of a contact, as long as anybody can read it.
    async fn number_of(&self, org: OrgId, id: ContactId) -> Result<PhoneNumber, ErasureError> {
        let state = self.commands.state::<Contact>(org, id.uuid()).await?;
        let contact = state.as_ref().and_then(|(contact, _)| contact.known());
        let number = &contact.ok_or(ErasureError::Unknown)?.number;
        let text = self.commands.reveal(org, number).await?.ok_or(ErasureError::Erased)?;
        // What is stored was a number when it came in.
        PhoneNumber::parse(&text).map_err(|_| ErasureError::Erased)
    }

    async fn somebody(&self, org: OrgId, user: UserId) -> Result<SubjectId, ErasureError> {
        match self.accounts.knows(org, user).await? {
            true => Ok(SubjectId::from(user.uuid())),
            false => Err(ErasureError::Unknown),
        }
    }

    async fn on_no_call(
        &self,
        org: OrgId,
        (whom, subject): (&Whom, SubjectId),
    ) -> Result<(), ErasureError> {
        self.caught_up().await?;
        let theirs = match whom {
            Whom::Number(_) | Whom::Contact(_) => of(subject),
            Whom::User(user) => CallFilter { agents: vec![user.uuid()], ..CallFilter::default() },
        };
        let live = CallFilter { live: Some(true), ..theirs };
        if !calls::list(&self.database, org, &live, None, 1).await?.is_empty() {
            return Err(ErasureError::LiveCall);
        }
        let Whom::User(user) = whom else { return Ok(()) };
        let agent = self.agents.agent(org, AgentId::from(user.uuid())).await?;
        match agent.is_some_and(|agent| agent.has_live_call()) {
            true => Err(ErasureError::LiveCall),
            false => Ok(()),
        }
    }
}
