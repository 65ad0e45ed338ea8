//! The organization itself, and what it has decided.

pub mod change_settings;
pub mod get;
pub mod reply;
