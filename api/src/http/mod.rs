//! Everything about HTTP that is the same for every endpoint: who calls, what
//! is refused, how bodies and queries are read, how answers look.

pub(crate) mod answer;
pub mod app;
pub mod body;
pub mod caller;
pub mod client;
pub mod command;
pub mod cursor;
pub mod docs;
pub mod framing;
pub mod health;
pub mod json;
pub mod layers;
pub mod line;
pub mod openapi;
pub mod operation;
pub mod operations;
pub mod page;
pub mod pages;
pub mod path;
pub mod problem;
pub mod query;
pub mod rates;
pub(crate) mod reach;
pub mod read;
pub mod router;
pub mod serve;
mod shape;
pub mod span;
pub mod trace;
