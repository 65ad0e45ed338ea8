//! Why there is no export, as problems.

use processes::exports::ExportError;

use crate::http::answer::not_done;
use crate::http::problem::{Problem, QUOTA_EXCEEDED, by_kind};

pub(super) fn refused(error: ExportError) -> Problem {
    match error {
        ExportError::TooMany => Problem::of(&QUOTA_EXCEEDED).because(error.to_string()),
        ExportError::Order(error) => not_done(*error),
        ExportError::Database(error) => by_kind(&error),
    }
}
