//! A contact as it is answered: built with what is personal sealed, opened in one function just
//! before it leaves.

use domain::contact::{
    Attempt, AttemptOutcome, Contact, ContactSource, ContactStatus, KnownContact, ScheduleKind,
    Standing,
};
use domain::{OrgId, Role, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::answer::{Resource, Shows, masked, open, written};
use crate::http::app::App;
use crate::http::problem::Problem;

/// Somebody whom a campaign calls.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = Contact)]
pub struct ContactReply {
    /// The id.
    pub id: Uuid,
    campaign_id: Uuid,
    /// In E.164; `null` once the person was erased.
    phone: Option<String>,
    name: Option<String>,
    email: Option<String>,
    /// The organization's own fields.
    custom: Option<Map<String, Value>>,
    /// The same as it is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(ignore)]
    kept: Option<String>,
    time_zone: Option<String>,
    language: Option<String>,
    /// 0 to 99; higher goes first.
    priority: u8,
    tags: Vec<String>,
    #[schema(inline)]
    source: ContactSource,
    #[schema(inline)]
    status: ContactStatus,
    /// When they can be called next; `null` where they are not called by themselves.
    next_attempt_at: Option<Timestamp>,
    /// Why they are called then.
    #[schema(inline)]
    scheduled: Option<ScheduleKind>,
    /// Whose call back it is.
    agent_id: Option<Uuid>,
    /// Until when it is.
    expires_at: Option<Timestamp>,
    /// The call that they are in, or were in and nobody has said yet what came of it.
    call_id: Option<Uuid>,
    /// What it came to, where it is over: a disposition, `max_attempts` or `invalid_number`.
    outcome: Option<String>,
    /// How many attempts count towards what the campaign allows.
    tried: u32,
    /// How often they were called, at most the last 100 times.
    attempts: Vec<AttemptReply>,
    created_at: Timestamp,
    /// The contact that has come in its place, because they have another number.
    #[serde(default)]
    replaced_by: Option<Uuid>,
    /// The contact in whose place it has come, who had another number.
    #[serde(default)]
    replaces: Option<Uuid>,
    /// How many facts it has.
    pub version: u64,
}

/// One time that they were called.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = ContactAttempt)]
pub struct AttemptReply {
    /// From 1.
    attempt_no: u32,
    call_id: Uuid,
    started_at: Timestamp,
    ended_at: Option<Timestamp>,
    #[schema(inline)]
    outcome: Option<AttemptOutcome>,
}

impl AttemptReply {
    fn of(attempt: &Attempt) -> Self {
        Self {
            attempt_no: attempt.attempt_no,
            call_id: attempt.call_id.uuid(),
            started_at: attempt.started_at,
            ended_at: attempt.ended_at,
            outcome: attempt.outcome,
        }
    }
}

impl ContactReply {
    /// As the log has it, what is personal sealed.
    pub(crate) fn known(id: Uuid, contact: &KnownContact, version: u64) -> Self {
        let profile = &contact.profile;
        let (scheduled, agent, expires_at) = match &contact.standing {
            Standing::Scheduled { kind, agent_id, expires_at, .. } => {
                (Some(*kind), *agent_id, *expires_at)
            }
            _ => (None, None, None),
        };
        Self {
            id,
            campaign_id: contact.campaign_id.uuid(),
            phone: written(&contact.number),
            name: profile.name.as_ref().and_then(written),
            email: profile.email.as_ref().and_then(written),
            custom: None,
            kept: profile.custom.as_ref().and_then(written),
            time_zone: profile.time_zone.clone(),
            language: profile.language.clone(),
            priority: profile.priority,
            tags: profile.tags.clone(),
            source: contact.source,
            status: contact.status(),
            next_attempt_at: contact.due_at(),
            scheduled,
            agent_id: agent.map(|agent| agent.uuid()),
            expires_at,
            call_id: contact.call().map(|call| call.uuid()),
            outcome: match &contact.standing {
                Standing::Completed { outcome, .. } => Some(outcome.clone()),
                Standing::Failed { reason } => Some(reason.word().to_owned()),
                _ => None,
            },
            tried: contact.tried,
            attempts: contact.attempts.iter().map(AttemptReply::of).collect(),
            created_at: contact.created_at,
            replaced_by: contact.replaced.as_ref().map(|replaced| replaced.by.uuid()),
            replaces: contact.replaces.map(|old| old.uuid()),
            version,
        }
    }

    /// What a role gets to see of it: an auditor, nothing that tells who it is.
    pub(super) fn seen_by(mut self, role: Role) -> Self {
        if role == Role::Auditor {
            self.phone = self.phone.as_deref().map(masked);
            self.name = None;
            self.email = None;
            self.custom = None;
        }
        self
    }
}

impl Resource for ContactReply {
    async fn opened(mut self, app: &App, org: OrgId) -> Result<Self, Problem> {
        self.phone = open(app, org, self.phone).await?;
        self.name = open(app, org, self.name).await?;
        self.email = open(app, org, self.email).await?;
        let custom = open(app, org, self.kept.take()).await?;
        let custom = custom.map(|text| serde_json::from_str(&text)).transpose();
        self.custom = custom.map_err(|error| Problem::fault(&error))?;
        Ok(self)
    }
}

impl Shows<Contact> for ContactReply {
    fn of(id: Uuid, contact: &Contact, version: u64) -> Option<Self> {
        contact.known().map(|known| Self::known(id, known, version))
    }
}
