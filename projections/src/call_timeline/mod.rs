//! What happened to a call, step by step, and by whom?
//!
//! Reads every event of calls and alone writes the table `call_timeline`, a row per event. A row
//! is complete in itself, so that nothing is read back; the notes of a call go when it is erased.
//! It lags behind the log as far as the health of the projection says, usually milliseconds.

use chrono::{DateTime, Utc};
use domain::call::{Call, CallEvent};
use domain::{FreeText, Personal};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{ApplyError, BoxFuture, Projection, Recorded, Tables};

mod kind;
pub mod read;
mod summary;

pub use kind::kind;
pub use summary::summary;

/// The projection.
pub struct CallTimeline;

impl Projection for CallTimeline {
    fn name(&self) -> &'static str {
        "call_timeline"
    }

    fn version(&self) -> i32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["call_timeline"]
    }

    fn wants(&self, aggregate_type: &str, _event_type: &str) -> bool {
        aggregate_type == Call::TYPE
    }

    fn apply<'a>(
        &'a self,
        tx: &'a mut PgConnection,
        batch: &'a [Recorded],
        _tables: Tables,
    ) -> BoxFuture<'a, Result<(), ApplyError>> {
        Box::pin(async move { Ok(insert(tx, batch).await?) })
    }
}

async fn insert(tx: &mut PgConnection, batch: &[Recorded]) -> Result<(), sqlx::Error> {
    let mut rows = Columns::default();
    for recorded in batch {
        let Some(event) = recorded.event.call() else { continue };
        rows.orgs.push(recorded.org_id.uuid());
        rows.calls.push(recorded.aggregate_id);
        rows.sequences.push(recorded.sequence);
        rows.positions.push(recorded.position);
        rows.event_ids.push(recorded.event_id);
        rows.kinds.push(kind(event));
        rows.at.push(recorded.occurred_at.into());
        rows.recorded_at.push(recorded.recorded_at.into());
        rows.actors.push(&recorded.actor);
        rows.summaries.push(summary(event));
        rows.notes.push(note(event));
    }
    let insert = sqlx::query_file!(
        "src/call_timeline/insert.sql",
        &rows.orgs as _,
        &rows.calls as _,
        &rows.sequences as _,
        &rows.positions as _,
        &rows.event_ids as _,
        &rows.kinds as _,
        &rows.at as _,
        &rows.recorded_at as _,
        &rows.actors as _,
        &rows.summaries as _,
        &rows.notes as _,
    );
    insert.execute(&mut *tx).await?;
    let erased = batch
        .iter()
        .filter(|recorded| matches!(recorded.event.call(), Some(CallEvent::CallErased { .. })));
    let (orgs, calls): (Vec<Uuid>, Vec<Uuid>) =
        erased.map(|recorded| (recorded.org_id.uuid(), recorded.aggregate_id)).unzip();
    if !calls.is_empty() {
        sqlx::query_file!("src/call_timeline/purge.sql", &orgs, &calls).execute(tx).await?;
    }
    Ok(())
}

#[derive(Default)]
struct Columns<'b> {
    orgs: Vec<Uuid>,
    calls: Vec<Uuid>,
    sequences: Vec<i64>,
    positions: Vec<i64>,
    event_ids: Vec<Uuid>,
    kinds: Vec<&'static str>,
    at: Vec<DateTime<Utc>>,
    recorded_at: Vec<DateTime<Utc>>,
    actors: Vec<&'b str>,
    summaries: Vec<String>,
    notes: Vec<Option<&'b str>>,
}

/// The note that came with the event, sealed. What is not sealed or was erased
/// is not kept.
fn note(event: &CallEvent) -> Option<&str> {
    let note: Option<&Personal<FreeText>> = match event {
        CallEvent::CallNoteAdded { note, .. } => Some(note),
        CallEvent::CallDispositioned { note, .. }
        | CallEvent::CallDispositionRevised { note, .. } => note.as_ref(),
        CallEvent::CallInitiated { .. }
        | CallEvent::InboundCallReceived { .. }
        | CallEvent::CallImported { .. }
        | CallEvent::CallDialSubmitted { .. }
        | CallEvent::CallRinging { .. }
        | CallEvent::CallAnswered { .. }
        | CallEvent::CallAnswerClassified { .. }
        | CallEvent::CallEnteredIvr { .. }
        | CallEvent::IvrMenuEntered { .. }
        | CallEvent::IvrInputReceived { .. }
        | CallEvent::IvrExited { .. }
        | CallEvent::CallQueued { .. }
        | CallEvent::CallDequeued { .. }
        | CallEvent::CallbackRequested { .. }
        | CallEvent::CallOffered { .. }
        | CallEvent::CallOfferAccepted { .. }
        | CallEvent::CallOfferRejected { .. }
        | CallEvent::CallOfferTimedOut { .. }
        | CallEvent::CallOfferRescinded { .. }
        | CallEvent::CallAgentConnected { .. }
        | CallEvent::CallAgentDisconnected { .. }
        | CallEvent::CallHeld { .. }
        | CallEvent::CallResumed { .. }
        | CallEvent::CallTransferStarted { .. }
        | CallEvent::CallTransferConsultConnected { .. }
        | CallEvent::CallTransferCompleted { .. }
        | CallEvent::CallTransferCanceled { .. }
        | CallEvent::CallTransferFailed { .. }
        | CallEvent::CallDropped { .. }
        | CallEvent::CallMessageStarted { .. }
        | CallEvent::CallMessageEnded { .. }
        | CallEvent::CallEndRequested { .. }
        | CallEvent::CallEnded { .. }
        | CallEvent::CallOutcomeCorrected { .. }
        | CallEvent::CallTimingBackfilled { .. }
        | CallEvent::CallWrapUpStarted { .. }
        | CallEvent::CallWrapUpExtended { .. }
        | CallEvent::CallWrapUpEnded { .. }
        | CallEvent::CallTagged { .. }
        | CallEvent::CallMetadataChanged { .. }
        | CallEvent::CallRated { .. }
        | CallEvent::CallErased { .. } => None,
    };
    match note? {
        Personal::Sealed(token) => Some(token.as_str()),
        Personal::Known { .. } | Personal::Erased => None,
    }
}
