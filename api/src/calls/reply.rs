//! The call as it is answered. It is built with its personal fields sealed,
//! kept like that with idempotency keys, and opened in one function just
//! before it leaves.

use domain::call::{Call, CallEnd, CallRefusal, Durations, Leg, Stage};
use domain::{CallId, Decider, OrgId, Personal, PhoneNumber, Role, Timestamp};
use event_store::{Keyring, KeyringError, Reply, StoredReply};
use futures::future::{BoxFuture, FutureExt};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::answer::{Resource, masked, open};
use crate::http::app::App;
use crate::http::command::etag;
use crate::http::problem::{Problem, stored_refusal};

/// A call.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CallReply {
    /// The id.
    pub id: Uuid,
    /// `inbound` or `outbound`
    pub direction: String,
    /// `queued`, `ringing`, `in_progress`, `on_hold`, or how the call ended.
    pub status: String,
    /// Where the call is handled.
    pub stage: String,
    /// The caller's number; `null` where it is not known or was erased.
    pub from: Option<String>,
    /// The called number.
    pub to: Option<String>,
    /// Where the call was dialed; `null` for an imported call.
    pub provider: Option<String>,
    /// The provider's name for the call.
    pub provider_call_id: Option<String>,
    /// The agent who speaks, or spoke last; else the one it was made for.
    pub agent_id: Option<Uuid>,
    /// The contact that is called.
    pub contact_id: Option<Uuid>,
    /// The campaign that calls.
    pub campaign_id: Option<Uuid>,
    /// The queue of the current or last wait.
    pub queue_id: Option<Uuid>,
    /// Who or what answered.
    pub answered_by: Option<String>,
    /// When it began for us.
    pub created_at: Timestamp,
    /// When the other end answered.
    pub answered_at: Option<Timestamp>,
    /// When the customer's leg was over.
    pub ended_at: Option<Timestamp>,
    /// How the call ended.
    pub end: Option<EndReply>,
    /// Durations in milliseconds; `null` where there is none.
    pub durations: DurationsReply,
    /// Whether the customer hears music.
    pub hold: HoldReply,
    /// Which legs are muted.
    pub muted: Map<String, Value>,
    /// Whether the call is recorded.
    pub recording: RecordingReply,
    /// The code of the disposition.
    pub disposition: Option<String>,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Your own fields.
    pub metadata: Map<String, Value>,
    /// How many facts the call has.
    pub version: u64,
}

/// How a call ended.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct EndReply {
    /// `completed`, `busy`, `no_answer`, `failed` or `canceled`
    pub status: String,
    /// Who ended it.
    pub by: String,
    /// Why, where it was said.
    pub reason: Option<String>,
    /// The SIP status behind a failure.
    pub sip_code: Option<u16>,
}

/// Durations in milliseconds.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct DurationsReply {
    /// From the first ring to the answer.
    pub ring_ms: Option<i64>,
    /// In queues.
    pub queue_ms: Option<i64>,
    /// With agents, without holds.
    pub talk_ms: Option<i64>,
    /// On hold.
    pub hold_ms: Option<i64>,
    /// In wrap-up.
    pub wrap_ms: Option<i64>,
    /// Talk, hold and wrap-up together.
    pub handle_ms: Option<i64>,
    /// From the beginning to the end.
    pub total_ms: Option<i64>,
}

/// Whether the caller is on hold.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct HoldReply {
    /// Now.
    pub on: bool,
    /// How often until now.
    pub count: u32,
}

/// Whether the call is recorded.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RecordingReply {
    /// `none`, as long as nothing is recorded.
    pub state: String,
    /// What the customer says to it.
    pub consent: String,
}

impl CallReply {
    /// A call that exists, its personal fields as `sealed` gives them.
    pub fn of(
        call: &Call,
        id: CallId,
        version: u64,
        sealed: impl Fn(&Personal<PhoneNumber>) -> Option<String>,
    ) -> Option<Self> {
        let known = call.known()?;
        let belongs = &known.belongs;
        let to = known.to.as_ref().and_then(&sealed).or_else(|| known.own_number.clone());
        Some(Self {
            id: id.uuid(),
            direction: known.direction.word().to_owned(),
            status: call.status().to_owned(),
            stage: call.stage().word().to_owned(),
            from: known.from.as_ref().and_then(&sealed),
            to,
            provider: known.provider.map(|provider| provider.word().to_owned()),
            provider_call_id: known.provider_call_id.clone(),
            agent_id: known.agent_id.map(|id| id.uuid()),
            contact_id: belongs.contact_id.map(|id| id.uuid()),
            campaign_id: belongs.campaign_id.map(|id| id.uuid()),
            queue_id: known.queue_id.map(|id| id.uuid()),
            answered_by: known.answered_by.map(|who| who.word().to_owned()),
            created_at: known.created_at,
            answered_at: known.answered_at,
            ended_at: known.ended_at,
            end: known.end.as_ref().map(EndReply::of),
            durations: DurationsReply::of(&known.durations()),
            hold: HoldReply { on: call.stage() == Stage::OnHold, count: known.holds },
            muted: Map::new(),
            recording: RecordingReply::none(),
            disposition: known.disposition.as_ref().map(|chosen| chosen.code.clone()),
            tags: known.tags.clone(),
            metadata: known.metadata.clone(),
            version,
        })
    }

