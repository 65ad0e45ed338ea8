//! Dials a number.

use axum::extract::State;
use axum::response::Response;
use domain::agent::Presence;
use domain::call::{
    AmdMode, Belongs, CallCommand, CallRefusal, DialMode, DialOrder, OutboundCall, RecordingPolicy,
    dialable,
};
use domain::campaign::CampaignMode;
use domain::{
    AgentId, CallId, CampaignId, ContactId, FieldFault, OrgId, PhoneNumber, Role, SubjectId,
};
use event_store::{Failure, KeyringError, Outcome};
use http::StatusCode;
use processes::breaker::Service;
use processes::contacts::{Dialed, Dialer};
use processes::telephony::{self, Reserved};
use processes::{dnc, ids};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::reply::CallReply;
use super::run::Run;
use crate::campaigns;
use crate::contacts::problem::refused as contact_refused;
use crate::dnc::problem::dnc_failed;
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::command::Head;
use crate::http::problem::{
    Problem, VALIDATION_FAILED, VERSION_MISMATCH, by_field, from_failure, keyring_failed,
    log_failed, refused, telephony_failed,
};
use crate::http::reach::Reach;

/// Whom to call, and how.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateCall {
    /// The number to dial, in the international form; of a contact, where nothing is said, its own.
    #[schema(example = "+420777120001")]
    to: Option<String>,
    /// The number to show; for a campaign, where nothing is said, its own.
    from: Option<String>,
    /// Whom to call for a campaign: every guard of the contact is asked, and what the call comes to
    /// is said to it.
    contact_id: Option<ContactId>,
    /// For which campaign; of a contact, its own.
    campaign_id: Option<CampaignId>,
    agent_id: Option<AgentId>,
    /// Who is called first; `customer_first` where nothing is said.
    dial_order: Option<DialOrder>,
    /// How long to let it ring; as the contact's campaign has it, or 30, where nothing is said.
    #[schema(minimum = 5, maximum = 120)]
    ring_timeout_seconds: Option<u16>,
    /// Whether to find out if a machine answers; as the contact's campaign has it, or `off`, where
    /// nothing is said.
    amd: Option<AmdMode>,
    /// Whether to record; as the contact's campaign has it, or `policy`, where nothing is said.
    record: Option<RecordingPolicy>,
    /// Your own fields, at most 8 kB.
    metadata: Option<Map<String, Value>>,
}

/// Dials a number. The call is answered as it is queued; it goes on by itself.
#[utoipa::path(
    post,
    path = "/api/v1/calls",
    operation_id = "createCall",
    tag = "calls",
    request_body = CreateCall,
    responses((
        status = 202,
        description = "The call is queued",
        body = CallReply,
        headers(("Location" = String, description = "Where the call is"))
    ))
)]
pub async fn create(
    State(app): State<App>,
    head: Head,
    Body { value, canonical }: Body<CreateCall>,
) -> Result<Response, Problem> {
    let key = head.required_key()?.to_owned();
    if head.if_match.is_some() {
        return Err(Problem::of(&VERSION_MISMATCH).because("there is no version to match yet"));
    }
    let org = head.caller.org;
    let reach = Reach::of(&app, &head.caller).await?;
    // Whoever takes calls themselves, calls themselves where they name nobody.
    let asked = value.agent_id.map(|agent| vec![agent.uuid()]).unwrap_or_default();
    let agent_id = reach.among(asked)?.first().copied().map(AgentId::from);
    let user = head.caller.user.to_string();
    let id = ids::created_call(app.keyring(), org, &user, &key).await;
    let id = id.map_err(|error| keyring_failed(&error))?;
    let asked = Asked { call_id: id, agent_id, value };
    let plan = Plan::of(&app, &head, asked).await?;
    let contact = plan.belongs.contact_id.filter(|_| plan.fresh);
    let reserved = telephony::reserve(app.commands(), app.database(), org, plan.subject, id).await;
    let reserved = reserved.map_err(telephony_failed)?;
    let run = Run { app: &app, head: &head, id, canonical: &canonical };
    let made = plan.dial(&run, reserved).await;
    if let (Some(contact), true) = (contact, dials_nothing(&made)) {
        let context = head.caller.context(head.trace);
        let told = app.contacts().not_dialed(&context, contact, id).await;
        // The contact is free again by itself, so the answer stands.
        let _ = told.inspect_err(|error| tracing::warn!(%error, "a contact is left waiting"));
    }
    // Whoever was erased in between is somebody new when they are called again.
    let made = made.map_err(|failure| match failure {
        Failure::Erased => keyring_failed(&KeyringError::Erased),
        failure => from_failure(failure),
    });
    run.respond(made?).await
}

