//! Disintegrate: one table of events, of which each decision reads those that carry its ids, and
//! which refuses it where another of them has come meanwhile. It needs PostgreSQL 16: its functions
//! have literals (`0xFFFFFFFF`) that older ones do not read.

use disintegrate::serde::json::Json;
use disintegrate::{Decision, Event, NoSnapshot, StateMutate, StateQuery};
use disintegrate_postgres::{PgDecisionMaker, PgEventStore, decision_maker};
use domain::Decider;
use domain::call::{Call, CallCommand, CallEvent, CallRefusal};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use uuid::Uuid;

use crate::contest::System;

/// A fact, with the id by which it is found.
#[derive(Clone, Debug, PartialEq, Event, Serialize, Deserialize)]
enum Fact {
    Happened {
        #[id]
        call_id: Uuid,
        event: CallEvent,
    },
}

#[derive(Clone, StateQuery, Serialize, Deserialize)]
#[state_query(Fact)]
struct State {
    #[id]
    call_id: Uuid,
    call: Call,
}

impl StateMutate for State {
    fn mutate(&mut self, fact: Fact) {
        let Fact::Happened { event, .. } = fact;
        self.call.evolve(&event);
    }
}

struct Wish(Uuid, CallCommand);

impl Decision for Wish {
    type Event = Fact;
    type StateQuery = State;
    type Error = CallRefusal;

    fn state_query(&self) -> State {
        State { call_id: self.0, call: Call::default() }
    }

    fn process(&self, state: &State) -> Result<Vec<Fact>, CallRefusal> {
        let fact = |event| Fact::Happened { call_id: self.0, event };
        Ok(state.call.decide(self.1.clone())?.into_iter().map(fact).collect())
    }
}

/// Its decision maker, without snapshots.
pub struct Disintegrate(PgDecisionMaker<Fact, Json<Fact>, NoSnapshot>);

impl Disintegrate {
    /// With the tables that it makes itself.
    pub async fn open(pool: PgPool) -> anyhow::Result<Self> {
        let store = PgEventStore::try_new(pool, Json::<Fact>::default()).await?;
        Ok(Self(decision_maker(store, NoSnapshot)))
    }
}

impl System for Disintegrate {
    async fn run(&self, id: Uuid, command: CallCommand) -> anyhow::Result<()> {
        let made = self.0.make(Wish(id, command)).await;
        made.map(drop).map_err(|error| anyhow::anyhow!("the peer refused: {error:?}"))
    }
}
