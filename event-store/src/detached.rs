//! A future that runs to its end also where whoever waits for it goes away.
//!
//! Whoever waits polls it themselves: a task of its own would have each command handed from one
//! thread to another and back. Only where they go away one takes it over.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::FutureExt;
use futures::future::CatchUnwind;
use tokio::runtime::Handle;

/// Polled by whoever waits, and by a task once they have gone.
pub(crate) struct Detached<F: Future + Send + 'static>
where
    F::Output: Send,
{
    running: Option<Running<F>>,
    runtime: Handle,
}

type Running<F> = Pin<Box<CatchUnwind<AssertUnwindSafe<F>>>>;

impl<F> Detached<F>
where
    F: Future + Send + 'static,
    F::Output: Send,
{
    /// # Panics
    /// Outside of a runtime.
    pub(crate) fn new(future: F) -> Self {
        let running = Some(Box::pin(AssertUnwindSafe(future).catch_unwind()));
        Self { running, runtime: Handle::current() }
    }
}

impl<F> Future for Detached<F>
where
    F: Future + Send + 'static,
    F::Output: Send,
{
    /// Or the words of its panic, which goes no further.
    type Output = Result<F::Output, String>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(running) = self.running.as_mut() else { return Poll::Pending };
        let done = running.as_mut().poll(context);
        if done.is_ready() {
            self.running = None;
        }
        done.map(|done| done.map_err(words))
    }
}

impl<F> Drop for Detached<F>
where
    F: Future + Send + 'static,
    F::Output: Send,
{
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            // Where the runtime ends, everything ends.
            self.runtime.spawn(running);
        }
    }
}

fn words(panic: Box<dyn Any + Send>) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("without a word").to_owned()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use tokio::sync::oneshot;
    use tokio::task::yield_now;

    use super::*;

    #[tokio::test]
    async fn it_runs_to_its_end_although_whoever_waits_goes_away() {
        let (go, may_go) = oneshot::channel::<()>();
        let (end, ended) = oneshot::channel();
        let mut running = Detached::new(async move {
            may_go.await.unwrap();
            yield_now().await;
            end.send(7).unwrap();
        });
        assert!(futures::poll!(&mut running).is_pending());
        drop(running);
        go.send(()).unwrap();
        assert_eq!(ended.await, Ok(7));
    }

    #[tokio::test]
    async fn whoever_waits_gets_what_it_came_to() {
        assert_eq!(Detached::new(async { 7 }).await, Ok(7));
        let died: Result<(), String> = Detached::new(async { panic!("of {}", "itself") }).await;
        assert_eq!(died, Err("of itself".to_owned()));
    }
}
