//! Which calls are there, and how is each of them now?
//!
//! Reads every event of calls and alone writes the tables `calls`, the call as the domain folds it
//! beside the columns that lists filter and sort by, `call_tags`, and `call_segments`, what agents
//! had of calls. So a query answers exactly as a command does. It lags behind the log as far as the
//! health of the projection says, usually milliseconds.
//!
//! A batch costs at most five statements: the states of calls that began before it are read, all
//! its calls and their segments are written, and tags that changed are replaced.

use std::sync::Arc;

use domain::call::Call;
use sqlx::PgConnection;

use crate::{ApplyError, BoxFuture, Projection, Recorded, Tables};

mod fold;
pub mod read;
mod segments;

/// The projection.
pub struct Calls;

impl Projection for Calls {
    fn name(&self) -> &'static str {
        "calls"
    }

    fn version(&self) -> i32 {
        3
    }

    fn tables(&self) -> &'static [&'static str] {
        &["calls", "call_tags", "call_segments"]
    }

    fn wants(&self, aggregate_type: &str, _event_type: &str) -> bool {
        aggregate_type == Call::TYPE
    }

    fn apply<'a>(
        &'a self,
        tx: &'a mut PgConnection,
        batch: &'a [Arc<Recorded>],
        _tables: Tables,
    ) -> BoxFuture<'a, Result<(), ApplyError>> {
        Box::pin(fold::apply(tx, batch))
    }
}