/// What is asked for, by whom it was clear.
struct Asked {
    call_id: CallId,
    agent_id: Option<AgentId>,
    value: CreateCall,
}

/// A call that may be made as far as its contact and its campaign go.
struct Plan {
    to: PhoneNumber,
    subject: SubjectId,
    /// Whether the number is not to be called.
    suppressed: bool,
    /// Whether the agent who is to speak has another call.
    agent_busy: bool,
    /// Whether a contact was told of the call here and now.
    fresh: bool,
    from: Option<PhoneNumber>,
    belongs: Belongs,
    dial_mode: DialMode,
    dial_order: DialOrder,
    ring_timeout_seconds: u16,
    amd: AmdMode,
    record: RecordingPolicy,
    metadata: Map<String, Value>,
}

impl Plan {
    async fn of(app: &App, head: &Head, asked: Asked) -> Result<Self, Problem> {
        let Asked { call_id, agent_id, value } = asked;
        let named_agent = value.agent_id.is_some();
        let to = value.to.as_deref().map(|to| dialable("/to", to)).transpose();
        let to = to.map_err(|refusal| refused(&refusal))?;
        let from = value.from.as_deref().map(shown).transpose();
        let from = from.map_err(|refusal| refused(&refusal))?;
        let contact_id = named(app, head, &value, &to).await?;
        let dialed = match contact_id {
            Some(contact) => Some(dialed(app, head, (contact, call_id), &value, &to).await?),
            None => None,
        };
        let number = to.or_else(|| dialed.as_ref().map(|dialed| dialed.number.clone()));
        let missing = || Problem::at(&VALIDATION_FAILED, "/to", "required", "whom to call");
        let settings = dialed.as_ref().map(|dialed| &dialed.settings);
        let own = settings.and_then(|settings| settings.caller_id.as_deref());
        let own = own.map(shown).transpose().map_err(|refusal| refused(&refusal))?;
        let preview = settings.is_some_and(|settings| settings.mode == CampaignMode::Preview);
        let (commands, org) = (app.commands(), head.caller.org);
        let to = number.ok_or_else(missing)?;
        let campaign_id = dialed.as_ref().map_or(value.campaign_id, |d| Some(d.campaign_id));
        let subject = commands.subject_of_number(org, &to).await;
        let suppressed = dnc::suppressed(commands, org, &to, campaign_id).await;
        Ok(Self {
            to,
            subject: subject.map_err(|error| keyring_failed(&error))?,
            suppressed: suppressed.map_err(dnc_failed)?.is_some(),
            agent_busy: busy(app, org, agent_id, named_agent).await?,
            fresh: dialed.as_ref().is_some_and(|dialed| dialed.fresh),
            from: from.or(own),
            belongs: Belongs {
                contact_id,
                campaign_id,
                campaign_revision: dialed.as_ref().map(|dialed| dialed.revision),
                attempt_no: dialed.as_ref().map(|dialed| dialed.attempt_no),
                agent_id,
            },
            dial_mode: if preview { DialMode::Preview } else { DialMode::Manual },
            dial_order: value.dial_order.unwrap_or(DialOrder::CustomerFirst),
            ring_timeout_seconds: value
                .ring_timeout_seconds
                .unwrap_or(settings.map_or(30, |settings| settings.ring_timeout_seconds)),
            amd: value.amd.unwrap_or(settings.map_or(AmdMode::Off, |settings| settings.amd)),
            record: value
                .record
                .unwrap_or(settings.map_or(RecordingPolicy::Policy, |settings| settings.record)),
            metadata: value.metadata.unwrap_or_default(),
        })
    }

