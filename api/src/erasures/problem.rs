//! Why somebody is not erased, as problems.

use processes::erasure::ErasureError;

use crate::auth::problem::refused as account_refused;
use crate::http::problem::{
    ERASED, IDEMPOTENCY_KEY_REUSED, OVERLOADED, PROJECTION_LAGGING, Problem, SUBJECT_IN_CALL,
    by_field, by_kind, keyring_failed, log_failed, unavailable,
};

pub(super) fn refused(error: ErasureError) -> Problem {
    match error {
        ErasureError::Unknown => Problem::not_found(),
        ErasureError::Erased => Problem::of(&ERASED),
        ErasureError::KeyReused => Problem::of(&IDEMPOTENCY_KEY_REUSED),
        ErasureError::Account(error) => account_refused(error),
        ErasureError::LiveCall => Problem::of(&SUBJECT_IN_CALL),
        ErasureError::Lagging => Problem::of(&PROJECTION_LAGGING),
        ErasureError::Field(fault) => by_field(fault),
        ErasureError::Keyring(error) => keyring_failed(&error),
        ErasureError::Log(error) => log_failed(&error),
        ErasureError::Read(error) => unavailable(&error),
        ErasureError::Database(error) => by_kind(&error),
        ErasureError::Ledger(error) if error.disk_is_full() => {
            tracing::error!(%error, "the disk is full");
            Problem::of(&OVERLOADED)
        }
        error @ (ErasureError::Ledger(_) | ErasureError::Command(_) | ErasureError::Fault(_)) => {
            Problem::fault(&error)
        }
    }
}
