//! The connection below HTTP: a head must arrive within five seconds of its
//! first byte, a connection that is idle or takes nothing ends after a minute,
//! and a message whose length is stated twice is recognized (hyper drops one of the two
//! statements before anybody can object).

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// From the first byte of a head to its end.
const HEAD: Duration = Duration::from_secs(5);
/// Between two requests, or two bytes of an answer.
const IDLE: Duration = Duration::from_secs(60);
/// More of a head is never looked at; a longer one is refused anyway.
const WINDOW: usize = 64 * 1024;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Idle,
    Head,
    Busy,
}

struct State {
    phase: Phase,
    /// An answer goes on, for as long as there is something to tell.
    lasting: bool,
    since: Instant,
    head: Vec<u8>,
}

/// What the service of a connection knows about its bytes.
#[derive(Clone)]
pub struct Framing(Arc<Mutex<State>>);

impl Framing {
    fn new() -> Self {
        let state =
            State { phase: Phase::Idle, lasting: false, since: Instant::now(), head: Vec::new() };
        Self(Arc::new(Mutex::new(state)))
    }

    fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A head has arrived whole. Says whether its framing can be relied on: a
    /// chunked message whose own head was seen here and states no length too.
    /// (The head of a message that was sent ahead of the answer to the one
    /// before it is not seen.)
    pub fn sound(&self, method: &str, chunked: bool) -> bool {
        self.with(|state| {
            state.phase = Phase::Busy;
            let head = std::mem::take(&mut state.head);
            let own = head.trim_ascii_start().strip_prefix(method.as_bytes());
            !chunked || (own.is_some_and(|rest| rest.starts_with(b" ")) && !states_a_length(&head))
        })
    }

    /// The request has been answered.
    pub fn answered(&self) {
        self.with(|state| {
            if !state.lasting {
                state.phase = Phase::Idle;
                state.since = Instant::now();
            }
        });
    }

    /// The answer has only begun: the connection is not idle before its end.
    pub fn lasts(&self) {
        self.with(|state| state.lasting = true);
    }

    /// An answer that lasted is over.
    pub fn over(&self) {
        self.with(|state| state.lasting = false);
        self.answered();
    }

    fn read(&self, bytes: &[u8]) {
        self.with(|state| {
            if state.phase == Phase::Busy {
                return;
            }
            if state.phase == Phase::Idle {
                state.phase = Phase::Head;
                state.since = Instant::now();
            }
            let room = WINDOW.saturating_sub(state.head.len());
            state.head.extend(bytes.iter().take(room));
        });
    }

    fn deadline(&self) -> Option<Instant> {
        self.with(|state| match state.phase {
            Phase::Idle => Some(state.since + IDLE),
            Phase::Head => Some(state.since + HEAD),
            Phase::Busy => None,
        })
    }
}

fn states_a_length(head: &[u8]) -> bool {
    let name = b"content-length:";
    head.trim_ascii_start()
        .split(|byte| *byte == b'\n')
        .take_while(|line| !line.trim_ascii().is_empty())
        .any(|line| line.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)))
}

/// A connection that is watched.
pub struct Watched<S> {
    stream: S,
    framing: Framing,
    timer: Pin<Box<Sleep>>,
    /// Runs while the other end takes nothing of what it is sent.
    stalled: Option<Pin<Box<Sleep>>>,
}

impl<S> Watched<S> {
    /// Watches a connection.
    pub fn new(stream: S) -> (Self, Framing) {
        let framing = Framing::new();
        let timer = Box::pin(tokio::time::sleep(IDLE));
        (Self { stream, framing: framing.clone(), timer, stalled: None }, framing)
    }

    /// A write that makes no progress for a minute fails.
    fn written<T>(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let timer = self.stalled.get_or_insert_with(|| Box::pin(tokio::time::sleep(IDLE)));
        ready!(timer.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        if let Poll::Ready(result) = Pin::new(&mut self.stream).poll_read(cx, buffer) {
            let read = buffer.filled().get(before..).unwrap_or_default();
            if !read.is_empty() {
                self.framing.read(read);
            }
            return Poll::Ready(result);
        }
        let Some(deadline) = self.framing.deadline() else { return Poll::Pending };
        if self.timer.deadline() != deadline {
            self.timer.as_mut().reset(deadline);
        }
        ready!(self.timer.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.written(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.written(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_length_in_the_head_counts() {
        assert!(states_a_length(b"POST / HTTP/1.1\r\nContent-LENGTH: 3\r\n\r\n"));
        assert!(!states_a_length(b"POST / HTTP/1.1\r\nHost: x\r\n\r\ncontent-length: 3\r\n"));
    }

    #[tokio::test]
    async fn a_connection_is_not_idle_while_an_answer_lasts() {
        let framing = Framing::new();
        framing.read(b"GET / HTTP/1.1\r\n\r\n");
        assert!(framing.sound("GET", false));
        framing.lasts();
        framing.answered();
        assert_eq!(framing.deadline(), None);
        framing.over();
        assert!(framing.deadline().is_some());
    }

    #[tokio::test]
    async fn a_chunked_message_is_relied_on_only_where_its_head_was_seen() {
        let framing = Framing::new();
        framing.read(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nPUT / H");
        assert!(framing.sound("POST", true));
        assert!(framing.sound("PUT", false));
        framing.answered();
        assert!(!framing.sound("PUT", true));
        framing.answered();
        framing.read(b"rest of a body\r\n\r\nPUT / HTTP/1.1\r\nContent-Length: 1\r\n\r\n");
        assert!(!framing.sound("PUT", true));
    }
}
