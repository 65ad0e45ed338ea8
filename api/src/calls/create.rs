//! Dials a number.

use axum::extract::State;
use axum::response::Response;
use domain::call::{
    AmdMode, Belongs, CallCommand, CallRefusal, DialMode, DialOrder, OutboundCall, RecordingPolicy,
    dialable,
};
use domain::{AgentId, CampaignId, ContactId, PhoneNumber};
use event_store::{Failure, KeyringError, Outcome};
use http::StatusCode;
use processes::{dnc, ids, telephony};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::reply::CallReply;
use super::run::Run;
use crate::dnc::problem::dnc_failed;
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::command::Head;
use crate::http::problem::{
    Problem, VERSION_MISMATCH, from_failure, keyring_failed, refused, telephony_failed,
};
use crate::http::reach::Reach;

/// Whom to call, and how.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateCall {
    /// The number to dial, in the international form.
    #[schema(example = "+420777120001")]
    to: String,
    /// The number to show.
    from: Option<String>,
    contact_id: Option<ContactId>,
    campaign_id: Option<CampaignId>,
    agent_id: Option<AgentId>,
    /// Who is called first; `customer_first` where nothing is said.
    dial_order: Option<DialOrder>,
    /// How long to let it ring; 30 where nothing is said.
    #[schema(minimum = 5, maximum = 120)]
    ring_timeout_seconds: Option<u16>,
    /// Whether to find out if a machine answers; `off` where nothing is said.
    amd: Option<AmdMode>,
    /// Whether to record; `policy` where nothing is said.
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
    let to = dialable("/to", &value.to).map_err(|refusal| refused(&refusal))?;
    let from = value.from.as_deref().map(shown).transpose().map_err(|refusal| refused(&refusal))?;
    let subject = app.commands().subject_of_number(org, &to).await;
    let subject = subject.map_err(|error| keyring_failed(&error))?;
    let (commands, database) = (app.commands(), app.database());
    let suppressed = dnc::suppressed(commands, org, &to, value.campaign_id).await;
    let suppressed = suppressed.map_err(dnc_failed)?.is_some();
    let reserved = telephony::reserve(commands, database, org, subject, id).await;
    let reserved = reserved.map_err(telephony_failed)?;
    let mut verdict = reserved.verdict;
    verdict.max_live_calls = app.max_live_calls();
    verdict.suppressed = suppressed;
    let command = CallCommand::InitiateOutbound(Box::new(OutboundCall {
        from,
        to,
        subject,
        belongs: Belongs {
            contact_id: value.contact_id,
            campaign_id: value.campaign_id,
            agent_id,
            ..Belongs::default()
        },
        dial_order: value.dial_order.unwrap_or(DialOrder::CustomerFirst),
        dial_mode: DialMode::Manual,
        provider: app.provider(),
        ring_timeout_seconds: value.ring_timeout_seconds.unwrap_or(30),
        amd: value.amd.unwrap_or(AmdMode::Off),
        record: value.record.unwrap_or(RecordingPolicy::Policy),
        metadata: value.metadata.unwrap_or_default(),
        verdict,
        at: app.now(),
    }));
    let run = Run { app: &app, head: &head, id, canonical: &canonical };
    let made = run.command(StatusCode::ACCEPTED, command).await;
    if reserved.fresh && dials_nothing(&made) {
        let released = telephony::release(database, org, subject, id).await;
        // What is left behind lapses by itself, so the answer stands.
        let _ = released.inspect_err(|error| tracing::warn!(%error, "a reservation is left"));
    }
    // Whoever was erased in between is somebody new when they are called again.
    let made = made.map_err(|failure| match failure {
        Failure::Erased => keyring_failed(&KeyringError::Erased),
        failure => from_failure(failure),
    });
    run.respond(made?).await
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
