//! An old system's calls on their way into a real log.

mod bank;
mod interrupted;
pub mod kit;
mod rejected;
