//! Who is called next: the first contact in the order of the campaign that may be called now, given
//! to one agent to look at for a while.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use database::Role;
use domain::campaign::CampaignStatus;
use domain::contact::{Contact, ContactCommand, KnownContact};
use domain::{AgentId, CampaignId, ContactId, OrgId, Timestamp, UserId};
use event_store::Outcome;
use projections::contacts::read;
use uuid::Uuid;

use super::guards::{Looked, PREVIEWED};
use super::{ContactError, Contacts};
use crate::clock::utc;
use crate::commands::Order;

/// Contacts that are looked at together.
const PAGE: i64 = 100;
/// So many are looked at for one question, and so long; whoever asks again goes on behind them.
const MOST: usize = 200;
const LONGEST: Duration = Duration::from_secs(2);
/// So deep a list is read.
const DEEPEST: i64 = 20_000;
/// How much later somebody is called who was skipped.
const SKIPPED_MS: i64 = 3_600_000;

/// A contact that was given to somebody.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// Which.
    pub id: ContactId,
    /// How many facts it has.
    pub version: u64,
    /// The contact.
    pub contact: KnownContact,
    /// Until when nobody else is given it.
    pub until: Timestamp,
}

impl Contacts {
    /// Gives somebody the next contact of a campaign to call: the one that they have already, or
    /// the first that may be called now. None where there is none.
    ///
    /// # Errors
    /// [`ContactError::NotAssigned`] where they do not call for the campaign,
    /// [`ContactError::Away`] where they have left it.
    pub async fn next(
        &self,
        org: OrgId,
        campaign_id: CampaignId,
        by: UserId,
    ) -> Result<Option<Preview>, ContactError> {
        let campaign = self.campaigns.campaign(org, campaign_id).await?;
        let campaign = campaign.ok_or(ContactError::Unknown)?;
        if !self.campaigns.calls_for(org, &campaign, by).await? {
            return Err(ContactError::NotAssigned);
        }
        if campaign.is_away(AgentId::from(by.uuid())) {
            return Err(ContactError::Away);
        }
        let now = self.commands.now();
        if campaign.status != CampaignStatus::Active {
            return Ok(None);
        }
        for id in self.given(org, by, now).await? {
            if let Some(preview) = self.offered(org, (campaign_id, id), by, now).await? {
                return Ok(Some(preview));
            }
        }
        let of = (org, campaign_id);
        let own = AgentId::from(by.uuid());
        for id in read::own_calls(&self.database, of, own, now, PAGE).await? {
            if let Some(preview) = self.offered(org, (campaign_id, id), by, now).await? {
                return Ok(Some(preview));
            }
        }
        let (mut looked, began) = (0, Instant::now());
        for after in (0..DEEPEST).step_by(usize::try_from(PAGE).unwrap_or(1)) {
            let list = (org, campaign_id, campaign.settings.recency);
            let page = read::hopper(&self.database, list, now, (after, PAGE)).await?;
            let over = i64::try_from(page.len()).is_ok_and(|found| found < PAGE);
            for id in page.into_iter().filter(|id| !self.held.holds(*id, now)) {
                if let Some(preview) = self.offered(org, (campaign_id, id), by, now).await? {
                    return Ok(Some(preview));
                }
                looked += 1;
                if looked >= MOST || began.elapsed() >= LONGEST {
                    return Ok(None);
                }
            }
            if over {
                break;
            }
        }
        Ok(None)
    }

