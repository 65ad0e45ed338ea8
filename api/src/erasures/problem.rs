//! Why somebody is not erased, as problems.

use processes::erasure::ErasureError;

use crate::auth::problem::refused as account_refused;
use crate::http::problem::{
    CARD_DATA_NOT_ACCEPTED, ERASED, IDEMPOTENCY_KEY_REUSED, Kind, PROJECTION_LAGGING, Problem,
    SUBJECT_IN_CALL, VALIDATION_FAILED, by_kind, keyring_failed, log_failed, unavailable,
};

pub(super) fn refused(error: ErasureError) -> Problem {
    match error {
        ErasureError::Unknown => Problem::not_found(),
        ErasureError::Erased => Problem::of(&ERASED),
        ErasureError::KeyReused => Problem::of(&IDEMPOTENCY_KEY_REUSED),
        ErasureError::Account(error) => account_refused(error),
        ErasureError::LiveCall => Problem::of(&SUBJECT_IN_CALL),
        ErasureError::Lagging => Problem::of(&PROJECTION_LAGGING),
        ErasureError::Field(fault) => {
            let kind: &Kind = match fault.code() {
                "card-data-not-accepted" => &CARD_DATA_NOT_ACCEPTED,
                _ => &VALIDATION_FAILED,
            };
            Problem::at(kind, fault.pointer, fault.reason, fault.words)
        }
        ErasureError::Keyring(error) => keyring_failed(&error),
        ErasureError::Log(error) => log_failed(&error),
        ErasureError::Read(error) => unavailable(&error),
        ErasureError::Database(error) => by_kind(&error),
        error @ (ErasureError::Ledger(_) | ErasureError::Command(_) | ErasureError::Fault(_)) => {
            Problem::fault(&error)
        }
    }
}
