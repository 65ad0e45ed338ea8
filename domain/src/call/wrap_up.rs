//! The agent's time after a call (C21, C22).

use super::error::CallRefusal;
use super::event::CallEvent;
use super::state::{KnownCall, WrapUpTime};
use super::value::{Stage, WrapUpEnd};
use crate::Timestamp;
use crate::disposition::NO_DISPOSITION;

/// Who says the disposition that nobody has said in time (K13).
const WRAP_UP: &str = "system:wrap-up";
/// An extension is at most an hour.
const LONGEST_SECONDS: u32 = 3_600;

impl KnownCall {
    /// C21
    pub(super) fn extend(
        &self,
        seconds: u32,
        max_extensions: u32,
        at: Timestamp,
    ) -> Result<Vec<CallEvent>, CallRefusal> {
        let Some(WrapUpTime { agent_id, deadline, extensions, .. }) = self.wrap_up else {
            return Err(self.refusal());
        };
        if !(1..=LONGEST_SECONDS).contains(&seconds) {
            return Err(CallRefusal::field("/seconds", "out-of-range", "from 1 to 3600 seconds"));
        }
        let Some(deadline) = deadline else {
            let words = "this wrap-up has no deadline to be put off";
            return Err(CallRefusal::field("", "no_deadline", words));
        };
        if extensions >= max_extensions {
            let words = format!("a wrap-up is extended at most {max_extensions} times");
            return Err(CallRefusal::field("", "max_extensions", words));
        }
        let new_deadline = deadline.plus_ms(i64::from(seconds) * 1_000);
        Ok(vec![CallEvent::CallWrapUpExtended { agent_id, new_deadline, at }])
    }

    /// C22. A timer that comes before the deadline was set for an earlier one.
    pub(super) fn finish_wrap_up(&self, reason: WrapUpEnd, at: Timestamp) -> Vec<CallEvent> {
        let Some(WrapUpTime { agent_id, started_at, deadline, .. }) = self.wrap_up else {
            return Vec::new();
        };
        let timeout = reason == WrapUpEnd::Timeout;
        if timeout && deadline.is_none_or(|deadline| at < deadline) {
            return Vec::new();
        }
        let duration_ms = at.since_ms(started_at).max(0);
        let mut facts = vec![CallEvent::CallWrapUpEnded { agent_id, reason, duration_ms, at }];
        if timeout && self.disposition.is_none() {
            facts.push(CallEvent::CallDispositioned {
                code: NO_DISPOSITION.to_owned(),
                meaning: None,
                resolved: None,
                right_party: None,
                sale: None,
                follow_up_at: None,
                note: None,
                by: WRAP_UP.to_owned(),
                at,
            });
        }
        facts
    }

    pub(super) fn wrap_on(&mut self, event: &CallEvent) {
        if let CallEvent::CallWrapUpStarted { agent_id, deadline, at } = event {
            self.stage = Stage::WrapUp;
            let (agent_id, started_at, deadline) = (*agent_id, *at, *deadline);
            let wrap_up =
                WrapUpTime { agent_id, started_at, deadline, extensions: 0, took_ms: None };
            self.wrap_up = Some(wrap_up);
        } else if let CallEvent::CallWrapUpExtended { new_deadline, .. } = event {
            if let Some(wrap_up) = &mut self.wrap_up {
                wrap_up.deadline = Some(*new_deadline);
                wrap_up.extensions = wrap_up.extensions.saturating_add(1);
            }
        } else if let CallEvent::CallWrapUpEnded { duration_ms, .. } = event {
            self.stage = Stage::Closed;
            if let Some(wrap_up) = &mut self.wrap_up {
                wrap_up.took_ms = Some(*duration_ms);
            }
        }
    }
}
