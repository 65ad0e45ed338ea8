//! What comes in from other systems: history, one fact per foreign row.

pub mod calls;
