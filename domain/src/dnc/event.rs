//! The facts of a number that is not to be called, as they are stored forever.

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

use super::{DncScope, DncSource};
use crate::{DecidedEvent, Personal, PhoneNumber, Sealer, SubjectId, Timestamp, UserId};

/// One fact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr, VariantNames)]
#[expect(missing_docs, reason = "docs/EVENTS.md says what the fields mean, generated from golden/")]
pub enum DncEvent {
    /// It is not to be called, until then or without end.
    NumberSuppressed {
        subject_key: SubjectId,
        scope: DncScope,
        number: Personal<PhoneNumber>,
        source: DncSource,
        reason: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expires_at: Option<Timestamp>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<UserId>,
        at: Timestamp,
    },
    /// It may be called again, and this shows that it may.
    NumberReinstated { reason: String, evidence: String, by: UserId, at: Timestamp },
}

impl DecidedEvent for DncEvent {
    const TYPES: &'static [&'static str] = Self::VARIANTS;

    fn event_type(&self) -> &'static str {
        self.into()
    }

    fn occurred_at(&self) -> Timestamp {
        match self {
            Self::NumberSuppressed { at, .. } | Self::NumberReinstated { at, .. } => *at,
        }
    }

    fn each_personal(&mut self, seal: &mut Sealer<'_>) {
        match self {
            Self::NumberSuppressed { number, .. } => number.seal(seal),
            Self::NumberReinstated { .. } => {}
        }
    }
}
