//! Hands: processes that act on facts and report back with new facts.
//!
//! Everything here is at-least-once on the way in and idempotent on the way out; dialing is
//! the exception and happens at most once. Nothing here runs during a rebuild.

pub mod agents;
pub mod alerts;
pub mod auth;
pub mod breaker;
pub mod campaigns;
pub mod clock;
pub mod commands;
pub mod contacts;
pub mod dialer;
pub mod dispositions;
pub mod dnc;
pub mod erasure;
pub mod exports;
pub mod ids;
pub mod import;
pub mod imports;
mod lease;
pub mod mail;
pub mod organization;
pub mod payments;
pub mod reactor;
pub mod resets;
pub mod segments;
pub mod sentiment;
pub mod teams;
pub mod telephony;
mod text;
pub mod transcripts;
pub mod workers;

pub use clock::{Clock, ControlledClock, SystemClock};
pub use commands::{Commands, PersonalCodec};
pub use ids::{ControlledIds, Ids, SystemIds};
pub use workers::{Hands, HandsSettings, run_all};
