//! Numbers that are not to be called.

pub mod check;
pub mod get;
pub mod list;
pub(crate) mod problem;
pub mod reinstate;
pub mod reply;
pub mod suppress;