    /// Gives a contact to somebody, where it is there and may be called by them.
    async fn offered(
        &self,
        org: OrgId,
        (campaign, id): (CampaignId, ContactId),
        by: UserId,
        now: Timestamp,
    ) -> Result<Option<Preview>, ContactError> {
        let contact = self.contact(org, id).await?;
        if contact.campaign_id != campaign {
            return Ok(None);
        }
        match self.looked(org, contact).await {
            Ok(looked) => self.offer(org, (id, looked), by, now).await,
            Err(ContactError::Erased) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Gives a contact to somebody, where it may be called by them.
    async fn offer(
        &self,
        org: OrgId,
        (id, looked): (ContactId, Looked),
        by: UserId,
        now: Timestamp,
    ) -> Result<Option<Preview>, ContactError> {
        let blocks = self.blocks(org, &looked, Some(by)).await?;
        if !blocks.is_empty() {
            // Whom somebody else looks at, is kept from this one alone.
            if blocks.iter().all(|block| block.reason != PREVIEWED) {
                let until = blocks.iter().filter_map(|block| block.next_allowed_at).max();
                self.held.hold(id, (until, now));
            }
            return Ok(None);
        }
        let seconds = looked.campaign.settings.preview_seconds;
        let until = now.plus_ms(i64::from(seconds) * 1_000);
        let Some(until) = self.give(org, id, (by, until), now).await? else { return Ok(None) };
        let state = self.commands.state::<Contact>(org, id.uuid()).await?;
        let Some((contact, version)) = state else { return Ok(None) };
        let known = contact.known().cloned();
        Ok(known.map(|contact| Preview { id, version, contact, until }))
    }

    /// Somebody does not want to call the contact that they were given, and says why.
    ///
    /// # Errors
    /// [`ContactError`]; a field fault, where it was not given to them.
    pub async fn skip(
        &self,
        order: Order<Contact>,
        (campaign, id): (CampaignId, ContactId),
        reason: String,
        by: UserId,
    ) -> Result<Outcome, ContactError> {
        let (org, now) = (order.org(), self.commands.now());
        let contact = self.contact(org, id).await?;
        if contact.campaign_id != campaign {
            return Err(ContactError::Unknown);
        }
        // A repetition is answered by the log, whoever has been given the contact since.
        let given = self.given(org, by, now).await?.contains(&id);
        let looked = self.looked(org, contact).await?;
        let retry_at = looked.allowed_from(now.plus_ms(SKIPPED_MS));
        let command = ContactCommand::Skip { given, reason, retry_at, by, at: now };
        let outcome = self.commands.carry_out(order, id.uuid(), command).await?;
        if given {
            self.take_back(org, id).await?;
        }
        Ok(outcome)
    }

    /// The contacts that somebody was given and whose time is not over.
    async fn given(
        &self,
        org: OrgId,
        by: UserId,
        now: Timestamp,
    ) -> Result<Vec<ContactId>, ContactError> {
        let mut connection = self.database.pool(Role::Process).acquire().await?;
        let ids: Vec<Uuid> = sqlx::query_scalar(
            "SELECT contact_id FROM contact_previews \
             WHERE org_id = $1 AND user_id = $2 AND until > $3 ORDER BY until",
        )
        .bind(org.uuid())
        .bind(by.uuid())
        .bind(utc(now))
        .fetch_all(&mut *connection)
        .await?;
        Ok(ids.into_iter().map(ContactId::from).collect())
    }

    /// Whether somebody else looks at a contact; only where the campaign gives them out.
    pub(super) async fn given_to_another(
        &self,
        org: OrgId,
        looked: &Looked,
        by: Option<UserId>,
    ) -> Result<bool, ContactError> {
        let id = self.id(org, looked.contact.campaign_id, &looked.number).await?;
        let mut connection = self.database.pool(Role::Process).acquire().await?;
        let given: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM contact_previews WHERE org_id = $1 \
                 AND contact_id = $2 AND until > $3 AND ($4::uuid IS NULL OR user_id <> $4))",
        )
        .bind(org.uuid())
        .bind(id.uuid())
        .bind(utc(self.commands.now()))
        .bind(by.map(|by| by.uuid()))
        .fetch_one(&mut *connection)
        .await?;
        Ok(given)
    }

    /// Until when the contact is theirs; none where somebody else was faster.
    async fn give(
        &self,
        org: OrgId,
        id: ContactId,
        (by, until): (UserId, Timestamp),
        now: Timestamp,
    ) -> Result<Option<Timestamp>, ContactError> {
        let mut connection = self.database.pool(Role::Process).acquire().await?;
        let until: Option<DateTime<Utc>> = sqlx::query_scalar(
            "INSERT INTO contact_previews AS p (org_id, contact_id, user_id, until) \
             VALUES ($1, $2, $3, $4) ON CONFLICT (org_id, contact_id) DO UPDATE \
             SET user_id = excluded.user_id, \
                 until = CASE WHEN p.user_id = excluded.user_id AND p.until > $5 \
                              THEN p.until ELSE excluded.until END \
             WHERE p.user_id = excluded.user_id OR p.until <= $5 RETURNING until",
        )
        .bind(org.uuid())
        .bind(id.uuid())
        .bind(by.uuid())
        .bind(utc(until))
        .bind(utc(now))
        .fetch_optional(&mut *connection)
        .await?;
        Ok(until.map(Timestamp::from))
    }

    /// Nobody looks at a contact any more.
    pub(super) async fn take_back(&self, org: OrgId, id: ContactId) -> Result<(), ContactError> {
        let mut connection = self.database.pool(Role::Process).acquire().await?;
        sqlx::query("DELETE FROM contact_previews WHERE org_id = $1 AND contact_id = $2")
            .bind(org.uuid())
            .bind(id.uuid())
            .execute(&mut *connection)
            .await?;
        Ok(())
    }
}
