//! What people are written, and when: asked for here, sent by the [`super::Postman`].
//!
//! *Architecture invariant:* whoever asks for a mail is told the same after the same work, whether
//! anybody has the address or not. Who has it is looked up when the mail is written.

use database::Role as DatabaseRole;

use super::{Accounts, AuthError, utc};
use crate::mail::Mail;

/// How long nothing more is sent to an address for the same purpose.
const APART_MS: i64 = 5 * 60_000;

/// Why somebody is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// They were asked in.
    Invite,
    /// Somebody has registered with their address.
    Register,
    /// Somebody has forgotten their password.
    Reset,
}

impl Purpose {
    pub(super) const ALL: [Self; 3] = [Self::Invite, Self::Register, Self::Reset];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Invite => "invite",
            Self::Register => "register",
            Self::Reset => "reset",
        }
    }

    pub(super) fn find(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }
}

/// Whom a mail is for, and what it is about.
pub(super) struct Letter {
    /// How the organization is called.
    pub organization: String,
    /// The link's token; none where the address is somebody's already.
    pub token: Option<String>,
    pub purpose: Purpose,
}

impl Letter {
    /// The mail, with links into the program that people use.
    pub(super) fn written(&self, to: String, app_url: &str) -> Mail {
        let link = |page: &str| {
            // Behind `#` a token is sent to no server and stands in no log.
            let token = self.token.as_deref().unwrap_or_default();
            format!("{}/{page}#token={token}", app_url.trim_end_matches('/'))
        };
        let (subject, text) = match (self.purpose, &self.token) {
            (Purpose::Invite, _) => (
                format!("You are invited to {}", self.organization),
                format!(
                    "You are invited to work with {} in Voice.\n\nFollow this link within seven \
                     days, and choose a password:\n\n{}\n",
                    self.organization,
                    link("accept-invitation")
                ),
            ),
            (Purpose::Register, Some(_)) => (
                "Confirm your e-mail address".to_owned(),
                format!(
                    "Somebody, probably you, has registered {} in Voice with this address.\n\n\
                     Follow this link within a day to confirm it:\n\n{}\n\nIf it was not you, do \
                     nothing.\n",
                    self.organization,
                    link("verify-email")
                ),
            ),
            (Purpose::Register, None) => (
                "You have an account already".to_owned(),
                format!(
                    "Somebody, probably you, has tried to register in Voice with this address, \
                     which has an account already.\n\nIf it was you, sign in, or choose another \
                     password:\n\n{}/forgot-password\n\nIf it was not you, do nothing.\n",
                    app_url.trim_end_matches('/')
                ),
            ),
            (Purpose::Reset, _) => (
                "Choose another password".to_owned(),
                format!(
                    "Somebody, probably you, has forgotten the password of this account in \
                     Voice.\n\nFollow this link within an hour to choose another one:\n\n{}\n\nIf \
                     it was not you, do nothing: your password is as it was.\n",
                    link("reset-password")
                ),
            ),
        };
        Mail { to, subject, text }
    }
}

impl Accounts {
    /// Asks for a mail to whoever has an address. What was sent a short time ago is not sent again.
    pub(super) async fn write_to(
        &self,
        index: [u8; 32],
        purpose: Purpose,
    ) -> Result<(), AuthError> {
        let now = self.inner.clock.now();
        let mut connection = self.inner.database.pool(DatabaseRole::Process).acquire().await?;
        sqlx::query(
            "INSERT INTO mail_requests AS m (address, purpose, asked_at, due_at, attempts) \
             VALUES ($1, $2, $3, $3, 0) ON CONFLICT (address, purpose) DO UPDATE \
             SET asked_at = excluded.asked_at, due_at = excluded.due_at, attempts = 0 \
             WHERE m.due_at IS NULL AND m.asked_at < $4",
        )
        .bind(index.as_slice())
        .bind(purpose.word())
        .bind(utc(now))
        .bind(utc(now.plus_ms(-APART_MS)))
        .execute(&mut *connection)
        .await?;
        Ok(())
    }
}
