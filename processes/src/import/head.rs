//! The beginning of a stream, looked at before it is read.

use std::io::{self, Cursor, Read};

/// The first bytes of a stream, and the stream from its beginning.
pub(super) fn peek<R: Read + Send + 'static>(
    mut input: R,
) -> io::Result<(Vec<u8>, impl Read + Send + 'static)> {
    let mut head = Vec::new();
    input.by_ref().take(64).read_to_end(&mut head)?;
    Ok((head.clone(), Cursor::new(head).chain(input)))
}
