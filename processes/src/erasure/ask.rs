//! Somebody asks for a person to be erased.

use domain::{AgentId, FieldFault, OrgId, PhoneNumber, SubjectId, UserId, text};
use event_store::{Actor, Context};
use projections::calls::read::{self as calls, CallFilter};
use uuid::Uuid;

use super::ledger::{self, Entry};
use super::table::Erasure;
use super::{ErasureError, Erasures, of};
use crate::auth::AuthError;
use crate::ids;

/// Who is to be erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    /// Whoever is behind a number.
    Number(PhoneNumber),
    /// Somebody who signs in, and takes calls perhaps.
    User(UserId),
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

/// The id of an erasure, and by what its request is known again.
struct Named {
    id: Uuid,
    mark: Option<Uuid>,
}

impl Erasures {
    /// Erases somebody. When this comes back, nobody can read what was sealed for them (on other
    /// servers after a minute at the latest), and they cannot sign in; that their calls and their
    /// profile say so, follows. The same request under the same key is told of the same erasure for
    /// a day.
    ///
    /// # Errors
    /// [`ErasureError::Unknown`] where there is nobody like that, [`ErasureError::LiveCall`] while
    /// they are on a call, [`ErasureError::KeyReused`] where the key was used for somebody else;
    /// [`AuthError::LastAdmin`].
    pub async fn erase(&self, context: &Context, asked: &Request) -> Result<Erasure, ErasureError> {
        let org = OrgId::from(context.org_id);
        let legal_basis = asked.legal_basis.as_str();
        FieldFault::of_text("/legal_basis", text::line(legal_basis, text::MAX_LINE))?;
        let named = match self.before(context, asked).await? {
            Before::Done(erasure) => return Ok(*erasure),
            Before::Not(named) => named,
        };
        let subject = match &asked.whom {
            Whom::Number(number) => self.commands.known_subject_of_number(org, number).await?,
            Whom::User(user) => Some(SubjectId::from(user.uuid())),
        };
        let subject = subject.ok_or(ErasureError::Unknown)?;
        let keyring = self.commands.keyring();
        self.free(org, (&asked.whom, subject)).await?;
        let mark = keyring.mark(org.uuid(), subject.uuid()).await?;
        let mark = mark.ok_or(match asked.whom {
            Whom::Number(_) => ErasureError::Unknown,
            Whom::User(_) => ErasureError::Erased,
        })?;
        let entry = Entry {
            erasure_id: named.id,
            organization_id: org.uuid(),
            subject_id: subject.uuid(),
            key_mark: ledger::hex(&mark),
            legal_basis: legal_basis.to_owned(),
            requested_by: who(&context.actor),
            requested_at: self.commands.now(),
        };
        self.insert(&[(&entry, None)], named.mark).await?;
        // Whoever has asked at the same time is told of the same erasure.
        let entry = self.first(org.uuid(), subject.uuid()).await?;
        let entry = entry.ok_or(ErasureError::KeyReused)?;
        let id = entry.erasure_id;
        self.destroy(entry).await?;
        self.find(org, id).await?.ok_or(ErasureError::Unknown)
    }

    /// What the same key has asked for before.
    async fn before(&self, context: &Context, asked: &Request) -> Result<Before, ErasureError> {
        let org = OrgId::from(context.org_id);
        let new = || self.ids.next(self.commands.now());
        let Some(key) = &asked.key else {
            return Ok(Before::Not(Named { id: new(), mark: None }));
        };
        let keyring = self.commands.keyring();
        let id = ids::requested_erasure(keyring, org, &who(&context.actor), key).await?;
        let whom = match &asked.whom {
            Whom::Number(number) => number.as_str().to_owned(),
            Whom::User(user) => user.to_string(),
        };
        let of = (whom.as_str(), asked.legal_basis.as_str());
        let mark = Some(ids::erasure_mark(keyring, org, of, key).await?);
        let Some(erasure) = self.find(org, id).await? else {
            return Ok(Before::Not(Named { id, mark }));
        };
        match self.mark_of(org, id).await? {
            // After a day the key is free again.
            None => Ok(Before::Not(Named { id: new(), mark: None })),
            kept if kept == mark => Ok(Before::Done(Box::new(erasure))),
            Some(_) => Err(ErasureError::KeyReused),
        }
    }

    /// Whoever is on a call is not erased, and the last administrator is not either.
    async fn free(
        &self,
        org: OrgId,
        (whom, subject): (&Whom, SubjectId),
    ) -> Result<(), ErasureError> {
        self.caught_up().await?;
        let live = CallFilter { live: Some(true), ..of(subject) };
        if !calls::list(&self.database, org, &live, None, 1).await?.is_empty() {
            return Err(ErasureError::LiveCall);
        }
        let Whom::User(user) = whom else { return Ok(()) };
        let agent = self.agents.agent(org, AgentId::from(user.uuid())).await?;
        if agent.is_some_and(|agent| agent.has_live_call()) {
            return Err(ErasureError::LiveCall);
        }
        match self.accounts.leave_for_good(org, *user).await {
            Err(AuthError::NobodyLikeThat) => Err(ErasureError::Unknown),
            left => Ok(left?),
        }
    }
}

/// What was before a request.
enum Before {
    /// The same.
    Done(Box<Erasure>),
    /// Nothing: this is how its erasure is called.
    Not(Named),
}

fn who(actor: &Actor) -> String {
    format!("user:{}", actor.id)
}
