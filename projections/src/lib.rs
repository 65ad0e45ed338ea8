//! Memory: tables folded from the one log, a folder per question answered in
//! advance, and the runtime that keeps them exact (design: projections.md).
//!
//! *Architecture invariant:* a projection sees recorded facts and its own
//! tables, nothing else: it can have no effect outside its rows (P5).

pub mod activity;
pub mod agents;
pub mod alerts;
pub mod bucket;
pub mod call_facts;
pub mod call_timeline;
pub mod calls;
pub mod campaign_attempts;
pub mod campaigns;
pub mod contacts;
pub mod dnc;
pub mod exports;
pub mod figures;
pub mod imports;
pub mod ivr_sessions;
pub mod payments;
mod reading;
mod runtime;
pub mod security_log;
pub mod sentiment;
pub mod teams;
pub mod transcripts;
pub mod users;
mod words;

use runtime::folded;

pub use runtime::{
    ApplyError, BoxFuture, Fact, Projection, Projector, ProjectorSettings, Recorded, RuntimeError,
    Tables, find, freshness, history, rebuild, registry, status,
};
