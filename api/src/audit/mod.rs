//! What auditors read.

pub mod security;
