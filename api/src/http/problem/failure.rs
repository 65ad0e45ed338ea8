//! What the rooms below refuse or fail at, as problems.

use database::{DatabaseError, FaultKind};
use domain::{FieldFault, Refusal};
use event_store::{Failure, KeyringError, LogError, StoredReply};
use http::{HeaderValue, header};
use processes::telephony::TelephonyError;
use projections::RuntimeError;
use serde_json::json;

use super::{
    CONCURRENCY_CONFLICT, DEPENDENCY_UNAVAILABLE, ERASED, FieldError, IDEMPOTENCY_IN_PROGRESS,
    IDEMPOTENCY_KEY_REUSED, INVALID_STATE_TRANSITION, Kind, NOT_FOUND, OUTCOME_UNKNOWN, OVERLOADED,
    Problem, STREAM_CLOSED, VALIDATION_FAILED, VERSION_MISMATCH,
};
use crate::http::command::etag;

/// A command that did not happen.
#[must_use]
pub fn from_failure<R: Refusal>(failure: Failure<R>) -> Problem {
    match failure {
        Failure::Refused { error, .. } => refused(&error),
        Failure::VersionMismatch { current: 0 } => Problem::not_found(),
        Failure::VersionMismatch { current } => mismatch(current),
        Failure::Conflict => Problem::of(&CONCURRENCY_CONFLICT),
        Failure::KeyReused => Problem::of(&IDEMPOTENCY_KEY_REUSED),
        Failure::KeyInProgress => Problem::of(&IDEMPOTENCY_IN_PROGRESS).retry_after(1),
        Failure::Overloaded => Problem::of(&OVERLOADED),
        Failure::Unavailable(_) => Problem::of(&DEPENDENCY_UNAVAILABLE),
        Failure::OutcomeUnknown => Problem::of(&OUTCOME_UNKNOWN),
        Failure::Erased => Problem::of(&ERASED),
        Failure::StreamClosed => Problem::of(&STREAM_CLOSED),
        Failure::Fault(error) => Problem::fault(&error),
    }
}

/// The resource has another version than was named.
#[must_use]
pub fn mismatch(current: u64) -> Problem {
    let problem = Problem::of(&VERSION_MISMATCH).with("current_version", json!(current));
    match HeaderValue::from_str(&etag(current)) {
        Ok(tag) => problem.with_header(header::ETAG, tag),
        Err(_) => problem,
    }
}

/// A refusal of the domain's rules. Where nothing exists, all is alike.
#[must_use]
pub fn refused<R: Refusal + ?Sized>(refusal: &R) -> Problem {
    let kind = Kind::find(refusal.code()).unwrap_or(&INVALID_STATE_TRANSITION);
    if *kind == NOT_FOUND {
        return Problem::not_found();
    }
    let words = refusal.to_string();
    let mut problem = Problem::of(kind).because(words.clone());
    if let Some(reason) = refusal.reason() {
        problem = problem.with("reason", json!(reason));
    }
    if let Some(seconds) = refusal.passes_in_seconds() {
        problem = problem.retry_after(seconds);
    }
    if let Some(state) = refusal.current_state() {
        problem = problem.with("current_state", json!(state));
        problem = problem.with("allowed_commands", json!(refusal.allowed_commands()));
    }
    let mut errors: Vec<FieldError> = refusal.fields().iter().map(FieldError::of).collect();
    // Some refusals point to a field and say no more about it than they are.
    if let (true, Some(pointer)) = (errors.is_empty(), refusal.pointer()) {
        let code = refusal.reason().unwrap_or("invalid-value").to_owned();
        errors.push(FieldError { pointer: pointer.to_owned(), code, message: words });
    }
    if !errors.is_empty() {
        problem = problem.with_errors(&errors);
    }
    problem
}

/// A field that is wrong.
#[must_use]
pub fn by_field(fault: FieldFault) -> Problem {
    let kind = Kind::find(fault.code()).unwrap_or(&VALIDATION_FAILED);
    Problem::at(kind, fault.pointer, fault.reason, fault.words)
}

/// A refusal as it is kept with an idempotency key; nothing of one that passes by itself.
#[must_use]
pub fn stored_refusal<R: Refusal>(refusal: &R) -> Option<StoredReply> {
    refusal.passes_in_seconds().is_none().then(|| refused(refusal).stored())
}

/// A read that failed.
#[must_use]
pub fn unavailable(error: &RuntimeError) -> Problem {
    match error {
        RuntimeError::Database(error) => by_kind(error),
        error => Problem::fault(error),
    }
}

/// The log could not be read.
#[must_use]
pub fn log_failed(error: &LogError) -> Problem {
    match error {
        LogError::Database(error) => by_kind(error),
        LogError::Fenced { .. } | LogError::Closed => {
            tracing::warn!(%error, "the log cannot be read here any more");
            Problem::of(&DEPENDENCY_UNAVAILABLE)
        }
        error => Problem::fault(error),
    }
}

/// A key could not be fetched.
#[must_use]
pub fn keyring_failed(error: &KeyringError) -> Problem {
    match error {
        KeyringError::Database(error) => by_kind(error),
        KeyringError::Erased => {
            Problem::of(&CONCURRENCY_CONFLICT).because("the person was erased in this moment")
        }
        error => Problem::fault(error),
    }
}

/// A number could not be reserved.
#[must_use]
pub fn telephony_failed(error: TelephonyError) -> Problem {
    match error {
        TelephonyError::Database(error) => by_kind(&error),
        TelephonyError::Statement(error) => by_kind(&DatabaseError::from(error)),
        TelephonyError::Log(error) => log_failed(&error),
        TelephonyError::Keyring(error) => keyring_failed(&error),
        // Others take the same number and give it back all the time.
        TelephonyError::Command(words) => Problem::of(&CONCURRENCY_CONFLICT).because(words),
        error => Problem::fault(&error),
    }
}

/// The database's fault, by its kind.
#[must_use]
pub fn by_kind(error: &DatabaseError) -> Problem {
    match error.kind() {
        FaultKind::Unavailable | FaultKind::Timeout => {
            tracing::warn!(error = %error, "the database did not answer");
            Problem::of(&DEPENDENCY_UNAVAILABLE)
        }
        FaultKind::DiskFull => {
            tracing::error!(error = %error, "the disk is full");
            Problem::of(&OVERLOADED)
        }
        FaultKind::Conflict => Problem::of(&CONCURRENCY_CONFLICT),
        FaultKind::Permission | FaultKind::Other => Problem::fault(error),
    }
}
