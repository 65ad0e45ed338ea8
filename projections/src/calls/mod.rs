//! Which calls are there, and how is each of them now?
//!
//! Reads every event of calls and alone writes the table `calls`: the call as
//! the domain folds it, beside the columns that lists filter and sort by. So a
//! query answers exactly as a command does. It lags behind the log as far as
//! the health of the projection says, usually milliseconds.
//!
//! A batch costs at most two statements: the states of calls that began before
//! it are read, and all its calls are written.

use domain::call::Call;
use sqlx::PgConnection;

use crate::{ApplyError, BoxFuture, Projection, Recorded};

mod fold;
pub mod read;

/// The projection.
pub struct Calls;

impl Projection for Calls {
    fn name(&self) -> &'static str {
        "calls"
    }

    fn version(&self) -> i32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["calls"]
    }

    fn wants(&self, aggregate_type: &str, _event_type: &str) -> bool {
        aggregate_type == Call::TYPE
    }

    fn apply<'a>(
        &'a self,
        tx: &'a mut PgConnection,
        batch: &'a [Recorded],
    ) -> BoxFuture<'a, Result<(), ApplyError>> {
        Box::pin(fold::apply(tx, batch))
    }
}
