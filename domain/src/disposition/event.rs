//! The facts of a catalog, as they are stored forever.

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

use super::Definition;
use crate::{DecidedEvent, Timestamp, UserId};

/// One fact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr, VariantNames)]
#[expect(missing_docs, reason = "docs/EVENTS.md says what the fields mean, generated from golden/")]
pub enum DispositionEvent {
    /// Calls can come to something else, too.
    DispositionCodeDefined {
        code: String,
        #[serde(flatten)]
        definition: Box<Definition>,
        by: UserId,
        at: Timestamp,
    },
    /// A code counts as something else from now on; all of it. What calls came to before stays.
    DispositionCodeChanged {
        code: String,
        #[serde(flatten)]
        definition: Box<Definition>,
        by: UserId,
        at: Timestamp,
    },
    /// A code can be chosen no more. What calls came to before stays.
    DispositionCodeRetired { code: String, by: UserId, at: Timestamp },
    /// It can be chosen again.
    DispositionCodeRestored { code: String, by: UserId, at: Timestamp },
}

impl DecidedEvent for DispositionEvent {
    const TYPES: &'static [&'static str] = Self::VARIANTS;

    fn event_type(&self) -> &'static str {
        self.into()
    }

    /// Since version 2 a code may say what calls are about.
    fn event_version(&self) -> i16 {
        match self {
            Self::DispositionCodeDefined { definition, .. }
            | Self::DispositionCodeChanged { definition, .. } => 1 + definition.meaning.later(),
            Self::DispositionCodeRetired { .. } | Self::DispositionCodeRestored { .. } => 1,
        }
    }

    fn newest(event_type: &str) -> i16 {
        match event_type {
            "DispositionCodeDefined" | "DispositionCodeChanged" => 2,
            _ => 1,
        }
    }

    fn occurred_at(&self) -> Timestamp {
        match self {
            Self::DispositionCodeDefined { at, .. }
            | Self::DispositionCodeChanged { at, .. }
            | Self::DispositionCodeRetired { at, .. }
            | Self::DispositionCodeRestored { at, .. } => *at,
        }
    }
}
