//! What somebody has to know of one subject by one rule (domain/03 §3.13). Its id follows from the
//! two, so that the log itself keeps it from being open twice.
//!
//! ```text
//!            raise                acknowledge
//!   nothing ───────► raised ─────────────────► acknowledged
//!      ▲               └── clear, resolve, expire ──┤
//!      └────── after a while ── over ◄──────────────┘
//! ```
//!
//! Each time has an id of its own, by which people speak of it.

mod event;
mod refusal;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use event::{AlertEvent, AlertSubject, Told};
pub use refusal::AlertRefusal;

use crate::decider::aggregate;
use crate::words::words;
use crate::{AlertId, Decider, SubjectId, Timestamp, UserId};

words! {
    /// Why it is over.
    Resolution {
        /// It is so no longer.
        Cleared,
        /// Somebody says so.
        ByHand,
        /// Its rule was switched off or taken away.
        RuleOff,
    }
    /// How it stands.
    AlertState {
        /// Nobody knows.
        Raised,
        /// Somebody does.
        Acknowledged,
        /// It is over.
        Resolved,
        /// Nothing was known of it for a day.
        Expired,
    }
}

impl AlertState {
    /// All of them.
    pub const ALL: &'static [Self] = <Self as strum::VariantArray>::VARIANTS;
}

/// What somebody has to know, or had to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    last: Option<Episode>,
}

/// One time that somebody has to know, or had to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Episode {
    /// Which.
    pub id: AlertId,
    /// Who knows.
    pub acknowledged_by: Option<UserId>,
    /// Since when it is over.
    pub over_at: Option<Timestamp>,
    /// How it stands.
    pub state: AlertState,
}

/// What may be asked of it.
#[derive(Clone, Debug, PartialEq)]
pub enum AlertCommand {
    /// It is so. What is open already is passed over.
    Raise {
        /// The id that it gets, where it is not open.
        alert_id: AlertId,
        /// What is told.
        told: Box<Told>,
        /// The value of which somebody has to know.
        value: f64,
        /// For how long after it was over it is not told again.
        cooldown_seconds: u32,
        /// When.
        at: Timestamp,
    },
    /// It is so no longer, or nobody asks any more. What is over already is passed over.
    Clear {
        /// The value, where there is one.
        value: Option<f64>,
        /// Why.
        reason: Resolution,
        /// When.
        at: Timestamp,
    },
    /// Nothing is known of it any more. What is over already is passed over.
    Expire {
        /// When.
        at: Timestamp,
    },
    /// Somebody knows.
    Acknowledge {
        /// Of which.
        alert_id: AlertId,
        /// Who.
        by: UserId,
        /// When.
        at: Timestamp,
    },
    /// Somebody says that it is over.
    Resolve {
        /// Which.
        alert_id: AlertId,
        /// Who.
        by: UserId,
        /// When.
        at: Timestamp,
    },
}

aggregate!(Alert, "alert", AlertCommand, AlertEvent, AlertRefusal);

type Decided = Result<Vec<AlertEvent>, AlertRefusal>;

impl Decider for Alert {
    fn decide(&self, command: AlertCommand) -> Decided {
        match command {
            AlertCommand::Raise { alert_id, told, value, cooldown_seconds, at } => {
                if self.open().is_some() {
                    return Ok(Vec::new());
                }
                let over = self.last.as_ref().and_then(|last| last.over_at);
                let until = over.map(|over| over.plus_ms(i64::from(cooldown_seconds) * 1_000));
                match until.filter(|until| *until > at) {
                    Some(until) => Err(AlertRefusal::Cooling { until }),
                    None => Ok(vec![AlertEvent::AlertRaised { alert_id, told, value, at }]),
                }
            }
            AlertCommand::Clear { value, reason, at } => Ok(self
                .open()
                .map(|open| AlertEvent::AlertResolved {
                    alert_id: open.id,
                    reason,
                    value,
                    by: None,
                    at,
                })
                .into_iter()
                .collect()),
            AlertCommand::Expire { at } => {
                let expired = |open: &Episode| AlertEvent::AlertExpired { alert_id: open.id, at };
                Ok(self.open().map(expired).into_iter().collect())
            }
            AlertCommand::Acknowledge { alert_id, by, at } => {
                let open = self.open().filter(|open| open.id == alert_id);
                match open.ok_or_else(|| self.over(alert_id))?.acknowledged_by {
                    Some(_) => Ok(Vec::new()),
                    None => Ok(vec![AlertEvent::AlertAcknowledged { alert_id, by, at }]),
                }
            }
            AlertCommand::Resolve { alert_id, by, at } => {
                let last = self.last.as_ref().filter(|last| last.id == alert_id);
                match last.ok_or_else(|| self.over(alert_id))?.state {
                    AlertState::Resolved => Ok(Vec::new()),
                    AlertState::Expired => Err(self.over(alert_id)),
                    AlertState::Raised | AlertState::Acknowledged => {
                        let (reason, by) = (Resolution::ByHand, Some(by));
                        let value = None;
                        Ok(vec![AlertEvent::AlertResolved { alert_id, reason, value, by, at }])
                    }
                }
            }
        }
    }

    fn evolve(&mut self, event: &AlertEvent) {
        match event {
            AlertEvent::AlertRaised { alert_id, .. } => {
                let (id, state) = (*alert_id, AlertState::Raised);
                self.last = Some(Episode { id, acknowledged_by: None, over_at: None, state });
            }
            AlertEvent::AlertAcknowledged { by, .. } => {
                if let Some(last) = &mut self.last {
                    last.acknowledged_by = Some(*by);
                    last.state = AlertState::Acknowledged;
                }
            }
            AlertEvent::AlertResolved { at, .. } => self.end(AlertState::Resolved, *at),
            AlertEvent::AlertExpired { at, .. } => self.end(AlertState::Expired, *at),
        }
    }

    fn subject(&self) -> Option<SubjectId> {
        None
    }
}

impl Alert {
    /// The last time that somebody had to know.
    #[must_use]
    pub fn last(&self) -> Option<&Episode> {
        self.last.as_ref()
    }

    fn open(&self) -> Option<&Episode> {
        self.last.as_ref().filter(|last| last.over_at.is_none())
    }

    fn end(&mut self, state: AlertState, at: Timestamp) {
        if let Some(last) = &mut self.last {
            last.over_at = Some(at);
            last.state = state;
        }
    }

    /// Why nothing can be said of one of its times: it is none of them, or over.
    fn over(&self, id: AlertId) -> AlertRefusal {
        match &self.last {
            None => AlertRefusal::Unknown,
            Some(last) if last.id == id => AlertRefusal::Over { state: last.state },
            // An earlier one, which another came after.
            Some(_) => AlertRefusal::Over { state: AlertState::Resolved },
        }
    }
}
