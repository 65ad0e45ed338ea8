//! What has happened to the money in a batch.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::payment::{Asked, KnownPayment, Payment, PaymentEvent as E, PaymentOperation};
use domain::{DecidedEvent, Timestamp};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::folded::{Batch, Key};

/// A payment, what kind of move, and under which name.
type Name = (Key, &'static str, String);

/// One move, as far as the batch tells of it.
struct Move {
    status: &'static str,
    /// Told by its first fact.
    amount_minor: i64,
    provider_ref: Option<String>,
    code: Option<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// What one fact says of a move.
struct Says<'e> {
    kind: &'static str,
    name: String,
    status: &'static str,
    amount_minor: i64,
    provider_ref: Option<&'e String>,
    code: Option<&'e String>,
}

/// The moves of a batch.
#[derive(Default)]
pub(super) struct Moves(BTreeMap<Name, Move>);

impl Moves {
    /// Notes what a fact says, of a payment as it is after it.
    pub(super) fn note(&mut self, key: Key, payment: &KnownPayment, event: &E) {
        let Some(says) = says(payment, event) else { return };
        let at = event.occurred_at();
        let moved = self.0.entry((key, says.kind, says.name)).or_insert_with(|| Move {
            status: says.status,
            amount_minor: says.amount_minor,
            provider_ref: None,
            code: None,
            created_at: at,
            updated_at: at,
        });
        (moved.status, moved.updated_at) = (says.status, at);
        moved.provider_ref = says.provider_ref.cloned().or(moved.provider_ref.take());
        moved.code = says.code.cloned().or(moved.code.take());
    }

    pub(super) async fn write(
        self,
        tx: &mut PgConnection,
        payments: &Batch<Payment>,
    ) -> Result<(), sqlx::Error> {
        let mut columns = Columns::default();
        for (((key, kind, name), moved), payment) in self.0.into_iter().filter_map(|moved| {
            let payment = payments.get(&moved.0.0).and_then(|folded| folded.state.known())?;
            Some((moved, payment))
        }) {
            columns.orgs.push(key.0);
            columns.payments.push(key.1);
            columns.kinds.push(kind);
            columns.names.push(name);
            columns.statuses.push(moved.status);
            columns.currencies.push(payment.money.currency.clone());
            columns.amounts.push(moved.amount_minor);
            columns.refs.push(moved.provider_ref);
            columns.codes.push(moved.code);
            columns.calls.push(payment.call_id.map(|call| call.uuid()));
            columns.contacts.push(payment.contact_id.map(|contact| contact.uuid()));
            columns.by.push(payment.by.uuid());
            columns.created_at.push(moved.created_at.into());
            columns.updated_at.push(moved.updated_at.into());
        }
        if columns.orgs.is_empty() {
            return Ok(());
        }
        let upsert = sqlx::query_file!(
            "src/payments/upsert_transactions.sql",
            &columns.orgs,
            &columns.payments,
            &columns.kinds as _,
            &columns.names,
            &columns.statuses as _,
            &columns.currencies,
            &columns.amounts,
            &columns.refs as _,
            &columns.codes as _,
            &columns.calls as _,
            &columns.contacts as _,
            &columns.by,
            &columns.created_at,
            &columns.updated_at,
        );
        upsert.execute(tx).await?;
        Ok(())
    }
}

#[derive(Default)]
struct Columns {
    orgs: Vec<Uuid>,
    payments: Vec<Uuid>,
    kinds: Vec<&'static str>,
    names: Vec<String>,
    statuses: Vec<&'static str>,
    currencies: Vec<String>,
    amounts: Vec<i64>,
    refs: Vec<Option<String>>,
    codes: Vec<Option<String>>,
    calls: Vec<Option<Uuid>>,
    contacts: Vec<Option<Uuid>>,
    by: Vec<Uuid>,
    created_at: Vec<DateTime<Utc>>,
    updated_at: Vec<DateTime<Utc>>,
}

const AUTHORIZATION: &str = "authorization";
const CAPTURE: &str = "capture";
const VOID: &str = "void";
const REFUND: &str = "refund";
const DISPUTE: &str = "dispute";
const SUCCEEDED: &str = "succeeded";
const PENDING: &str = "pending";
const FAILED: &str = "failed";

impl<'e> Says<'e> {
    fn known_as(self, provider_ref: &'e String) -> Self {
        Self { provider_ref: Some(provider_ref), ..self }
    }

    fn because(self, code: &'e String) -> Self {
        Self { code: Some(code), ..self }
    }
}

fn says<'e>(payment: &KnownPayment, event: &'e E) -> Option<Says<'e>> {
    let of = |kind, id: &dyn ToString, status, amount_minor| {
        let name = id.to_string();
        Says { kind, name, status, amount_minor, provider_ref: None, code: None }
    };
    let all = payment.money.amount_minor;
    let attempt = |id: &dyn ToString, status| of(AUTHORIZATION, id, status, all);
    // How much it is, its first fact has said.
    let known = |kind, id: &dyn ToString, status| of(kind, id, status, 0);
    Some(match event {
        E::PaymentCreated { .. } => return None,
        E::PaymentAuthorizationRequested { attempt_id, .. } => attempt(attempt_id, PENDING),
        E::PaymentActionRequired { attempt_id, provider_ref, .. } => {
            attempt(attempt_id, "requires_action").known_as(provider_ref)
        }
        E::PaymentAuthorized { attempt_id, provider_ref, .. } => {
            attempt(attempt_id, SUCCEEDED).known_as(provider_ref)
        }
        E::PaymentDeclined { attempt_id, code, .. } => {
            attempt(attempt_id, "declined").because(code)
        }
        E::PaymentAuthorizationExpired { .. } => attempt(&payment.attempt()?.attempt_id, "expired"),
        E::PaymentCaptureRequested { capture_id, amount_minor, .. } => {
            of(CAPTURE, capture_id, PENDING, *amount_minor)
        }
        E::PaymentCaptured { capture_id, provider_ref, amount_minor, .. } => {
            of(CAPTURE, capture_id, SUCCEEDED, *amount_minor).known_as(provider_ref)
        }
        E::PaymentCaptureFailed { capture_id, code, .. } => {
            known(CAPTURE, capture_id, FAILED).because(code)
        }
        E::PaymentVoidRequested { void_id, .. } => {
            let rest = payment.authorized_minor - payment.captured_minor();
            of(VOID, void_id, PENDING, if rest > 0 { rest } else { all })
        }
        E::PaymentVoided { void_id, .. } => known(VOID, void_id, SUCCEEDED),
        E::PaymentVoidFailed { void_id, code, .. } => known(VOID, void_id, FAILED).because(code),
        E::PaymentCanceled { void_id, .. } => known(VOID, void_id.as_ref()?, SUCCEEDED),
        E::RefundRequested { refund_id, amount_minor, needs_approval, .. } => {
            let status = if *needs_approval { "awaiting_approval" } else { PENDING };
            of(REFUND, refund_id, status, *amount_minor)
        }
        E::RefundApproved { refund_id, .. } => known(REFUND, refund_id, PENDING),
        E::RefundSucceeded { refund_id, provider_ref, .. } => {
            known(REFUND, refund_id, SUCCEEDED).known_as(provider_ref)
        }
        E::RefundFailed { refund_id, code, .. } => known(REFUND, refund_id, FAILED).because(code),
        E::RefundCanceled { refund_id, .. } => known(REFUND, refund_id, "canceled"),
        E::DisputeOpened { dispute_id, amount_minor, .. } => {
            of(DISPUTE, dispute_id, "open", *amount_minor)
        }
        E::DisputeClosed { dispute_id, outcome, .. } => known(DISPUTE, dispute_id, outcome.word()),
        E::PaymentOutcomeUnknown { operation, id, .. } => known(kind(*operation), id, "unknown"),
        // What is told otherwise of something that is over, changes no money.
        E::PaymentReconciled { operation, id, .. } if conflicts(payment, *operation, *id) => {
            known(kind(*operation), id, "conflict")
        }
        E::PaymentReconciled { .. } => return None,
    })
}

/// Whether something is as it is because the provider tells otherwise.
fn conflicts(payment: &KnownPayment, operation: PaymentOperation, id: Uuid) -> bool {
    let told = |of: Uuid, asked: &Asked| of == id && matches!(asked, Asked::Conflict { .. });
    match operation {
        PaymentOperation::Authorization => {
            payment.attempts.iter().any(|one| told(one.attempt_id.uuid(), &one.asked))
        }
        PaymentOperation::Capture => {
            payment.captures.iter().any(|one| told(one.capture_id.uuid(), &one.asked))
        }
        PaymentOperation::Void => {
            payment.void.iter().any(|one| told(one.void_id.uuid(), &one.asked))
        }
        PaymentOperation::Refund => {
            payment.refunds.iter().any(|one| told(one.refund_id.uuid(), &one.asked))
        }
    }
}

fn kind(operation: PaymentOperation) -> &'static str {
    match operation {
        PaymentOperation::Authorization => AUTHORIZATION,
        PaymentOperation::Capture => CAPTURE,
        PaymentOperation::Void => VOID,
        PaymentOperation::Refund => REFUND,
    }
}
