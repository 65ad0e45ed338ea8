//! Who takes calls, what do they do now, and what have they done?
//!
//! Reads every event of agents and alone writes the tables `agent_directory` (what seldom changes),
//! `agent_live` (what changes all the time, with the agent as the domain folds it),
//! `agent_intervals` (what they did, from when until when) and `agent_offers` (what was offered to
//! them). It lags behind the log as far as the health of the projection says, usually milliseconds.
//! A batch costs at most seven statements.
//!
//! An interval is a time in which an agent is seen to do one thing for one reason. Whoever has
//! several calls at once is on a call from the first of them until the last, once.

mod fold;
mod intervals;
mod offers;
pub mod read;

use std::sync::Arc;

use domain::agent::{Agent, AgentEvent};
use sqlx::PgConnection;

use crate::{ApplyError, BoxFuture, Fact, Projection, Recorded, Tables};

/// The projection.
pub struct Agents;

impl Projection for Agents {
    fn name(&self) -> &'static str {
        "agents"
    }

    fn version(&self) -> i32 {
        2
    }

    fn tables(&self) -> &'static [&'static str] {
        &["agent_directory", "agent_live", "agent_intervals", "agent_offers"]
    }

    fn wants(&self, aggregate_type: &str, _event_type: &str) -> bool {
        aggregate_type == Agent::TYPE
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

fn of_agent(fact: &Fact) -> Option<&AgentEvent> {
    if let Fact::Agent(event) = fact { Some(event) } else { None }
}
