//! Whether the figures are right: never more than was appended, never less than before, and in the
//! end what somebody counts who reads the log alone.

use std::collections::BTreeMap;

use anyhow::{Context as _, ensure};
use database::{Database, Role};
use domain::call::{Call, CallEvent, DequeueReason};
use domain::{DecidedEvent as _, OrgId, Timestamp};
use event_store::Feed;
use serde_json::Value;
use uuid::Uuid;

const PAGE: i64 = 20_000;

/// Figures of the calls since an instant.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    /// Calls.
    pub calls: u64,
    /// Those that were answered.
    pub answered_calls: u64,
    /// Waits that are over.
    pub offered: u64,
    /// Those that an agent ended.
    pub answered: u64,
    /// How long agents have talked.
    pub talk_ms: u64,
    /// Calls that settled the matter.
    pub resolved: u64,
}

impl Figures {
    /// As an answer of `GET /analytics/calls` has them.
    ///
    /// # Errors
    /// They are not there, or are no whole numbers.
    pub fn answered(body: &Value) -> anyhow::Result<Self> {
        let of = |name: &str, times: u64| {
            let figure = body.pointer(&format!("/totals/{name}/value")).context("a figure")?;
            // What is not defined yet is nothing; times have three decimals.
            let text = if figure.is_null() { "0".to_owned() } else { figure.to_string() };
            let (whole, parts) = text.split_once('.').unwrap_or((&text, ""));
            let parts = format!("{parts:0<3}");
            let whole: u64 = whole.parse()?;
            anyhow::Ok(whole * times + if times > 1 { parts.parse()? } else { 0 })
        };
        Ok(Self {
            calls: of("calls", 1)?,
            answered_calls: of("answered_calls", 1)?,
            offered: of("offered", 1)?,
            answered: of("answered", 1)?,
            talk_ms: of("talk_seconds_sum", 1_000)?,
            resolved: of("resolved", 1)?,
        })
    }

    fn each(&self) -> [u64; 6] {
        [self.calls, self.answered_calls, self.offered, self.answered, self.talk_ms, self.resolved]
    }

    /// Sees that none of them is less than before, and that they know of no more calls than were
    /// begun.
    ///
    /// # Errors
    /// In words, which.
    pub fn follow(&self, before: &Self, begun: u64) -> anyhow::Result<()> {
        let backwards = self.each().iter().zip(before.each()).any(|(now, then)| *now < then);
        ensure!(!backwards, "a figure went backwards: {before:?}, then {self:?}");
        ensure!(self.calls <= begun, "{begun} calls were begun, the figures know {self:?}");
        Ok(())
    }

    /// Counted from the log behind a position, by what each event says, of the calls that began
    /// since an instant.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn counted(
        database: &Database,
        org: OrgId,
        after: i64,
        since: Timestamp,
    ) -> anyhow::Result<Self> {
        let mut calls: BTreeMap<Uuid, Story> = BTreeMap::new();
        let mut feed = Feed::open(database.pool(Role::Auditor)).await?;
        let mut at = after;
        loop {
            let read = feed.page(at, PAGE, |event| {
                at = event.position;
                if event.aggregate_type == Call::TYPE && OrgId::from(event.org_id) == org {
                    let (kind, version) = (event.event_type, event.event_version);
                    let fact = CallEvent::decode(kind, version, event.payload)?;
                    calls.entry(event.aggregate_id).or_default().hear(&fact);
                }
                anyhow::Ok(())
            });
            if read.await.map_err(|error| anyhow::anyhow!("{error}"))? == 0 {
                break;
            }
        }
        let mut counted = Self::default();
        for story in calls.values().filter(|story| story.began.is_some_and(|at| at >= since)) {
            counted.calls += 1;
            counted.answered_calls += u64::from(story.answered);
            counted.offered += story.offered;
            counted.answered += story.taken;
            counted.talk_ms += story.talk_ms;
            counted.resolved += u64::from(story.resolved);
        }
        Ok(counted)
    }
}

/// What the events of a call say.
#[derive(Default)]
struct Story {
    began: Option<Timestamp>,
    answered: bool,
    offered: u64,
    taken: u64,
    talk_ms: u64,
    resolved: bool,
    connected: Option<Timestamp>,
}

impl Story {
    fn hear(&mut self, fact: &CallEvent) {
        if let CallEvent::InboundCallReceived { at, .. } = fact {
            self.began = Some(*at);
        } else if let CallEvent::CallAnswered { .. } = fact {
            self.answered = true;
        } else if let CallEvent::CallDequeued { reason, .. } = fact {
            self.offered += 1;
            self.taken += u64::from(*reason == DequeueReason::Answered);
        } else if let CallEvent::CallAgentConnected { at, .. } = fact {
            self.connected = Some(*at);
        } else if let CallEvent::CallEnded { ended_at, .. } = fact {
            let talked = self.connected.map_or(0, |connected| ended_at.since_ms(connected).max(0));
            self.talk_ms += u64::try_from(talked).unwrap_or(0);
        } else if let CallEvent::CallDispositioned { resolved, .. } = fact {
            self.resolved = *resolved == Some(true);
        }
    }
}
