//! The log of a process: where commands go in.

use std::mem::take;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cqrs_es::Aggregate;
use database::{Database, Role};
use tokio::sync::{Semaphore, TryAcquireError, mpsc, watch};
use tokio::task::{JoinHandle, JoinSet};

use crate::codec::Codec;
use crate::detached::Detached;
use crate::loader::Loader;
use crate::metrics::{Counters, add};
use crate::request::{Outcome, Request, StreamKey};
use crate::tail::Tail;
use crate::warm::{Keys, Streams};
use crate::writer::{Item, Writer};
use crate::{Failure, LogError, Metrics, Outline, StoredEvent, command, idempotency, load, wake};

/// How long a closing log waits for the commands that are running.
const GRACE: Duration = Duration::from_secs(10);

/// The limits of a log, and its clock.
#[derive(Clone)]
pub struct LogSettings {
    /// Commands that may run at once; more are [`Failure::Overloaded`].
    pub running: u32,
    /// Decided commands that may wait for the writer.
    pub queue: usize,
    /// Bytes that may wait for the writer.
    pub queue_bytes: usize,
    /// Commands in one batch at most.
    pub batch: usize,
    /// Bytes in one batch at most, but for a single command that has more.
    pub batch_bytes: usize,
    /// Events that a stream may have; then it is [`Failure::StreamClosed`].
    pub stream: i64,
    /// States of streams that are remembered.
    pub warm: usize,
    /// Idempotency keys that are remembered as seen.
    pub keys: usize,
    /// How long what was answered to a key is kept.
    pub keep_keys: Duration,
    /// How long a lost connection is tried to be replaced to learn what became of a batch.
    pub recheck: Duration,
    /// How long an append may take.
    pub statement: Duration,
    /// How long an append may wait for another writer.
    pub lock: Duration,
    /// The time in ms since 1970.
    pub clock: Arc<dyn Fn() -> i64 + Send + Sync>,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self {
            running: 16_384,
            queue: 4_096,
            queue_bytes: 256 << 20,
            batch: 512,
            batch_bytes: 8 << 20,
            stream: 10_000_000,
            warm: 16_384,
            keys: 65_536,
            keep_keys: Duration::from_secs(24 * 60 * 60),
            recheck: Duration::from_secs(3),
            statement: Duration::from_secs(5),
            lock: Duration::from_secs(2),
            clock: Arc::new(system_clock),
        }
    }
}

fn system_clock() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// What callers, the writer and the wake-up tasks of a log have in common.
pub(crate) struct Shared {
    pub counters: Counters,
    pub queued_bytes: AtomicUsize,
    /// Whether the server keeps its promises (L1), as far as was seen lately.
    pub durable: AtomicBool,
    head: watch::Sender<i64>,
    own: watch::Sender<i64>,
}

impl Shared {
    fn new() -> Self {
        Self {
            counters: Counters::default(),
            queued_bytes: AtomicUsize::new(0),
            durable: AtomicBool::new(true),
            head: watch::Sender::new(0),
            own: watch::Sender::new(0),
        }
    }

    /// The log is at least here.
    pub(crate) fn learn(&self, position: i64) {
        self.head.send_if_modified(|head| {
            let further = position > *head;
            *head = position.max(*head);
            further
        });
    }

    /// This process has appended up to here.
    pub(crate) fn appended(&self, position: i64) {
        self.learn(position);
        self.own.send_replace(position);
    }

    /// Positions that this process has appended.
    pub(crate) fn own(&self) -> watch::Receiver<i64> {
        self.own.subscribe()
    }
}

/// The parts of a log.
pub(crate) struct Inner {
    pub settings: LogSettings,
    pub shared: Arc<Shared>,
    pub streams: Streams,
    pub keys: Keys,
    loader: Arc<Loader>,
    database: Database,
    queue: Mutex<Option<mpsc::Sender<Item>>>,
    room: Arc<Semaphore>,
    closed: AtomicBool,
    writer: Mutex<Option<JoinHandle<()>>>,
    tasks: Mutex<JoinSet<()>>,
    tail: OnceLock<Tail>,
}

impl Inner {
    /// Where keys and whole streams are read.
    pub(crate) fn reader(&self) -> &Database {
        &self.database
    }

