//! Teams: who works together, and who supervises them (domain/04 §4.19).

pub mod add_member;
pub mod archive;
pub mod change;
pub mod change_member;
pub mod create;
pub mod get;
pub mod list;
pub mod members;
mod path;
pub mod remove_member;
pub mod reply;
pub mod restore;
pub(crate) mod settings;
