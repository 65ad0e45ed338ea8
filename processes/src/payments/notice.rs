//! What providers tell by themselves: kept once, then applied by the flow.

use chrono::{DateTime, Utc};
use database::{Database, DatabaseError, Role};
use domain::payment::{
    Answer, Authorization, Card, DisputeOutcome, Payment, PaymentCommand, PaymentProvider,
};
use domain::{AttemptId, CaptureId, Money, OrgId, PaymentId, RefundId, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::FLOW;
use crate::clock::utc;
use crate::ids::Ids;
use crate::reactor;

/// Something that a provider tells of a payment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Told {
    /// It keeps the money for us, or has taken it.
    Authorized {
        /// For which question.
        attempt_id: AttemptId,
        /// Its name for it.
        provider_ref: String,
        /// How much.
        money: Money,
        /// The card.
        card: Option<Card>,
        /// Until when.
        expires_at: Timestamp,
        /// Whether it was taken already.
        captured: bool,
    },
    /// It does not.
    Declined {
        /// For which question.
        attempt_id: AttemptId,
        /// Why.
        code: String,
        /// Whether another attempt may come to something.
        retryable: bool,
    },
    /// What was to be taken was taken.
    Captured {
        /// Which.
        capture_id: CaptureId,
        /// Its name for it.
        provider_ref: String,
        /// How much.
        amount_minor: i64,
    },
    /// What was to be given back is on its way.
    Refunded {
        /// Which.
        refund_id: RefundId,
        /// Its name for it.
        provider_ref: String,
        /// How much.
        amount_minor: i64,
    },
    /// What was to be given back is not.
    RefundFailed {
        /// Which.
        refund_id: RefundId,
        /// Why.
        code: String,
    },
    /// The payer says that it was not theirs.
    DisputeOpened {
        /// Its name for it.
        dispute_id: String,
        /// How much.
        amount_minor: i64,
        /// Why.
        reason: String,
        /// Until when it can be answered.
        due_by: Option<Timestamp>,
    },
    /// It has decided about that.
    DisputeClosed {
        /// Its name for it.
        dispute_id: String,
        /// How.
        outcome: DisputeOutcome,
    },
}

/// One notice.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// Whose payment.
    pub org: OrgId,
    /// Who tells.
    pub provider: PaymentProvider,
    /// Its name for the notice: what comes twice under one name is one.
    pub event_id: String,
    /// Of which payment.
    pub payment: PaymentId,
    /// What.
    pub told: Told,
}

/// Takes notices in; cheap to clone.
#[derive(Clone)]
pub struct NoticeInbox {
    database: Database,
    ids: std::sync::Arc<dyn Ids>,
    clock: std::sync::Arc<dyn crate::Clock>,
}

/// A notice that was kept and is not applied.
pub(super) struct Kept {
    pub id: Uuid,
    pub told: Result<Told, String>,
    received_at: DateTime<Utc>,
}

impl NoticeInbox {
    /// The inbox of a database.
    #[must_use]
    pub fn new(
        database: Database,
        ids: std::sync::Arc<dyn Ids>,
        clock: std::sync::Arc<dyn crate::Clock>,
    ) -> Self {
        Self { database, ids, clock }
    }

    /// Keeps a notice, once, and has its payment looked at; `false` where it was there already.
    ///
    /// # Errors
    /// The database is away: the provider is to tell it again.
    pub async fn receive(&self, notice: &Notice) -> Result<bool, DatabaseError> {
        let now = self.clock.now();
        let id = self.ids.next(now);
        let mut tx = self.database.pool(Role::Process).transaction().await?;
        let kept = sqlx::query(
            "INSERT INTO payment_notices (org_id, notice_id, provider, event_id, payment_id, told, \
                 received_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        )
        .bind(notice.org.uuid())
        .bind(id)
        .bind(notice.provider.word())
        .bind(&notice.event_id)
        .bind(notice.payment.uuid())
        .bind(sqlx::types::Json(&notice.told))
        .bind(utc(now))
        .execute(&mut *tx)
        .await?;
        let new = kept.rows_affected() == 1;
        if new {
            let of = (notice.org, Payment::TYPE, notice.payment.uuid());
            reactor::ask(&mut tx, FLOW, of, id).await?;
        }
        tx.commit().await?;
        Ok(new)
    }

    /// What was told of a payment and is not applied, in the order in which it came.
    pub(super) async fn of(&self, org: OrgId, payment: Uuid) -> Result<Vec<Kept>, DatabaseError> {
        let mut connection = self.database.pool(Role::Process).acquire().await?;
        let rows: Vec<(Uuid, serde_json::Value, DateTime<Utc>)> = sqlx::query_as(
            "SELECT notice_id, told, received_at FROM payment_notices \
             WHERE org_id = $1 AND payment_id = $2 AND applied_at IS NULL \
             ORDER BY received_at, notice_id",
        )
        .bind(org.uuid())
        .bind(payment)
        .fetch_all(&mut *connection)
        .await?;
        let kept = rows.into_iter().map(|(id, told, received_at)| {
            let told = serde_json::from_value(told).map_err(|error| error.to_string());
            Kept { id, told, received_at }
        });
        Ok(kept.collect())
    }

    /// What came of a notice, and whether that is the end of it.
    pub(super) async fn heard(
        &self,
        org: OrgId,
        notice: Uuid,
        (over, outcome): (bool, &str),
    ) -> Result<(), DatabaseError> {
        let mut connection = self.database.pool(Role::Process).acquire().await?;
        sqlx::query(
            "UPDATE payment_notices SET applied_at = $3, outcome = $4 \
             WHERE org_id = $1 AND notice_id = $2",
        )
        .bind(org.uuid())
        .bind(notice)
        .bind(over.then(|| utc(self.clock.now())))
        .bind(outcome)
        .execute(&mut *connection)
        .await?;
        Ok(())
    }
}

impl Kept {
    /// What the payment is told.
    pub(super) fn command(told: Told, at: Timestamp) -> PaymentCommand {
        let done = |provider_ref, amount_minor| Answer::Done {
            provider_ref,
            amount_minor: Some(amount_minor),
        };
        match told {
            Told::Authorized { attempt_id, provider_ref, money, card, expires_at, captured } => {
                let answer =
                    Authorization::Authorized { provider_ref, money, card, expires_at, captured };
                PaymentCommand::RecordAuthorization { attempt_id, answer, at }
            }
            Told::Declined { attempt_id, code, retryable } => {
                let answer = Authorization::Declined { code, retryable, card: None };
                PaymentCommand::RecordAuthorization { attempt_id, answer, at }
            }
            Told::Captured { capture_id, provider_ref, amount_minor } => {
                let answer = done(provider_ref, amount_minor);
                PaymentCommand::RecordCapture { capture_id, answer, at }
            }
            Told::Refunded { refund_id, provider_ref, amount_minor } => {
                let answer = done(provider_ref, amount_minor);
                PaymentCommand::RecordRefund { refund_id, answer, at }
            }
            Told::RefundFailed { refund_id, code } => {
                PaymentCommand::RecordRefund { refund_id, answer: Answer::Failed { code }, at }
            }
            Told::DisputeOpened { dispute_id, amount_minor, reason, due_by } => {
                PaymentCommand::OpenDispute { dispute_id, amount_minor, reason, due_by, at }
            }
            Told::DisputeClosed { dispute_id, outcome } => {
                PaymentCommand::CloseDispute { dispute_id, outcome, at }
            }
        }
    }

    /// When it came.
    pub(super) fn received_at(&self) -> Timestamp {
        self.received_at.into()
    }
}
