//! Reads a list of people to call: a stream of bytes as numbered contact rows.
//!
//! `decode` turns the stream into UTF-8, `raw` cuts it into records and those into cells,
//! [`Mapping`] says which column is what, `row` reads a record's cells as a contact or as
//! everything that is wrong with it, [`ContactRows`] numbers the rows. Nothing is sent, looked
//! up or stored here, and nothing waits but for the stream: a blocking thread is the caller's
//! business, and so is the size of the file.
//!
//! *Architecture invariant:* the same file gives the same numbers to the same rows, whatever
//! happens in between, so that an import that was killed goes on by [`ContactRows::skip`].

mod cell;
mod decode;
mod delimiter;
mod fault;
mod file;
mod guess;
mod mapping;
mod number;
mod preview;
mod raw;
mod reader;
mod row;
mod target;
mod value;
mod verdict;

pub use delimiter::Delimiter;
pub use fault::{FileFault, RowFault};
pub use file::{ContactFile, Encoding, Format, MAX_ROWS};
pub use mapping::{MAX_COLUMNS_OF_A_FIELD, Mapping, MappingError};
pub use number::{NumberRule, Region};
pub use preview::{PREVIEW_ROWS, Preview, preview};
pub use reader::ContactRows;
pub use row::{ContactRow, MAX_CUSTOM, MAX_FAULTS, RowRead};
pub use target::Target;
pub use verdict::{FIRST_ROWS, FirstRows, MAX_FAULTY_PERCENT};

pub use super::frame::{MAX_FIELD_BYTES, MAX_ROW_BYTES};

#[cfg(test)]
mod tests;
