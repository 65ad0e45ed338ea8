//! Whole calls, appended at a rate as if a busy center took them, and what the log says of them to
//! somebody who counts.

mod counted;
pub mod story;

pub use counted::Figures;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use domain::OrgId;
use domain::call::{Call, CallCommand};
use event_store::Outcome;
use processes::Commands;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::histories;

/// How many calls go on at once, at most.
const AT_ONCE: usize = 256;

/// Has something happen in a call.
///
/// # Errors
/// The domain or the log does not take it.
pub async fn tell(
    commands: &Commands,
    org: OrgId,
    id: Uuid,
    command: CallCommand,
) -> anyhow::Result<Outcome> {
    histories::told::<Call>(commands, org, id, command).await
}

/// What was appended so far.
#[derive(Debug, Default)]
pub struct Appended {
    /// Calls that have begun, perhaps without an answer yet.
    pub calls: AtomicU64,
    /// Events that were acknowledged.
    pub events: AtomicU64,
    stop: AtomicBool,
}

/// Calls that are being appended.
#[derive(Debug)]
pub struct Load {
    /// What was appended so far.
    pub appended: Arc<Appended>,
    tasks: JoinSet<anyhow::Result<()>>,
    began: Instant,
}

impl Load {
    /// Begins to append so many events a second, as far as the log takes them.
    ///
    /// # Errors
    /// The log does not take the first call.
    pub async fn begin(commands: &Commands, org: OrgId, rate: u64) -> anyhow::Result<Self> {
        let appended = Arc::new(Appended::default());
        // How many events a call is, the first one tells.
        call(commands, org, &appended).await?;
        let each = appended.events.load(Ordering::SeqCst);
        let gap = Duration::from_secs(each) / u32::try_from(rate)?;
        let (began, turn) = (Instant::now(), Arc::new(AtomicU64::new(0)));
        let mut tasks = JoinSet::new();
        for _ in 0..AT_ONCE {
            let (commands, appended) = (commands.clone(), Arc::clone(&appended));
            let turn = Arc::clone(&turn);
            tasks.spawn(async move {
                while !appended.stop.load(Ordering::SeqCst) {
                    let turn = u32::try_from(turn.fetch_add(1, Ordering::SeqCst))?;
                    tokio::time::sleep_until((began + gap * turn).into()).await;
                    call(&commands, org, &appended).await?;
                }
                Ok(())
            });
        }
        Ok(Self { appended, tasks, began })
    }

    /// Stops after the calls that go on; says how many events a second it was.
    ///
    /// # Errors
    /// The log did not take one of them.
    pub async fn end(mut self) -> anyhow::Result<f64> {
        let took = self.began.elapsed();
        let events = u32::try_from(self.appended.events.load(Ordering::SeqCst))?;
        let rate = f64::from(events) / took.as_secs_f64();
        self.appended.stop.store(true, Ordering::SeqCst);
        while let Some(done) = self.tasks.join_next().await {
            done??;
        }
        Ok(rate)
    }
}

/// One call from its beginning to its result.
async fn call(commands: &Commands, org: OrgId, appended: &Appended) -> anyhow::Result<()> {
    let (id, story) = story::next();
    appended.calls.fetch_add(1, Ordering::SeqCst);
    for command in story {
        let done = tell(commands, org, id, command).await?;
        let events = u64::try_from(done.event_ids.len())?;
        appended.events.fetch_add(events, Ordering::SeqCst);
    }
    Ok(())
}
