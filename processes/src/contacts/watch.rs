//! Looks after contacts that are called by nobody, and calls back that nobody has made.

use domain::call::Call;
use domain::contact::{AttemptOutcome, Contact, ContactCommand, Standing};
use domain::{ContactId, Owed, Timed};

use crate::commands::Commands;
use crate::reactor::{Next, Reactor, Subject, Trouble};

/// The process: in its cursor, its dead letters, and what it tells the log.
const NAME: &str = "contact-watch";
/// How long a contact waits for the call that it was told of.
const UNMADE_MS: i64 = 60_000;

/// The watch over contacts.
pub struct ContactWatch {
    commands: Commands,
}

impl ContactWatch {
    /// The watch.
    #[must_use]
    pub fn new(commands: Commands) -> Self {
        Self { commands }
    }
}

impl Reactor for ContactWatch {
    fn name(&self) -> &'static str {
        NAME
    }

    fn wants(&self, aggregate_type: &str, event_type: &str) -> bool {
        let starts = event_type == "ContactAttemptStarted";
        aggregate_type == Contact::TYPE && (starts || Contact::STARTS.contains(&event_type))
    }

    async fn look(&self, subject: &Subject) -> Result<Next, Trouble> {
        let state = self.commands.state::<Contact>(subject.org, subject.id).await?;
        let Some((contact, _)) = state else { return Ok(Next::Rest) };
        let now = self.commands.now();
        let standing = contact.known().map(|known| known.standing.clone());
        let Some(Standing::Dialing { call_id, since, .. }) = standing else {
            return Ok(match contact.owed(now) {
                Owed::Nothing => Next::Rest,
                Owed::Later(at) => Next::At(at),
                Owed::Now(command) => {
                    subject.tell::<Contact>(&self.commands, NAME, command).await?;
                    Next::Rest
                }
            });
        };
        // A call to them tells the contact itself what it came to. One that has their name and is
        // to somebody else was asked for under a key that was used before.
        let call = self.commands.state::<Call>(subject.org, call_id.uuid()).await?;
        let known = call.as_ref().and_then(|(call, _)| call.known());
        let theirs = known.and_then(|call| call.belongs.contact_id);
        if theirs == Some(ContactId::from(subject.id)) {
            return Ok(Next::Rest);
        }
        let unmade_at = since.plus_ms(UNMADE_MS);
        if now < unmade_at {
            return Ok(Next::At(unmade_at));
        }
        let (outcome, rules) = (AttemptOutcome::NotMade, Box::default());
        let end = ContactCommand::EndAttempt { call_id, outcome, rules, retry_at: now, at: now };
        subject.tell::<Contact>(&self.commands, NAME, end).await?;
        Ok(Next::Rest)
    }
}
