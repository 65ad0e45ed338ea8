//! One row becomes one command.

use domain::Refusal as _;
use domain::call::{Call, CallCommand, CallRefusal, Direction, HistoricCall};
use domain::{CallId, Decider, OrgId, PhoneNumber, SubjectId};
use event_store::{Actor, Context, Failure, LogError};
use futures::future::try_join_all;

use super::failure::Cause;
use super::import::ImportDeps;
use super::rejection::Rejection;
use super::row::ParsedCall;
use crate::commands::Commands;
use crate::ids;

/// How often a row is handed over again, and how long it waits for that at first.
const ATTEMPTS: u32 = 7;
const AGAIN_MS: i64 = 25;

/// What became of a row.
pub(super) enum Taken {
    Imported,
    AlreadyThere,
    Rejected(Box<Rejection>),
}

/// What is remembered of a row while it is on its way.
struct Row {
    at: (u64, u64),
    source_id: String,
}

impl Row {
    fn failed(&self, words: &str) -> Cause {
        Cause::Log { row: self.at.0, words: words.to_owned() }
    }

    fn refused(&self, error: &CallRefusal) -> Taken {
        let rejection = if *error == CallRefusal::Exists {
            // Not in silence: what this row says of the call would be lost.
            let reason = "another call with this source_id is there already";
            Rejection::new(self.at, "source_id", error.code(), reason, &self.source_id)
        } else {
            let column = error.pointer().map_or("", |pointer| pointer.trim_start_matches('/'));
            Rejection::new(self.at, column, error.code(), error.to_string(), "")
        };
        Taken::Rejected(Box::new(rejection))
    }
}

/// Hands rows to the log for one run.
pub(super) struct Submitter {
    commands: Commands,
    context: Context,
    org: OrgId,
    source: String,
}

impl Submitter {
    pub(super) fn new(deps: &ImportDeps, org: OrgId, actor: Actor, source: &str) -> Self {
        let commands = deps.commands.clone();
        let correlation_id = deps.ids.next(commands.clock().now());
        let context = Context {
            org_id: org.uuid(),
            actor,
            correlation_id,
            causation_id: None,
            source: "import",
        };
        Self { commands, context, org, source: source.to_owned() }
    }

    /// Whether something is there for the row.
    pub(super) async fn knows(&self, call: &ParsedCall) -> Result<bool, Cause> {
        let id = self.id(call).await?;
        let known = self.commands.state::<Call>(self.org, id.uuid()).await;
        let failed = |error: LogError| Cause::Log { row: call.row, words: error.to_string() };
        Ok(known.map_err(failed)?.is_some())
    }

    /// Finds everybody whom these calls were with, all at once, so that their rows need not.
    pub(super) async fn find_people(&self, calls: impl Iterator<Item = &ParsedCall>) {
        let keyring = self.commands.keyring();
        let people = calls.filter_map(number);
        let people = people.map(|number| ids::subject_of_number(keyring, self.org, number));
        // Where somebody cannot be found, their row asks again and says so.
        drop(try_join_all(people).await);
    }

    async fn id(&self, call: &ParsedCall) -> Result<CallId, Cause> {
        let keyring = self.commands.keyring();
        Ok(ids::imported_call(keyring, self.org, &self.source, &call.source_id).await?)
    }

    /// Hands one row over. `look` where it is likely to be there: a call that is tried and
    /// was there makes a whole batch of the log be tried again.
    pub(super) async fn submit(&self, call: ParsedCall, look: bool) -> Result<Taken, Cause> {
        let id = self.id(&call).await?;
        let subject = self.subject(id, &call).await?;
        let row = Row { at: (call.row, call.line), source_id: call.source_id.clone() };
        let historic = historic(call, self.source.clone(), subject);
        let command = CallCommand::ImportHistoric(Box::new(historic));
        if look && let Some(taken) = self.look(id, &row, &command).await? {
            return Ok(taken);
        }
        self.run(id, row, command).await
    }

    /// What the call that is there, if it is, makes of the row.
    async fn look(
        &self,
        id: CallId,
        row: &Row,
        command: &CallCommand,
    ) -> Result<Option<Taken>, Cause> {
        let known = self.commands.state::<Call>(self.org, id.uuid()).await;
        let known = known.map_err(|error| row.failed(&error.to_string()))?;
        Ok(match known.map(|(call, _)| call.decide(command.clone())) {
            Some(Ok(events)) if events.is_empty() => Some(Taken::AlreadyThere),
            Some(Err(error)) => Some(row.refused(&error)),
            Some(Ok(_)) | None => None,
        })
    }

    async fn run(&self, id: CallId, row: Row, command: CallCommand) -> Result<Taken, Cause> {
        let mut unsure = false;
        for attempt in 1..=ATTEMPTS {
            let context = self.context.clone();
            let command = command.clone();
            let told = self.commands.tell::<Call>(context, id.uuid(), command, None, (None, ""));
            let failure = match told.await {
                // A commit of which nothing was heard was one after all.
                Ok(outcome) if outcome.event_ids.is_empty() && !unsure => {
                    return Ok(Taken::AlreadyThere);
                }
                Ok(_) => return Ok(Taken::Imported),
                Err(Failure::Refused { error, .. }) => return Ok(row.refused(&error)),
                Err(failure) => failure,
            };
            match failure {
                Failure::OutcomeUnknown if attempt < ATTEMPTS => unsure = true,
                Failure::Overloaded | Failure::Conflict | Failure::Unavailable(_)
                    if attempt < ATTEMPTS => {}
                failure => return Err(row.failed(&failure.to_string())),
            }
            self.commands.clock().sleep_ms(AGAIN_MS << attempt).await;
        }
        Err(row.failed("the log is busy"))
    }

    /// Whose call it was: the person behind the other number, or nobody but the call.
    async fn subject(&self, id: CallId, call: &ParsedCall) -> Result<SubjectId, Cause> {
        let keyring = self.commands.keyring();
        Ok(match number(call) {
            Some(number) => ids::subject_of_number(keyring, self.org, number).await?,
            None => ids::subject_of_call(keyring, self.org, id).await?,
        })
    }
}

/// The number of the person at the other end.
fn number(call: &ParsedCall) -> Option<&PhoneNumber> {
    match call.direction {
        Direction::Inbound => call.from.as_ref(),
        Direction::Outbound => call.to.as_ref(),
    }
}

fn historic(call: ParsedCall, source: String, subject: SubjectId) -> HistoricCall {
    HistoricCall {
        source,
        source_id: call.source_id,
        direction: call.direction,
        subject,
        from: call.from,
        to: call.to,
        created_at: call.created_at,
        answered_at: call.answered_at,
        ended_at: call.ended_at,
        end_status: call.end_status,
        wait_ms: call.wait_ms,
        talk_ms: call.talk_ms,
        hold_ms: call.hold_ms,
        wrap_ms: call.wrap_ms,
        agent_label: call.agent,
        queue_label: call.queue,
        campaign_label: call.campaign,
        attempt_no: call.attempts.and_then(|attempts| u32::try_from(attempts).ok()),
        disposition: call.disposition,
        meaning: call.meaning,
        resolved: call.resolved,
        rating: call.rating.and_then(|rating| u8::try_from(rating).ok()),
        tags: call.tags,
        test: call.test,
        metadata: call.metadata,
    }
}