    async fn dial(
        self,
        run: &Run<'_>,
        reserved: Reserved,
    ) -> Result<Outcome, Failure<CallRefusal>> {
        let (app, org, subject) = (run.app, run.head.caller.org, self.subject);
        let mut verdict = reserved.verdict;
        verdict.max_live_calls = app.max_live_calls();
        verdict.suppressed = self.suppressed;
        let service = Service::Telephony(app.provider());
        verdict.provider_back_in_seconds = app.breakers().rejects_for_seconds(service);
        verdict.agent_busy = self.agent_busy;
        let command = CallCommand::InitiateOutbound(Box::new(OutboundCall {
            from: self.from,
            to: self.to,
            subject,
            belongs: self.belongs,
            dial_order: self.dial_order,
            dial_mode: self.dial_mode,
            provider: app.provider(),
            ring_timeout_seconds: self.ring_timeout_seconds,
            amd: self.amd,
            record: self.record,
            metadata: self.metadata,
            verdict,
            at: app.now(),
        }));
        let made = run.command(StatusCode::ACCEPTED, command).await;
        if reserved.fresh && dials_nothing(&made) {
            let released = telephony::release(app.database(), org, subject, run.id).await;
            // What is left behind lapses by itself, so the answer stands.
            let _ = released.inspect_err(|error| tracing::warn!(%error, "a reservation is left"));
        }
        made
    }
}

/// The contact that is called: the one that is named, or whom the campaign that is named has under
/// this number. Its guards are the same, however it is named.
async fn named(
    app: &App,
    head: &Head,
    value: &CreateCall,
    to: &Option<PhoneNumber>,
) -> Result<Option<ContactId>, Problem> {
    let org = head.caller.org;
    let (Some(campaign), Some(number), None) = (value.campaign_id, to, value.contact_id) else {
        return Ok(value.contact_id);
    };
    campaigns::known(app, org, Some(campaign)).await?;
    let found = app.contacts().with_number(org, campaign, number).await;
    found.map_err(contact_refused)
}

/// A contact that knows of the call from then on.
async fn dialed(
    app: &App,
    head: &Head,
    (contact, call): (ContactId, CallId),
    value: &CreateCall,
    to: &Option<PhoneNumber>,
) -> Result<Dialed, Problem> {
    let context = head.caller.context(head.trace);
    let dialer = Dialer {
        user: Some(head.caller.user),
        assigned_only: head.caller.role == Role::Agent,
        campaign: value.campaign_id,
        number: to.clone(),
    };
    app.contacts().dial(&context, contact, call, dialer).await.map_err(contact_refused)
}

fn shown(text: &str) -> Result<PhoneNumber, CallRefusal> {
    let refusal = |_| CallRefusal::InvalidPhoneNumber { pointer: "/from" };
    PhoneNumber::parse(text).map_err(refusal)
}

/// Whether this request has certainly made no call that could need the
/// reservation: it was refused, now or before, or it repeats one whose call
/// has given its reservation back already. Where that is not certain the
/// reservation is left to lapse.
fn dials_nothing(made: &Result<Outcome, Failure<CallRefusal>>) -> bool {
    match made {
        Ok(outcome) => outcome.replayed,
        Err(Failure::Refused { .. } | Failure::KeyReused | Failure::Erased) => true,
        Err(_) => false,
    }
}

/// Whether an agent who is at work has another call: they cannot make this one. Somebody who names
/// nobody need have no profile.
async fn busy(app: &App, org: OrgId, agent: Option<AgentId>, named: bool) -> Result<bool, Problem> {
    let Some(agent) = agent else { return Ok(false) };
    let known = app.agents().agent(org, agent).await.map_err(|error| log_failed(&error))?;
    match known {
        Some(agent) => Ok(agent.presence != Presence::Offline && agent.is_full()),
        None if named => {
            let fault = FieldFault::reference("/agent_id", "there is no such agent");
            Err(by_field(fault))
        }
        None => Ok(false),
    }
}
