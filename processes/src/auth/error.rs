//! Why somebody is not let in.

use database::DatabaseError;
use domain::{FieldFault, Refusal};
use event_store::{Failure, KeyringError, LogError};

/// Why not.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// The address or the password is wrong; which of them is not told.
    #[error("the e-mail address or the password is wrong")]
    InvalidCredentials,
    /// The password is right, but they may not sign in.
    #[error("the user is suspended")]
    Suspended,
    /// Signing in has failed too often.
    #[error("signing in has failed too often")]
    TooOften {
        /// When it may be tried again, in seconds.
        retry_after_s: u32,
    },
    /// Too many passwords are being checked.
    #[error("too many passwords are being checked")]
    Busy,
    /// A refresh token that was never given out, or whose session is over.
    #[error("the refresh token is not valid")]
    InvalidToken,
    /// A refresh token was used twice: its session is closed now.
    #[error("the refresh token was used before; its session is closed")]
    Reused,
    /// A field is wrong.
    #[error(transparent)]
    Field(#[from] FieldFault),
    /// The password is right, but nobody has shown yet that the address is theirs.
    #[error("the e-mail address is not verified")]
    Unverified,
    /// A link is not good, or no more.
    #[error("the link was never made, was followed already, or its time is over")]
    LinkOver,
    /// The address belongs to somebody.
    #[error("the e-mail address is taken")]
    Taken,
    /// Nobody would be left to administer the organization.
    #[error("nobody would be left to administer the organization")]
    LastAdmin,
    /// There is no such user in the organization.
    #[error("there is no such user")]
    NobodyLikeThat,
    /// The organization has asked as many people in today as it may.
    #[error("the organization has asked as many people in today as it may")]
    Quota,
    /// The domain said no.
    #[error("{0}")]
    Refused(Box<dyn Refusal>),
    /// The log did not take it, for any reason but a refusal.
    #[error("the command did not happen: {0}")]
    Command(Failure<Nothing>),
    /// It cannot be done like this.
    #[error("{0}")]
    Wrong(String),
    /// The database is away or refuses.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// A key cannot be fetched.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// A hash cannot be made or read.
    #[error("a password could not be hashed: {0}")]
    Hashing(String),
}

impl From<sqlx::Error> for AuthError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

/// A refusal that there is none of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Nothing {}

impl Refusal for Nothing {
    fn code(&self) -> &'static str {
        match *self {}
    }
}

impl<R: Refusal> From<Failure<R>> for AuthError {
    fn from(failure: Failure<R>) -> Self {
        Self::Command(match failure {
            Failure::Refused { error, .. } => {
                let field = error.field().cloned();
                return field.map_or_else(|| Self::Refused(Box::new(error)), Self::Field);
            }
            Failure::VersionMismatch { current } => Failure::VersionMismatch { current },
            Failure::Conflict => Failure::Conflict,
            Failure::KeyReused => Failure::KeyReused,
            Failure::KeyInProgress => Failure::KeyInProgress,
            Failure::Overloaded => Failure::Overloaded,
            Failure::Unavailable(error) => Failure::Unavailable(error),
            Failure::OutcomeUnknown => Failure::OutcomeUnknown,
            Failure::Erased => Failure::Erased,
            Failure::StreamClosed => Failure::StreamClosed,
            Failure::Fault(error) => Failure::Fault(error),
        })
    }
}
