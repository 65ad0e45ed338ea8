//! Sends the mails that were asked for, each at least once. Any number of servers may: a mail is
//! one server's for a while.

use std::sync::Arc;

use database::Role as DatabaseRole;
use domain::organization::Organization;
use domain::user::{User, UserStatus};
use domain::{OrgId, UserId};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::letters::{Letter, Purpose};
use super::{Accounts, AuthError, utc};
use crate::mail::{Mail, MailError, Mailer};

/// How often somebody looks whether a mail is asked for.
const TICK_MS: i64 = 1_000;
/// How long each attempt may take, and when the next one is made: 1, 5, 15, 60 minutes, and so on
/// until a day is over.
const PAUSES_MS: [i64; 8] = [60, 300, 900, 3_600, 10_800, 21_600, 21_600, 28_800];
const RESET_MS: i64 = 3_600_000;

/// Sends what the accounts have asked for.
pub struct Postman {
    accounts: Accounts,
    mailer: Arc<dyn Mailer>,
    app_url: String,
}

#[derive(sqlx::FromRow)]
struct Due {
    address: Vec<u8>,
    purpose: String,
    link_id: Uuid,
    org_id: Option<Uuid>,
    attempts: i32,
}

impl Postman {
    /// Through this mailer, with links into the program at this address.
    #[must_use]
    pub fn new(accounts: Accounts, mailer: Arc<dyn Mailer>, app_url: &str) -> Self {
        Self { accounts, mailer, app_url: app_url.to_owned() }
    }

    /// Sends everything that is due now, until the token is canceled, and says how many it tried.
    ///
    /// # Errors
    /// The database is away; what was not tried stays due.
    pub async fn run_due(&self, token: &CancellationToken) -> Result<usize, AuthError> {
        let mut tried = 0;
        while !token.is_cancelled()
            && let Some(due) = self.next().await?
        {
            self.deliver(&due).await?;
            tried += 1;
        }
        Ok(tried)
    }

    /// Looks on every tick until the token is canceled.
    pub async fn run(self, token: CancellationToken) {
        loop {
            if let Err(error) = self.run_due(&token).await {
                tracing::error!(%error, "mails wait to be sent");
            }
            tokio::select! {
                () = token.cancelled() => return,
                () = self.accounts.inner.clock.sleep_ms(TICK_MS) => {}
            }
        }
    }

    /// The next mail, which is ours until its next attempt.
    async fn next(&self) -> Result<Option<Due>, AuthError> {
        let now = self.accounts.inner.clock.now();
        let pool = self.accounts.inner.database.pool(DatabaseRole::Process);
        let mut connection = pool.acquire().await?;
        let pauses = PAUSES_MS.map(|seconds| seconds * 1_000);
        let due = sqlx::query_as(
            "UPDATE mail_requests SET attempts = attempts + 1, \
                 due_at = $1 + ($2::bigint[])[least(attempts + 1, cardinality($2))] \
                          * interval '1 ms' \
             WHERE (address, purpose, link_id) = ( \
                 SELECT address, purpose, link_id FROM mail_requests WHERE due_at <= $1 \
                 ORDER BY purpose = 'invite', due_at LIMIT 1 FOR UPDATE SKIP LOCKED) \
             RETURNING address, purpose, link_id, org_id, attempts",
        )
        .bind(utc(now))
        .bind(pauses.as_slice())
        .fetch_optional(&mut *connection)
        .await?;
        Ok(due)
    }

    async fn deliver(&self, due: &Due) -> Result<(), AuthError> {
        let over = match self.mail(due).await? {
            None => true,
            Some(mail) => match self.mailer.send(&mail).await {
                Ok(()) => true,
                Err(error @ (MailError::Refused(_) | MailError::Settings(_))) => {
                    tracing::error!(%error, purpose = due.purpose, "a mail is given up");
                    true
                }
                Err(error @ MailError::Later(_)) => {
                    let over = usize::try_from(due.attempts).is_ok_and(|n| n >= PAUSES_MS.len());
                    tracing::warn!(%error, purpose = due.purpose, over, "a mail was not sent");
                    over
                }
            },
        };
        if !over {
            return Ok(());
        }
        let pool = self.accounts.inner.database.pool(DatabaseRole::Process);
        let mut connection = pool.acquire().await?;
        sqlx::query(
            "UPDATE mail_requests SET due_at = NULL \
             WHERE address = $1 AND purpose = $2 AND link_id = $3 AND attempts = $4",
        )
        .bind(&due.address)
        .bind(&due.purpose)
        .bind(due.link_id)
        .bind(due.attempts)
        .execute(&mut *connection)
        .await?;
        Ok(())
    }

    /// The mail, where somebody has the address and it is still worth writing.
    async fn mail(&self, due: &Due) -> Result<Option<Mail>, AuthError> {
        let Some(purpose) = Purpose::find(&due.purpose) else { return Ok(None) };
        let inner = &self.accounts.inner;
        let held = self.holder(&due.address).await?;
        let (link, (org, user)) = match due.org_id {
            Some(org) => match self.accounts.good_link(org, due.link_id).await? {
                Some(link) => (Some(self.accounts.token_of(&link)), link.whose()),
                None => return Ok(None),
            },
            None => match held {
                Some(holder) => (None, holder),
                None => return Ok(None),
            },
        };
        let state = inner.commands.state::<User>(org, user.uuid()).await?;
        let Some(known) = state.as_ref().and_then(|(user, _)| user.known()) else {
            return Ok(None);
        };
        let token = match (purpose, known.status, link) {
            (Purpose::Invite, UserStatus::Invited, Some(token)) => Some(token),
            // Whose the address is by now is told that somebody has tried, and gets no link.
            (Purpose::Register, UserStatus::Active, token) => {
                token.filter(|_| held.is_none_or(|holder| holder == (org, user)))
            }
            (Purpose::Reset, UserStatus::Active, None) => {
                let address = due.address.as_slice().try_into();
                let address = address.map_err(|_| AuthError::LinkOver)?;
                let until = inner.clock.now().plus_ms(RESET_MS);
                let of = (purpose, address);
                let link = self.accounts.link((org, user), of, until).await?;
                Some(self.accounts.token_of(&link))
            }
            _ => return Ok(None),
        };
        let Some(to) = inner.commands.reveal(org, &known.email).await? else { return Ok(None) };
        let state = inner.commands.state::<Organization>(org, org.uuid()).await?;
        let name = state.as_ref().and_then(|(organization, _)| organization.name());
        let organization = name.unwrap_or("an organization").to_owned();
        let letter = Letter { organization, token, purpose };
        tracing::info!(%org, %user, purpose = due.purpose, "a mail is written");
        Ok(Some(letter.written(to, &self.app_url)))
    }

    /// Who has shown that an address is theirs.
    async fn holder(&self, address: &[u8]) -> Result<Option<(OrgId, UserId)>, AuthError> {
        let pool = self.accounts.inner.database.pool(DatabaseRole::Process);
        let mut connection = pool.acquire().await?;
        let holder: Option<(Uuid, Uuid)> = sqlx::query_as(
            "SELECT org_id, user_id FROM email_addresses \
             WHERE address = $1 AND confirmed_at IS NOT NULL",
        )
        .bind(address)
        .fetch_optional(&mut *connection)
        .await?;
        Ok(holder.map(|(org, user)| (OrgId::from(org), UserId::from(user))))
    }
}
