//! A payment as it is answered: built with its personal fields sealed, opened in one function just
//! before it leaves.

use domain::payment::{Asked, KnownPayment, Payment};
use domain::{OrgId, PaymentId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::answer::{Resource, Shows, open, written};
use crate::http::app::App;
use crate::http::problem::Problem;

/// An amount of money.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Amount {
    /// In the smallest unit of the currency; at most 10^12.
    #[schema(minimum = 1, maximum = 1_000_000_000_000_i64, example = 12900)]
    pub amount_minor: i64,
    /// ISO 4217, in capitals.
    #[schema(example = "EUR")]
    pub currency: String,
}

/// A payment.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = Payment)]
pub struct PaymentReply {
    /// The id.
    pub id: Uuid,
    /// `processing`, `requires_action`, `authorized`, `partially_captured`, `captured`, `declined`,
    /// `canceled`, `voided` or `expired`
    status: String,
    /// What is to be paid.
    amount: Amount,
    /// `automatic` or `manual`
    capture_method: String,
    /// `call_payment`, `invoice` or `top_up`
    purpose: String,
    /// What the provider keeps or kept, in minor units.
    authorized_minor: i64,
    /// What can be captured still.
    capturable_minor: i64,
    /// What was captured.
    captured_minor: i64,
    /// What was refunded.
    refunded_minor: i64,
    /// What can be refunded still.
    refundable_minor: i64,
    /// `none`, `partial` or `full`
    refund_state: String,
    /// Whether a dispute is open.
    disputed: bool,
    /// The card, once the provider has told.
    method: Option<Method>,
    call_id: Option<Uuid>,
    contact_id: Option<Uuid>,
    /// What the payer reads; `null` once it is erased.
    description: Option<String>,
    /// Fields of your own; none once they are erased.
    #[schema(value_type = Object)]
    metadata: Value,
    /// Where the payer does what they have to do first.
    action_url: Option<String>,
    /// Every time that the provider was asked to keep the money, in order.
    attempts: Vec<AttemptReply>,
    /// What was to be captured, in order.
    captures: Vec<CaptureReply>,
    /// What was to be refunded, in order.
    refunds: Vec<RefundReply>,
    disputes: Vec<DisputeReply>,
    /// What the provider tells that is not as we have it; what we have stays.
    conflicts: Vec<ConflictReply>,
    /// Until when the provider keeps what is not captured.
    expires_at: Option<Timestamp>,
    /// Who has asked for it.
    created_by: Uuid,
    created_at: Timestamp,
    /// How many facts it has.
    pub version: u64,
}

/// A card as it may be shown.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Method {
    brand: String,
    last4: String,
    exp_month: u8,
    exp_year: u16,
}

/// One time that the provider was asked to keep the money.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = PaymentAttempt)]
pub struct AttemptReply {
    id: Uuid,
    /// `pending`, `unknown`, `succeeded`, `failed` or `conflict`
    state: String,
    /// Why it failed.
    code: Option<String>,
    /// Whether another attempt may succeed.
    retryable: bool,
    requested_at: Timestamp,
}

/// One part that was to be captured.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = PaymentCapture)]
pub struct CaptureReply {
    id: Uuid,
    amount_minor: i64,
    /// `pending`, `unknown`, `succeeded`, `failed` or `conflict`
    state: String,
    code: Option<String>,
}

/// One part that was to be refunded.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = PaymentRefund)]
pub struct RefundReply {
    id: Uuid,
    amount_minor: i64,
    /// `duplicate`, `fraudulent`, `requested_by_customer`, `service_issue` or `other`
    reason: String,
    /// `awaiting_approval`, `pending`, `succeeded`, `failed` or `canceled`
    status: String,
    code: Option<String>,
    requested_by: Uuid,
    requested_at: Timestamp,
}

/// Something that the payer says was not theirs.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = PaymentDispute)]
pub struct DisputeReply {
    id: String,
    amount_minor: i64,
    reason: String,
    due_by: Option<Timestamp>,
    /// `won` or `lost`; `null` while it is open.
    outcome: Option<String>,
}

/// What the provider tells that is not as we have it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = PaymentConflict)]
pub struct ConflictReply {
    /// `authorization`, `capture`, `void` or `refund`
    operation: String,
    /// Which one.
    id: Uuid,
    field: String,
    /// What we have.
    was: String,
    /// What the provider tells.
    is: String,
}

fn state(asked: &Asked) -> (&'static str, Option<String>) {
    match asked {
        Asked::Open { unknown_since: None } => ("pending", None),
        Asked::Open { unknown_since: Some(_) } => ("unknown", None),
        Asked::Done { .. } => ("succeeded", None),
        Asked::Failed { code } => ("failed", Some(code.clone())),
        Asked::Conflict { .. } => ("conflict", None),
    }
}

