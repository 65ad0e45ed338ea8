//! Mails that go nowhere: a development server shows them, links and all.

use async_trait::async_trait;

use super::{Mail, MailError, Mailer};

/// Shows mails. Never in production: whoever sees them could follow the links.
#[derive(Clone, Copy, Debug)]
pub struct LogMailer {
    say: fn(&str),
}

impl LogMailer {
    /// Shows mails like this.
    #[must_use]
    pub fn new(say: fn(&str)) -> Self {
        Self { say }
    }
}

#[async_trait]
impl Mailer for LogMailer {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let Mail { to, subject, text } = mail;
        (self.say)(&format!("\n  mail to {to}: {subject}\n\n{}", indented(text)));
        Ok(())
    }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}
