//! The bytes of a file as plain text: unpacked, without a byte order mark, and counted.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::read::MultiGzDecoder;

use crate::import::head::peek;

/// Counts the bytes that were read of the file itself (not of what was in its `.gz`).
struct Counted<R> {
    inner: R,
    bytes: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.bytes.fetch_add(u64::try_from(read).unwrap_or(0), Ordering::Relaxed);
        Ok(read)
    }
}

/// The stream as plain UTF-8 text without a byte order mark, and its first bytes.
pub(in crate::import) fn plain<R: Read + Send + 'static>(
    input: R,
    bytes: Arc<AtomicU64>,
) -> io::Result<(Vec<u8>, Box<dyn BufRead + Send>)> {
    let (head, input) = peek(Counted { inner: input, bytes })?;
    let unpacked: Box<dyn Read + Send> = if head.starts_with(&[0x1f, 0x8b]) {
        Box::new(MultiGzDecoder::new(BufReader::new(input)))
    } else {
        Box::new(input)
    };
    let (mut head, input) = peek(unpacked)?;
    let mut input = BufReader::with_capacity(64 * 1_024, input);
    if head.starts_with(&[0xef, 0xbb, 0xbf]) {
        input.read_exact(&mut [0; 3])?;
        head.drain(..3);
    }
    Ok((head, Box::new(input)))
}
