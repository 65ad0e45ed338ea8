//! Tells contacts what their calls came to, and suppresses whoever has said that they are not to be
//! called.
//!
//! It looks at the call, as every reactor does: what a contact knows already says nothing twice.

use domain::agent::Agent;
use domain::call::{AnsweredBy, Call, EndStatus, KnownCall, MessageHeard};
use domain::contact::{AttemptOutcome, Contact, ContactCommand, ContactResult, MESSAGE_DELIVERED};
use domain::disposition::{Category, Meaning, NO_DISPOSITION};
use domain::dnc::{Dnc, DncScope, DncSource};
use domain::{AgentId, CallId, ContactId, PhoneNumber, Timestamp};
use uuid::Uuid;

use super::guards::Looked;
use super::{ContactError, Contacts, FLOW};
use crate::commands::Order;
use crate::dnc;
use crate::reactor::{Next, Reactor, Subject, Trouble};
use crate::telephony::PROVIDER_DOWN;

/// What makes it look.
const FACTS: [&str; 8] = [
    "CallAnswered",
    "CallAgentConnected",
    "CallAnswerClassified",
    "CallDropped",
    "CallMessageEnded",
    "CallEnded",
    "CallDispositioned",
    "CallDispositionRevised",
];
/// How long after a call somebody can say what it came to before nobody is waited for.
const UNSAID_MS: i64 = 3_600_000;
/// The answers of a network that knows no such number (RFC 3261 §21.4).
const NO_SUCH_NUMBER: [u16; 3] = [404, 484, 604];

/// The flow of contacts.
pub struct ContactFlow {
    contacts: Contacts,
}

impl ContactFlow {
    /// The flow of these contacts.
    #[must_use]
    pub fn new(contacts: Contacts) -> Self {
        Self { contacts }
    }

    async fn told(
        &self,
        subject: &Subject,
        contact: ContactId,
        command: ContactCommand,
    ) -> Result<(), Trouble> {
        let of = subject.of(contact.uuid());
        of.tell::<Contact>(&self.contacts.commands, FLOW, command).await
    }

    /// Whoever has said in a call that they are not to be called, is not: whether the call was a
    /// campaign's or not.
    async fn suppress(
        &self,
        subject: &Subject,
        call: &KnownCall,
        (source, reason): (DncSource, String),
    ) -> Result<(), Trouble> {
        let (commands, org) = (&self.contacts.commands, subject.org);
        let Some(number) = call.to.as_ref().or(call.from.as_ref()) else { return Ok(()) };
        let revealed = commands.reveal(org, number).await.map_err(away)?;
        let number = revealed.and_then(|text| PhoneNumber::parse(&text).ok());
        // Whoever was erased is suppressed already, or is somebody new.
        let Some(number) = number else { return Ok(()) };
        let scope = DncScope::Organization;
        let entry = dnc::entry(commands, org, scope, &number).await.map_err(away)?;
        // The fact names who has said so; a process writes it down.
        let said = dnc::Suppression { scope, number, source, reason, expires_at: None, by: None };
        let order = Order::<Dnc>::silent(subject.context(FLOW));
        let told = dnc::suppress(commands, order, entry, said).await;
        told.map(|_| ()).map_err(away)
    }

