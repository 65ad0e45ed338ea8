//! Why it is not known how people feel.

use processes::sentiment::SentimentError;

use crate::http::answer::not_done;
use crate::http::problem::{
    NO_TRANSCRIPT, PROJECTION_LAGGING, Problem, keyring_failed, log_failed, unavailable,
};

pub(super) fn failed(error: SentimentError) -> Problem {
    match error {
        SentimentError::NoTranscript => Problem::of(&NO_TRANSCRIPT),
        SentimentError::Behind => Problem::of(&PROJECTION_LAGGING),
        SentimentError::Order(error) => not_done(*error),
        SentimentError::Log(error) => log_failed(&error),
        SentimentError::Keyring(error) => keyring_failed(&error),
        SentimentError::Runtime(error) => unavailable(&error),
        SentimentError::Engine(error) => Problem::fault(&error),
    }
}
