//! Payments and what has happened to their money, as they are listed.

use chrono::{DateTime, Utc};
use database::Database;
use domain::payment::{KnownPayment, PaymentStatus};
use domain::{OrgId, PaymentId, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::RuntimeError;
use crate::reading::{self, planned};

/// A payment as the read model has it, personal fields sealed.
#[derive(Clone, Debug, PartialEq)]
pub struct PaymentRow {
    /// Which.
    pub id: PaymentId,
    /// How many facts it has.
    pub version: u64,
    /// As the domain folds it.
    pub payment: KnownPayment,
}

/// A place in the list, newest first: after this payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentPlace {
    /// When it was asked for.
    pub created_at: Timestamp,
    /// Which.
    pub id: Uuid,
}

/// Which payments.
#[derive(Clone, Debug, Default)]
pub struct PaymentFilter {
    /// So far.
    pub status: Option<PaymentStatus>,
    /// In this currency.
    pub currency: Option<String>,
    /// In this call.
    pub call: Option<Uuid>,
    /// By this contact.
    pub contact: Option<Uuid>,
    /// Asked for by one of these; by anybody where empty.
    pub by: Vec<Uuid>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub to: Option<Timestamp>,
}

/// One time that money was kept for us, taken, let go, given back or disputed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransactionRow {
    /// Of which payment.
    pub payment_id: Uuid,
    /// `authorization`, `capture`, `void`, `refund` or `dispute`.
    pub kind: String,
    /// Under which id it was asked for, or the provider's name of a dispute.
    pub name: String,
    /// How far it is.
    pub status: String,
    /// ISO 4217.
    pub currency: String,
    /// How much, in minor units.
    pub amount_minor: i64,
    /// The provider's name for it.
    pub provider_ref: Option<String>,
    /// Why it came to nothing.
    pub code: Option<String>,
    /// In which call.
    pub call_id: Option<Uuid>,
    /// By which contact.
    pub contact_id: Option<Uuid>,
    /// Who has asked for the payment.
    pub created_by: Uuid,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it was told of last.
    pub updated_at: DateTime<Utc>,
}

/// A place in the list, newest first: after this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransactionPlace {
    /// When it was asked for.
    pub created_at: Timestamp,
    /// Of which payment.
    pub payment: Uuid,
    /// What kind.
    pub kind: String,
    /// Under which name.
    pub name: String,
}

/// Which of them.
#[derive(Clone, Debug, Default)]
pub struct TransactionFilter {
    /// Of this kind.
    pub kind: Option<String>,
    /// So far.
    pub status: Option<String>,
    /// In this currency.
    pub currency: Option<String>,
    /// In this call.
    pub call: Option<Uuid>,
    /// By this contact.
    pub contact: Option<Uuid>,
    /// Of payments that one of these has asked for; anybody where empty.
    pub by: Vec<Uuid>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub to: Option<Timestamp>,
    /// At least so much.
    pub min: Option<i64>,
    /// At most so much.
    pub max: Option<i64>,
}

fn utc(at: Option<Timestamp>) -> Option<DateTime<Utc>> {
    at.map(DateTime::from)
}

/// One payment.
///
/// # Errors
/// The database is away, or the row cannot be read.
pub async fn get(
    database: &Database,
    org: OrgId,
    id: PaymentId,
) -> Result<Option<PaymentRow>, RuntimeError> {
    let mut tx = database.org_tx(org.uuid()).await?;
    let row = sqlx::query_file!("src/payments/get.sql", org.uuid(), id.uuid());
    let Some(row) = row.fetch_optional(&mut *tx).await? else { return Ok(None) };
    let (version, payment) = reading::folded(row.version, &row.state)?;
    Ok(Some(PaymentRow { id, version, payment }))
}

/// At most `limit` payments after a place, newest first.
///
/// # Errors
/// The database is away, or a row cannot be read.
pub async fn list(
    database: &Database,
    org: OrgId,
    filter: &PaymentFilter,
    after: Option<&PaymentPlace>,
    limit: i64,
) -> Result<Vec<PaymentRow>, RuntimeError> {
    let mut tx = planned(database, org).await?;
    let rows = sqlx::query_file!(
        "src/payments/list.sql",
        org.uuid(),
        filter.status.map(PaymentStatus::word) as _,
        filter.currency.as_deref() as _,
        filter.call as _,
        filter.contact as _,
        &filter.by,
        utc(filter.from) as _,
        utc(filter.to) as _,
        utc(after.map(|place| place.created_at)) as _,
        after.map(|place| place.id) as _,
        limit,
    );
    let rows = rows.fetch_all(&mut *tx).await?;
    let payments = rows.into_iter().map(|row| {
        let (version, payment) = reading::folded(row.version, &row.state)?;
        Ok(PaymentRow { id: PaymentId::from(row.payment_id), version, payment })
    });
    payments.collect()
}

/// At most `limit` transactions after a place, newest first.
///
/// # Errors
/// The database is away.
pub async fn transactions(
    database: &Database,
    org: OrgId,
    filter: &TransactionFilter,
    after: Option<&TransactionPlace>,
    limit: i64,
) -> Result<Vec<TransactionRow>, RuntimeError> {
    let mut tx = planned(database, org).await?;
    let rows = sqlx::query_file_as!(
        TransactionRow,
        "src/payments/transactions.sql",
        org.uuid(),
        filter.kind.as_deref() as _,
        filter.status.as_deref() as _,
        filter.currency.as_deref() as _,
        filter.call as _,
        filter.contact as _,
        &filter.by,
        utc(filter.from) as _,
        utc(filter.to) as _,
        filter.min as _,
        filter.max as _,
        utc(after.map(|place| place.created_at)) as _,
        after.map(|place| place.payment) as _,
        after.map(|place| place.kind.as_str()) as _,
        after.map(|place| place.name.as_str()) as _,
        limit,
    );
    Ok(rows.fetch_all(&mut *tx).await?)
}
