//! The figures of calls.

pub use crate::figures::read::*;
