//! Tells the contacts of a reset, some at a time, until none is left; then the campaign.
//!
//! They are found in the read model, once it has seen everything that was so when somebody asked.
//! Whether one is reset, the contact itself decides: whoever was called since is left as they are.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use domain::campaign::{Campaign, CampaignCommand, KnownCampaign, Resetting};
use domain::contact::{Contact, ContactCommand};
use domain::{CampaignId, ResetId};
use event_store::Failure;
use futures::{StreamExt, TryStreamExt, stream};
use projections::contacts::read;
use projections::freshness::{self, Reached};
use uuid::Uuid;

use super::table::{self, Kept, counted};
use super::{FLOW, Resets};
use crate::reactor::{Next, Reactor, Subject, Trouble};

/// So many contacts are told together.
const CHUNK: i64 = 500;
/// So many of them at once, so that the log commits them together.
const AT_ONCE: usize = 512;
/// How long it is worked on before others have their turn.
const TURN: Duration = Duration::from_secs(5);
/// How long the read model of contacts may take to get where the log is.
const PATIENCE: Duration = Duration::from_secs(3);

/// The flow of resets.
pub struct ResetFlow {
    resets: Resets,
    turn: Duration,
}

impl ResetFlow {
    /// The flow of these resets.
    #[must_use]
    pub fn new(resets: Resets) -> Self {
        Self { resets, turn: TURN }
    }

    /// The same, with turns of another length.
    #[must_use]
    pub fn with_turns(self, turn: Duration) -> Self {
        Self { turn, ..self }
    }

    async fn campaign(&self, subject: &Subject) -> Result<Option<KnownCampaign>, Trouble> {
        let state = self.resets.commands.state::<Campaign>(subject.org, subject.id).await?;
        Ok(state.and_then(|(campaign, _)| campaign.known().cloned()))
    }

    /// Waits until the read model knows everybody with whom it was over when somebody asked.
    async fn caught_up(&self) -> Result<(), Trouble> {
        let database = &self.resets.database;
        let head = freshness::position_of(database, "contacts").await.map_err(away)?.head;
        match freshness::wait_for(database, "contacts", head, PATIENCE).await.map_err(away)? {
            Reached::Reached => Ok(()),
            Reached::Lagging { .. } => Err(Trouble::Away("contacts lag behind".to_owned())),
        }
    }

    /// Tells a chunk that was written down; how many of it are reset because of that, now or
    /// before somebody was killed.
    async fn tell(
        &self,
        subject: &Subject,
        asked: &Resetting,
        chunk: &[Uuid],
    ) -> Result<usize, Trouble> {
        let commands = &self.resets.commands;
        let mut context = subject.context(FLOW);
        context.correlation_id = asked.id.uuid();
        let telling = chunk.iter().map(async |id| {
            let (filter, asked_at, by) = (Box::new(asked.filter.clone()), asked.asked_at, asked.by);
            let command = ContactCommand::ResetWith { filter, asked_at, by, at: commands.now() };
            let (context, how) = (context.clone(), (None, "reset"));
            match commands.tell::<Contact>(context, *id, command, None, how).await {
                // Nobody is called anew who is not there any more.
                Ok(_) | Err(Failure::Erased | Failure::Refused { .. }) => Ok(()),
                Err(failure) => Err(Trouble::from(failure)),
            }
        });
        let telling: Vec<_> = telling.collect();
        stream::iter(telling).buffer_unordered(AT_ONCE).try_collect::<()>().await?;
        let told = commands.log().outline(subject.org.uuid(), Contact::TYPE, chunk).await?;
        let reset = told.into_iter().filter(|fact| {
            fact.event_type == "ContactReset" && fact.correlation_id == asked.id.uuid()
        });
        Ok(reset.map(|fact| fact.aggregate_id).collect::<HashSet<_>>().len())
    }

    /// The next contacts, written down; none, where nobody is left.
    async fn next(
        &self,
        subject: &Subject,
        asked: &Resetting,
        passed: Uuid,
    ) -> Result<Vec<Uuid>, Trouble> {
        let database = &self.resets.database;
        let of = (subject.org, CampaignId::from(subject.id));
        let found = read::over(database, of, &asked.filter, (passed, CHUNK)).await;
        let chunk: Vec<Uuid> = found.map_err(away)?.into_iter().map(|id| id.uuid()).collect();
        let taken = chunk.is_empty()
            || table::take(database, (subject.org, asked.id), passed, &chunk)
                .await
                .map_err(away)?;
        if !taken {
            return Err(Trouble::Away("somebody else resets these contacts".to_owned()));
        }
        Ok(chunk)
    }

    /// One chunk; whether there was one.
    async fn step(
        &self,
        subject: &Subject,
        asked: &Resetting,
        calls: bool,
    ) -> Result<bool, Trouble> {
        let (database, of) = (&self.resets.database, (subject.org, asked.id));
        let campaign = CampaignId::from(subject.id);
        let kept = table::begin(database, subject.org, (campaign, asked)).await.map_err(away)?;
        let Kept { passed, chunk, reset } = kept;
        // What was written down is told to its end, so that it is counted.
        let chunk = match chunk.is_empty() {
            true if calls => self.next(subject, asked, passed).await?,
            _ => chunk,
        };
        if chunk.is_empty() {
            self.over(subject, asked.id, counted(reset)).await?;
            return Ok(false);
        }
        let reset = self.tell(subject, asked, &chunk).await?;
        table::told(database, of, &chunk, reset).await.map_err(away)?;
        Ok(true)
    }

    /// How many there were is kept before the campaign says so and forgets that there was a reset.
    async fn over(&self, subject: &Subject, id: ResetId, count: u64) -> Result<(), Trouble> {
        let at = self.resets.commands.now();
        table::end(&self.resets.database, (subject.org, id), at).await.map_err(away)?;
        let command = CampaignCommand::ContactsReset { reset_id: id, count, at };
        subject.tell::<Campaign>(&self.resets.commands, FLOW, command).await
    }
}

impl Reactor for ResetFlow {
    fn name(&self) -> &'static str {
        FLOW
    }

    fn wants(&self, aggregate_type: &str, event_type: &str) -> bool {
        aggregate_type == Campaign::TYPE && event_type == "CampaignContactsResetRequested"
    }

    async fn look(&self, subject: &Subject) -> Result<Next, Trouble> {
        let began = Instant::now();
        let mut fresh = false;
        while let Some(campaign) = self.campaign(subject).await? {
            let calls = campaign.calls();
            let Some(asked) = campaign.resetting else { return Ok(Next::Rest) };
            if !fresh {
                self.caught_up().await?;
                fresh = true;
            }
            let more = self.step(subject, &asked, calls).await?;
            if more && began.elapsed() >= self.turn {
                return Ok(Next::At(self.resets.commands.now()));
            }
        }
        Ok(Next::Rest)
    }
}

fn away(error: impl std::fmt::Display) -> Trouble {
    Trouble::Away(error.to_string())
}
