//! Runs the live projections of a process.

use std::{sync::Arc, time::Duration};

use database::{Database, Role};
use event_store::Tail;
use tokio::{task::JoinSet, time::timeout};
use tokio_util::sync::CancellationToken;

use super::{
    Projection, RuntimeError,
    freshness::{self, Reached},
    status::{self, State},
    worker::Worker,
};

/// How long a stop waits for the batches under way.
const STOP: Duration = Duration::from_secs(10);

/// How live projections run.
#[derive(Clone, Debug)]
pub struct ProjectorSettings {
    /// Events per batch at most.
    pub batch: i64,
    /// How long a lease holds without a sign of life.
    pub lease: Duration,
    /// How long a paused projection rests before it is tried again.
    pub retry_paused: Duration,
    /// How long it takes from the beginning of a page to that of the next at least, unless somebody
    /// waits for it or there is more to read already; longer, where the last one took longer.
    pub beat: Duration,
    /// How long a checkpoint may stay behind what was read, where there was nothing to write and
    /// nobody waits for it.
    pub rest: Duration,
    /// What the owner is called, for people.
    pub owner: String,
}

impl Default for ProjectorSettings {
    fn default() -> Self {
        Self {
            batch: 5_000,
            lease: Duration::from_secs(5),
            retry_paused: Duration::from_secs(30),
            beat: Duration::from_millis(25),
            rest: Duration::from_millis(100),
            owner: format!("process {}", std::process::id()),
        }
    }
}

/// The running projections of this process. Other processes may run the same:
/// each projection has one owner at a time. Dropping it aborts the work at
/// once, which is safe; [`Projector::stop`] gives the leases back.
pub struct Projector {
    database: Database,
    names: Vec<&'static str>,
    tasks: JoinSet<()>,
    token: CancellationToken,
}

impl Projector {
    /// Starts the projections with the usual settings.
    #[must_use]
    pub fn start(
        database: &Database,
        tail: &Tail,
        projections: Vec<Arc<dyn Projection>>,
        token: CancellationToken,
    ) -> Self {
        Self::start_with(database, tail, projections, token, &ProjectorSettings::default())
    }

    /// Starts the projections.
    #[must_use]
    pub fn start_with(
        database: &Database,
        tail: &Tail,
        projections: Vec<Arc<dyn Projection>>,
        token: CancellationToken,
        settings: &ProjectorSettings,
    ) -> Self {
        let token = token.child_token();
        let mut tasks = JoinSet::new();
        let names = projections.iter().map(|projection| projection.name()).collect();
        for projection in projections {
            let worker = Worker {
                database: database.clone(),
                projection,
                tail: tail.clone(),
                settings: settings.clone(),
                token: token.clone(),
            };
            tasks.spawn(worker.run());
        }
        Self { database: database.clone(), names, tasks, token }
    }

    /// Waits until every projection has a position.
    ///
    /// # Errors
    /// [`RuntimeError::Paused`] where one can not get there,
    /// [`RuntimeError::Late`] after 30 s.
    pub async fn settle(&self, position: i64) -> Result<(), RuntimeError> {
        for name in &self.names {
            let mut rounds = 0;
            while freshness::wait_for(&self.database, name, position, Duration::from_secs(1))
                .await?
                != Reached::Reached
            {
                rounds += 1;
                self.refuse_paused(name).await?;
                if rounds >= 30 {
                    return Err(RuntimeError::Late((*name).to_owned()));
                }
            }
        }
        Ok(())
    }

    /// Waits until a worker ends that was not told to, and says why. A process
    /// with a dead worker should end rather than go on half alive.
    pub async fn fault(&mut self) -> RuntimeError {
        match self.tasks.join_next().await {
            Some(Err(death)) => RuntimeError::Task(death.to_string()),
            Some(Ok(())) | None => RuntimeError::Canceled,
        }
    }

    /// Stops after the batches under way and gives the leases back. What a
    /// database that does not answer holds up is aborted after 10 s.
    pub async fn stop(mut self) {
        self.token.cancel();
        let ended = async { while self.tasks.join_next().await.is_some() {} };
        if timeout(STOP, ended).await.is_err() {
            self.tasks.shutdown().await;
        }
    }

    async fn refuse_paused(&self, name: &str) -> Result<(), RuntimeError> {
        let overview = status::read(self.database.pool(Role::Projector)).await?;
        let paused = overview
            .projections
            .into_iter()
            .find(|projection| projection.name == name && projection.state == State::Paused);
        match paused {
            None => Ok(()),
            Some(projection) => Err(RuntimeError::Paused {
                name: projection.name,
                reason: projection.reason.unwrap_or_default(),
            }),
        }
    }
}
