//! What was paid, and what has happened to the money?
//!
//! Reads every event of payments and alone writes the tables `payments`, the payment as the domain
//! folds it, and `transactions`, a row for each time that money was kept for us, taken, let go,
//! given back or disputed. It lags behind the log as far as the health of the projection says,
//! usually milliseconds. A batch costs at most three statements.

mod moves;
pub mod read;
pub mod summary;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::payment::{Payment, PaymentEvent};
use sqlx::PgConnection;
use uuid::Uuid;

use self::moves::Moves;
use crate::folded::{self, Batch, Kept};
use crate::{ApplyError, BoxFuture, Fact, Projection, Recorded, Tables};

/// The projection.
pub struct Payments;

impl Projection for Payments {
    fn name(&self) -> &'static str {
        "payments"
    }

    fn version(&self) -> i32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["payments", "transactions"]
    }

    fn wants(&self, aggregate_type: &str, _event_type: &str) -> bool {
        aggregate_type == Payment::TYPE
    }

    fn apply<'a>(
        &'a self,
        tx: &'a mut PgConnection,
        batch: &'a [Arc<Recorded>],
        _tables: Tables,
    ) -> BoxFuture<'a, Result<(), ApplyError>> {
        Box::pin(fold(tx, batch))
    }
}

fn of_payment(fact: &Fact) -> Option<&PaymentEvent> {
    if let Fact::Payment(event) = fact { Some(event) } else { None }
}

async fn fold(tx: &mut PgConnection, batch: &[Arc<Recorded>]) -> Result<(), ApplyError> {
    let mut payments = begun_before(tx, batch).await?;
    let mut moves = Moves::default();
    for recorded in batch {
        let Some(event) = of_payment(&recorded.event) else { continue };
        let key = (recorded.org_id.uuid(), recorded.aggregate_id);
        let payment = payments.entry(key).or_default();
        folded::step(payment, recorded, event)?;
        if let Some(known) = payment.state.known() {
            moves.note(key, known, event);
        }
    }
    write(tx, &payments, batch).await?;
    moves.write(tx, &payments).await?;
    Ok(())
}

async fn begun_before(
    tx: &mut PgConnection,
    batch: &[Arc<Recorded>],
) -> Result<Batch<Payment>, ApplyError> {
    folded::begun_before(batch, of_payment, Payment::Known, async |orgs, ids| {
        let rows = sqlx::query_file!("src/payments/load.sql", &orgs, &ids).fetch_all(tx).await?;
        let kept = rows.into_iter().map(|row| Kept {
            org: row.org_id,
            id: row.payment_id,
            version: row.version,
            state: row.state,
        });
        Ok(kept.collect())
    })
    .await
}

#[derive(Default)]
struct Columns {
    orgs: Vec<Uuid>,
    ids: Vec<Uuid>,
    versions: Vec<i64>,
    statuses: Vec<&'static str>,
    currencies: Vec<String>,
    amounts: Vec<i64>,
    calls: Vec<Option<Uuid>>,
    contacts: Vec<Option<Uuid>>,
    by: Vec<Uuid>,
    created_at: Vec<DateTime<Utc>>,
    states: Vec<String>,
}

async fn write(
    tx: &mut PgConnection,
    payments: &Batch<Payment>,
    batch: &[Arc<Recorded>],
) -> Result<(), ApplyError> {
    let mut columns = Columns::default();
    for ((org, id), folded) in payments {
        let Some(known) = folded.state.known() else { continue };
        columns.orgs.push(*org);
        columns.ids.push(*id);
        columns.versions.push(folded.version);
        columns.statuses.push(known.status.word());
        columns.currencies.push(known.money.currency.clone());
        columns.amounts.push(known.money.amount_minor);
        columns.calls.push(known.call_id.map(|call| call.uuid()));
        columns.contacts.push(known.contact_id.map(|contact| contact.uuid()));
        columns.by.push(known.by.uuid());
        columns.created_at.push(known.created_at.into());
        let state = serde_json::to_string(known);
        columns.states.push(state.map_err(|error| folded::unreadable(batch, *id, &error))?);
    }
    let upsert = sqlx::query_file!(
        "src/payments/upsert.sql",
        &columns.orgs,
        &columns.ids,
        &columns.versions,
        &columns.statuses as _,
        &columns.currencies,
        &columns.amounts,
        &columns.calls as _,
        &columns.contacts as _,
        &columns.by,
        &columns.created_at,
        &columns.states,
    );
    upsert.execute(tx).await?;
    Ok(())
}
