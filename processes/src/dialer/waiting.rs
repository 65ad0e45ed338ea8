//! Somebody has answered: an agent is asked, or they are told that nobody is there and the call is
//! dropped (domain/03 §3.3.3). Where nobody is to speak, they are told what there is.

use domain::agent::{Agent, AgentCommand, AgentRefusal, OnMissed, ReleaseOutcome};
use domain::call::{
    AmdMode, AnsweredBy, Call, CallCommand, ConnectVia, EndedBy, KnownCall, WrapUp,
};
use domain::campaign::{CampaignSettings, Message};
use domain::{AgentId, CallId, OfferId, Timestamp};
use event_store::Failure;

use super::{Dialing, DialingError, NAME};
use crate::ids;
use crate::reactor::{Next, Subject, Trouble};

/// How long an agent is kept for a call that is to be theirs at once.
const RESERVED_MS: i64 = 20_000;
/// How often it is looked for somebody who has become free.
const AGAIN_MS: i64 = 200;

impl Dialing {
    /// Finds an agent for somebody who waits since an instant, and says when to look again.
    pub(crate) async fn attend(
        &self,
        subject: &Subject,
        call: &KnownCall,
        since: Timestamp,
    ) -> Result<Next, Trouble> {
        Ok(self.find_agent(subject, call, since).await?)
    }

    /// Says what there is to be said to somebody with whom nobody speaks.
    pub(crate) async fn announce(
        &self,
        subject: &Subject,
        call: &KnownCall,
    ) -> Result<Next, Trouble> {
        let settings = self.settings_of(subject, call).await?;
        match settings.as_ref().and_then(|settings| settings.message(call.purpose())) {
            Some(message) => Ok(self.begin_message(subject, message).await?),
            None => self.hang_up(subject, "no_announcement").await,
        }
    }

    /// A machine has answered: it is told something after its beep, or nobody is to hear it.
    pub(crate) async fn meet(&self, subject: &Subject, call: &KnownCall) -> Result<Next, Trouble> {
        use AnsweredBy as A;
        let settings = self.settings_of(subject, call).await?.filter(|_| call.agentless());
        let said = settings.and_then(|settings| settings.announcement);
        let leaves = said.is_some_and(|said| said.leave_on_machine);
        let waits = call.dial.is_some_and(|dial| dial.amd == AmdMode::DetectMessageEnd);
        match call.answered_by {
            Some(A::MachineEndBeep | A::MachineEndSilence | A::MachineEndOther) if leaves => {
                self.announce(subject, call).await
            }
            Some(A::MachineStart) if leaves && waits => Ok(Next::Rest),
            _ => self.hang_up(subject, "answering_machine").await,
        }
    }

    async fn hang_up(&self, subject: &Subject, reason: &str) -> Result<Next, Trouble> {
        let (by, reason) = (EndedBy::System, Some(reason.to_owned()));
        let command = CallCommand::RequestEnd { by, reason, at: self.commands.now() };
        subject.tell::<Call>(&self.commands, NAME, command).await?;
        Ok(Next::Rest)
    }

    /// How the campaign of a call has called when the call was begun.
    pub(super) async fn settings_of(
        &self,
        subject: &Subject,
        call: &KnownCall,
    ) -> Result<Option<CampaignSettings>, DialingError> {
        let Some(id) = call.belongs.campaign_id else { return Ok(None) };
        let of = (id, call.belongs.campaign_revision);
        let campaign = self.campaigns.in_revision(subject.org, of).await?;
        Ok(campaign.map(|campaign| campaign.settings))
    }

    /// A message is to be said: from here on whoever says it finds that in the call.
    async fn begin_message(
        &self,
        subject: &Subject,
        message: Message<'_>,
    ) -> Result<Next, DialingError> {
        let (opt_out_key, length_ms) = (message.opt_out_key, message.length_ms());
        let at = self.commands.now();
        let command = CallCommand::StartMessage { opt_out_key, length_ms, at };
        match subject.try_to_tell::<Call>(&self.commands, NAME, command).await {
            // They have hung up meanwhile.
            Ok(_) | Err(Failure::Refused { .. }) => Ok(Next::Rest),
            Err(failure) => Err(DialingError::Told(failure.into())),
        }
    }

    /// An agent is on the call, or they are told that there is none: they do not wait any more.
    pub(crate) async fn attended(&self, subject: &Subject) -> Result<(), Trouble> {
        Ok(self.line_connected(subject.org, CallId::from(subject.id)).await?)
    }

