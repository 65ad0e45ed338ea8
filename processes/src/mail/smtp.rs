//! Mails by SMTP (RFC 5321), through a server that somebody else runs.

use std::time::Duration;

use async_trait::async_trait;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use super::{Mail, MailError, Mailer};

/// How long a server may take for one answer.
const PATIENCE: Duration = Duration::from_secs(15);

/// Sends mails by SMTP; cheap to clone.
#[derive(Clone)]
pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl SmtpMailer {
    /// Through the server of a URL such as `smtps://user:password@mail.example:465` (TLS from the
    /// beginning) or `smtp://mail.example:587?tls=required` (STARTTLS). Connects with the first
    /// mail.
    ///
    /// # Errors
    /// [`MailError::Settings`] where the URL or the address of the sender is none.
    pub fn connect(url: &str, from: &str) -> Result<Self, MailError> {
        // The URL may hold a password, so that an error shows nothing of it.
        let settings = |words: &str| MailError::Settings(words.to_owned());
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|_| settings("VOICE_SMTP_URL is no URL of an SMTP server"))?
            .timeout(Some(PATIENCE))
            .build();
        let from = from.parse().map_err(|_| settings("VOICE_MAIL_FROM is no e-mail address"))?;
        Ok(Self { transport, from })
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let to = mail.to.parse().map_err(|_| MailError::Refused("no mailbox".to_owned()))?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(&mail.subject)
            .message_id(None)
            .header(ContentType::TEXT_PLAIN)
            .body(mail.text.clone())
            .map_err(|error| MailError::Refused(error.to_string()))?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) => Err(told(&error)),
        }
    }
}

/// What an error means for the mail. The server's own words may hold the address, so only its code
/// is told. That it does not let us in (53x) is our settings' fault, not the mail's.
fn told(error: &lettre::transport::smtp::Error) -> MailError {
    match error.status() {
        Some(code) if error.is_permanent() && !(530..540).contains(&u16::from(code)) => {
            MailError::Refused(format!("code {code}"))
        }
        Some(code) => MailError::Later(format!("code {code}")),
        None if error.is_client() => MailError::Refused("it cannot be said to the server".into()),
        None => MailError::Later("the server cannot be reached, or says what is not SMTP".into()),
    }
}
