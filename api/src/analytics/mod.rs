//! Figures: what the calls of a time come to.

pub mod calls;
mod query;
