//! A board as a stream of events (the one that browsers read by themselves): the whole board, and
//! the whole of it again whenever it shows something else.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::stream::unfold;
use http::{HeaderName, header};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::screens::REST;
use super::{Boards, Scope, Seat, Shown};
use crate::http::line::{Lasting, Line};

/// After how long without a word it is said that there is nothing to say.
const BEAT: Duration = Duration::from_secs(15);
/// The first words: when to come again, in milliseconds.
const RETRY: &[u8] = b"retry: 2000\n\n";

struct Screen {
    board: watch::Receiver<Shown>,
    /// The name of what was told last.
    told: Option<String>,
    /// Whether nothing was said yet.
    fresh: bool,
    /// Not before this is the next board told.
    rested: Instant,
    /// When somebody has to say something.
    beat: Instant,
    lasting: Lasting,
    /// Given back at the end.
    _seat: Seat,
}

impl Boards {
    /// The board of a scope as it is and becomes, on a connection, to whoever has `seen` an event
    /// of it, until `ends`. A reader who is slow misses boards and gets the last one: nothing is
    /// kept for them.
    pub fn stream(
        &self,
        scope: &Scope,
        (seat, seen): (Seat, Option<&str>),
        (line, ends): (Option<Line>, impl Future<Output = ()> + Send + 'static),
    ) -> Response {
        let screen = Screen {
            board: self.follow(scope),
            told: seen.and_then(|id| id.split_once('-')).map(|(_, tag)| tag.to_owned()),
            fresh: true,
            rested: Instant::now(),
            beat: Instant::now() + BEAT,
            lasting: Line::lasts(line, ends, self.0.stop.clone()),
            _seat: seat,
        };
        let events = unfold(screen, async |mut screen| {
            let event = screen.next().await?;
            Some((Ok::<_, Infallible>(event), screen))
        });
        let head = [
            (header::CONTENT_TYPE, "text/event-stream"),
            (header::CACHE_CONTROL, "no-store"),
            (HeaderName::from_static("x-accel-buffering"), "no"),
        ];
        (head, Body::from_stream(events)).into_response()
    }
}

impl Screen {
    async fn next(&mut self) -> Option<Bytes> {
        if std::mem::take(&mut self.fresh) {
            return Some(Bytes::from_static(RETRY));
        }
        let Self { board, told, rested, beat, lasting, .. } = self;
        let news = async {
            sleep_until(*rested).await;
            let news = |shown: &Shown| {
                shown.as_ref().is_some_and(|board| Some(board.tag()) != told.as_deref())
            };
            // An end, where the board was taken down.
            board.wait_for(news).await.ok().and_then(|shown| shown.clone())
        };
        let event = tokio::select! {
            biased;
            () = lasting.over() => return None,
            board = news => {
                let board = board?;
                *told = Some(board.tag().to_owned());
                *rested = Instant::now() + REST;
                board.event()
            }
            () = sleep_until(*beat) => Bytes::from_static(b":\n\n"),
        };
        *beat = Instant::now() + BEAT;
        Some(event)
    }
}
