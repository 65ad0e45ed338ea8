//! The thread that reads: one bounded chunk after the other, as fast as they are taken.

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::mpsc::Sender;

use super::map::ImportMap;
use super::reader::{FileError, Format, RawRow, Rows};
use super::rejection::Rejection;
use super::row::{ParsedCall, RowParser};

/// The most rows of a chunk.
const MAX_ROWS: usize = 1_000;
/// The bytes after which a chunk is full.
const MAX_BYTES: usize = 1_024 * 1_024;

/// Rows that were read together.
pub(super) struct Chunk {
    pub rows: Vec<Result<ParsedCall, Rejection>>,
    /// Bytes of the file that were read by then.
    pub bytes: u64,
}

/// Reads until the end, or until nobody takes chunks any more; says which of the map's
/// columns no row had.
pub(super) fn read<R: Read + Send + 'static>(
    input: R,
    format: Option<Format>,
    map: ImportMap,
    chunks: &Sender<Chunk>,
) -> Result<Vec<String>, FileError> {
    let counter = Arc::new(AtomicU64::new(0));
    let mut rows = Rows::open(input, format, &map, Arc::clone(&counter))?;
    let parser = RowParser::new(map);
    let mut chunk = Vec::new();
    let mut bytes = 0;
    loop {
        let row = match rows.next() {
            Ok(Some(row)) => row,
            Ok(None) => break,
            Err(error) => {
                // What came before the damage is taken.
                send(chunks, chunk, &counter);
                return Err(error);
            }
        };
        bytes += row.as_ref().map_or(0, size);
        chunk.push(row.and_then(|row| parser.parse(&row)));
        if chunk.len() >= MAX_ROWS || bytes >= MAX_BYTES {
            bytes = 0;
            if !send(chunks, std::mem::take(&mut chunk), &counter) {
                return Ok(Vec::new());
            }
        }
    }
    send(chunks, chunk, &counter);
    Ok(rows.unseen())
}

fn send(
    chunks: &Sender<Chunk>,
    rows: Vec<Result<ParsedCall, Rejection>>,
    counter: &AtomicU64,
) -> bool {
    let bytes = counter.load(Ordering::Relaxed);
    chunks.blocking_send(Chunk { rows, bytes }).is_ok()
}

fn size(row: &RawRow) -> usize {
    row.cells.iter().flatten().map(|cell| cell.text.len()).sum()
}
