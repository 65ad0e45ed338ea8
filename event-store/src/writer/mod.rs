//! The one task per process that appends. Whatever waits is committed together: `recv_many`,
//! no timer, one statement per batch; a command alone goes at once.

mod alone;
mod append;
mod columns;
mod item;
mod link;
mod recheck;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

pub(crate) use item::{Answer, Item, NewEvent, Verdict};

use self::append::{Stamp, Trouble};
use self::link::{Hello, Link, Session};
use self::recheck::Found;
use crate::log::Shared;
use crate::metrics::{add, add_len, add_time};
use crate::{LogError, LogSettings};

/// How long a server may take to let the writer in when a log is opened.
const OPENING: Duration = Duration::from_secs(20);
/// A statement that takes so much longer than it may hangs on a dead connection.
const DEAD: Duration = Duration::from_secs(5);

/// Appends what comes out of the queue.
pub(crate) struct Writer {
    link: Link,
    epoch: i64,
    fenced: bool,
    /// When the last event was recorded; time never goes back.
    recorded_at_ms: i64,
    settings: LogSettings,
    shared: Arc<Shared>,
    queue: mpsc::Receiver<Item>,
    waiting: VecDeque<Item>,
}

impl Writer {
    /// Connects, and refuses a server that would forget what it acknowledges.
    pub(crate) async fn open(
        options: sqlx::postgres::PgConnectOptions,
        settings: LogSettings,
        shared: Arc<Shared>,
        queue: mpsc::Receiver<Item>,
    ) -> Result<Self, LogError> {
        let mut link = Link::new(options, &settings);
        let hello = link.connect(OPENING).await?;
        add(&shared.counters.connects, 1);
        shared.learn(hello.position);
        let recorded_at_ms = hello.recorded_at_ms().unwrap_or(i64::MIN);
        let (epoch, waiting) = (hello.epoch, VecDeque::new());
        Ok(Self { link, epoch, fenced: false, recorded_at_ms, settings, shared, queue, waiting })
    }

    /// Runs until every sender is gone and everything they sent is answered.
    pub(crate) async fn run(mut self) {
        let most = self.settings.batch.max(1);
        let mut arrived = Vec::with_capacity(most);
        loop {
            let room = most.saturating_sub(self.waiting.len());
            if self.waiting.is_empty() {
                if self.queue.recv_many(&mut arrived, room).await == 0 {
                    break;
                }
            } else {
                arrived.extend(std::iter::from_fn(|| self.queue.try_recv().ok()).take(room));
            }
            self.waiting.extend(arrived.drain(..));
            let batch = self.batch();
            self.commit(batch).await;
        }
        self.link.close().await;
    }

    /// What goes into the next statement: bounded in commands and in bytes, never empty.
    fn batch(&mut self) -> Vec<Item> {
        let mut bytes = 0_usize;
        let mut count = 0_usize;
        for item in &self.waiting {
            bytes = bytes.saturating_add(item.bytes);
            if count > 0 && (bytes > self.settings.batch_bytes || count >= self.settings.batch) {
                break;
            }
            count += 1;
        }
        let batch: Vec<Item> = self.waiting.drain(..count).collect();
        let taken = batch.iter().map(|item| item.bytes).sum();
        self.shared.queued_bytes.fetch_sub(taken, Ordering::Relaxed);
        let now = Instant::now();
        for item in &batch {
            let waited = now.saturating_duration_since(item.queued);
            add_time(&self.shared.counters.queue_wait_us, waited);
        }
        batch
    }

    /// Appends a batch; where something in it cannot be appended, it is halved until what
    /// can is in and what cannot is alone. Nothing of a failed try stays, no gap either.
    async fn commit(&mut self, batch: Vec<Item>) {
        let mut parts = vec![batch];
        while let Some(mut part) = parts.pop() {
            match self.append(&part).await {
                Ok(base) => self.committed(part, base),
                Err(Trouble::Taken | Trouble::Poison(_)) if part.len() > 1 => {
                    add(&self.shared.counters.split, 1);
                    let second = part.split_off(part.len() / 2);
                    parts.push(second);
                    parts.push(part);
                }
                Err(Trouble::Taken) => {
                    for item in part {
                        self.alone(item).await;
                    }
                }
                Err(Trouble::Poison(words)) => {
                    tracing::error!(error = words, "a command cannot be stored");
                    judge(part, || Verdict::Fault(words.clone()));
                }
                Err(Trouble::Full) => {
                    tracing::error!("the disk is full: nothing can be appended");
                    judge(part, || Verdict::Overloaded);
                }
                Err(Trouble::Refuses(words)) => {
                    tracing::warn!(error = words, "a batch was refused");
                    judge(part, || Verdict::Unavailable(words.clone()));
                }
                Err(Trouble::Broken(words)) => {
                    tracing::error!(error = words, "nothing can be appended");
                    judge(part, || Verdict::Fault(words.clone()));
                }
                Err(Trouble::Lost(words)) => self.lost(part, &words).await,
            }
        }
    }

