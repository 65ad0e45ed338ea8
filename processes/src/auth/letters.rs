//! What people are written, and when: asked for here, sent by the [`super::Postman`].
//!
//! *Architecture invariant:* whoever asks for a mail is told the same after the same work, whether
//! anybody has the address or not. Who has it is looked up when the mail is written.

use database::Role as DatabaseRole;
use domain::OrgId;
use uuid::Uuid;

use super::{Accounts, AuthError, utc};
use crate::mail::Mail;

/// How long the same is not sent again.
const APART_MS: i64 = 5 * 60_000;
/// How many mails an address gets for one purpose in an hour.
const MOST: i64 = 5;
const HOUR_MS: i64 = 3_600_000;

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
        let app = app_url.trim_end_matches('/');
        let link = |page: &str| {
            // Behind `#` a token is sent to no server and stands in no log.
            let token = self.token.as_deref().unwrap_or_default();
            format!("{app}/{page}#token={token}")
        };
        let (subject, text) = match (self.purpose, &self.token) {
            (Purpose::Invite, _) => (
                "You are invited to Voice",
                paragraphs(&[
                    &format!("You are invited to work with {} in Voice.", self.organization),
                    "Follow this link within seven days, and choose a password:",
                    &link("accept-invitation"),
                ]),
            ),
            (Purpose::Register, Some(_)) => (
                "Confirm your e-mail address",
                paragraphs(&[
                    &format!("Somebody has registered {} in Voice", self.organization),
                    "with this address. If it was you, follow this link within a day,",
                    "and enter the password that you have chosen:",
                    &link("verify-email"),
                    "If it was not you, do nothing.",
                ]),
            ),
            (Purpose::Register, None) => (
                "You have an account already",
                paragraphs(&[
                    "Somebody has tried to register in Voice with this address, which has an",
                    "account already. If it was you, sign in, or choose another password:",
                    &format!("{app}/forgot-password"),
                    "If it was not you, do nothing.",
                ]),
            ),
            (Purpose::Reset, _) => (
                "Choose another password",
                paragraphs(&[
                    "Somebody has forgotten the password of this account in Voice.",
                    "If it was you, follow this link within an hour to choose another one:",
                    &link("reset-password"),
                    "If it was not you, do nothing: your password is as it was.",
                ]),
            ),
        };
        let subject = subject.to_owned();
        Mail { to, subject, text }
    }
}

/// Lines, with a link on a line of its own.
fn paragraphs(lines: &[&str]) -> String {
    let mut text = String::new();
    for line in lines {
        let link = line.contains("://");
        text.push_str(if link { "\n" } else { "" });
        text.push_str(line);
        text.push_str(if link { "\n\n" } else { "\n" });
    }
    text
}

impl Accounts {
    /// Asks for a mail to whoever has an address, with a link that is there already or will be
    /// made. What was sent a short time ago is not sent again.
    pub(super) async fn write_to(
        &self,
        index: [u8; 32],
        purpose: Purpose,
        link: Option<(OrgId, Uuid)>,
    ) -> Result<(), AuthError> {
        let now = self.inner.clock.now();
        let mut connection = self.inner.database.pool(DatabaseRole::Process).acquire().await?;
        sqlx::query(
            "INSERT INTO mail_requests AS m \
                 (address, purpose, link_id, org_id, asked_at, due_at, attempts) \
             SELECT $1, $2, $3, $4, $5, $5, 0 \
             WHERE (SELECT count(*) FROM mail_requests o \
                    WHERE o.address = $1 AND o.purpose = $2 AND o.asked_at > $7) < $8 \
             ON CONFLICT (address, purpose, link_id) DO UPDATE \
             SET asked_at = excluded.asked_at, due_at = excluded.due_at, attempts = 0 \
             WHERE m.due_at IS NULL AND m.asked_at < $6",
        )
        .bind(index.as_slice())
        .bind(purpose.word())
        .bind(link.map_or_else(Uuid::nil, |(_, link)| link))
        .bind(link.map(|(org, _)| org.uuid()))
        .bind(utc(now))
        .bind(utc(now.plus_ms(-APART_MS)))
        .bind(utc(now.plus_ms(-HOUR_MS)))
        .bind(MOST)
        .execute(&mut *connection)
        .await?;
        Ok(())
    }
}
