//! Calls: one file per operation.

pub mod add_note;
pub mod change;
pub mod create;
pub mod dispose;
pub mod end;
pub mod get;
pub mod list;
pub mod reply;
pub mod revise_disposition;
mod run;
pub mod timeline;