    /// A call from the log or a read model, where everything personal is
    /// sealed, opened for a caller who may see it.
    pub async fn read(
        app: &App,
        org: OrgId,
        (call, id, version): (&Call, CallId, u64),
    ) -> Result<Self, Problem> {
        let missing = || Problem::fault(&"a read model has a call that does not exist");
        Self::of(call, id, version, token).ok_or_else(missing)?.opened(app, org).await
    }

    /// What a role gets to see of it: an analyst, nothing personal.
    #[must_use]
    pub fn seen_by(mut self, role: Role) -> Self {
        match role {
            Role::Analyst => {
                self.from = self.from.as_deref().map(masked);
                self.to = self.to.as_deref().map(masked);
                self.metadata = Map::new();
                self
            }
            Role::Agent | Role::Supervisor | Role::Admin | Role::Auditor | Role::Operator => self,
        }
    }
}

impl Resource for CallReply {
    async fn opened(mut self, app: &App, org: OrgId) -> Result<Self, Problem> {
        self.from = open(app, org, self.from).await?;
        self.to = open(app, org, self.to).await?;
        Ok(self)
    }
}

impl EndReply {
    fn of(end: &CallEnd) -> Self {
        Self {
            status: end.status.word().to_owned(),
            by: end.by.word().to_owned(),
            reason: end.reason.clone(),
            sip_code: end.sip_code,
        }
    }
}

impl DurationsReply {
    fn of(durations: &Durations) -> Self {
        Self {
            ring_ms: durations.ring_ms,
            queue_ms: durations.queue_ms,
            talk_ms: durations.talk_ms,
            hold_ms: durations.hold_ms,
            wrap_ms: durations.wrap_ms,
            handle_ms: durations.handle_ms,
            total_ms: durations.total_ms,
        }
    }
}

impl RecordingReply {
    /// Nothing is recorded yet, so nobody is asked.
    fn none() -> Self {
        Self { state: "none".to_owned(), consent: "unknown".to_owned() }
    }
}

/// The sealed form of a field that was read from the log.
fn token(field: &Personal<PhoneNumber>) -> Option<String> {
    match field {
        Personal::Sealed(token) => Some(token.to_string()),
        Personal::Known { .. } | Personal::Erased => None,
    }
}

/// Writes the answer of an accepted command, its personal fields sealed.
pub(super) struct Accepted {
    keyring: Keyring,
    org: OrgId,
    id: CallId,
    status: StatusCode,
}

impl Accepted {
    pub(super) fn new(app: &App, org: OrgId, id: CallId, status: StatusCode) -> Self {
        Self { keyring: app.keyring().clone(), org, id, status }
    }

    fn sealed(&self, number: &Personal<PhoneNumber>) -> Option<String> {
        let Personal::Known { subject, value } = number else { return token(number) };
        let sealed = self.keyring.seal_prepared(self.org.uuid(), subject.uuid(), value.as_str());
        sealed
            .inspect_err(|error| tracing::info!(%error, "a number is missing from an answer"))
            .ok()
    }
}

impl Reply<Call> for Accepted {
    /// Fetches the key of the one whose numbers the answer holds.
    fn prepare<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<(), String>> {
        async move {
            let Some(subject) = call.subject() else { return Ok(()) };
            let prepared = self.keyring.prepare(self.org.uuid(), &[subject.uuid()]).await;
            match prepared {
                // Of somebody who was erased there is no number to answer with.
                Ok(()) | Err(KeyringError::Erased) => Ok(()),
                Err(error) => Err(error.to_string()),
            }
        }
        .boxed()
    }

    fn accepted(&self, call: &Call, version: u64) -> StoredReply {
        let reply = CallReply::of(call, self.id, version, |number| self.sealed(number));
        // An ended call has nothing left to wait for.
        let waits = self.status == StatusCode::ACCEPTED && call.leg() != Leg::Ended;
        let status = if waits { StatusCode::ACCEPTED } else { StatusCode::OK };
        let created = self.status == StatusCode::ACCEPTED && version == 1;
        StoredReply {
            status: status.as_u16(),
            body: serde_json::to_vec(&reply).unwrap_or_default(),
            etag: Some(etag(version)),
            location: created.then(|| format!("/api/v1/calls/{}", self.id)),
        }
    }

    fn refused(&self, refusal: &CallRefusal) -> Option<StoredReply> {
        stored_refusal(refusal)
    }
}
