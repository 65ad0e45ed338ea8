//! A stream of which the last bytes can be given back and are then read again.

use std::io::{self, BufRead, Read};

/// A stream that takes back what was read of it.
pub(super) struct Pushback {
    input: Box<dyn BufRead + Send>,
    /// What was given back, and how much of it has been read again.
    again: Vec<u8>,
    at: usize,
}

impl Pushback {
    pub(super) fn new(input: Box<dyn BufRead + Send>) -> Self {
        Self { input, again: Vec::new(), at: 0 }
    }

    /// Gives back the bytes that were read last.
    pub(super) fn give_back(&mut self, bytes: &[u8]) {
        if self.at >= bytes.len() {
            // They were themselves given back once, and are still there.
            self.at -= bytes.len();
        } else {
            let mut again = bytes.to_vec();
            again.extend_from_slice(self.again.get(self.at..).unwrap_or_default());
            (self.again, self.at) = (again, 0);
        }
    }
}

impl Read for Pushback {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Pushback {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at < self.again.len() {
            return Ok(self.again.get(self.at..).unwrap_or_default());
        }
        (self.again, self.at) = (Vec::new(), 0);
        self.input.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        if self.at < self.again.len() {
            self.at += amount;
        } else {
            self.input.consume(amount);
        }
    }
}
