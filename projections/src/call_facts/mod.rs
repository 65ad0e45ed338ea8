//! How many calls, how long did they take, how were they handled, with what
//! result?
//!
//! Reads those events of calls that figures follow from, and alone writes the
//! tables `call_facts`, a row per call, and `queue_segments`, a row per wait: a
//! call that waits twice is two offers. It lags behind the log as far as the
//! health of the projection says, usually milliseconds.
//!
//! | a batch costs | statements |
//! |---|---|
//! | calls that began before it | 1 look-up, 1 more where one of them has waited |
//! | its calls, live | 1 upsert, 1 more where one of them has waited |
//! | of a build: those that begin in it, and the others | 1 COPY, 1 upsert, and as many more |
//!
//! *Invariant:* the fold keeps everything that it needs in the row, so that the
//! rows are the same for any cut of the log into batches (P4).

use std::sync::Arc;

use domain::call::Call;
use sqlx::PgConnection;

use crate::{ApplyError, BoxFuture, Projection, Recorded, Tables};

mod batch;
mod fold;
pub mod read;
mod row;
mod sheet;
mod write;

/// The projection.
pub struct CallFacts;

impl Projection for CallFacts {
    fn name(&self) -> &'static str {
        "call_facts"
    }

    fn version(&self) -> i32 {
        3
    }

    fn tables(&self) -> &'static [&'static str] {
        &["call_facts", "queue_segments"]
    }

    fn wants(&self, aggregate_type: &str, event_type: &str) -> bool {
        aggregate_type == Call::TYPE && fold::READS.contains(&event_type)
    }

    fn apply<'a>(
        &'a self,
        tx: &'a mut PgConnection,
        batch: &'a [Arc<Recorded>],
        tables: Tables,
    ) -> BoxFuture<'a, Result<(), ApplyError>> {
        Box::pin(batch::apply(tx, batch, tables))
    }
}
