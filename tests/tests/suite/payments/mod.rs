//! Payments at the simulated provider, under a clock that stands still until it is moved: nothing
//! is taken twice and nothing is lost, whatever dies and whatever is told.

mod flow;
mod kill;
mod kit;
pub mod stripe;
