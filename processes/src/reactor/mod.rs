//! Processes that follow the log (domain/08), once for all of them.
//!
//! A reactor is told where something has happened, not what: it looks at the aggregate as it is by
//! then, does what that owes, and says when to look again. A fact that comes twice, a timer, a
//! retry and a restart are the same to it: one more look. So there is one row in `process_tasks`
//! for each aggregate that is to be looked at later, and nothing else to keep.
//!
//! | what a process needs | how it is done |
//! |---|---|
//! | at-least-once input | the cursor passes a fact once its look is over, with what is owed |
//! | timers | the task's `due_at`, which is a row and survives every restart |
//! | retries | a task's next attempt is counted and set before the look: one that kills counts |
//! | facts that kill | what a term that was cut off may have looked at becomes tasks first |
//! | dead letters | what has failed [`MAX_ATTEMPTS`] times is due no more: [`DeadLetters`] |
//! | one owner at a time | a lease with an epoch, to which every write is bound |
//!
//! *Architecture invariant:* a look can be repeated. What it tells an aggregate follows from the
//! aggregate's state, which says nothing twice; what it asks of a provider stands in the log before
//! and carries a key by which the provider knows it again; and the ids that it makes follow from
//! [`Subject::cause`].
//!
//! *Architecture invariant:* no rebuild runs a reactor: projections cannot, and cursors of
//! processes belong to no projection.

mod facts;
mod letters;
mod looks;
mod runner;
mod tasks;
mod timer;

use std::future::Future;

use domain::{Decider, OrgId, Timestamp};
use event_store::{Actor, ActorKind, Context, Failure, LogError, Outcome};
use uuid::Uuid;

pub use letters::{DeadLetter, DeadLetterError, DeadLetters, LetterPlace};
pub use runner::{Runner, RunnerError, RunnerSettings};
pub(crate) use tasks::ask;
pub use timer::Timer;

use crate::commands::Commands;

/// How often an aggregate is looked at before it is a dead letter.
pub const MAX_ATTEMPTS: i32 = 8;
/// How long after the first attempt the second one comes, and so on.
const PAUSES_MS: [i64; 7] = [1_000, 5_000, 15_000, 60_000, 300_000, 900_000, 3_600_000];
/// How long nobody looks where something that everybody needs was away.
const AWAY_MS: i64 = 5_000;

/// An aggregate that is to be looked at, and the newest fact that asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Whose it is.
    pub org: OrgId,
    /// The aggregate.
    pub id: Uuid,
    /// The fact.
    pub cause: Uuid,
    /// Its place in the stream of the aggregate; 0 where that is not known.
    pub sequence: i64,
    /// What the fact belongs to.
    pub correlation: Uuid,
}

/// When to look again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// When another fact asks for it.
    Rest,
    /// Then, or when another fact asks for it.
    At(Timestamp),
}

/// Why a look did not come to its end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// Something that everybody needs is away; it says nothing about this aggregate.
    #[error("{0}")]
    Away(String),
    /// It is about this aggregate: it counts.
    #[error("{0}")]
    Wrong(String),
}

/// A process that follows the log.
pub trait Reactor: Send + Sync + 'static {
    /// Its name: of its cursor, of its dead letters, and in what it tells the log.
    fn name(&self) -> &'static str;

    /// Whether a fact makes it look at the aggregate that the fact is about.
    fn wants(&self, aggregate_type: &str, event_type: &str) -> bool;

    /// Looks, does what is owed, and says when to look again.
    ///
    /// # Errors
    /// [`Trouble`]; it is tried again.
    fn look(&self, subject: &Subject) -> impl Future<Output = Result<Next, Trouble>> + Send;
}

impl Subject {
    /// The aggregate as it was since the fact, or later: whatever has happened to it meanwhile and
    /// asks for a look, gets one. Of the type that the fact is about.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn state<A: Decider>(
        &self,
        commands: &Commands,
    ) -> Result<Option<(A, u64)>, LogError> {
        match self.sequence {
            0 => commands.state(self.org, self.id).await,
            sequence => commands.state_since((self.org, self.id), sequence).await,
        }
    }

    /// The same fact, for another aggregate that owes something because of it.
    #[must_use]
    pub fn of(&self, id: Uuid) -> Self {
        Self { id, sequence: 0, ..self.clone() }
    }

    /// Tells the aggregate something on behalf of a process.
    ///
    /// # Errors
    /// [`Trouble::Wrong`] where it says no: whoever tells has looked before.
    pub async fn tell<A: Decider>(
        &self,
        commands: &Commands,
        process: &'static str,
        command: A::Command,
    ) -> Result<(), Trouble> {
        Ok(self.try_to_tell::<A>(commands, process, command).await.map(|_| ())?)
    }

    /// The same, where it may say no.
    ///
    /// # Errors
    /// [`Failure`]
    pub async fn try_to_tell<A: Decider>(
        &self,
        commands: &Commands,
        process: &'static str,
        command: A::Command,
    ) -> Result<Outcome, Failure<A::Error>> {
        let context = self.context(process);
        commands.tell::<A>(context, self.id, command, None, (None, "told")).await
    }

    /// In whose name a process tells something because of the fact.
    #[must_use]
    pub fn context(&self, process: &'static str) -> Context {
        Context {
            org_id: self.org.uuid(),
            actor: Actor { kind: ActorKind::System, id: process.to_owned(), role: None },
            correlation_id: self.correlation,
            causation_id: Some(self.cause),
            source: process,
        }
    }
}

impl<R: std::fmt::Display> From<Failure<R>> for Trouble {
    fn from(failure: Failure<R>) -> Self {
        let words = failure.to_string();
        match failure {
            Failure::VersionMismatch { .. }
            | Failure::Conflict
            | Failure::KeyInProgress
            | Failure::Overloaded
            | Failure::Unavailable(_)
            | Failure::OutcomeUnknown => Self::Away(words),
            Failure::Refused { .. }
            | Failure::KeyReused
            | Failure::Erased
            | Failure::StreamClosed
            | Failure::Fault(_) => Self::Wrong(words),
        }
    }
}

impl From<LogError> for Trouble {
    fn from(error: LogError) -> Self {
        let failure: Failure<String> = error.into();
        failure.into()
    }
}
