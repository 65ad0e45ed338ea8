//! What processes could not do, for those who answer for the organization.

pub mod discard;
pub mod list;
mod problem;
pub mod retry;
