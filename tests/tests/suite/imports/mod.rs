//! Lists of people on their way into contacts, under a clock that stands still until it is moved:
//! no row is lost and none is taken twice, whatever dies, and nothing of the file is left.

mod file;
mod kill;
pub mod kit;
mod numbers;
