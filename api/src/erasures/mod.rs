//! Erasures of people: asked for, listed, certified.

pub mod erase;
pub mod get;
pub mod list;
mod problem;
pub mod reply;
