//! Brings an old system's calls in: one `CallImported` each, with their original times.
//!
//! `reader` cuts a CSV or JSONL stream into rows (on a blocking thread, one bounded row at a
//! time), `row` turns a row into the domain's command by way of an [`ImportMap`], `import`
//! hands them to the log in chunks and keeps the count. A call's id is derived from the
//! organization, the map's `source` and the row's `source_id`, so that the same file can be
//! brought in again after a kill and nothing is doubled.

mod failure;
mod field;
mod import;
mod json;
mod map;
mod reader;
mod rejection;
mod row;
mod submit;
mod text;
mod thread;
mod time;

pub use failure::{Cause, ImportError, MapError, Retry};
pub use field::Field;
pub use import::{ImportDeps, ImportOptions, ImportProgress, ImportReport, import_calls};
pub use map::ImportMap;
pub use reader::{FileError, Format, MAX_FIELD_BYTES, MAX_ROW_BYTES};
pub use rejection::{Rejection, ReportError};

#[cfg(test)]
mod tests;
