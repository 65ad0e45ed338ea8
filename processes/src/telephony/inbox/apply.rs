//! One callback becomes one command.

use domain::CallId;
use domain::call::{Call, CallCommand, CallRefusal, Observation, ObservationVerdict};
use event_store::{Actor, ActorKind, Context, Failure, IdempotencyKey, Outcome};

use super::super::error::TelephonyError;
use super::table::Row;
use super::words;
use crate::commands::Commands;

/// How often the verdict is looked up again because the call moved on meanwhile.
const ATTEMPTS: usize = 8;

/// What a call made of an observation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Became {
    Fact,
    Stale,
    Conflict,
    NoCall,
}

/// Tells the call what was observed. The callback's own id is the idempotency key, so that a
/// callback that is tried again after a crash gets the verdict that it got the first time.
pub(super) async fn observe(
    commands: &Commands,
    row: &Row,
    call: CallId,
) -> Result<Became, TelephonyError> {
    let observation = observation(row)?;
    for _ in 0..ATTEMPTS {
        let Some((state, version)) = commands.state::<Call>(row.org, call.uuid()).await? else {
            return Ok(Became::NoCall);
        };
        let verdict = state.observation_verdict(&observation);
        let outcome = commands
            .tell::<Call>(
                context(row),
                call.uuid(),
                CallCommand::Observe(observation.clone()),
                Some(key(row)),
                (Some(version), word(verdict)),
            )
            .await;
        match outcome {
            Ok(Outcome { reply, .. }) => return Ok(read(&reply.body)),
            Err(Failure::VersionMismatch { .. } | Failure::Conflict) => {}
            Err(Failure::Refused { error: CallRefusal::Unknown, .. }) => {
                return Ok(Became::NoCall);
            }
            Err(Failure::Refused { .. }) => return Ok(Became::Conflict),
            Err(failure) => return Err(TelephonyError::failure(&failure)),
        }
    }
    Err(TelephonyError::Command("the call moves on faster than it can be read".to_owned()))
}

fn observation(row: &Row) -> Result<Observation, TelephonyError> {
    let status = words::status(&row.status)
        .ok_or_else(|| TelephonyError::Stored(format!("status {:?} of a callback", row.status)))?;
    Ok(Observation {
        status,
        provider_call_id: Some(row.provider_call_id.clone()),
        provider_at: row.provider_at,
        recorded_at: row.received_at,
        duration_seconds: row.duration_seconds,
        answered_by: row.answered_by.as_deref().map(words::answered_by),
        sip_code: row.sip_code,
    })
}

fn context(row: &Row) -> Context {
    Context {
        org_id: row.org.uuid(),
        actor: Actor { kind: ActorKind::Provider, id: row.provider.clone(), role: None },
        correlation_id: row.id,
        causation_id: None,
        source: "inbox",
    }
}

fn key(row: &Row) -> IdempotencyKey {
    IdempotencyKey {
        actor: format!("provider:{}", row.provider),
        operation: "observe".to_owned(),
        key: row.id.to_string(),
        fingerprint: [0; 32],
    }
}

fn word(verdict: ObservationVerdict) -> &'static str {
    match verdict {
        ObservationVerdict::Applied => "applied",
        ObservationVerdict::Stale => "stale",
        ObservationVerdict::Conflict => "conflict",
    }
}

fn read(body: &[u8]) -> Became {
    match body {
        b"conflict" => Became::Conflict,
        b"stale" => Became::Stale,
        // Also where the reply was erased with its subject: it had been a fact by then.
        _ => Became::Fact,
    }
}
