//! A user: a person who signs in (domain/03 §3.11).
//!
//! ```text
//! nobody ── register ──────────────► active ⇄ suspended
//!    └───── invite ──► invited ── accept ──┘   whoever has not come can be asked in again
//!                                 any ── erase ──► erased
//! ```
//!
//! What proves that it is them, their password and their sessions, is not here:
//! no secret and no hash of one is a fact. That a password was changed is.

mod command;
mod event;
mod refusal;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use command::UserCommand;
pub use event::UserEvent;
pub use refusal::UserRefusal;

use crate::decider::aggregate;
use crate::words::words;
use crate::{
    Decider, EmailAddress, FieldFault, FreeText, Personal, Role, SubjectId, Timestamp, text,
};

words! {
    /// Whether a user may sign in.
    UserStatus {
        /// Was asked in, and has not come yet.
        Invited,
        /// May.
        Active,
        /// May not, until an administrator says otherwise.
        Suspended,
        /// Is nobody any more.
        Erased,
    }
}

/// A user, or none yet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum User {
    /// There is no such user.
    #[default]
    Unknown,
    /// There is.
    Known(KnownUser),
}

/// A user who exists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KnownUser {
    /// Whose key seals what is personal here: the user's own.
    pub subject: SubjectId,
    /// With what they sign in.
    pub email: Personal<EmailAddress>,
    /// How they are called; an invited one has not said it yet.
    pub name: Option<Personal<FreeText>>,
    /// What they may do.
    pub role: Role,
    /// Whether they may sign in.
    pub status: UserStatus,
    /// Until when an invitation can be accepted.
    pub invitation_expires_at: Option<Timestamp>,
    /// How many passwords they have had.
    pub credential_version: u32,
    /// When they were registered or invited.
    pub created_at: Timestamp,
}

aggregate!(User, "user", UserCommand, UserEvent, UserRefusal);

impl Decider for User {
    fn decide(&self, command: UserCommand) -> Result<Vec<UserEvent>, UserRefusal> {
        match (self, command) {
            (Self::Known(user), command) => user.decide(command),
            (Self::Unknown, UserCommand::Register { subject, email, name, role, at }) => {
                named(&name)?;
                let email = Personal::known(subject, email);
                let name = Personal::known(subject, FreeText::new(name));
                Ok(vec![UserEvent::UserRegistered { subject_key: subject, email, name, role, at }])
            }
            (Self::Unknown, UserCommand::Invite { subject, email, role, by, expires_at, at }) => {
                let email = Personal::known(subject, email);
                let subject_key = subject;
                Ok(vec![UserEvent::UserInvited { subject_key, email, role, by, expires_at, at }])
            }
            (Self::Unknown, _) => Err(UserRefusal::Unknown),
        }
    }

    fn evolve(&mut self, event: &UserEvent) {
        match self {
            Self::Known(user) => user.evolve(event),
            Self::Unknown => {
                if let Some(user) = KnownUser::begun(event) {
                    *self = Self::Known(user);
                }
            }
        }
    }

    fn subject(&self) -> Option<SubjectId> {
        self.known().map(|user| user.subject)
    }
}

impl User {
    /// The user, where there is one.
    #[must_use]
    pub fn known(&self) -> Option<&KnownUser> {
        match self {
            Self::Unknown => None,
            Self::Known(user) => Some(user),
        }
    }
}

