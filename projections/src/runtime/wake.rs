//! A hint within this process that a checkpoint has moved, so that a waiting
//! query looks at once. Only a hint: the checkpoint row is the truth, and
//! losing every hint costs nothing but the next poll.

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
};

use database::{Database, Role};
use futures::future::select_all;
use tokio::sync::watch;

type Key = (String, String);

static MOVED: LazyLock<Mutex<HashMap<Key, watch::Sender<i64>>>> = LazyLock::new(Mutex::default);

/// Which database this is, as far as hints need to know.
pub(super) fn identity(database: &Database) -> String {
    let options = database.pool(Role::Projector).connect_options();
    let socket = options.get_socket().map(|path| path.display().to_string());
    format!(
        "{}:{}/{}",
        socket.unwrap_or_else(|| options.get_host().to_owned()),
        options.get_port(),
        options.get_database().unwrap_or_default()
    )
}

/// Says that a projection of a database has reached a position.
pub(super) fn moved(identity: &str, projection: &str, position: i64) {
    sender(identity, projection).send_replace(position);
}

/// Follows a projection of a database.
pub(super) fn follow(identity: &str, projection: &str) -> watch::Receiver<i64> {
    sender(identity, projection).subscribe()
}

/// Hints of several projections at once, for whoever shows what all of them have. Other processes
/// send none, so whoever waits for a move looks by themselves now and then too.
pub struct Moves(Vec<watch::Receiver<i64>>);

impl Moves {
    /// Of these projections of a database, from now on.
    #[must_use]
    pub fn of(database: &Database, projections: &[&str]) -> Self {
        let identity = identity(database);
        Self(projections.iter().map(|name| follow(&identity, name)).collect())
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

fn sender(identity: &str, projection: &str) -> watch::Sender<i64> {
    let mut all = MOVED.lock().unwrap_or_else(PoisonError::into_inner);
    let key = (identity.to_owned(), projection.to_owned());
    all.entry(key).or_insert_with(|| watch::Sender::new(0)).clone()
}
