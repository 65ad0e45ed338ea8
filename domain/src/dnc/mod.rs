//! A number that is not to be called: by the whole organization, or by one campaign (domain/03
//! §3.4, guard 4).
//!
//! ```text
//! nothing ── suppress ──► suppressed ── reinstate ──► reinstated ── suppress ──► suppressed
//! ```
//!
//! Its id follows from the scope and the number by the organization's secret, so that a number is
//! still not called after the person behind it was erased, although nobody can read it any more.

mod event;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use event::DncEvent;

use crate::decider::aggregate;
use crate::words::words;
use crate::{
    CampaignId, Decider, FieldFault, Personal, PhoneNumber, Refusal, SubjectId, Timestamp, UserId,
    text,
};

words! {
    /// Who or what has said that a number is not to be called.
    DncSource {
        /// The person, to an agent.
        Agent,
        /// The person, by a key.
        Keypress,
        /// The person, by a message.
        Sms,
        /// A list that was brought in.
        Import,
        /// A program.
        Api,
        /// A regulator's list.
        Regulator,
        /// The person, by having themselves erased.
        Erasure,
    }
}

/// Whom it binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DncScope {
    /// The whole organization.
    Organization,
    /// One campaign.
    Campaign {
        /// Which.
        campaign_id: CampaignId,
    },
}

/// A number that is not to be called, or nothing yet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dnc {
    /// Nothing was said of it.
    #[default]
    Unknown,
    /// Something was.
    Known(KnownDnc),
}

/// What was said of a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KnownDnc {
    /// Whose key seals the number.
    pub subject: SubjectId,
    /// Whom it binds.
    pub scope: DncScope,
    /// The number.
    pub number: Personal<PhoneNumber>,
    /// Who or what has said so.
    pub source: DncSource,
    /// Why.
    pub reason: String,
    /// Who has written it down, where it was somebody.
    pub by: Option<UserId>,
    /// When it was said last.
    pub suppressed_at: Timestamp,
    /// Until when; without end, where nothing is said.
    pub expires_at: Option<Timestamp>,
    /// When it was taken back, where it was.
    pub reinstated_at: Option<Timestamp>,
    /// When something was said for the first time.
    pub created_at: Timestamp,
}

/// What may be asked of it.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the facts")]
pub enum DncCommand {
    /// It is not to be called.
    Suppress {
        subject: SubjectId,
        scope: DncScope,
        number: PhoneNumber,
        source: DncSource,
        reason: String,
        expires_at: Option<Timestamp>,
        by: Option<UserId>,
        at: Timestamp,
    },
    /// It may be called again, and this shows that it may.
    Reinstate { reason: String, evidence: String, by: UserId, at: Timestamp },
}

/// Why not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DncRefusal {
    /// Nothing was said of the number.
    #[error("there is no such entry")]
    Unknown,
    /// A field is wrong.
    #[error(transparent)]
    Field(#[from] FieldFault),
}

aggregate!(Dnc, "dnc", DncCommand, DncEvent, DncRefusal);

impl Decider for Dnc {
    fn decide(&self, command: DncCommand) -> Result<Vec<DncEvent>, DncRefusal> {
        match command {
            DncCommand::Suppress { subject, scope, number, source, reason, expires_at, by, at } => {
                FieldFault::of_text("/reason", text::line(&reason, text::MAX_LINE))?;
                if expires_at.is_some_and(|end| end <= at || !end.in_range()) {
                    let words = "later than now, before the year 2100";
                    return Err(FieldFault::new("/expires_at", "not-in-future", words).into());
                }
                // What is said for longer already, is no news.
                let longer = |known: &KnownDnc| match (known.expires_at, expires_at) {
                    (None, _) => true,
                    (Some(_), None) => false,
                    (Some(before), Some(end)) => before >= end,
                };
                if self.known().is_some_and(|known| known.blocks(at) && longer(known)) {
                    return Ok(Vec::new());
                }
                Ok(vec![DncEvent::NumberSuppressed {
                    subject_key: subject,
                    scope,
                    number: Personal::known(subject, number),
                    source,
                    reason,
                    expires_at,
                    by,
                    at,
                }])
            }
            DncCommand::Reinstate { reason, evidence, by, at } => {
                let known = self.known().ok_or(DncRefusal::Unknown)?;
                FieldFault::of_text("/reason", text::line(&reason, text::MAX_LINE))?;
                FieldFault::of_text("/evidence", text::line(&evidence, text::MAX_LINE))?;
                if known.reinstated_at.is_some() {
                    return Ok(Vec::new());
                }
                Ok(vec![DncEvent::NumberReinstated { reason, evidence, by, at }])
            }
        }
    }

    fn evolve(&mut self, event: &DncEvent) {
        match event {
            DncEvent::NumberSuppressed {
                subject_key,
                scope,
                number,
                source,
                reason,
                expires_at,
                by,
                at,
            } => {
                let created_at = self.known().map_or(*at, |known| known.created_at);
                *self = Self::Known(KnownDnc {
                    subject: *subject_key,
                    scope: *scope,
                    number: number.clone(),
                    source: *source,
                    reason: reason.clone(),
                    by: *by,
                    suppressed_at: *at,
                    expires_at: *expires_at,
                    reinstated_at: None,
                    created_at,
                });
            }
            DncEvent::NumberReinstated { at, .. } => {
                if let Self::Known(known) = self {
                    known.reinstated_at = Some(*at);
                }
            }
        }
    }

    fn subject(&self) -> Option<SubjectId> {
        self.known().map(|known| known.subject)
    }
}

impl Dnc {
    /// What was said, where something was.
    #[must_use]
    pub fn known(&self) -> Option<&KnownDnc> {
        match self {
            Self::Unknown => None,
            Self::Known(known) => Some(known),
        }
    }
}

impl KnownDnc {
    /// Whether the number is not to be called at an instant.
    #[must_use]
    pub fn blocks(&self, at: Timestamp) -> bool {
        self.reinstated_at.is_none() && self.expires_at.is_none_or(|end| at < end)
    }
}

impl Refusal for DncRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "not-found",
            Self::Field(fault) => fault.code(),
        }
    }

    fn field(&self) -> Option<&FieldFault> {
        match self {
            Self::Unknown => None,
            Self::Field(fault) => Some(fault),
        }
    }
}