    /// What the contact is told of a call that is over, and when to look again.
    async fn over(
        &self,
        subject: &Subject,
        (id, looked): (ContactId, Looked),
        call: &KnownCall,
        ended_at: Timestamp,
    ) -> Result<Next, Trouble> {
        let (call_id, now) = (CallId::from(subject.id), self.contacts.commands.now());
        let rules = looked.campaign.settings.attempts.clone();
        let outcome = outcome(call);
        let due = looked.contact.retry_at(outcome, &rules, ended_at).unwrap_or(ended_at);
        let retry_at = looked.allowed_from(due);
        let end = ContactCommand::EndAttempt {
            call_id,
            outcome,
            rules: Box::new(rules.clone()),
            retry_at,
            at: ended_at,
        };
        self.told(subject, id, end).await?;
        let unsaid_at = ended_at.plus_ms(UNSAID_MS);
        let (code, said_at, follow_up_at) = match &call.disposition {
            Some(said) => (said.code.as_str(), said.at, said.follow_up_at),
            // Where it was learned late that they have heard it to its end, this is news.
            None if outcome == AttemptOutcome::Delivered => (MESSAGE_DELIVERED, ended_at, None),
            None if outcome != AttemptOutcome::Connected => return Ok(Next::Rest),
            None if now < unsaid_at => return Ok(Next::At(unsaid_at)),
            None => (NO_DISPOSITION, now, None),
        };
        // What the code meant when it was said, whatever has become of it since.
        let said = call.disposition.as_ref().and_then(|said| said.meaning.as_deref());
        let meaning = Meaning::of(code, said);
        let minutes = meaning.and_then(|meaning| meaning.retry_after_minutes).unwrap_or_default();
        let retry = said_at.plus_ms(i64::from(minutes) * 60_000);
        let command = ContactCommand::Dispose(Box::new(ContactResult {
            call_id,
            code: code.to_owned(),
            category: meaning.map_or(Category::System, |meaning| meaning.category),
            conversion: meaning.is_some_and(|meaning| meaning.conversion),
            follow_up_at,
            agent_id: self.author(subject, call).await?,
            retry_at: looked.allowed_from(retry),
            rules,
            at: said_at.max(ended_at),
        }));
        self.told(subject, id, command).await?;
        Ok(Next::Rest)
    }
}

impl ContactFlow {
    /// Whoever has pressed the key is told so too; other contacts with their number are by the
    /// suppressor.
    async fn let_alone(
        &self,
        subject: &Subject,
        id: ContactId,
        call: &KnownCall,
    ) -> Result<(), Trouble> {
        if !call.opted_out() {
            return Ok(());
        }
        let (scope, source) = (DncScope::Organization, DncSource::Keypress);
        let at = self.contacts.commands.now();
        self.told(subject, id, ContactCommand::MarkDoNotCall { scope, source, at }).await
    }

    /// Who has said what a call came to, where it was an agent who can make another one.
    async fn author(
        &self,
        subject: &Subject,
        call: &KnownCall,
    ) -> Result<Option<AgentId>, Trouble> {
        let by = call.disposition.as_ref().and_then(|said| said.by.rsplit(':').next());
        let Some(id) = by.and_then(|id| id.parse::<Uuid>().ok()) else { return Ok(None) };
        let state = self.contacts.commands.state::<Agent>(subject.org, id).await?;
        let agent = state.as_ref().and_then(|(agent, _)| agent.known());
        Ok(agent.filter(|agent| agent.active).map(|_| AgentId::from(id)))
    }
}

impl Reactor for ContactFlow {
    fn name(&self) -> &'static str {
        FLOW
    }

    fn wants(&self, aggregate_type: &str, event_type: &str) -> bool {
        aggregate_type == Call::TYPE && FACTS.contains(&event_type)
    }

    async fn look(&self, subject: &Subject) -> Result<Next, Trouble> {
        let state = subject.state::<Call>(&self.contacts.commands).await?;
        let Some(call) = state.as_ref().and_then(|(call, _)| call.known()) else {
            return Ok(Next::Rest);
        };
        if call.imported.is_some() {
            return Ok(Next::Rest);
        }
        if let Some(said) = &call.disposition
            && said.meaning().is_some_and(|meaning| meaning.adds_to_dnc)
        {
            let reason = format!("the call came to {}", said.code);
            self.suppress(subject, call, (DncSource::Agent, reason)).await?;
        }
        if call.opted_out() {
            let reason = "a key was pressed during a message".to_owned();
            self.suppress(subject, call, (DncSource::Keypress, reason)).await?;
        }
        let Some(id) = call.belongs.contact_id else { return Ok(Next::Rest) };
        let contact = match self.contacts.contact(subject.org, id).await {
            Ok(contact) => contact,
            // A call may name a contact that another system knows.
            Err(ContactError::Unknown) => return Ok(Next::Rest),
            Err(error) => return Err(away(error)),
        };
        let call_id = CallId::from(subject.id);
        if !contact.attempts.iter().any(|attempt| attempt.call_id == call_id) {
            return Ok(Next::Rest);
        }
        if let Some(at) = connected_at(call) {
            self.told(subject, id, ContactCommand::Connect { call_id, at }).await?;
        }
        let Some(ended_at) = call.ended_at else { return Ok(Next::Rest) };
        let contact = self.contacts.contact(subject.org, id).await.map_err(away)?;
        match self.contacts.looked(subject.org, contact).await {
            Ok(looked) => {
                let next = self.over(subject, (id, looked), call, ended_at).await?;
                self.let_alone(subject, id, call).await?;
                Ok(next)
            }
            // Nothing more is to be said of somebody who is erased.
            Err(ContactError::Erased) => Ok(Next::Rest),
            Err(error) => Err(away(error)),
        }
    }
}

