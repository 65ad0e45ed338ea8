//! Processes that follow the log: nothing is forgotten, one instance works, what cannot be done is
//! kept to be looked at.

mod kit;
mod letters;
mod looks;
mod timer;
