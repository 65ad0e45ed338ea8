//! Why something is not done with a contact, as problems.

use processes::contacts::ContactError;
use serde_json::json;

use crate::dnc::problem::dnc_failed;
use crate::http::answer::not_done;
use crate::http::problem::{
    DIALING_BLOCKED, ERASED, INVALID_STATE_TRANSITION, NOT_YOUR_RESOURCE, Problem, by_field,
    by_kind, from_failure, keyring_failed, log_failed, unavailable,
};

pub(crate) fn refused(error: ContactError) -> Problem {
    match error {
        ContactError::Field(fault) => by_field(fault),
        ContactError::Erased => Problem::of(&ERASED),
        ContactError::Blocked(block) => {
            let problem = Problem::of(&DIALING_BLOCKED).because(block.words);
            let problem = problem.with("reason", json!(block.reason));
            match block.next_allowed_at {
                Some(at) => problem.with("next_allowed_at", json!(at)),
                None => problem,
            }
        }
        ContactError::NotAssigned => {
            Problem::of(&NOT_YOUR_RESOURCE).because("you do not call for this campaign")
        }
        error @ ContactError::Away => {
            Problem::of(&INVALID_STATE_TRANSITION).because(error.to_string())
        }
        ContactError::Unknown => Problem::not_found(),
        ContactError::Order(error) => not_done(*error),
        ContactError::Dnc(error) => dnc_failed(error),
        ContactError::NotWrittenDown(failure) => from_failure(failure),
        ContactError::Keyring(error) => keyring_failed(&error),
        ContactError::Log(error) => log_failed(&error),
        ContactError::Read(error) => unavailable(&error),
        ContactError::Database(error) => by_kind(&error),
    }
}