fn away(error: impl std::fmt::Display) -> Trouble {
    Trouble::Away(error.to_string())
}

/// Since when somebody speaks with them. Whoever answers a call that was dialed by itself does not
/// before an agent has come.
fn connected_at(call: &KnownCall) -> Option<Timestamp> {
    if call.dialed_by_itself() {
        return call.segments.first().map(|segment| segment.connected_at);
    }
    call.answered_at.filter(|_| spoken(call))
}

/// Whether a person has answered, or nobody can tell.
pub(crate) fn spoken(call: &KnownCall) -> bool {
    // Where a machine is looked for, it is not known yet.
    let unknown = call.dial.is_some_and(|dial| dial.amd != domain::call::AmdMode::Off);
    !call.dropped && !answered_by_machine(call) && (call.answered_by.is_some() || !unknown)
}

/// Whether a machine has answered.
pub(crate) fn answered_by_machine(call: &KnownCall) -> bool {
    match call.answered_by {
        None | Some(AnsweredBy::Human | AnsweredBy::Unknown) => false,
        Some(
            AnsweredBy::MachineStart
            | AnsweredBy::MachineEndBeep
            | AnsweredBy::MachineEndSilence
            | AnsweredBy::MachineEndOther
            | AnsweredBy::Fax,
        ) => true,
    }
}

/// What a call came to that was made for a message. Whoever hangs up meanwhile was reached, and has
/// heard enough; a machine that does has taken nothing down, and a line that was lost was hung up
/// by nobody.
fn announced(call: &KnownCall, end: EndStatus) -> AttemptOutcome {
    match call.message.and_then(|message| message.heard) {
        Some(MessageHeard::HungUp) if end != EndStatus::Completed => AttemptOutcome::Failed,
        Some(MessageHeard::ToTheEnd | MessageHeard::OptedOut) => AttemptOutcome::Delivered,
        Some(MessageHeard::HungUp) if answered_by_machine(call) => AttemptOutcome::Machine,
        Some(MessageHeard::HungUp) => AttemptOutcome::CutOff,
        Some(MessageHeard::Failed) | None => AttemptOutcome::Failed,
    }
}

/// What a call that is over came to, for the contact.
fn outcome(call: &KnownCall) -> AttemptOutcome {
    let Some(end) = &call.end else { return AttemptOutcome::Failed };
    if call.agentless() && call.message.is_some() {
        return announced(call, end.status);
    }
    match end.status {
        _ if call.dropped => AttemptOutcome::Dropped,
        EndStatus::Completed if answered_by_machine(call) => AttemptOutcome::Machine,
        // Who has hung up before an agent came, was left waiting too.
        EndStatus::Completed if call.dialed_by_itself() && call.segments.is_empty() => {
            AttemptOutcome::Dropped
        }
        EndStatus::Completed => AttemptOutcome::Connected,
        EndStatus::Busy => AttemptOutcome::Busy,
        EndStatus::NoAnswer => AttemptOutcome::NoAnswer,
        EndStatus::Failed if end.sip_code.is_some_and(|code| NO_SUCH_NUMBER.contains(&code)) => {
            AttemptOutcome::InvalidNumber
        }
        // Nobody was asked for it, and whoever dials waits for the provider.
        EndStatus::Failed if end.reason.as_deref() == Some(PROVIDER_DOWN) => {
            AttemptOutcome::NotMade
        }
        EndStatus::Failed => AttemptOutcome::Failed,
        EndStatus::Canceled => AttemptOutcome::Canceled,
    }
}
