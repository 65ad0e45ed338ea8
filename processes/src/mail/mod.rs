//! Mail: the port through which people are written to, and its gateways.

mod log;
mod smtp;

use async_trait::async_trait;

pub use log::LogMailer;
pub use smtp::SmtpMailer;

/// A mail of plain text. It shows nothing when it is printed: it may hold a link that lets
/// somebody in.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// To whom.
    pub to: String,
    /// About what.
    pub subject: String,
    /// What it says.
    pub text: String,
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a mail: {}", self.subject)
    }
}

/// Why a mail did not go out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// It never will.
    #[error("the mail server refuses it: {0}")]
    Refused(String),
    /// It may, later.
    #[error("the mail server cannot take it now: {0}")]
    Later(String),
    /// Nobody could send it like this.
    #[error("mail cannot be sent like this: {0}")]
    Settings(String),
}

/// Sends mails.
#[async_trait]
pub trait Mailer: Send + Sync + 'static {
    /// Hands a mail over. After an error it may have gone out nevertheless.
    ///
    /// # Errors
    /// [`MailError`]
    async fn send(&self, mail: &Mail) -> Result<(), MailError>;
}
