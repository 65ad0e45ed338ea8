//! Does what aggregates owe to time alone.

use std::marker::PhantomData;

use domain::{Owed, Timed};

use super::{Next, Reactor, Subject, Trouble};
use crate::commands::Commands;

/// The timer of one kind of aggregate: when an offer is over, a wrap-up or an authorization.
pub struct Timer<A> {
    name: &'static str,
    commands: Commands,
    of: PhantomData<fn() -> A>,
}

impl<A: Timed> Timer<A> {
    /// The timer, with the name of the process.
    #[must_use]
    pub fn new(name: &'static str, commands: Commands) -> Self {
        Self { name, commands, of: PhantomData }
    }
}

impl<A: Timed> Reactor for Timer<A> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn wants(&self, aggregate_type: &str, event_type: &str) -> bool {
        aggregate_type == A::TYPE && A::STARTS.contains(&event_type)
    }

    async fn look(&self, subject: &Subject) -> Result<Next, Trouble> {
        let mut state = subject.state::<A>(&self.commands).await?;
        loop {
            let Some((aggregate, _)) = state else { return Ok(Next::Rest) };
            match aggregate.owed(self.commands.now()) {
                Owed::Nothing => return Ok(Next::Rest),
                Owed::Later(at) => return Ok(Next::At(at)),
                Owed::Now(command) => {
                    subject.tell::<A>(&self.commands, self.name, command).await?;
                    state = self.commands.state::<A>(subject.org, subject.id).await?;
                }
            }
        }
    }
}
