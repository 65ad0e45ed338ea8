//! Why a dead letter stays as it is, as problems.

use processes::reactor::DeadLetterError;

use crate::http::problem::{Problem, by_field, by_kind, from_failure};

pub(super) fn refused(error: DeadLetterError) -> Problem {
    match error {
        DeadLetterError::Unknown => Problem::not_found(),
        DeadLetterError::Field(fault) => by_field(fault),
        DeadLetterError::Database(error) => by_kind(&error),
        DeadLetterError::Command(failure) => from_failure(failure),
    }
}
