//! Brings calls and agents together: whoever is on a call is so on both sides, and whoever answers
//! a call that was made for an agent, or that was dialed by itself, finds one.
//!
//! The agent is the only one who says what keeps them, the call the only one who says who speaks:
//! an agent is kept first, then joined. It looks at the call as it is, so that what it does can be
//! done again.

use domain::agent::{Agent, AgentCommand, AgentRefusal, KnownAgent, Presence, Slot, WrapUpEndedBy};
use domain::call::{
    AgentSegment, Call, CallCommand, ConnectVia, DialOrder, EndedBy, KnownCall, Leg, Stage, WrapUp,
    WrapUpMode,
};
use domain::{AgentId, CallId};
use event_store::Failure;

use crate::commands::Commands;
use crate::contacts::{answered_by_machine, spoken};
use crate::dialer::Dialing;
use crate::reactor::{Next, Reactor, Subject, Trouble};

/// The process: in its cursor, its dead letters, and what it tells the log.
const NAME: &str = "agent-calls";
/// What makes it look.
const FACTS: [&str; 8] = [
    "CallInitiated",
    "CallAnswered",
    "CallAnswerClassified",
    "CallAgentConnected",
    "CallAgentDisconnected",
    "CallMessageStarted",
    "CallEnded",
    "CallWrapUpEnded",
];

/// Why a call is given up that was made for an agent who has another one.
const AGENT_BUSY: &str = "agent_busy";
/// The time after a call that was none.
const NOTHING_TO_WRITE: WrapUp = WrapUp { mode: WrapUpMode::None, seconds: 0 };

/// The process.
pub struct AgentCalls {
    commands: Commands,
    dialing: Dialing,
}

impl AgentCalls {
    /// The process.
    #[must_use]
    pub fn new(commands: Commands, dialing: Dialing) -> Self {
        Self { commands, dialing }
    }

    /// Whoever speaks is on the call, and whoever has spoken is not any more.
    async fn settle(&self, subject: &Subject, call: &KnownCall) -> Result<(), Trouble> {
        for segment in &call.segments {
            let Some(agent) = self.agent(subject, segment.agent_id).await? else { continue };
            let over = segment.disconnected_at.or(call.ended_at);
            if begins(&agent, CallId::from(subject.id), over.is_none()) {
                self.start(subject, segment, &agent).await?;
            }
            if let Some(at) = over {
                let (call_id, wrap_up) = (CallId::from(subject.id), segment.wrap_up);
                let finish = AgentCommand::FinishCall { call_id, wrap_up, at };
                self.tell(subject, segment.agent_id, finish).await?;
            }
        }
        let wraps_up = call.stage == Stage::WrapUp;
        match call.segments.last().filter(|_| call.leg == Leg::Ended && !wraps_up) {
            Some(last) => self.finish_wrap_up(subject, last.agent_id).await,
            None => Ok(()),
        }
    }

    /// Whoever was to speak with somebody who has hung up first, is not kept.
    async fn give_up(&self, subject: &Subject, call: &KnownCall) -> Result<(), Trouble> {
        let meant = call.belongs.agent_id.filter(|_| call.segments.is_empty());
        let (Some(agent), Some(at)) = (meant, call.ended_at) else { return Ok(()) };
        let (call_id, wrap_up) = (CallId::from(subject.id), NOTHING_TO_WRITE);
        self.tell(subject, agent, AgentCommand::FinishCall { call_id, wrap_up, at }).await
    }

