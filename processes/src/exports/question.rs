//! The question of an export, from what was kept of it, and how far whoever asked sees.

use database::Database;
use domain::call::Direction;
use domain::export::Report;
use domain::user::{KnownUser, UserStatus};
use domain::{OrgId, Role, Timestamp, UserId};
use projections::RuntimeError;
use projections::bucket::GroupBy;
use projections::figures::read::{CallMetricsQuery, Dimension, FcrMode, Level, SlMethod};
use projections::teams::read as teams;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

/// A question as it was understood; what a report has no use for is not there.
#[derive(Debug, Deserialize)]
pub(super) struct Question {
    from: Timestamp,
    to: Timestamp,
    tz: String,
    group_by: Option<GroupBy>,
    direction: Option<Direction>,
    #[serde(default)]
    queue_id: Vec<Uuid>,
    #[serde(default)]
    campaign_id: Vec<Uuid>,
    #[serde(default)]
    agent_id: Vec<Uuid>,
    #[serde(default)]
    flow_id: Vec<Uuid>,
    #[serde(default)]
    team_id: Vec<Uuid>,
    #[serde(default)]
    dimensions: Vec<Dimension>,
    sl_seconds: Option<u32>,
    sl_method: Option<SlMethod>,
    sl_target: Option<f64>,
    short_abandon_seconds: Option<u32>,
    include_flow_outs: Option<bool>,
    include_short_abandons: Option<bool>,
    include_abandons: Option<bool>,
    level: Option<Level>,
    include_test: Option<bool>,
    fcr_mode: Option<FcrMode>,
    fcr_window_hours: Option<u32>,
}

impl Question {
    /// Reads what was kept; none, where this code does not understand it.
    pub(super) fn read(query: &Value) -> Option<Self> {
        Self::deserialize(query).ok()
    }

    /// The question of a report, to which an agent belongs as far as whoever asks sees them now.
    ///
    /// # Errors
    /// The read model of teams is away.
    pub(super) async fn of(
        self,
        report: Report,
        database: &Database,
        (org, by, role): (OrgId, UserId, Role),
    ) -> Result<Option<CallMetricsQuery>, RuntimeError> {
        let Ok(tz) = self.tz.parse() else { return Ok(None) };
        let agent_ids = match report {
            // Whoever has given up waiting belongs to no agent, nor does a campaign or a flow.
            Report::Queues | Report::Campaigns | Report::Ivr => Vec::new(),
            Report::Calls | Report::Dispositions | Report::CallFacts | Report::Agents => {
                let among = among(database, (org, by, role), self.agent_id).await?;
                teams::of_teams(database, org, &self.team_id, among).await?
            }
        };
        let dimensions = match report {
            Report::Calls => self.dimensions,
            Report::Agents => vec![Dimension::Agent],
            Report::Campaigns => vec![Dimension::Campaign],
            Report::Queues => vec![Dimension::Queue],
            Report::Dispositions => vec![Dimension::Disposition],
            Report::Ivr => vec![Dimension::Flow],
            Report::CallFacts => Vec::new(),
        };
        let group_by = self.group_by.unwrap_or(GroupBy::None);
        let plain = CallMetricsQuery::new(self.from, self.to, tz, group_by);
        let or = |asked: Option<bool>, plain| asked.unwrap_or(plain);
        Ok(Some(CallMetricsQuery {
            direction: self.direction,
            queue_ids: self.queue_id,
            campaign_ids: self.campaign_id,
            agent_ids,
            flow_ids: self.flow_id,
            dimensions,
            sl_seconds: self.sl_seconds.unwrap_or(plain.sl_seconds),
            sl_method: self.sl_method.unwrap_or(plain.sl_method),
            sl_target: self.sl_target.unwrap_or(plain.sl_target),
            short_abandon_seconds: self
                .short_abandon_seconds
                .unwrap_or(plain.short_abandon_seconds),
            include_flow_outs: or(self.include_flow_outs, plain.include_flow_outs),
            include_short_abandons: or(self.include_short_abandons, plain.include_short_abandons),
            include_abandons: or(self.include_abandons, plain.include_abandons),
            level: self.level.unwrap_or(plain.level),
            include_test: or(self.include_test, plain.include_test),
            fcr_mode: self.fcr_mode.unwrap_or(plain.fcr_mode),
            fcr_window_hours: self.fcr_window_hours.unwrap_or(plain.fcr_window_hours),
            ..plain
        }))
    }
}

/// What somebody may do who may have such files still; none, where they may not.
pub(super) fn reader(user: &KnownUser) -> Option<Role> {
    let role = Some(user.role).filter(|_| user.status == UserStatus::Active)?;
    match role {
        Role::Supervisor | Role::Admin | Role::Auditor | Role::Analyst | Role::Operator => {
            Some(role)
        }
        Role::Agent => None,
    }
}

/// The agents who are asked for, as far as whoever asks sees them; everybody where there are none.
async fn among(
    database: &Database,
    (org, by, role): (OrgId, UserId, Role),
    asked: Vec<Uuid>,
) -> Result<Vec<Uuid>, RuntimeError> {
    if role != Role::Supervisor {
        return Ok(asked);
    }
    let mut theirs = teams::supervised(database, org, by).await?;
    theirs.push(by.uuid());
    theirs.sort_unstable();
    theirs.dedup();
    theirs.retain(|agent| asked.is_empty() || asked.contains(agent));
    // Nobody is not everybody.
    if theirs.is_empty() {
        theirs.push(Uuid::nil());
    }
    Ok(theirs)
}
