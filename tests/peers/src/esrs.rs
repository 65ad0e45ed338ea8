//! esrs (Prima's event sourcing): a table of events per aggregate, read whole for each command.

use anyhow::Context;
use domain::Decider;
use domain::call::{Call, CallCommand, CallEvent, CallRefusal};
use esrs::manager::AggregateManager;
use esrs::store::postgres::{PgStore, PgStoreBuilder};
use esrs::{Aggregate, AggregateState};
use sqlx::PgPool;
use uuid::Uuid;

use crate::contest::System;

struct Calls;

impl Aggregate for Calls {
    const NAME: &'static str = "call";
    type State = Call;
    type Command = CallCommand;
    type Event = CallEvent;
    type Error = CallRefusal;

    fn handle_command(call: &Call, command: CallCommand) -> Result<Vec<CallEvent>, CallRefusal> {
        call.decide(command)
    }

    fn apply_event(mut call: Call, event: CallEvent) -> Call {
        call.evolve(&event);
        call
    }
}

/// Its manager over its store.
pub struct Esrs(AggregateManager<PgStore<Calls>>);

impl Esrs {
    /// With the tables that it makes itself.
    pub async fn open(pool: PgPool) -> anyhow::Result<Self> {
        Ok(Self(AggregateManager::new(PgStoreBuilder::new(pool).try_build().await?)))
    }
}

impl System for Esrs {
    async fn run(&self, id: Uuid, command: CallCommand) -> anyhow::Result<()> {
        let known = self.0.load(id).await?;
        let state = known.unwrap_or_else(|| AggregateState::with_id(id));
        self.0.handle_command(state, command).await?.map(drop).context("the peer refused")
    }
}
