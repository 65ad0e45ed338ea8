//! The statements on `dialer_paces`: how fast a campaign dials, from one tick to the next.

use chrono::{DateTime, Utc};
use database::{DatabaseError, Role};
use domain::campaign::pacing::{FIRST_GAIN, Pacing};
use domain::{CampaignId, OrgId, Timestamp};
use projections::RuntimeError;
use sqlx::FromRow;

use super::{Dialing, DialingError};
use crate::clock::utc;

/// How fast a campaign dials, and what the last tick has found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tick {
    /// When it was.
    pub at: Timestamp,
    /// Agents at work.
    pub agents: u32,
    /// Those of them who could take a call.
    pub available: u32,
    /// Calls that waited for somebody to answer, or for an agent.
    pub dialing: u32,
    /// Calls at all.
    pub live: u32,
    /// Calls that may begin at once.
    pub(super) tokens: f64,
    /// With which gain it dials ahead of free agents.
    pub(super) gain: f64,
    /// When that was told.
    pub(super) paced_at: Timestamp,
}

#[derive(FromRow)]
struct Row {
    tokens: f64,
    gain: f64,
    paced_at: DateTime<Utc>,
    ticked_at: DateTime<Utc>,
    agents: i32,
    available: i32,
    dialing: i32,
    live: i32,
}

impl Tick {
    /// Before the first: everything that may begin at once does.
    pub(super) fn first(pacing: &Pacing, at: Timestamp) -> Self {
        Self {
            at,
            agents: 0,
            available: 0,
            dialing: 0,
            live: 0,
            tokens: pacing.burst(),
            gain: FIRST_GAIN,
            paced_at: at,
        }
    }

    /// Calls that may begin at once.
    pub(super) fn whole(&self) -> u32 {
        #[expect(clippy::as_conversions, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        // There are at most 100, and never less than none.
        let whole = self.tokens.clamp(0.0, 1_000.0) as u32;
        whole
    }

    /// The same with the calls that the time since has allowed.
    pub(super) fn filled(self, pacing: &Pacing, at: Timestamp) -> Self {
        let passed = i32::try_from(at.since_ms(self.at).max(0)).unwrap_or(i32::MAX);
        let new = f64::from(passed) / 60_000.0 * f64::from(pacing.calls_per_minute);
        Self { at, tokens: (self.tokens + new).min(pacing.burst()), ..self }
    }
}

impl Dialing {
    /// The last tick of a campaign.
    pub(super) async fn tick(
        &self,
        org: OrgId,
        campaign: CampaignId,
    ) -> Result<Option<Tick>, RuntimeError> {
        let mut connection = self.database.pool(Role::Process).acquire().await?;
        let row: Option<Row> = sqlx::query_as(
            "SELECT tokens, gain, paced_at, ticked_at, agents, available, dialing, live \
             FROM dialer_paces WHERE org_id = $1 AND campaign_id = $2",
        )
        .bind(org.uuid())
        .bind(campaign.uuid())
        .fetch_optional(&mut *connection)
        .await
        .map_err(DatabaseError::from)?;
        let whole = |count: i32| u32::try_from(count).unwrap_or_default();
        Ok(row.map(|row| Tick {
            at: row.ticked_at.into(),
            agents: whole(row.agents),
            available: whole(row.available),
            dialing: whole(row.dialing),
            live: whole(row.live),
            tokens: row.tokens,
            gain: row.gain,
            paced_at: row.paced_at.into(),
        }))
    }

    /// Keeps a tick.
    pub(super) async fn ticked(
        &self,
        org: OrgId,
        campaign: CampaignId,
        tick: &Tick,
    ) -> Result<(), DialingError> {
        let mut connection = self.database.pool(Role::Process).acquire().await?;
        let number = |count: u32| i32::try_from(count).unwrap_or(i32::MAX);
        sqlx::query(
            "INSERT INTO dialer_paces (org_id, campaign_id, tokens, gain, paced_at, ticked_at, \
                 agents, available, dialing, live) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
             ON CONFLICT (org_id, campaign_id) DO UPDATE \
             SET tokens = excluded.tokens, gain = excluded.gain, paced_at = excluded.paced_at, \
                 ticked_at = excluded.ticked_at, agents = excluded.agents, \
                 available = excluded.available, dialing = excluded.dialing, \
                 live = excluded.live",
        )
        .bind(org.uuid())
        .bind(campaign.uuid())
        .bind(tick.tokens)
        .bind(tick.gain)
        .bind(utc(tick.paced_at))
        .bind(utc(tick.at))
        .bind(number(tick.agents))
        .bind(number(tick.available))
        .bind(number(tick.dialing))
        .bind(number(tick.live))
        .execute(&mut *connection)
        .await?;
        Ok(())
    }
}