impl KnownUser {
    fn decide(&self, command: UserCommand) -> Result<Vec<UserEvent>, UserRefusal> {
        match command {
            UserCommand::Erase { .. } if self.status == UserStatus::Erased => Ok(Vec::new()),
            _ if self.status == UserStatus::Erased => Err(UserRefusal::Erased),
            UserCommand::Erase { requested_by, legal_basis, at } => {
                Ok(vec![UserEvent::UserErased { requested_by, legal_basis, at }])
            }
            // The same person again is no news; who somebody else is, is not told.
            UserCommand::Invite { email, role, by, expires_at, at, .. }
                if self.status == UserStatus::Invited =>
            {
                let (subject_key, email) = (self.subject, Personal::known(self.subject, email));
                Ok(vec![UserEvent::UserInvited { subject_key, email, role, by, expires_at, at }])
            }
            UserCommand::Register { .. } | UserCommand::Invite { .. } => Err(UserRefusal::Exists),
            UserCommand::AcceptInvitation { name, at } => match self.status {
                UserStatus::Invited if self.invitation_expires_at.is_some_and(|end| at >= end) => {
                    Err(UserRefusal::InvitationExpired)
                }
                UserStatus::Invited => {
                    named(&name)?;
                    let name = Personal::known(self.subject, FreeText::new(name));
                    Ok(vec![UserEvent::InvitationAccepted { name, at }])
                }
                UserStatus::Active | UserStatus::Suspended | UserStatus::Erased => {
                    Err(self.not_now())
                }
            },
            UserCommand::Rename { name, by, at } => {
                self.active()?;
                named(&name)?;
                let name = Personal::known(self.subject, FreeText::new(name));
                Ok(vec![UserEvent::UserProfileUpdated { name, by, at }])
            }
            UserCommand::ChangeRole { role, .. } if role == self.role => Ok(Vec::new()),
            UserCommand::ChangeRole { role: to, by, at } => {
                Ok(vec![UserEvent::UserRoleChanged { from: self.role, to, by, at }])
            }
            UserCommand::Suspend { .. } if self.status == UserStatus::Suspended => Ok(Vec::new()),
            UserCommand::Suspend { by, at } => {
                self.active()?;
                Ok(vec![UserEvent::UserSuspended { by, at }])
            }
            UserCommand::Reactivate { .. } if self.status == UserStatus::Active => Ok(Vec::new()),
            UserCommand::Reactivate { by, at } => match self.status {
                UserStatus::Suspended => Ok(vec![UserEvent::UserReactivated { by, at }]),
                UserStatus::Invited | UserStatus::Active | UserStatus::Erased => {
                    Err(self.not_now())
                }
            },
            UserCommand::ChangePassword { at } => {
                self.active()?;
                let credential_version = self.credential_version.saturating_add(1);
                Ok(vec![UserEvent::PasswordChanged { credential_version, at }])
            }
        }
    }

    fn active(&self) -> Result<(), UserRefusal> {
        if self.status == UserStatus::Active { Ok(()) } else { Err(self.not_now()) }
    }

    fn not_now(&self) -> UserRefusal {
        let allowed = match self.status {
            UserStatus::Invited => vec!["accept_invitation", "change_role"],
            UserStatus::Active => vec!["rename", "change_role", "suspend", "change_password"],
            UserStatus::Suspended => vec!["change_role", "reactivate"],
            UserStatus::Erased => Vec::new(),
        };
        UserRefusal::State { state: self.status.word(), allowed }
    }

    fn begun(event: &UserEvent) -> Option<Self> {
        let user = |subject: &SubjectId, email: &Personal<EmailAddress>, role: &Role, at| Self {
            subject: *subject,
            email: email.clone(),
            name: None,
            role: *role,
            status: UserStatus::Invited,
            invitation_expires_at: None,
            credential_version: 0,
            created_at: at,
        };
        if let UserEvent::UserRegistered { subject_key, email, name, role, at } = event {
            let status = UserStatus::Active;
            let name = Some(name.clone());
            return Some(Self { name, status, ..user(subject_key, email, role, *at) });
        }
        if let UserEvent::UserInvited { subject_key, email, role, expires_at, at, .. } = event {
            let invitation_expires_at = Some(*expires_at);
            return Some(Self { invitation_expires_at, ..user(subject_key, email, role, *at) });
        }
        None
    }

    fn evolve(&mut self, event: &UserEvent) {
        match event {
            // A user begins once; whoever has not come can be asked in again.
            UserEvent::UserRegistered { .. } => {}
            UserEvent::UserInvited { email, role, expires_at, .. } => {
                if self.status == UserStatus::Invited {
                    (self.email, self.role) = (email.clone(), *role);
                    self.invitation_expires_at = Some(*expires_at);
                }
            }
            UserEvent::InvitationAccepted { name, .. } => {
                (self.status, self.invitation_expires_at) = (UserStatus::Active, None);
                self.name = Some(name.clone());
            }
            UserEvent::UserProfileUpdated { name, .. } => self.name = Some(name.clone()),
            UserEvent::UserRoleChanged { to, .. } => self.role = *to,
            UserEvent::UserSuspended { .. } => self.status = UserStatus::Suspended,
            UserEvent::UserReactivated { .. } => self.status = UserStatus::Active,
            UserEvent::UserErased { .. } => {
                self.status = UserStatus::Erased;
                (self.email, self.name) = (Personal::Erased, None);
                self.invitation_expires_at = None;
            }
            UserEvent::PasswordChanged { credential_version, .. } => {
                self.credential_version = *credential_version;
            }
        }
    }
}

fn named(name: &str) -> Result<(), FieldFault> {
    FieldFault::of_text("/display_name", text::line(name, text::MAX_LABEL))
}
