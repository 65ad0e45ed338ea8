//! One callback becomes one command.

use domain::call::{
    Call, CallCommand, CallRefusal, Observation, ObservationVerdict, ObservedStatus,
};
use domain::{CallId, Decider};
use event_store::{Actor, ActorKind, Context, Failure, IdempotencyKey, Outcome};

use super::super::error::TelephonyError;
use super::table::Row;
use super::words::{self, Meant};
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

/// Tells the call what the provider tells. The callback's own id is the idempotency key, so that a
/// callback that is tried again after a crash gets the verdict that it got the first time.
pub(super) async fn tell(
    commands: &Commands,
    row: &Row,
    call: CallId,
) -> Result<Became, TelephonyError> {
    let command = command(row)?;
    for _ in 0..ATTEMPTS {
        let Some((state, version)) = commands.state::<Call>(row.org, call.uuid()).await? else {
            return Ok(Became::NoCall);
        };
        let verdict = verdict(&state, &command);
        let outcome = commands
            .tell::<Call>(
                context(row),
                call.uuid(),
                command.clone(),
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

fn command(row: &Row) -> Result<CallCommand, TelephonyError> {
    let meant = words::meant(&row.kind, &row.status)
        .ok_or_else(|| TelephonyError::Stored(format!("status {:?} of a callback", row.status)))?;
    // Nothing is measured by these instants, and a provider's clock may be any.
    let at = row.received_at;
    Ok(match meant {
        Meant::Status(status) => CallCommand::Observe(observation(row, status)),
        Meant::Heard(heard) => CallCommand::HearMessage { heard, at },
        Meant::Pressed(key) => CallCommand::PressKey { key, at },
    })
}

/// What the call makes of it, as it is now.
fn verdict(call: &Call, command: &CallCommand) -> ObservationVerdict {
    if let CallCommand::Observe(seen) = command {
        return call.observation_verdict(seen);
    }
    match call.decide(command.clone()) {
        Ok(facts) if facts.is_empty() => ObservationVerdict::Stale,
        Ok(_) => ObservationVerdict::Applied,
        Err(_) => ObservationVerdict::Conflict,
    }
}

fn observation(row: &Row, status: ObservedStatus) -> Observation {
    Observation {
        status,
        provider_call_id: Some(row.provider_call_id.clone()),
        provider_at: row.provider_at,
        recorded_at: row.received_at,
        duration_seconds: row.duration_seconds,
        answered_by: row.answered_by.as_deref().map(words::answered_by),
        sip_code: row.sip_code,
    }
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
