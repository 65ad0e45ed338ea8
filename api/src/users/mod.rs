//! The people of an organization, for those who administer it.

pub mod change;
pub mod get;
pub mod invite;
pub mod list;
pub mod reply;
