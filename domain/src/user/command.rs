//! What may be asked of a user.

use crate::{EmailAddress, Role, SubjectId, Timestamp, UserId};

/// A command.
#[derive(Clone, Debug, PartialEq)]
pub enum UserCommand {
    /// Somebody is there, with a password already.
    Register {
        /// Whose key seals it: the user's own.
        subject: SubjectId,
        /// With what they sign in; reserved for them.
        email: EmailAddress,
        /// How they are called.
        name: String,
        /// What they may do.
        role: Role,
        /// When.
        at: Timestamp,
    },
    /// Somebody is asked in.
    Invite {
        /// Whose key seals it: the user's own.
        subject: SubjectId,
        /// Where the invitation goes; reserved for them.
        email: EmailAddress,
        /// What they will be allowed to do.
        role: Role,
        /// Who asks.
        by: UserId,
        /// Until when they can come.
        expires_at: Timestamp,
        /// When.
        at: Timestamp,
    },
    /// They come.
    AcceptInvitation {
        /// How they are called.
        name: String,
        /// When.
        at: Timestamp,
    },
    /// They are called something else.
    Rename {
        /// How.
        name: String,
        /// Who says so.
        by: UserId,
        /// When.
        at: Timestamp,
    },
    /// They may do something else. That an administrator is left, is seen to before.
    ChangeRole {
        /// What.
        role: Role,
        /// Who says so.
        by: UserId,
        /// When.
        at: Timestamp,
    },
    /// They may not sign in any more.
    Suspend {
        /// Who says so.
        by: UserId,
        /// When.
        at: Timestamp,
    },
    /// They may again.
    Reactivate {
        /// Who says so.
        by: UserId,
        /// When.
        at: Timestamp,
    },
    /// They are erased. That an administrator is left, is seen to before.
    Erase {
        /// Who has asked for it.
        requested_by: String,
        /// Why.
        legal_basis: String,
        /// When.
        at: Timestamp,
    },
    /// They have another password.
    ChangePassword {
        /// When.
        at: Timestamp,
    },
}
