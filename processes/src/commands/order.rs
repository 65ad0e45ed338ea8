//! A command on its way to an aggregate, but for the command itself.

use database::DatabaseError;
use domain::{Decider, OrgId, Timestamp};
use event_store::{Context, Failure, IdempotencyKey, LogError, Outcome, Reply};
use uuid::Uuid;

use super::{Commands, Said};

/// Who asks, under which key, for which version, and how it is answered.
pub struct Order<A: Decider> {
    /// Who asks.
    pub context: Context,
    /// Under which key it happens once.
    pub key: Option<IdempotencyKey>,
    /// The version that it is meant for.
    pub if_match: Option<u64>,
    /// What it is answered with.
    pub reply: Box<dyn Reply<A>>,
}

impl<A: Decider> Order<A> {
    /// Of somebody who waits for no answer.
    #[must_use]
    pub fn silent(context: Context) -> Self {
        Self { context, key: None, if_match: None, reply: Box::new(Said("done")) }
    }

    /// In whose organization.
    #[must_use]
    pub fn org(&self) -> OrgId {
        OrgId::from(self.context.org_id)
    }
}

/// Why a command that needs more than its aggregate did not happen.
#[derive(Debug, thiserror::Error)]
pub enum OrderError<R: domain::Refusal> {
    /// The aggregate or the log said no.
    #[error("{0}")]
    Command(Failure<R>),
    /// Others are at it; nothing has happened.
    #[error("others are at it")]
    Busy,
    /// Another aggregate could not be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The database is away or refuses.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl<R: domain::Refusal> From<sqlx::Error> for OrderError<R> {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

impl Commands {
    /// Carries out an order.
    ///
    /// # Errors
    /// [`OrderError::Command`]
    pub async fn carry_out<A: Decider>(
        &self,
        order: Order<A>,
        id: Uuid,
        command: A::Command,
    ) -> Result<Outcome, OrderError<A::Error>>
    where
        A::Error: domain::Refusal,
    {
        let Order { context, key, if_match, reply } = order;
        let done = self.run::<A>(context, id, command, key, if_match, reply).await;
        done.map_err(OrderError::Command)
    }

    /// Carries out an order whose answer tells of nobody: it is kept as it is, and stays when
    /// somebody is erased.
    ///
    /// # Errors
    /// [`OrderError::Command`]
    pub async fn carry_out_untold<A: Decider>(
        &self,
        order: Order<A>,
        id: Uuid,
        command: A::Command,
    ) -> Result<Outcome, OrderError<A::Error>>
    where
        A::Error: domain::Refusal,
    {
        let Order { context, key, if_match, reply } = order;
        let done = self.run_untold::<A>((context, id), command, (key, if_match), reply).await;
        done.map_err(OrderError::Command)
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