    /// The call is over; whoever was kept for it is kept no longer.
    pub(crate) async fn over(&self, subject: &Subject) -> Result<(), Trouble> {
        let call = CallId::from(subject.id);
        if let Some(agent) = self.line_asked(subject.org, call).await? {
            let offer = self.offer(subject, agent).await?;
            self.release(subject, (agent, offer)).await?;
        }
        Ok(self.end_line(subject.org, call).await?)
    }

    async fn find_agent(
        &self,
        subject: &Subject,
        call: &KnownCall,
        since: Timestamp,
    ) -> Result<Next, DialingError> {
        let (org, id) = (subject.org, CallId::from(subject.id));
        let Some(campaign_id) = call.belongs.campaign_id else { return Ok(Next::Rest) };
        let Some(campaign) = self.campaigns.campaign(org, campaign_id).await? else {
            return Ok(Next::Rest);
        };
        let (since, asked) = self.line_waits(org, id, since).await?;
        let crew = self.crew(org, &self.assigned(org, &campaign).await?).await?;
        // Whoever was asked before this was cut off may be kept for the call already.
        let rest = crew.routable().filter(|agent| Some(*agent) != asked);
        for agent in asked.into_iter().chain(rest) {
            if self.ask(subject, agent).await? {
                return Ok(Next::Rest);
            }
        }
        let now = self.commands.now();
        // Who calls for it is as it is now, but what was promised to whoever is called is as it was
        // when the call was begun.
        let Some(settings) = self.settings_of(subject, call).await? else { return Ok(Next::Rest) };
        let given_up_at = since.plus_ms(i64::from(settings.abandonment.seconds) * 1_000);
        if now < given_up_at {
            return Ok(Next::At(given_up_at.min(now.plus_ms(AGAIN_MS))));
        }
        if let Some(message) = settings.message(call.purpose()) {
            return self.begin_message(subject, message).await;
        }
        let command = CallCommand::Drop { at: now };
        subject.tell::<Call>(&self.commands, NAME, command).await?;
        Ok(Next::Rest)
    }

    /// Keeps an agent for the call, then joins both. False where they cannot take it.
    async fn ask(&self, subject: &Subject, agent: AgentId) -> Result<bool, DialingError> {
        let (org, call_id) = (subject.org, CallId::from(subject.id));
        self.line_asks(org, call_id, agent).await?;
        let offer_id = self.offer(subject, agent).await?;
        let at = self.commands.now();
        let reserve =
            AgentCommand::Reserve { offer_id, call_id, until: at.plus_ms(RESERVED_MS), at };
        match self.tell_agent(subject, agent, reserve).await {
            Ok(()) => {}
            Err(Failure::Refused { .. }) => return Ok(false),
            Err(failure) => return Err(DialingError::Told(failure.into())),
        }
        let wrap_up = self.wrap_up(subject, agent).await?;
        let via = ConnectVia::Dialer;
        let connect = CallCommand::ConnectAgent { agent_id: agent, via, wrap_up, at };
        match subject.try_to_tell::<Call>(&self.commands, NAME, connect).await {
            Ok(_) => Ok(true),
            // They have hung up meanwhile.
            Err(Failure::Refused { .. }) => {
                self.release(subject, (agent, offer_id)).await?;
                Ok(true)
            }
            Err(failure) => Err(DialingError::Told(failure.into())),
        }
    }

    async fn wrap_up(&self, subject: &Subject, agent: AgentId) -> Result<WrapUp, DialingError> {
        let agent = self.agent(subject.org, agent).await?;
        Ok(agent.map_or(WrapUp::DEFAULT, |agent| agent.wrap_up))
    }

    async fn offer(&self, subject: &Subject, agent: AgentId) -> Result<OfferId, DialingError> {
        let call = CallId::from(subject.id);
        Ok(ids::offer(self.commands.keyring(), subject.org, call, agent).await?)
    }

    async fn release(
        &self,
        subject: &Subject,
        (agent, offer_id): (AgentId, OfferId),
    ) -> Result<(), DialingError> {
        let (outcome, on_missed) = (ReleaseOutcome::Rescinded, OnMissed::Stay);
        let at = self.commands.now();
        let command = AgentCommand::Release { offer_id, outcome, on_missed, at };
        let told = self.tell_agent(subject, agent, command).await;
        told.map_err(|failure| DialingError::Told(failure.into()))
    }

    async fn tell_agent(
        &self,
        subject: &Subject,
        agent: AgentId,
        command: AgentCommand,
    ) -> Result<(), Failure<AgentRefusal>> {
        let of = subject.of(agent.uuid());
        of.try_to_tell::<Agent>(&self.commands, NAME, command).await.map(|_| ())
    }
}
