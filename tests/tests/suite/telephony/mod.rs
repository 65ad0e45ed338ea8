//! Calls at the simulated provider, under a clock that stands still until it is moved: what
//! is dialed, what is heard, and what is done about it.

mod behavior;
mod breaker;
mod crash;
mod ending;
mod hands;
pub mod kit;
mod lease;
mod messages;
mod moody;
mod observation;
mod reconciler;
mod reservation;
mod suppressed;
