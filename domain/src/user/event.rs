//! The facts of a user, as they are stored forever.

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

use crate::{
    DecidedEvent, EmailAddress, FreeText, Personal, Role, Sealer, SubjectId, Timestamp, UserId,
};

/// One fact of a user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr, VariantNames)]
#[expect(missing_docs, reason = "docs/EVENTS.md says what the fields mean, generated from golden/")]
pub enum UserEvent {
    /// Somebody is there, with a password.
    UserRegistered {
        subject_key: SubjectId,
        email: Personal<EmailAddress>,
        name: Personal<FreeText>,
        role: Role,
        at: Timestamp,
    },
    /// Somebody was asked in, for the first time or again.
    UserInvited {
        subject_key: SubjectId,
        email: Personal<EmailAddress>,
        role: Role,
        by: UserId,
        expires_at: Timestamp,
        at: Timestamp,
    },
    /// They came, and have a password.
    InvitationAccepted { name: Personal<FreeText>, at: Timestamp },
    /// They are called something else.
    UserProfileUpdated { name: Personal<FreeText>, by: UserId, at: Timestamp },
    /// They may do something else; every session of theirs ends with it.
    UserRoleChanged { from: Role, to: Role, by: UserId, at: Timestamp },
    /// They may not sign in any more; every session of theirs ends with it.
    UserSuspended { by: UserId, at: Timestamp },
    /// They may sign in again.
    UserReactivated { by: UserId, at: Timestamp },
    /// Their key is destroyed: nobody reads their address and their name any more.
    UserErased { requested_by: String, legal_basis: String, at: Timestamp },
    /// They have another password; every other session of theirs ends with it.
    PasswordChanged { credential_version: u32, at: Timestamp },
}

impl DecidedEvent for UserEvent {
    const TYPES: &'static [&'static str] = Self::VARIANTS;

    fn event_type(&self) -> &'static str {
        self.into()
    }

    fn occurred_at(&self) -> Timestamp {
        match self {
            Self::UserRegistered { at, .. }
            | Self::UserInvited { at, .. }
            | Self::InvitationAccepted { at, .. }
            | Self::UserProfileUpdated { at, .. }
            | Self::UserRoleChanged { at, .. }
            | Self::UserSuspended { at, .. }
            | Self::UserReactivated { at, .. }
            | Self::UserErased { at, .. }
            | Self::PasswordChanged { at, .. } => *at,
        }
    }

    fn each_personal(&mut self, seal: &mut Sealer<'_>) {
        match self {
            Self::UserRegistered { email, name, .. } => {
                email.seal(seal);
                name.seal(seal);
            }
            Self::UserInvited { email, .. } => email.seal(seal),
            Self::InvitationAccepted { name, .. } | Self::UserProfileUpdated { name, .. } => {
                name.seal(seal);
            }
            Self::UserRoleChanged { .. }
            | Self::UserSuspended { .. }
            | Self::UserReactivated { .. }
            | Self::UserErased { .. }
            | Self::PasswordChanged { .. } => {}
        }
    }
}
