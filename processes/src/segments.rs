//! Segments, as far as their catalog does not know enough: which id another one gets.

use std::sync::Arc;

use domain::segment::{Definition, SegmentCatalog, SegmentChanges, SegmentCommand, SegmentRefusal};
use domain::{OrgId, SegmentId, UserId};
use event_store::{KeyringError, LogError, Outcome};

use crate::commands::{Commands, Order, OrderError};
use crate::ids::{self, Ids};

type Done = Result<Outcome, OrderError<SegmentRefusal>>;

/// Runs the commands of segments; cheap to clone.
#[derive(Clone)]
pub struct Segments {
    commands: Commands,
    ids: Arc<dyn Ids>,
}

impl Segments {
    /// The segments of a log.
    #[must_use]
    pub fn new(commands: Commands, ids: Arc<dyn Ids>) -> Self {
        Self { commands, ids }
    }

    /// The segments of an organization as the log has them now, and the version of the catalog.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn catalog(&self, org: OrgId) -> Result<(SegmentCatalog, u64), LogError> {
        let state = self.commands.state::<SegmentCatalog>(org, org.uuid()).await?;
        Ok(state.unwrap_or_default())
    }

    /// The id of the segment that somebody defines: with an idempotency key the same for every
    /// repetition.
    ///
    /// # Errors
    /// The organization's secret cannot be fetched.
    pub async fn id(
        &self,
        org: OrgId,
        user: UserId,
        key: Option<&str>,
    ) -> Result<SegmentId, KeyringError> {
        match key {
            Some(key) => {
                let user = user.to_string();
                ids::created_segment(self.commands.keyring(), org, &user, key).await
            }
            None => Ok(SegmentId::from(self.ids.next(self.commands.now()))),
        }
    }

    /// Gives contacts of some kind a name.
    ///
    /// # Errors
    /// [`OrderError`]
    pub async fn define(
        &self,
        order: Order<SegmentCatalog>,
        (segment_id, definition): (SegmentId, Definition),
        by: UserId,
    ) -> Done {
        let (definition, at) = (Box::new(definition), self.commands.now());
        let command = SegmentCommand::Define { segment_id, definition, by, at };
        self.told(order, command).await
    }

    /// Has a segment mean others, or be called something else.
    ///
    /// # Errors
    /// [`OrderError`]
    pub async fn change(
        &self,
        order: Order<SegmentCatalog>,
        (segment_id, changes): (SegmentId, SegmentChanges),
        by: UserId,
    ) -> Done {
        let (changes, at) = (Box::new(changes), self.commands.now());
        self.told(order, SegmentCommand::Change { segment_id, changes, by, at }).await
    }

    /// Takes a segment away.
    ///
    /// # Errors
    /// [`OrderError`]
    pub async fn delete(
        &self,
        order: Order<SegmentCatalog>,
        segment_id: SegmentId,
        by: UserId,
    ) -> Done {
        let at = self.commands.now();
        self.told(order, SegmentCommand::Delete { segment_id, by, at }).await
    }

    async fn told(&self, order: Order<SegmentCatalog>, command: SegmentCommand) -> Done {
        let org = order.org();
        self.commands.carry_out(order, org.uuid(), command).await
    }
}