    /// One statement, with the connection made anew where it has to be.
    async fn append(&mut self, part: &[Item]) -> Result<i64, Trouble> {
        if self.fenced {
            return Err(Trouble::Refuses(LogError::Fenced { mine: self.epoch }.to_string()));
        }
        if !self.shared.durable.load(Ordering::Relaxed) {
            let words = "fsync or full_page_writes was turned off on the server";
            return Err(Trouble::Refuses(words.to_owned()));
        }
        self.connect().await.map_err(Trouble::Refuses)?;
        let now = (self.settings.clock)();
        self.recorded_at_ms = self.recorded_at_ms.max(now);
        let stamp = Stamp {
            epoch: self.epoch,
            recorded_at_ms: self.recorded_at_ms,
            keys_expire_at_ms: now.saturating_add(millis(self.settings.keep_keys)),
        };
        let (connection, _) = self.link.ready().await.map_err(Trouble::Refuses)?;
        let began = Instant::now();
        let append = append::append(connection, part, stamp);
        let appended = tokio::time::timeout(self.settings.statement + DEAD, append).await;
        add(&self.shared.counters.statements, 1);
        add_time(&self.shared.counters.statement_us, began.elapsed());
        match appended {
            Err(_) => Err(Trouble::Lost("the server does not answer".to_owned())),
            Ok(Err(trouble)) => Err(trouble),
            Ok(Ok(Some(base))) => Ok(base),
            Ok(Ok(None)) => {
                self.fenced = true;
                let error = LogError::Fenced { mine: self.epoch };
                tracing::error!(%error, "fenced off");
                Err(Trouble::Refuses(error.to_string()))
            }
        }
    }

    /// Makes sure that there is a connection.
    async fn connect(&mut self) -> Result<(), String> {
        let (_, hello) = self.link.ready().await?;
        if let Some(hello) = hello {
            self.greeted(&hello);
        }
        Ok(())
    }

    fn greeted(&mut self, hello: &Hello) {
        add(&self.shared.counters.connects, 1);
        self.recorded_at_ms = self.recorded_at_ms.max(hello.recorded_at_ms().unwrap_or(i64::MIN));
        self.shared.learn(hello.position);
    }

    /// Answers everybody in a batch that is in the log after position `base`.
    fn committed(&self, part: Vec<Item>, base: i64) {
        let counters = &self.shared.counters;
        let events: usize = part.iter().map(|item| item.events.len()).sum();
        let last = base.saturating_add(i64::try_from(events).unwrap_or(i64::MAX));
        add(&counters.batches, 1);
        add_len(&counters.commands, part.len());
        add_len(&counters.events, events);
        let size = u64::try_from(part.len()).unwrap_or(u64::MAX);
        counters.largest_batch.fetch_max(size, Ordering::Relaxed);
        if events > 0 {
            self.shared.appended(last);
        }
        let mut at = base;
        for item in part {
            let count = i64::try_from(item.events.len()).unwrap_or(i64::MAX);
            at = at.saturating_add(count);
            item.judge(Verdict::Committed((count > 0).then_some(at)));
        }
    }

    /// The connection went away with a batch on it: one internal re-check says what became
    /// of it, once the lost session is surely over.
    async fn lost(&mut self, part: Vec<Item>, words: &str) {
        tracing::warn!(error = words, "the writer's connection was lost");
        let session = self.link.lose(words);
        match self.recheck(&part, session).await {
            Found::Committed(base) => self.committed(part, base),
            Found::Nothing => {
                let words = format!("the connection was lost: {words}");
                judge(part, || Verdict::Unavailable(words.clone()));
            }
            Found::Unknown => {
                add_len(&self.shared.counters.unknown, part.len());
                judge(part, || Verdict::OutcomeUnknown);
            }
        }
    }

    /// When what is kept with a key is looked at.
    fn now(&self) -> i64 {
        (self.settings.clock)()
    }

    async fn recheck(&mut self, part: &[Item], session: Option<Session>) -> Found {
        let deadline = Instant::now() + self.settings.recheck;
        loop {
            let rest = deadline.saturating_duration_since(Instant::now());
            match self.link.connect(rest.max(recheck::PAUSE)).await {
                Ok(hello) => {
                    self.greeted(&hello);
                    match recheck::find(&mut self.link, part, session).await {
                        Ok(Found::Unknown) => {}
                        Ok(found) => return found,
                        Err(error) => tracing::warn!(%error, "a batch could not be looked up"),
                    }
                }
                Err(error) => tracing::debug!(%error, "the writer cannot connect yet"),
            }
            let rest = deadline.saturating_duration_since(Instant::now());
            if rest.is_zero() {
                return Found::Unknown;
            }
            tokio::time::sleep(rest.min(recheck::PAUSE)).await;
        }
    }
}

fn judge(part: Vec<Item>, verdict: impl Fn() -> Verdict) {
    for item in part {
        item.judge(verdict());
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
