//! Payments at Stripe: the gateway and the flow against a stand-in that speaks Stripe's protocol,
//! and what Stripe tells by itself.

mod contract;
pub mod fake;
mod kit;
mod lost;
mod old;
mod state;
mod told;