    /// The call says that an agent is on it.
    async fn start(
        &self,
        subject: &Subject,
        segment: &AgentSegment,
        agent: &KnownAgent,
    ) -> Result<(), Trouble> {
        let (call_id, segment_no) = (CallId::from(subject.id), segment.segment_no);
        let offer_id = agent.slots.iter().find_map(|slot| match slot {
            Slot::Reserved { offer_id, call_id: reserved, .. } if *reserved == call_id => {
                Some(*offer_id)
            }
            _ => None,
        });
        let at = segment.connected_at;
        let start = AgentCommand::StartCall { call_id, segment_no, offer_id, at };
        if let Err(refusal) = self.try_to_tell(subject, segment.agent_id, start).await? {
            let (agent, call) = (segment.agent_id, subject.id);
            tracing::warn!(%agent, %call, %refusal, "a call has an agent who is not on it");
        }
        Ok(())
    }

    /// What was to be written down about the call, is. A deadline is the agent's own affair.
    async fn finish_wrap_up(&self, subject: &Subject, agent: AgentId) -> Result<(), Trouble> {
        let (call_id, at) = (CallId::from(subject.id), self.commands.now());
        let Some(known) = self.agent(subject, agent).await? else { return Ok(()) };
        let writes = known.slots.iter().any(|slot| match slot {
            Slot::WrapUp { call_id: of, deadline } => {
                *of == call_id && deadline.is_none_or(|deadline| at < deadline)
            }
            Slot::Reserved { .. } | Slot::OnCall { .. } => false,
        });
        if !writes {
            return Ok(());
        }
        let reason = WrapUpEndedBy::Agent;
        self.tell(subject, agent, AgentCommand::FinishWrapUp { call_id, reason, at }).await
    }

    /// A call that was made for an agent keeps them while it rings, so that nothing else is theirs
    /// meanwhile. One who has another call cannot make this one.
    async fn keep(
        &self,
        subject: &Subject,
        call: &KnownCall,
        agent_id: AgentId,
    ) -> Result<(), Trouble> {
        let (call_id, at) = (CallId::from(subject.id), self.commands.now());
        let Some(agent) = self.agent(subject, agent_id).await? else { return Ok(()) };
        // Who is not signed in calls with a telephone of which nothing is known.
        if !agent.active || agent.presence == Presence::Offline {
            return Ok(());
        }
        let start = AgentCommand::StartCall { call_id, segment_no: 1, offer_id: None, at };
        if self.try_to_tell(subject, agent_id, start).await?.is_err()
            && call.end_requested.is_none()
        {
            let (by, reason) = (EndedBy::System, Some(AGENT_BUSY.to_owned()));
            let end = CallCommand::RequestEnd { by, reason, at };
            subject.tell::<Call>(&self.commands, NAME, end).await?;
        }
        Ok(())
    }

    /// Somebody has answered a call that was made for an agent, who is to speak with them.
    async fn join(
        &self,
        subject: &Subject,
        call: &KnownCall,
        agent_id: AgentId,
    ) -> Result<(), Trouble> {
        let (call_id, at) = (CallId::from(subject.id), self.commands.now());
        let Some(agent) = self.agent(subject, agent_id).await? else { return Ok(()) };
        let start = AgentCommand::StartCall { call_id, segment_no: 1, offer_id: None, at };
        // Who is not there cannot be joined; the call goes on as whoever has asked for it wants.
        if self.try_to_tell(subject, agent_id, start).await?.is_err() {
            return Ok(());
        }
        let via = match call.dial.map(|dial| dial.order) {
            Some(DialOrder::AgentFirst) => ConnectVia::AgentFirst,
            Some(DialOrder::CustomerFirst) | None => ConnectVia::Pickup,
        };
        let wrap_up = agent.wrap_up;
        let connect = CallCommand::ConnectAgent { agent_id, via, wrap_up, at };
        match subject.try_to_tell::<Call>(&self.commands, NAME, connect).await {
            Ok(_) => Ok(()),
            // They have hung up meanwhile.
            Err(Failure::Refused { .. }) => {
                let wrap_up = NOTHING_TO_WRITE;
                let finish = AgentCommand::FinishCall { call_id, wrap_up, at };
                self.tell(subject, agent_id, finish).await
            }
            Err(failure) => Err(failure.into()),
        }
    }

