//! The connection of a request, for answers that last: it is not idle while they do, and it is cut
//! where its other end does not take what ends them.

use std::time::Duration;

use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::framing::Framing;

/// How long the end of an answer may take to get through.
const PATIENCE: Duration = Duration::from_secs(1);

/// The connection of a request.
#[derive(Clone)]
pub struct Line {
    framing: Framing,
    cut: CancellationToken,
}

/// Held by whoever tells something: the answer is over when it is dropped.
pub struct Lasting {
    framing: Option<Framing>,
    done: CancellationToken,
    over: CancellationToken,
}

impl Line {
    /// The connection with this framing, which whoever holds `cut` ends.
    #[must_use]
    pub fn new(framing: Framing, cut: CancellationToken) -> Self {
        Self { framing, cut }
    }

    /// An answer lasts until `ends`, or until the server stops. Whoever does not take the end of it
    /// then is cut off: a server that stops waits for nobody who does not listen.
    pub fn lasts(
        line: Option<Self>,
        ends: impl Future<Output = ()> + Send + 'static,
        stop: CancellationToken,
    ) -> Lasting {
        let (done, over) = (CancellationToken::new(), CancellationToken::new());
        let framing = line.as_ref().map(|line| line.framing.clone());
        if let Some(framing) = &framing {
            framing.lasts();
        }
        let lasting = Lasting { framing, done: done.clone(), over: over.clone() };
        tokio::spawn(async move {
            let stopping = tokio::select! {
                () = done.cancelled() => return,
                () = stop.cancelled() => true,
                () = ends => false,
            };
            over.cancel();
            let stuck = match stopping {
                // What was handed over may not have got through.
                true => {
                    sleep(PATIENCE).await;
                    true
                }
                false => timeout(PATIENCE, done.cancelled()).await.is_err(),
            };
            if let Some(line) = line.filter(|_| stuck) {
                line.cut.cancel();
            }
        });
        lasting
    }
}

impl Lasting {
    /// Waits until nothing more is to be told.
    pub async fn over(&self) {
        self.over.cancelled().await;
    }
}

impl Drop for Lasting {
    fn drop(&mut self) {
        if let Some(framing) = &self.framing {
            framing.over();
        }
        self.done.cancel();
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use tokio::time::Instant;

    use super::*;

    fn line() -> (Line, CancellationToken) {
        let (_, framing) = super::super::framing::Watched::new(tokio::io::empty());
        let cut = CancellationToken::new();
        (Line::new(framing, cut.clone()), cut)
    }

    #[tokio::test]
    async fn who_does_not_take_the_end_of_an_answer_is_cut_off() {
        let ((line, cut), began) = (line(), Instant::now());
        let held = Line::lasts(Some(line), ready(()), CancellationToken::new());
        held.over().await;
        cut.cancelled().await;
        assert!(began.elapsed() >= PATIENCE);
    }

    #[tokio::test]
    async fn who_takes_the_end_of_an_answer_goes_on_asking() {
        let (line, cut) = line();
        let held = Line::lasts(Some(line), ready(()), CancellationToken::new());
        held.over().await;
        drop(held);
        assert!(timeout(PATIENCE * 2, cut.cancelled()).await.is_err());
    }

    #[tokio::test]
    async fn a_server_that_stops_cuts_whoever_is_still_there_a_second_later() {
        let ((line, cut), stop) = (line(), CancellationToken::new());
        let held = Line::lasts(Some(line), pending(), stop.clone());
        stop.cancel();
        held.over().await;
        drop(held);
        cut.cancelled().await;
    }
}