impl PaymentReply {
    /// As the log has it, personal fields sealed.
    pub(crate) fn known(id: PaymentId, payment: &KnownPayment, version: u64) -> Self {
        let word = |word: &'static str| word.to_owned();
        Self {
            id: id.uuid(),
            status: word(payment.status.word()),
            amount: Amount {
                amount_minor: payment.money.amount_minor,
                currency: payment.money.currency.clone(),
            },
            capture_method: word(payment.capture_method.word()),
            purpose: word(payment.purpose.word()),
            authorized_minor: payment.authorized_minor,
            capturable_minor: payment.capturable_minor(),
            captured_minor: payment.captured_minor(),
            refunded_minor: payment.refunded_minor(),
            refundable_minor: payment.refundable_minor(),
            refund_state: word(payment.refund_state().word()),
            disputed: payment.disputed(),
            method: payment.card.clone().map(|card| Method {
                brand: card.brand,
                last4: card.last4,
                exp_month: card.exp_month,
                exp_year: card.exp_year,
            }),
            call_id: payment.call_id.map(|call| call.uuid()),
            contact_id: payment.contact_id.map(|contact| contact.uuid()),
            description: payment.description.as_ref().and_then(written),
            metadata: payment.metadata.as_ref().and_then(written).into(),
            action_url: payment.action.as_ref().map(|action| action.url.clone()),
            attempts: attempts(payment),
            captures: captures(payment),
            refunds: refunds(payment),
            disputes: disputes(payment),
            conflicts: conflicts(payment),
            expires_at: payment.expires_at,
            created_by: payment.by.uuid(),
            created_at: payment.created_at,
            version,
        }
    }
}

fn attempts(payment: &KnownPayment) -> Vec<AttemptReply> {
    let attempts = payment.attempts.iter().map(|attempt| {
        let (state, code) = state(&attempt.asked);
        AttemptReply {
            id: attempt.attempt_id.uuid(),
            state: state.to_owned(),
            code,
            retryable: attempt.retryable,
            requested_at: attempt.requested_at,
        }
    });
    attempts.collect()
}

fn captures(payment: &KnownPayment) -> Vec<CaptureReply> {
    let captures = payment.captures.iter().map(|capture| {
        let (state, code) = state(&capture.asked);
        let (id, amount_minor) = (capture.capture_id.uuid(), capture.amount_minor);
        CaptureReply { id, amount_minor, state: state.to_owned(), code }
    });
    captures.collect()
}

fn refunds(payment: &KnownPayment) -> Vec<RefundReply> {
    let refunds = payment.refunds.iter().map(|refund| RefundReply {
        id: refund.refund_id.uuid(),
        amount_minor: refund.amount_minor,
        reason: refund.reason.word().to_owned(),
        status: refund.status.word().to_owned(),
        code: state(&refund.asked).1,
        requested_by: refund.by.uuid(),
        requested_at: refund.requested_at,
    });
    refunds.collect()
}

fn disputes(payment: &KnownPayment) -> Vec<DisputeReply> {
    let disputes = payment.disputes.iter().map(|dispute| DisputeReply {
        id: dispute.dispute_id.clone(),
        amount_minor: dispute.amount_minor,
        reason: dispute.reason.clone(),
        due_by: dispute.due_by,
        outcome: dispute.outcome.map(|outcome| outcome.word().to_owned()),
    });
    disputes.collect()
}

fn conflicts(payment: &KnownPayment) -> Vec<ConflictReply> {
    let conflicts = payment.conflicts.iter().map(|conflict| ConflictReply {
        operation: conflict.operation.word().to_owned(),
        id: conflict.id,
        field: conflict.field.clone(),
        was: conflict.was.clone(),
        is: conflict.is.clone(),
    });
    conflicts.collect()
}

impl Resource for PaymentReply {
    async fn opened(mut self, app: &App, org: OrgId) -> Result<Self, Problem> {
        self.description = open(app, org, self.description).await?;
        let fields = self.metadata.as_str().map(str::to_owned);
        let fields = open(app, org, fields).await?.map(|text| serde_json::from_str(&text));
        let fields = fields.transpose().map_err(|error| Problem::fault(&error))?;
        self.metadata = fields.unwrap_or_else(|| Value::Object(Map::new()));
        Ok(self)
    }
}

impl Shows<Payment> for PaymentReply {
    fn of(id: Uuid, payment: &Payment, version: u64) -> Option<Self> {
        payment.known().map(|known| Self::known(PaymentId::from(id), known, version))
    }
}
