//! Why nothing is asked of a payment, as problems.

use processes::payments::PaymentError;
use serde_json::json;

use crate::http::answer::not_done;
use crate::http::problem::{
    CIRCUIT_OPEN, CURRENCY_NOT_ALLOWED, LIMIT_EXCEEDED, NOT_YOUR_RESOURCE, Problem, by_field,
    log_failed,
};

pub(super) fn refused(error: PaymentError) -> Problem {
    match error {
        PaymentError::LimitExceeded { limit_minor } => {
            Problem::of(&LIMIT_EXCEEDED).with("limit_minor", json!(limit_minor))
        }
        error @ PaymentError::ProviderDown { seconds } => {
            Problem::of(&CIRCUIT_OPEN).because(error.to_string()).retry_after(seconds)
        }
        PaymentError::CurrencyNotAllowed => {
            let words = "the organization takes no payments in this currency";
            Problem::at(&CURRENCY_NOT_ALLOWED, "/amount/currency", "not-allowed", words)
        }
        error @ PaymentError::NotYourCall => {
            Problem::of(&NOT_YOUR_RESOURCE).because(error.to_string())
        }
        PaymentError::Field(fault) => by_field(fault),
        PaymentError::Order(error) => not_done(*error),
        PaymentError::Log(error) => log_failed(&error),
    }
}
