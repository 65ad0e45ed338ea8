//! What happened to a call, step by step, and by whom?
//!
//! Reads the events of calls, of what is said, felt and paid there, and alone writes the table
//! `call_timeline`, a row per event. A row is complete in itself: only in which call a payment is
//! made is read back. The notes of a call go when it is erased. It lags behind the log as far as
//! the health of the projection says, usually milliseconds.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::call::CallEvent;
use domain::payment::PaymentEvent;
use domain::{FreeText, Personal};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{ApplyError, BoxFuture, Fact, Projection, Recorded, Tables};

mod kind;
mod others;
pub mod read;
mod step;
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
        2
    }

    fn tables(&self) -> &'static [&'static str] {
        &["call_timeline"]
    }

    fn wants(&self, aggregate_type: &str, event_type: &str) -> bool {
        step::wanted(aggregate_type, event_type)
    }

    fn apply<'a>(
        &'a self,
        tx: &'a mut PgConnection,
        batch: &'a [Arc<Recorded>],
        _tables: Tables,
    ) -> BoxFuture<'a, Result<(), ApplyError>> {
        Box::pin(async move { Ok(insert(tx, batch).await?) })
    }
}

async fn insert(tx: &mut PgConnection, batch: &[Arc<Recorded>]) -> Result<(), sqlx::Error> {
    let paid_in = calls_of_payments(tx, batch).await?;
    let mut rows = Columns::default();
    for recorded in batch {
        let Some(step) = step::step(&recorded.event) else { continue };
        let org = recorded.org_id.uuid();
        let payment = matches!(recorded.event, Fact::Payment(_)).then_some(recorded.aggregate_id);
        let call = match payment {
            None => recorded.aggregate_id,
            Some(payment) => match paid_in.get(&(org, payment)) {
                Some(call) => *call,
                // It is made in no call.
                None => continue,
            },
        };
        rows.orgs.push(org);
        rows.calls.push(call);
        rows.about.push(step.about);
        rows.payments.push(payment);
        rows.sequences.push(recorded.sequence);
        rows.positions.push(recorded.position);
        rows.event_ids.push(recorded.event_id);
        rows.kinds.push(step.kind);
        rows.at.push(recorded.occurred_at.into());
        rows.recorded_at.push(recorded.recorded_at.into());
        rows.actors.push(&recorded.actor);
        rows.summaries.push(step.summary);
        rows.notes.push(recorded.event.call().and_then(note));
    }
    if rows.orgs.is_empty() {
        return Ok(());
    }
    let insert = sqlx::query_file!(
        "src/call_timeline/insert.sql",
        &rows.orgs as _,
        &rows.calls as _,
        &rows.about as _,
        &rows.payments as _,
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

/// In which calls the payments of a batch are made: what begins there says so itself, what has
/// begun before is a step of its call.
async fn calls_of_payments(
    tx: &mut PgConnection,
    batch: &[Arc<Recorded>],
) -> Result<HashMap<(Uuid, Uuid), Uuid>, sqlx::Error> {
    let (mut calls, mut before) = (HashMap::new(), HashSet::new());
    for recorded in batch {
        let Fact::Payment(event) = &recorded.event else { continue };
        let payment = (recorded.org_id.uuid(), recorded.aggregate_id);
        if let PaymentEvent::PaymentCreated { call_id, .. } = event {
            calls.extend(call_id.map(|call| (payment, call.uuid())));
        } else if !calls.contains_key(&payment) {
            before.insert(payment);
        }
    }
    if !before.is_empty() {
        let (orgs, ids): (Vec<Uuid>, Vec<Uuid>) = before.into_iter().unzip();
        let found = sqlx::query_file!("src/call_timeline/payments.sql", &orgs, &ids);
        for row in found.fetch_all(tx).await? {
            calls.insert((row.org_id, row.payment_id), row.call_id);
        }
    }
    Ok(calls)
}

#[derive(Default)]
struct Columns<'b> {
    orgs: Vec<Uuid>,
    calls: Vec<Uuid>,
    about: Vec<&'static str>,
    payments: Vec<Option<Uuid>>,
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
