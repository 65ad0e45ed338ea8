//! A stream of any encoding as UTF-8.
//!
//! What is no character of its encoding becomes the byte 0xff, which is never part of UTF-8: the
//! row in which it stands is faulty, and no other.

use std::io::{self, BufRead, BufReader, Read};

use encoding_rs::{Decoder, DecoderResult, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::fault::FileFault;
use super::file::Encoding;
use crate::import::head::peek;

const BUFFER: usize = 64 * 1_024;
const INVALID: u8 = 0xff;

/// The stream as UTF-8 without a byte order mark, its first bytes as they were, and how it was
/// encoded.
pub(super) fn utf8<R: Read + Send + 'static>(
    input: R,
    said: Option<Encoding>,
) -> Result<(Box<dyn BufRead + Send>, Encoding), FileFault> {
    let failed = |cause| FileFault::Io { row: 0, line: 1, cause };
    let (head, mut input) = peek(input).map_err(failed)?;
    // ZIP (and so XLSX), gzip, the old Excel.
    let foreign: [&[u8]; 3] = [b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0"];
    if foreign.iter().any(|magic| head.starts_with(magic)) {
        return Err(FileFault::NotText);
    }
    let (encoding, mark) = found(&head, said);
    if encoding == Encoding::Utf8 && head.iter().filter(|byte| **byte == 0).count() > 3 {
        return Err(FileFault::WrongEncoding);
    }
    input.by_ref().take(mark).read_to_end(&mut Vec::new()).map_err(failed)?;
    let decoder = match encoding {
        Encoding::Utf8 => return Ok((Box::new(BufReader::with_capacity(BUFFER, input)), encoding)),
        Encoding::Utf16 | Encoding::Utf16Le => UTF_16LE.new_decoder_without_bom_handling(),
        Encoding::Utf16Be => UTF_16BE.new_decoder_without_bom_handling(),
        Encoding::Latin1 => WINDOWS_1252.new_decoder_without_bom_handling(),
    };
    Ok((Box::new(Decoded::new(input, decoder)), encoding))
}

/// The encoding, and the length of the mark that says so.
fn found(head: &[u8], said: Option<Encoding>) -> (Encoding, u64) {
    if head.starts_with(&[0xef, 0xbb, 0xbf]) {
        return (Encoding::Utf8, 3);
    }
    match (head, said) {
        ([0xff, 0xfe, ..], _) => (Encoding::Utf16Le, 2),
        ([0xfe, 0xff, ..], _) => (Encoding::Utf16Be, 2),
        ([0, ..], Some(Encoding::Utf16)) => (Encoding::Utf16Be, 0),
        (_, Some(Encoding::Utf16)) => (Encoding::Utf16Le, 0),
        (_, said) => (said.unwrap_or(Encoding::Utf8), 0),
    }
}

/// A stream that is decoded as it is read.
struct Decoded<R> {
    input: R,
    decoder: Decoder,
    raw: Box<[u8]>,
    /// The part of `raw` that has not been decoded.
    left: (usize, usize),
    text: Box<[u8]>,
    /// The part of `text` that has not been read.
    ready: (usize, usize),
    /// The input has ended; the decoder has.
    ended: bool,
    finished: bool,
}

impl<R: Read> Decoded<R> {
    fn new(input: R, decoder: Decoder) -> Self {
        let raw = vec![0; BUFFER / 4].into_boxed_slice();
        let text = vec![0; BUFFER].into_boxed_slice();
        let (left, ready) = ((0, 0), (0, 0));
        Self { input, decoder, raw, left, text, ready, ended: false, finished: false }
    }

    /// Decodes what is there, or the next piece of the input.
    fn decode(&mut self) -> io::Result<()> {
        if self.left.0 >= self.left.1 && !self.ended {
            let read = self.input.read(&mut self.raw)?;
            self.left = (0, read);
            self.ended = read == 0;
        }
        let raw = self.raw.get(self.left.0..self.left.1).unwrap_or_default();
        let room = self.text.len().saturating_sub(1);
        let text = self.text.get_mut(..room).unwrap_or_default();
        let (result, read, mut written) =
            self.decoder.decode_to_utf8_without_replacement(raw, text, self.ended);
        self.left.0 += read;
        if let DecoderResult::Malformed(..) = result
            && let Some(byte) = self.text.get_mut(written)
        {
            *byte = INVALID;
            written += 1;
        }
        // A decoder that has been told of the end must not be asked again.
        self.finished = self.ended && result == DecoderResult::InputEmpty;
        self.ready = (0, written);
        Ok(())
    }
}

impl<R: Read> BufRead for Decoded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.ready.0 >= self.ready.1 && !self.finished {
            self.decode()?;
        }
        Ok(self.text.get(self.ready.0..self.ready.1).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        self.ready.0 += amount;
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}
