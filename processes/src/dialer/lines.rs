//! The statements on `dialer_lines`: the calls that were dialed by themselves and are not over.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use database::Role;
use domain::{AgentId, CallId, CampaignId, ContactId, OrgId, Timestamp};
use sqlx::FromRow;
use sqlx::pool::PoolConnection;
use sqlx::postgres::Postgres;
use uuid::Uuid;

use super::{Dialing, DialingError};
use crate::clock::utc;

/// A line whose call may not be there yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub call: CallId,
    pub contact: ContactId,
    pub begun_at: Timestamp,
}

/// How many lines a campaign has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    /// That wait for somebody to answer, or for an agent.
    pub dialing: u32,
    /// At all.
    pub live: u32,
}

#[derive(FromRow)]
struct CountRow {
    campaign_id: Uuid,
    dialing: i64,
    live: i64,
}

type Connection = PoolConnection<Postgres>;

impl Dialing {
    async fn connection(&self) -> Result<Connection, DialingError> {
        Ok(self.database.pool(Role::Process).acquire().await?)
    }

    /// Lines are begun, where they are not yet.
    pub(super) async fn begin_lines(
        &self,
        org: OrgId,
        campaign: CampaignId,
        lines: &[Line],
    ) -> Result<(), DialingError> {
        let calls: Vec<Uuid> = lines.iter().map(|line| line.call.uuid()).collect();
        let contacts: Vec<Uuid> = lines.iter().map(|line| line.contact.uuid()).collect();
        let begun: Vec<DateTime<Utc>> = lines.iter().map(|line| utc(line.begun_at)).collect();
        sqlx::query(
            "INSERT INTO dialer_lines (org_id, call_id, campaign_id, contact_id, begun_at) \
             SELECT $1, call, $2, contact, begun \
             FROM unnest($3::uuid[], $4::uuid[], $5::timestamptz[]) u(call, contact, begun) \
             ON CONFLICT (org_id, call_id) DO NOTHING",
        )
        .bind(org.uuid())
        .bind(campaign.uuid())
        .bind(calls)
        .bind(contacts)
        .bind(begun)
        .execute(&mut *self.connection().await?)
        .await?;
        Ok(())
    }

    /// Its call is there.
    pub(super) async fn line_made(&self, org: OrgId, call: CallId) -> Result<(), DialingError> {
        sqlx::query("UPDATE dialer_lines SET made = true WHERE org_id = $1 AND call_id = $2")
            .bind(org.uuid())
            .bind(call.uuid())
            .execute(&mut *self.connection().await?)
            .await?;
        Ok(())
    }

    /// A person waits for an agent: since then, or since it was said first; and who was asked last.
    pub(super) async fn line_waits(
        &self,
        org: OrgId,
        call: CallId,
        since: Timestamp,
    ) -> Result<(Timestamp, Option<AgentId>), DialingError> {
        let row: Option<(DateTime<Utc>, Option<Uuid>)> = sqlx::query_as(
            "UPDATE dialer_lines SET live_at = coalesce(live_at, $3), made = true \
             WHERE org_id = $1 AND call_id = $2 RETURNING live_at, agent_id",
        )
        .bind(org.uuid())
        .bind(call.uuid())
        .bind(utc(since))
        .fetch_optional(&mut *self.connection().await?)
        .await?;
        Ok(row.map_or((since, None), |(at, agent)| (at.into(), agent.map(AgentId::from))))
    }

    /// An agent is about to be asked.
    pub(super) async fn line_asks(
        &self,
        org: OrgId,
        call: CallId,
        agent: AgentId,
    ) -> Result<(), DialingError> {
        sqlx::query("UPDATE dialer_lines SET agent_id = $3 WHERE org_id = $1 AND call_id = $2")
            .bind(org.uuid())
            .bind(call.uuid())
            .bind(agent.uuid())
            .execute(&mut *self.connection().await?)
            .await?;
        Ok(())
    }

    /// They do not wait for an agent any more.
    pub(super) async fn line_connected(
        &self,
        org: OrgId,
        call: CallId,
    ) -> Result<(), DialingError> {
        sqlx::query("UPDATE dialer_lines SET connected = true WHERE org_id = $1 AND call_id = $2")
            .bind(org.uuid())
            .bind(call.uuid())
            .execute(&mut *self.connection().await?)
            .await?;
        Ok(())
    }

    /// Who was asked last for a call to which nobody has come.
    pub(super) async fn line_asked(
        &self,
        org: OrgId,
        call: CallId,
    ) -> Result<Option<AgentId>, DialingError> {
        let agent: Option<Uuid> = sqlx::query_scalar(
            "SELECT agent_id FROM dialer_lines \
             WHERE org_id = $1 AND call_id = $2 AND NOT connected AND agent_id IS NOT NULL",
        )
        .bind(org.uuid())
        .bind(call.uuid())
        .fetch_optional(&mut *self.connection().await?)
        .await?;
        Ok(agent.map(AgentId::from))
    }

    /// The call is over, or is not made.
    pub(super) async fn end_line(&self, org: OrgId, call: CallId) -> Result<(), DialingError> {
        sqlx::query("DELETE FROM dialer_lines WHERE org_id = $1 AND call_id = $2")
            .bind(org.uuid())
            .bind(call.uuid())
            .execute(&mut *self.connection().await?)
            .await?;
        Ok(())
    }

    /// Lines of a campaign whose calls may not be there.
    pub(super) async fn unmade_lines(
        &self,
        org: OrgId,
        campaign: CampaignId,
    ) -> Result<Vec<Line>, DialingError> {
        let rows: Vec<(Uuid, Uuid, DateTime<Utc>)> = sqlx::query_as(
            "SELECT call_id, contact_id, begun_at FROM dialer_lines \
             WHERE org_id = $1 AND campaign_id = $2 AND NOT made ORDER BY begun_at",
        )
        .bind(org.uuid())
        .bind(campaign.uuid())
        .fetch_all(&mut *self.connection().await?)
        .await?;
        let lines = rows.into_iter().map(|(call, contact, begun_at)| Line {
            call: CallId::from(call),
            contact: ContactId::from(contact),
            begun_at: begun_at.into(),
        });
        Ok(lines.collect())
    }

    /// The lines of an organization, by campaign.
    pub(super) async fn lines(
        &self,
        org: OrgId,
    ) -> Result<BTreeMap<CampaignId, Count>, DialingError> {
        let rows: Vec<CountRow> = sqlx::query_as(
            "SELECT campaign_id, count(*) FILTER (WHERE NOT connected) AS dialing, \
                 count(*) AS live \
             FROM dialer_lines WHERE org_id = $1 GROUP BY campaign_id",
        )
        .bind(org.uuid())
        .fetch_all(&mut *self.connection().await?)
        .await?;
        let whole = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
        let counts = rows.into_iter().map(|row| {
            let count = Count { dialing: whole(row.dialing), live: whole(row.live) };
            (CampaignId::from(row.campaign_id), count)
        });
        Ok(counts.collect())
    }
}
