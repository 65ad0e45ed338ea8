//! Rows in PostgreSQL's binary COPY format.

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// What every sheet begins with: the signature, no flags, no extension.
const HEAD: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// 2000-01-01T00:00:00Z in microseconds of 1970: PostgreSQL's own zero.
const EPOCH_US: i64 = 946_684_800_000_000;

/// Rows, one after another.
pub(super) struct Sheet(Vec<u8>);

/// A value that can stand in a column.
pub(super) trait Cell {
    fn put(&self, bytes: &mut Vec<u8>);
}

impl Sheet {
    pub(super) fn new() -> Self {
        Self(HEAD.to_vec())
    }

    /// One more row.
    pub(super) fn row(&mut self, cells: &[&dyn Cell]) {
        let count = i16::try_from(cells.len()).unwrap_or(i16::MAX);
        self.0.extend_from_slice(&count.to_be_bytes());
        for cell in cells {
            cell.put(&mut self.0);
        }
    }

    /// No row was put down.
    pub(super) fn is_empty(&self) -> bool {
        self.0.len() == HEAD.len()
    }

    /// All of it.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.0.extend_from_slice(&(-1_i16).to_be_bytes());
        self.0
    }
}

fn put(bytes: &mut Vec<u8>, value: &[u8]) {
    // Longer ones are refused at the door; this one would be refused by the server.
    let length = i32::try_from(value.len()).unwrap_or(i32::MAX);
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(value);
}

macro_rules! cells {
    ($($of:ty: $value:ident => $bytes:expr;)+) => {
        $(
            impl Cell for $of {
                fn put(&self, bytes: &mut Vec<u8>) {
                    let $value = self;
                    put(bytes, $bytes);
                }
            }
        )+
    };
}

cells! {
    Uuid: value => value.as_bytes();
    String: value => value.as_bytes();
    bool: value => &[u8::from(*value)];
    i16: value => &value.to_be_bytes();
    i32: value => &value.to_be_bytes();
    i64: value => &value.to_be_bytes();
    DateTime<Utc>: value => &(value.timestamp_micros() - EPOCH_US).to_be_bytes();
}

impl<T: Cell> Cell for Option<T> {
    fn put(&self, bytes: &mut Vec<u8>) {
        match self {
            Some(value) => value.put(bytes),
            None => bytes.extend_from_slice(&(-1_i32).to_be_bytes()),
        }
    }
}
