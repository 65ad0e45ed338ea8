//! Agents: who takes calls, and what they do (domain/04 §4.1). An agent has the id of its user.

pub mod available;
pub mod calls;
pub mod change;
pub mod change_status;
pub mod create;
pub mod deactivate;
pub mod get;
pub mod heartbeat;
pub mod list;
mod path;
pub mod presence_log;
pub mod reactivate;
pub mod reply;
pub mod sign_out;
