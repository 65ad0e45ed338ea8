//! es-entity: a row per entity and its events beside it, read whole for each command.

use std::sync::Arc;

use ::es_entity::{
    EntityEvents, EntityEventsBuilder, EntityHydrationError, EsEntity, EsEvent, EsRepo, FromCaller,
    IntoEvents, TryFromEvents,
};
use anyhow::Context;
use domain::Decider;
use domain::call::{Call, CallCommand, CallEvent};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use uuid::Uuid;

use crate::contest::System;

::es_entity::entity_id! { CallRowId }

#[derive(Debug, EsEvent, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[es_event(id = "CallRowId")]
enum CallRowEvent {
    Happened { event: CallEvent },
}

#[derive(EsEntity)]
struct CallRow {
    id: CallRowId,
    call: Call,
    events: EntityEvents<CallRowEvent>,
}

impl CallRow {
    fn decide(&mut self, command: CallCommand) -> anyhow::Result<()> {
        for event in self.call.decide(command).context("the peer refused")? {
            self.call.evolve(&event);
            self.events.push(CallRowEvent::Happened { event });
        }
        Ok(())
    }
}

impl TryFromEvents<CallRowEvent> for CallRow {
    fn try_from_events(events: EntityEvents<CallRowEvent>) -> Result<Self, EntityHydrationError> {
        let mut call = Call::default();
        for CallRowEvent::Happened { event } in events.iter_all() {
            call.evolve(event);
        }
        Ok(Self { id: *events.id(), call, events })
    }
}

struct NewCallRow {
    id: CallRowId,
    facts: Vec<CallEvent>,
}

impl IntoEvents<CallRowEvent> for NewCallRow {
    type IdSource = FromCaller;

    fn into_events(
        self,
        builder: EntityEventsBuilder<CallRowEvent, FromCaller>,
    ) -> EntityEvents<CallRowEvent> {
        let facts = self.facts.into_iter().map(|event| CallRowEvent::Happened { event });
        builder.initial_events(self.id, facts)
    }
}

#[derive(EsRepo)]
#[es_repo(entity = "CallRow", id(source = "caller"))]
struct CallRows {
    pool: PgPool,
}

/// Its repository.
pub struct EsEntities(Arc<CallRows>);

impl EsEntities {
    /// With the tables that its book asks for.
    pub async fn open(pool: PgPool) -> anyhow::Result<Self> {
        sqlx::raw_sql(include_str!("es_entity.sql")).execute(&pool).await?;
        Ok(Self(Arc::new(CallRows { pool })))
    }
}

impl System for EsEntities {
    async fn run(&self, id: Uuid, command: CallCommand) -> anyhow::Result<()> {
        let id = CallRowId::from(id);
        match self.0.maybe_find_by_id(id).await? {
            Some(mut row) => {
                row.decide(command)?;
                self.0.update(&mut row).await.map(drop)?;
            }
            None => {
                let facts = Call::default().decide(command).context("the peer refused")?;
                self.0.create(NewCallRow { id, facts }).await?;
            }
        }
        Ok(())
    }
}