    /// Whoever has answered finds somebody.
    async fn attend(&self, subject: &Subject, call: &KnownCall) -> Result<Next, Trouble> {
        let waits = call.leg == Leg::Answered
            && call.stage == Stage::None
            && call.segments.is_empty()
            && call.end_requested.is_none()
            && call.message.is_none();
        let Some(answered_at) = call.answered_at.filter(|_| waits) else { return Ok(Next::Rest) };
        let itself = call.dialed_by_itself();
        if !spoken(call) {
            let machine = itself && answered_by_machine(call);
            return if machine { self.dialing.meet(subject, call).await } else { Ok(Next::Rest) };
        }
        if call.agentless() {
            return self.dialing.announce(subject, call).await;
        }
        if itself {
            // Where a machine was looked for, they wait since it is known that none has answered.
            let blocked = call.answered_by.is_some();
            let since = if blocked { self.commands.now() } else { answered_at };
            return self.dialing.attend(subject, call, since).await;
        }
        if let Some(agent) = call.belongs.agent_id {
            self.join(subject, call, agent).await?;
        }
        Ok(Next::Rest)
    }

    async fn agent(&self, subject: &Subject, id: AgentId) -> Result<Option<KnownAgent>, Trouble> {
        let state = self.commands.state::<Agent>(subject.org, id.uuid()).await?;
        Ok(state.as_ref().and_then(|(agent, _)| agent.known()).cloned())
    }

    async fn tell(
        &self,
        subject: &Subject,
        agent: AgentId,
        command: AgentCommand,
    ) -> Result<(), Trouble> {
        let of = subject.of(agent.uuid());
        of.tell::<Agent>(&self.commands, NAME, command).await
    }

    /// The same, where the agent may say no.
    async fn try_to_tell(
        &self,
        subject: &Subject,
        agent: AgentId,
        command: AgentCommand,
    ) -> Result<Result<(), AgentRefusal>, Trouble> {
        let of = subject.of(agent.uuid());
        match of.try_to_tell::<Agent>(&self.commands, NAME, command).await {
            Ok(_) => Ok(Ok(())),
            Err(Failure::Refused { error, .. }) => Ok(Err(error)),
            Err(failure) => Err(failure.into()),
        }
    }
}

/// Whether an agent is to begin a call that says that they speak, or have spoken while they were
/// still kept for it.
fn begins(agent: &KnownAgent, call: CallId, speaks: bool) -> bool {
    let slot = agent.slots.iter().find(|slot| slot.call_id() == call);
    match slot {
        Some(Slot::OnCall { .. }) => false,
        Some(Slot::Reserved { .. }) => true,
        Some(Slot::WrapUp { .. }) | None => speaks,
    }
}

impl Reactor for AgentCalls {
    fn name(&self) -> &'static str {
        NAME
    }

    fn wants(&self, aggregate_type: &str, event_type: &str) -> bool {
        aggregate_type == Call::TYPE && FACTS.contains(&event_type)
    }

    async fn look(&self, subject: &Subject) -> Result<Next, Trouble> {
        let state = subject.state::<Call>(&self.commands).await?;
        let Some(call) = state.as_ref().and_then(|(call, _)| call.known()) else {
            return Ok(Next::Rest);
        };
        if call.imported.is_some() {
            return Ok(Next::Rest);
        }
        self.settle(subject, call).await?;
        self.give_up(subject, call).await?;
        let rings = call.leg < Leg::Answered && !call.dialed_by_itself();
        if let Some(agent) = call.belongs.agent_id.filter(|_| rings) {
            self.keep(subject, call, agent).await?;
            return Ok(Next::Rest);
        }
        if call.dialed_by_itself() {
            if call.leg == Leg::Ended {
                self.dialing.over(subject).await?;
            } else if !call.segments.is_empty() || call.message.is_some() {
                self.dialing.attended(subject).await?;
            }
        }
        self.attend(subject, call).await
    }
}
