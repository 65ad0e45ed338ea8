//! Hints within this process: that a checkpoint has moved, so that a waiting
//! query looks at once; and that somebody waits, so that a checkpoint that need
//! not move yet does. Only hints: the checkpoint row is the truth, and losing
//! every hint costs nothing but the next poll, or a rest between two pages: as
//! where whoever waits is in another process.

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
};

use database::{Database, Role};
use futures::future::select_all;
use tokio::{
    sync::watch,
    time::{Instant, timeout_at},
};

type Key = (String, String);

static HINTS: LazyLock<Mutex<HashMap<Key, Hints>>> = LazyLock::new(Mutex::default);

/// What is known within this process of a projection.
#[derive(Clone)]
struct Hints {
    moved: watch::Sender<i64>,
    /// How many wait for it to move.
    waiting: watch::Sender<usize>,
}

/// Which database this is, as far as hints need to know.
fn identity(database: &Database) -> String {
    let options = database.pool(Role::Projector).connect_options();
    let socket = options.get_socket().map(|path| path.display().to_string());
    format!(
        "{}:{}/{}",
        socket.unwrap_or_else(|| options.get_host().to_owned()),
        options.get_port(),
        options.get_database().unwrap_or_default()
    )
}

/// Where whoever moves a projection tells and hears.
pub(super) struct Place {
    moved: watch::Sender<i64>,
    waiting: watch::Receiver<usize>,
}

impl Place {
    pub(super) fn of(database: &Database, projection: &str) -> Self {
        let Hints { moved, waiting } = hints(&identity(database), projection);
        Self { moved, waiting: waiting.subscribe() }
    }

    /// Says that the projection has reached a position.
    pub(super) fn moved(&self, position: i64) {
        self.moved.send_replace(position);
    }

    /// Rests until somebody waits for the projection to move, or until an instant.
    pub(super) async fn wanted(&mut self, until: Instant) {
        // What `wait_for` gives is gone after this line. The sender lives as long as the process.
        let _ = timeout_at(until, self.waiting.wait_for(|waiting| *waiting > 0)).await;
    }
}

/// Somebody who waits for a projection to move.
pub(super) struct Waiting {
    pub(super) moved: watch::Receiver<i64>,
    waiting: watch::Sender<usize>,
}

impl Waiting {
    pub(super) fn of(database: &Database, projection: &str) -> Self {
        let Hints { moved, waiting } = hints(&identity(database), projection);
        waiting.send_modify(|waiting| *waiting += 1);
        Self { moved: moved.subscribe(), waiting }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.waiting.send_modify(|waiting| *waiting = waiting.saturating_sub(1));
    }
}

/// Hints of several projections at once, for whoever shows what all of them have. Other processes
/// send none, so whoever waits for a move looks by themselves now and then too.
pub struct Moves(Vec<watch::Receiver<i64>>);

impl Moves {
    /// Of these projections of a database, from now on.
    #[must_use]
    pub fn of(database: &Database, projections: &[&str]) -> Self {
        let identity = identity(database);
        Self(projections.iter().map(|name| hints(&identity, name).moved.subscribe()).collect())
    }

    /// Waits until one of them has moved since the last time.
    pub async fn any(&mut self) {
        let moved = self.0.iter_mut().map(|hint| Box::pin(hint.changed()));
        // The senders live as long as the process.
        let _ = select_all(moved).await;
    }

    /// Forgets the moves so far.
    pub fn seen(&mut self) {
        for hint in &mut self.0 {
            hint.mark_unchanged();
        }
    }
}

fn hints(identity: &str, projection: &str) -> Hints {
    let mut all = HINTS.lock().unwrap_or_else(PoisonError::into_inner);
    let key = (identity.to_owned(), projection.to_owned());
    let none = || Hints { moved: watch::Sender::new(0), waiting: watch::Sender::new(0) };
    all.entry(key).or_insert_with(none).clone()
}
