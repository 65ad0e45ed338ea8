//! What happens to an agent when nobody does anything.

use super::{Agent, AgentCommand, OnMissed, ReleaseOutcome, Slot, WrapUpEndedBy};
use crate::{Owed, Timed, Timestamp};

impl Timed for Agent {
    const STARTS: &'static [&'static str] = &["AgentReserved", "AgentWrapUpStarted"];

    /// Whoever has not answered an offer in time has missed it, and nothing is offered to them
    /// until they say that they are there (A3); a wrap-up with a deadline is over then.
    fn owed(&self, now: Timestamp) -> Owed<AgentCommand> {
        let Some(agent) = self.known() else { return Owed::Nothing };
        let due = agent.slots.iter().filter_map(|slot| match *slot {
            Slot::Reserved { offer_id, until, .. } => {
                let (outcome, on_missed) = (ReleaseOutcome::TimedOut, OnMissed::Unavailable);
                let command = AgentCommand::Release { offer_id, outcome, on_missed, at: now };
                Some((until, command))
            }
            Slot::WrapUp { call_id, deadline: Some(deadline) } => {
                let reason = WrapUpEndedBy::Timeout;
                Some((deadline, AgentCommand::FinishWrapUp { call_id, reason, at: now }))
            }
            Slot::OnCall { .. } | Slot::WrapUp { deadline: None, .. } => None,
        });
        let first = due.min_by_key(|(at, _)| *at);
        first.map_or(Owed::Nothing, |(at, command)| Owed::when(at, now, command))
    }
}
