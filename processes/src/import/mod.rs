//! What comes in from other systems: history, one fact per foreign row, and lists of people to
//! call.
//!
//! What both need stands here and knows of neither: `frame` cuts a stream into records of
//! bounded size, `splitter` cuts a record of CSV into fields, `object` reads one of JSONL.

pub mod calls;
pub mod contacts;
mod escape;
mod format;
mod frame;
mod head;
mod object;
mod pushback;
mod source;
mod splitter;
pub mod transcripts;
mod value;

pub use escape::escaped_for_csv;

#[cfg(test)]
mod tests;
