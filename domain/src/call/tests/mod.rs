//! Given facts, when a command comes, then facts follow.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod agent;
mod begin;
mod catalog;
mod convergence;
mod ending;
mod golden;
mod import;
mod ivr;
mod kit;
mod leg;
mod message;
mod notes;
mod queue;
mod random;
mod result;
mod states;
mod table;
mod transfer;
mod wrap_up;
