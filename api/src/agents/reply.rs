//! An agent as they are answered: everything to those who run them, a name and what they do to
//! whoever works beside them, nothing personal to analysts.

use std::collections::HashMap;

use domain::agent::{Agent, KnownAgent, Skill, Slot};
use domain::{AgentId, OrgId, Role, Timestamp};
use projections::teams::read as teams;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::answer::{Resource, Shows, open, written};
use crate::http::app::App;
use crate::http::caller::Caller;
use crate::http::page;
use crate::http::problem::{Problem, unavailable};
use crate::http::reach::Reach;
use crate::teams::settings::WrapUpBody;

/// An agent.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AgentReply {
    /// The id; their user's.
    pub id: Uuid,
    /// Their user.
    pub user_id: Uuid,
    /// How they are called; `null` once it is erased, and to analysts.
    pub display_name: Option<String>,
    /// What they are seen to do: `missed`, `on_call`, `wrap_up`, `reserved`, or their presence.
    pub activity: String,
    /// What they have chosen: `offline`, `available`, `busy`, `break` or `training`.
    pub presence: String,
    /// What they will do once no call keeps them.
    pub pending_presence: Option<String>,
    /// Why they do it, where they have said so.
    pub reason_code: Option<String>,
    /// Since when they do it.
    pub since: Timestamp,
    /// Whether calls can be offered to them now.
    pub routable: bool,
    /// How many calls keep them, and how many can.
    pub slots: SlotsReply,
    /// The calls that keep them.
    pub current_calls: Vec<Uuid>,
    /// What they can do.
    pub skills: Vec<Skill>,
    /// What they speak.
    pub languages: Vec<String>,
    /// The teams that they belong to.
    pub teams: Vec<Uuid>,
    /// Where they are called; `null` once it is erased, and to analysts.
    pub address: Option<String>,
    /// Their time after a call.
    pub wrap_up: WrapUpBody,
    /// Whether they take calls at all.
    pub active: bool,
    /// How many facts they have.
    pub version: u64,
}

/// What is seen of an agent by whoever works beside them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MateReply {
    id: Uuid,
    user_id: Uuid,
    display_name: Option<String>,
    activity: String,
}

/// An agent as they are seen: whole by whoever runs them, a name and what they do by others.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum SeenAgent {
    /// By whoever runs them.
    Whole(Box<AgentReply>),
    /// By others.
    Mate(MateReply),
}

/// Calls at once.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
pub struct SlotsReply {
    /// How many can keep them.
    pub max: u8,
    /// How many do.
    pub used: usize,
}

/// How much a caller sees of agents.
pub(crate) struct View {
    role: Role,
    reach: Reach,
}

impl View {
    pub(crate) async fn of(app: &App, caller: &Caller) -> Result<Self, Problem> {
        Ok(Self { role: caller.role, reach: Reach::of(app, caller).await? })
    }

    /// One of them, as the caller sees them.
    pub(crate) fn seen(&self, agent: AgentReply) -> SeenAgent {
        if !self.reach.includes(agent.id) {
            let AgentReply { id, user_id, display_name, activity, .. } = agent;
            return SeenAgent::Mate(MateReply { id, user_id, display_name, activity });
        }
        let agent = match self.role {
            Role::Analyst => AgentReply { display_name: None, address: None, ..agent },
            _ => agent,
        };
        SeenAgent::Whole(Box::new(agent))
    }
}

impl AgentReply {
    /// As the log has them, personal fields sealed, without their teams.
    pub(crate) fn known(id: Uuid, agent: &KnownAgent, version: u64) -> Self {
        Self {
            id,
            user_id: agent.user_id.uuid(),
            display_name: written(&agent.display_name),
            activity: agent.activity().word().to_owned(),
            presence: agent.presence.word().to_owned(),
            pending_presence: agent.pending.as_ref().map(|wish| wish.to.word().to_owned()),
            reason_code: agent.reason_code.clone(),
            since: agent.since,
            routable: agent.routable(),
            slots: SlotsReply { max: agent.max_concurrent_calls, used: agent.slots.len() },
            current_calls: agent.slots.iter().map(Slot::call_id).map(|id| id.uuid()).collect(),
            skills: agent.skills.clone(),
            languages: agent.languages.clone(),
            teams: Vec::new(),
            address: written(&agent.address),
            wrap_up: WrapUpBody::from(agent.wrap_up),
            active: agent.active,
            version,
        }
    }

    /// Whether their name has this in it, in small letters.
    pub(super) fn is_called(&self, part: &str) -> bool {
        self.display_name.as_ref().is_some_and(|name| name.to_lowercase().contains(part))
    }

    /// Whether it is them.
    pub(super) fn is(&self, id: AgentId) -> bool {
        self.id == id.uuid()
    }

    /// Several, with their teams, in their order.
    pub(crate) async fn all_opened(
        app: &App,
        org: OrgId,
        agents: impl Iterator<Item = Self>,
    ) -> Result<Vec<Self>, Problem> {
        let agents: Vec<Self> = agents.collect();
        let ids: Vec<Uuid> = agents.iter().map(|agent| agent.id).collect();
        let found = teams::teams_of(app.database(), org, &ids).await;
        let mut teams: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
        for (agent, team) in found.map_err(|error| unavailable(&error))? {
            teams.entry(agent).or_default().push(team);
        }
        let opened = agents.into_iter().map(|mut agent| {
            agent.teams = teams.remove(&agent.id).unwrap_or_default();
            agent.open(app, org)
        });
        page::opened(opened).await
    }

    /// With their personal fields open.
    async fn open(mut self, app: &App, org: OrgId) -> Result<Self, Problem> {
        self.display_name = open(app, org, self.display_name).await?;
        self.address = open(app, org, self.address).await?;
        Ok(self)
    }
}

/// Agents as somebody sees them.
pub(super) fn seen(agents: Vec<AgentReply>, view: &View) -> Vec<SeenAgent> {
    agents.into_iter().map(|agent| view.seen(agent)).collect()
}

impl Resource for AgentReply {
    async fn opened(self, app: &App, org: OrgId) -> Result<Self, Problem> {
        let one = Self::all_opened(app, org, std::iter::once(self)).await?;
        one.into_iter().next().ok_or_else(|| Problem::fault(&"an agent is lost"))
    }
}

impl Shows<Agent> for AgentReply {
    fn of(id: Uuid, agent: &Agent, version: u64) -> Option<Self> {
        agent.known().map(|known| Self::known(id, known, version))
    }
}
