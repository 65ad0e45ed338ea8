//! Why it is not known or not said that a number is not to be called, as problems.

use domain::PhoneNumber;
use processes::dnc::DncError;

use crate::http::answer::not_done;
use crate::http::problem::{INVALID_PHONE_NUMBER, Problem, keyring_failed, log_failed};

pub(crate) fn dnc_failed(error: DncError) -> Problem {
    match error {
        DncError::Keyring(error) => keyring_failed(&error),
        DncError::Log(error) => log_failed(&error),
        DncError::Order(error) => not_done(*error),
    }
}

/// A number in a field.
pub(super) fn number(pointer: &str, text: &str) -> Result<PhoneNumber, Problem> {
    PhoneNumber::parse(text).map_err(|error| {
        Problem::at(&INVALID_PHONE_NUMBER, pointer, "invalid-phone-number", error.to_string())
    })
}
