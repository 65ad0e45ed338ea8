//! Ends campaigns whose time is over and which have nobody left to call, and pauses those that have
//! spent what they may.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use database::Database;
use domain::campaign::{Campaign, CampaignCommand, CampaignStatus, CompletionReason};
use domain::import_batch::ImportStatus;
use domain::{CampaignId, Decider, Owed, Timed, Timestamp};
use projections::campaign_attempts::read as attempts;
use projections::contacts::read as contacts;
use projections::freshness::{self, Reached};
use projections::imports::read::{self as imports, ImportFilter};
use uuid::Uuid;

use crate::commands::Commands;
use crate::reactor::{Next, Reactor, Subject, Trouble};

/// The process: in its cursor, its dead letters, and what it tells the log.
const NAME: &str = "campaign-flow";
/// How often a campaign that calls is looked at.
const EVERY_MS: i64 = 30_000;
/// How long a campaign has nobody left before it is complete (domain/03 §3.3).
const STABLE_MS: i64 = 60_000;
/// In which states a contact is still to be called, or is being called.
const OPEN: [&str; 4] = ["pending", "scheduled", "dialing", "connected"];

/// How long the read model of contacts may take to get where the log is.
const PATIENCE: Duration = Duration::from_secs(3);

/// The flow of campaigns.
pub struct CampaignFlow {
    database: Database,
    commands: Commands,
    /// Since when which campaigns were seen without anybody left to call; a restart begins anew.
    idle: Mutex<HashMap<Uuid, (Timestamp, Counts)>>,
}

/// How many contacts there are in each state.
type Counts = Vec<(String, i64)>;

impl CampaignFlow {
    /// The flow.
    #[must_use]
    pub fn new(database: Database, commands: Commands) -> Self {
        Self { database, commands, idle: Mutex::default() }
    }

    /// Since when a campaign was seen without anybody left to call; one that never had anybody is
    /// waited for, and so is one whose contacts are being reset.
    async fn nobody_since(
        &self,
        subject: &Subject,
        (resetting, now): (bool, Timestamp),
    ) -> Result<Option<Timestamp>, Trouble> {
        let counts = match resetting {
            true => None,
            false => self.nobody_left(subject).await?,
        };
        let mut known = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(counts) = counts else {
            known.remove(&subject.id);
            return Ok(None);
        };
        // Whoever has come and is over since the last look is counted otherwise.
        let before = known.get(&subject.id).filter(|(_, before)| *before == counts);
        let since = before.map_or(now, |(since, _)| *since);
        known.insert(subject.id, (since, counts));
        Ok(Some(since))
    }

    /// How many contacts there are in each state, where nobody is left to be called.
    async fn nobody_left(&self, subject: &Subject) -> Result<Option<Counts>, Trouble> {
        let away = |error: projections::RuntimeError| Trouble::Away(error.to_string());
        let head = freshness::position_of(&self.database, "contacts").await.map_err(away)?.head;
        for model in ["contacts", "imports"] {
            let reached = freshness::wait_for(&self.database, model, head, PATIENCE).await;
            if reached.map_err(away)? != Reached::Reached {
                return Ok(None);
            }
        }
        let (org, id) = (subject.org, CampaignId::from(subject.id));
        // Whoever is on a list that is being brought in is still to be called.
        let statuses = vec![ImportStatus::Requested, ImportStatus::Running];
        let coming = ImportFilter { campaign: Some(id), statuses, ..ImportFilter::default() };
        let coming = imports::list(&self.database, org, &coming, None, 1).await.map_err(away)?;
        if !coming.is_empty() {
            return Ok(None);
        }
        let counts = contacts::counts(&self.database, org, id).await.map_err(away)?;
        let open = counts.iter().any(|(status, _)| OPEN.contains(&&**status));
        Ok(Some(counts).filter(|counts| !counts.is_empty() && !open))
    }
}

impl Reactor for CampaignFlow {
    fn name(&self) -> &'static str {
        NAME
    }

    fn wants(&self, aggregate_type: &str, event_type: &str) -> bool {
        aggregate_type == Campaign::TYPE && Campaign::STARTS.contains(&event_type)
    }

    async fn look(&self, subject: &Subject) -> Result<Next, Trouble> {
        let state = self.commands.state::<Campaign>(subject.org, subject.id).await?;
        let known = state.as_ref().map(|(campaign, _)| campaign);
        let Some(campaign) = known else { return Ok(Next::Rest) };
        let now = self.commands.now();
        let ends = match campaign.owed(now) {
            Owed::Now(command) => {
                subject.tell::<Campaign>(&self.commands, NAME, command).await?;
                return Ok(Next::Rest);
            }
            Owed::Later(at) => Some(at),
            Owed::Nothing => None,
        };
        let active = campaign.known().filter(|campaign| campaign.status == CampaignStatus::Active);
        let Some(active) = active else { return Ok(ends.map_or(Next::Rest, Next::At)) };
        if active.settings.budget.is_some() {
            let id = CampaignId::from(subject.id);
            let of = (&*active.priced_since(), now);
            let minutes = attempts::minutes(&self.database, subject.org, id, of).await;
            let minutes = minutes.map_err(|error| Trouble::Away(error.to_string()))?;
            let command = CampaignCommand::Charge { minutes, at: now };
            if !campaign.decide(command.clone()).unwrap_or_default().is_empty() {
                subject.tell::<Campaign>(&self.commands, NAME, command).await?;
                return Ok(ends.map_or(Next::Rest, Next::At));
            }
        }
        let again = now.plus_ms(EVERY_MS);
        let soon = Next::At(ends.map_or(again, |ends| ends.min(again)));
        let resetting = active.resetting.is_some();
        let since = self.nobody_since(subject, (resetting, now)).await?;
        let Some(since) = since else { return Ok(soon) };
        if now.since_ms(since.max(active.status_since)) < STABLE_MS {
            return Ok(soon);
        }
        let reason = CompletionReason::Exhausted;
        let command = CampaignCommand::Complete { reason, by: None, at: now };
        subject.tell::<Campaign>(&self.commands, NAME, command).await?;
        // It says nothing where its contacts are being reset since; otherwise the next look is the
        // last one.
        Ok(soon)
    }
}
