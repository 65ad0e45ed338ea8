//! What a screen on the wall shows, computed once for all the screens that show the same: the
//! interface over HTTP and the console ask here.

mod board;
mod scope;
mod screens;
mod stream;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use database::Database;
use processes::Clock;
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

pub use board::{Board, MODELS, Wallboard};
pub use scope::Scope;
pub use screens::Seat;

use self::screens::Seats;
use crate::http::problem::Problem;

/// How old a board may be: what it shows moves with the clock too, not with facts alone.
const FRESH: Duration = Duration::from_secs(1);
/// How long a board that nobody asks for is kept.
const KEPT: Duration = Duration::from_secs(10);

/// The boards of all organizations; cheap to clone.
#[derive(Clone)]
pub struct Boards(Arc<Inner>);

struct Inner {
    database: Database,
    clock: Arc<dyn Clock>,
    places: Mutex<HashMap<Scope, Arc<Place>>>,
    computed: AtomicU64,
    screens: Mutex<HashMap<Scope, watch::Sender<Shown>>>,
    seats: Mutex<Seats>,
    stop: CancellationToken,
}

/// What hangs before the screens of a scope, where something does already.
type Shown = Option<Arc<Board>>;

/// Where the board of a scope hangs. Whoever holds its lock computes; all others wait for them.
struct Place {
    last: tokio::sync::Mutex<Option<Arc<Board>>>,
    asked: Mutex<Instant>,
}

impl Boards {
    /// Of this database, until the server stops.
    #[must_use]
    pub fn new(database: Database, clock: Arc<dyn Clock>, stop: CancellationToken) -> Self {
        Self(Arc::new(Inner {
            database,
            clock,
            places: Mutex::default(),
            computed: AtomicU64::new(0),
            screens: Mutex::default(),
            seats: Mutex::default(),
            stop,
        }))
    }

    /// The board of a scope with everything up to a position at least, and not older than a second.
    /// However many ask at once, it is computed once.
    ///
    /// # Errors
    /// `not-your-resource`, where the scope is not its viewer's any more; the database is away.
    pub async fn board(&self, scope: &Scope, at_least: i64) -> Result<Arc<Board>, Problem> {
        let place = self.place(scope);
        let mut last = place.last.lock().await;
        if let Some(board) = last.as_ref().filter(|board| board.serves(at_least, FRESH)) {
            return Ok(Arc::clone(board));
        }
        self.0.computed.fetch_add(1, Ordering::Relaxed);
        let board = Arc::new(Board::make(&self.0.database, scope, self.0.clock.now()).await?);
        *last = Some(Arc::clone(&board));
        Ok(board)
    }

    /// How many boards were computed so far.
    #[must_use]
    pub fn computed(&self) -> u64 {
        self.0.computed.load(Ordering::Relaxed)
    }

    fn place(&self, scope: &Scope) -> Arc<Place> {
        let mut places = self.0.places.lock().unwrap_or_else(PoisonError::into_inner);
        // Who asks for many scopes leaves none behind.
        places.retain(|_, place| Arc::strong_count(place) > 1 || place.idle() < KEPT);
        let place = places.entry(scope.clone()).or_insert_with(|| Arc::new(Place::empty()));
        *place.asked.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        Arc::clone(place)
    }
}

impl Place {
    fn empty() -> Self {
        Self { last: tokio::sync::Mutex::new(None), asked: Mutex::new(Instant::now()) }
    }

    fn idle(&self) -> Duration {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).elapsed()
    }
}
