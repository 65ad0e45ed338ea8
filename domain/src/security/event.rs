//! The facts of an organization's doors, as they are stored forever. People stand in them by their
//! ids only.

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};
use uuid::Uuid;

use crate::{ContactId, DecidedEvent, Role, SessionId, SubjectId, Timestamp, UserId};

/// One fact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr, VariantNames)]
#[expect(missing_docs, reason = "docs/EVENTS.md says what the fields mean, generated from golden/")]
pub enum SecurityEvent {
    /// Somebody came in with their password.
    UserSignedIn { user_id: UserId, session_id: SessionId, at: Timestamp },
    /// Somebody's password was not the right one, or they may not come in.
    UserSignInFailed { user_id: UserId, at: Timestamp },
    /// A session was closed.
    SessionClosed { user_id: UserId, session_id: SessionId, because: String, at: Timestamp },
    /// A refresh token came a second time; its session is closed.
    RefreshTokenReused { user_id: UserId, session_id: SessionId, at: Timestamp },
    /// The key of a person was destroyed: what was sealed for them can be read by nobody.
    SubjectErased {
        subject_key: SubjectId,
        erasure_id: Uuid,
        legal_basis: String,
        requested_by: String,
        calls: u32,
        at: Timestamp,
    },
    /// Somebody was given everything that is known of a person, all in the clear.
    SubjectExported {
        subject_key: SubjectId,
        contact_id: ContactId,
        user_id: UserId,
        at: Timestamp,
    },
    /// What a process could not do is tried again.
    DeadLetterRetried { user_id: UserId, process: String, aggregate_id: Uuid, at: Timestamp },
    /// What a process could not do is given up.
    DeadLetterDiscarded {
        user_id: UserId,
        process: String,
        aggregate_id: Uuid,
        reason: String,
        at: Timestamp,
    },
    /// Somebody asked for what their role does not include; told once a minute.
    PermissionDenied { user_id: UserId, role: Role, operation: String, at: Timestamp },
}

impl DecidedEvent for SecurityEvent {
    const TYPES: &'static [&'static str] = Self::VARIANTS;

    fn event_type(&self) -> &'static str {
        self.into()
    }

    fn occurred_at(&self) -> Timestamp {
        match self {
            Self::UserSignedIn { at, .. }
            | Self::UserSignInFailed { at, .. }
            | Self::SessionClosed { at, .. }
            | Self::RefreshTokenReused { at, .. }
            | Self::SubjectErased { at, .. }
            | Self::SubjectExported { at, .. }
            | Self::DeadLetterRetried { at, .. }
            | Self::DeadLetterDiscarded { at, .. }
            | Self::PermissionDenied { at, .. } => *at,
        }
    }
}
