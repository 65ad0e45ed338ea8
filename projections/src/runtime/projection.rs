//! What a projection is: a name, a version, its tables, the events it wants,
//! and one function that folds a batch of them into row changes.

use std::{future::Future, pin::Pin, sync::Arc};

use domain::{OrgId, Timestamp};
use event_store::EventRef;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Fact, history};

/// A boxed future, so that the registry can hold projections as objects.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// One event of the log with its envelope, as a projection sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// Place in the one order of the log, from 1, without holes.
    pub position: i64,
    /// The organization whose fact this is.
    pub org_id: OrgId,
    /// The stream within the aggregate's type.
    pub aggregate_id: Uuid,
    /// Place in its stream, from 1.
    pub sequence: i64,
    /// The event's own id.
    pub event_id: Uuid,
    /// Who caused it, in the log's stored form.
    pub actor: String,
    /// What it belongs to.
    pub correlation_id: Uuid,
    /// The event or command that led to it.
    pub causation_id: Option<Uuid>,
    /// When it happened in the world.
    pub occurred_at: Timestamp,
    /// When the log recorded it.
    pub recorded_at: Timestamp,
    /// The fact itself.
    pub event: Fact,
}

impl Recorded {
    /// An event of the log, decoded under today's code.
    ///
    /// # Errors
    /// Words, where it is unknown or can not be decoded.
    pub fn of(event: &EventRef<'_>) -> Result<Self, String> {
        Ok(Self {
            position: event.position,
            org_id: OrgId::from(event.org_id),
            aggregate_id: event.aggregate_id,
            sequence: event.sequence,
            event_id: event.event_id,
            actor: event.actor.to_owned(),
            correlation_id: event.correlation_id,
            causation_id: event.causation_id,
            occurred_at: Timestamp::from_millis(event.occurred_at_ms),
            recorded_at: Timestamp::from_millis(event.recorded_at_ms),
            event: history::decode(event)?,
        })
    }
}

/// Why a batch could not be folded.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The database refused or went away; the batch is tried again.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// An event of the batch can not be applied; the projection pauses.
    #[error("event at position {position} can not be applied: {reason}")]
    Event {
        /// Position of the event.
        position: i64,
        /// Why, in words.
        reason: String,
    },
}

/// The tables that a batch goes into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tables {
    /// Those that callers read, behind row-level security, which takes no COPY.
    Live,
    /// Those of a build.
    Build,
}

/// A read model: folded from the log, owner of its tables.
///
/// `apply` gets the transaction that also moves the checkpoint (P1) and a
/// batch in log order, each event exactly once. It must give the same rows for
/// any cut of the same events into batches (P4), and it names its tables
/// without a schema: a build runs the same statements in its own schema.
pub trait Projection: Send + Sync + 'static {
    /// Name of the projection, also of its builds' schemas.
    fn name(&self) -> &'static str;
    /// Version of the fold; it goes up when the rows change their meaning.
    fn version(&self) -> i32;
    /// The tables it alone writes, without a schema.
    fn tables(&self) -> &'static [&'static str];
    /// Does it read this kind of event? What it does not want is not decoded.
    fn wants(&self, aggregate_type: &str, event_type: &str) -> bool;
    /// Folds a batch (never empty) into row changes.
    fn apply<'a>(
        &'a self,
        tx: &'a mut PgConnection,
        batch: &'a [Arc<Recorded>],
        tables: Tables,
    ) -> BoxFuture<'a, Result<(), ApplyError>>;
}