    /// What reads streams for those who fold them.
    pub(crate) fn loader(&self) -> &Arc<Loader> {
        &self.loader
    }

    /// Puts an item into the writer's queue; false where it is full.
    pub(crate) fn enqueue(&self, item: Item) -> bool {
        let bytes = item.bytes;
        let before = self.shared.queued_bytes.fetch_add(bytes, Ordering::Relaxed);
        let fits = before == 0 || before.saturating_add(bytes) <= self.settings.queue_bytes;
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let sent = fits && queue.as_ref().is_some_and(|queue| queue.try_send(item).is_ok());
        if sent {
            add(&self.shared.counters.handed, 1);
        } else {
            self.shared.queued_bytes.fetch_sub(bytes, Ordering::Relaxed);
            add(&self.shared.counters.overloads, 1);
        }
        sent
    }
}

/// The log. Cheap to clone; there is one writer per opened log.
#[derive(Clone)]
pub struct Log {
    inner: Arc<Inner>,
}

impl Log {
    /// Connects the writer.
    ///
    /// # Errors
    /// [`LogError::NotDurable`] on a server or session that would acknowledge what a crash
    /// can lose (L1); otherwise the database is away or has no log.
    pub async fn open(database: &Database, settings: LogSettings) -> Result<Self, LogError> {
        let shared = Arc::new(Shared::new());
        let (sender, queue) = mpsc::channel(settings.queue.max(1));
        let options = database.pool(Role::Writer).connect_options();
        let writer = Writer::open(options, settings.clone(), Arc::clone(&shared), queue).await?;
        let writer = tokio::spawn(writer.run());
        let mut tasks = JoinSet::new();
        wake::start(&mut tasks, database, &shared);
        tasks.spawn(purge_now_and_then(database.clone(), Arc::clone(&settings.clock)));
        let room = usize::try_from(settings.running).unwrap_or(usize::MAX);
        let inner = Inner {
            streams: Streams::new(settings.warm),
            keys: Keys::new(settings.keys),
            shared,
            loader: Loader::new(database.clone()),
            database: database.clone(),
            queue: Mutex::new(Some(sender)),
            room: Arc::new(Semaphore::new(room.min(Semaphore::MAX_PERMITS))),
            closed: AtomicBool::new(false),
            writer: Mutex::new(Some(writer)),
            tasks: Mutex::new(tasks),
            tail: OnceLock::new(),
            settings,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Takes no more commands, waits (bounded) for those that are running, and ends the
    /// writer once it has answered everything.
    pub async fn close(&self) {
        self.inner.closed.store(true, Ordering::SeqCst);
        let all = self.inner.room.acquire_many(self.inner.settings.running);
        if tokio::time::timeout(GRACE, all).await.is_err() {
            tracing::warn!("commands are still running while the log closes");
        }
        self.inner.room.close();
        drop(self.inner.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        let writer = self.inner.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(writer) = writer
            && let Err(error) = writer.await
        {
            tracing::error!(%error, "the writer died");
        }
        let mut tasks = take(&mut *self.inner.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        tasks.shutdown().await;
    }

    /// Decides a command and appends what follows from it, with the answer to its key, all
    /// of it or nothing (L2). It runs to its end also where the caller goes away.
    ///
    /// # Errors
    /// [`Failure::Refused`] where the aggregate says no. A refusal that was kept with the key
    /// of an earlier command comes back as `Ok` with a status of 400 and above. After
    /// [`Failure::OutcomeUnknown`] it may have happened, after everything else it has not.
    pub async fn execute<A, C>(
        &self,
        codec: Arc<C>,
        request: Request<A>,
    ) -> Result<Outcome, Failure<A::Error>>
    where
        A: Aggregate<Services = ()> + Clone + 'static,
        A::Command: Clone + Send + Sync,
        A::Error: Send,
        C: Codec<A::Event> + 'static,
    {
        if self.inner.closed.load(Ordering::SeqCst) {
            return Err(LogError::Closed.into());
        }
        let permit = match Arc::clone(&self.inner.room).try_acquire_owned() {
            Ok(permit) => permit,
            Err(TryAcquireError::Closed) => return Err(LogError::Closed.into()),
            Err(TryAcquireError::NoPermits) => {
                add(&self.inner.shared.counters.overloads, 1);
                return Err(Failure::Overloaded);
            }
        };
        let inner = Arc::clone(&self.inner);
        let done = Detached::new(async move {
            let done = command::run(&inner, &*codec, &request).await;
            drop(permit);
            done
        });
        done.await.unwrap_or_else(|words| Err(Failure::Fault(format!("a command died: {words}"))))
    }

    /// An aggregate and its version as they are now; `None` where there is no such stream.
    ///
    /// # Errors
    /// The database is away, or a stored event cannot be read.
    pub async fn load<A, C>(
        &self,
        codec: &C,
        stream: StreamKey,
    ) -> Result<Option<(A, u64)>, LogError>
    where
        A: Aggregate + Clone + 'static,
        C: Codec<A::Event>,
    {
        load::newest(&self.inner, codec, stream).await
    }

    /// An aggregate and its version as they were at this version of it or later, for whoever has
    /// heard of the fact that made it and is told of those that come: what this process remembers
    /// costs no statement, and what is read is remembered for the next one who has heard of it.
    ///
    /// # Errors
    /// As [`Log::load`].
    pub async fn load_since<A, C>(
        &self,
        codec: &Arc<C>,
        stream: StreamKey,
        version: i64,
    ) -> Result<Option<(A, u64)>, LogError>
    where
        A: Aggregate + Clone + 'static,
        C: Codec<A::Event> + 'static,
    {
        if let Some((state, known)) = self.inner.streams.copy_since(&stream, version) {
            return Ok(Some((state, u64::try_from(known).unwrap_or_default())));
        }
        // A task of its own: whoever asks may rest for a while, and others wait for the stream.
        let (inner, codec) = (Arc::clone(&self.inner), Arc::clone(codec));
        let read = async move { load::once(&inner, &*codec, stream, version).await };
        tokio::spawn(read).await.map_err(|_| LogError::Closed)?
    }

    /// The events of a stream from a sequence on.
    ///
    /// # Errors
    /// The database is away.
    pub async fn read_stream(
        &self,
        stream: StreamKey,
        from_sequence: i64,
    ) -> Result<Vec<StoredEvent>, LogError> {
        load::events(self.inner.reader(), stream, from_sequence).await
    }

    /// What has happened in many streams at once, without what was said: which of them are there,
    /// and what led to it. A stream that is not there has nothing.
    ///
    /// # Errors
    /// The database is away.
    pub async fn outline(
        &self,
        org_id: uuid::Uuid,
        aggregate_type: &str,
        ids: &[uuid::Uuid],
    ) -> Result<Vec<Outline>, LogError> {
        load::outline(self.inner.reader(), org_id, aggregate_type, ids).await
    }

    /// The highest position that this process knows of: its own commits at once, those of
    /// others soon. Never ahead of the log.
    #[must_use]
    pub fn head(&self) -> watch::Receiver<i64> {
        self.inner.shared.head.subscribe()
    }

    /// The log for everybody in this process who keeps up with it, read once for all of them; from
    /// the first time on that somebody asks for it.
    #[must_use]
    pub fn tail(&self) -> Tail {
        let begin = || {
            let pool = self.inner.database.pool(Role::Projector).clone();
            let (tail, reader) = Tail::new(pool, self.head());
            let mut tasks = self.inner.tasks.lock().unwrap_or_else(PoisonError::into_inner);
            tasks.spawn(reader);
            tail
        };
        self.inner.tail.get_or_init(begin).clone()
    }

    /// What the writer has done so far.
    #[must_use]
    pub fn metrics(&self) -> Metrics {
        self.inner.shared.counters.read()
    }

    /// Removes every key that no longer holds and says how many there were. Happens every
    /// minute by itself.
    ///
    /// # Errors
    /// The database is away.
    pub async fn purge_keys(&self) -> Result<u64, LogError> {
        let now = (self.inner.settings.clock)();
        idempotency::purge(self.inner.database.pool(Role::Writer), now).await
    }
}

async fn purge_now_and_then(database: Database, clock: Arc<dyn Fn() -> i64 + Send + Sync>) {
    let mut minute = tokio::time::interval(Duration::from_secs(60));
    loop {
        minute.tick().await;
        if let Err(error) = idempotency::purge(database.pool(Role::Writer), clock()).await {
            tracing::warn!(%error, "expired keys were not removed");
        }
    }
}
