//! What is taken of what is kept for us; and what nobody knows of it.

use uuid::Uuid;

use super::command::Answer;
use super::event::PaymentEvent;
use super::refusal::PaymentRefusal;
use super::state::{Asked, Capture, Conflict, KnownPayment};
use super::words::{PaymentOperation, PaymentStatus};
use crate::{CaptureId, FieldFault, Timestamp, UserId};

impl KnownPayment {
    pub(super) fn capture(
        &self,
        (capture_id, amount_minor, last): (CaptureId, Option<i64>, bool),
        by: UserId,
        at: Timestamp,
    ) -> Result<Vec<PaymentEvent>, PaymentRefusal> {
        if self.captures.iter().any(|capture| capture.capture_id == capture_id) {
            return Ok(Vec::new());
        }
        let letting_go = self.void.as_ref().is_some_and(|void| void.asked.open());
        match self.status {
            PaymentStatus::Expired => return Err(PaymentRefusal::AuthorizationExpired),
            PaymentStatus::Authorized | PaymentStatus::PartiallyCaptured
                if !self.settled && !letting_go => {}
            _ => return Err(self.not_now()),
        }
        if self.expires_at.is_some_and(|end| end <= at) {
            return Err(PaymentRefusal::AuthorizationExpired);
        }
        let capturable_minor = self.capturable_minor();
        let amount_minor = amount_minor.unwrap_or(capturable_minor);
        if amount_minor > capturable_minor || capturable_minor == 0 {
            return Err(PaymentRefusal::CaptureExceedsAuthorization { capturable_minor });
        }
        positive("/amount_minor", amount_minor)?;
        let last = last || amount_minor == capturable_minor;
        Ok(vec![PaymentEvent::PaymentCaptureRequested { capture_id, amount_minor, last, by, at }])
    }

    pub(super) fn captured(
        &self,
        capture_id: CaptureId,
        answer: Answer,
        at: Timestamp,
    ) -> Result<Vec<PaymentEvent>, PaymentRefusal> {
        let found = self.captures.iter().find(|capture| capture.capture_id == capture_id);
        let capture = found.ok_or(PaymentRefusal::Unknown)?;
        let of = (PaymentOperation::Capture, capture_id.uuid());
        Ok(match (&capture.asked, answer) {
            (Asked::Open { .. }, Answer::Done { provider_ref, amount_minor }) => {
                let amount_minor = amount_minor.unwrap_or(capture.amount_minor);
                if amount_minor != capture.amount_minor {
                    return Ok(self.other_amount(of, capture.amount_minor, amount_minor, at));
                }
                let captured_total_minor = self.captured_minor() + amount_minor;
                vec![PaymentEvent::PaymentCaptured {
                    capture_id,
                    provider_ref,
                    amount_minor,
                    captured_total_minor,
                    last: capture.last,
                    at,
                }]
            }
            (Asked::Open { .. }, Answer::Failed { code }) => {
                vec![PaymentEvent::PaymentCaptureFailed { capture_id, code, at }]
            }
            (asked @ Asked::Open { .. }, Answer::Unknown) => unknown(of, asked, at),
            (Asked::Failed { .. }, Answer::Done { .. }) => {
                self.conflict(of, ("status", "failed".into(), "captured".into()), None, at)
            }
            (Asked::Done { .. }, Answer::Failed { .. }) => {
                self.conflict(of, ("status", "captured".into(), "failed".into()), None, at)
            }
            (Asked::Done { .. } | Asked::Failed { .. } | Asked::Conflict { .. }, _) => Vec::new(),
        })
    }

    pub(super) fn capture_on(&mut self, event: &PaymentEvent) {
        if let PaymentEvent::PaymentCaptureRequested { capture_id, amount_minor, last, .. } = event
        {
            self.captures.push(Capture {
                capture_id: *capture_id,
                amount_minor: *amount_minor,
                last: *last,
                asked: Asked::NEW,
            });
        } else if let PaymentEvent::PaymentCaptured {
            capture_id,
            provider_ref,
            amount_minor,
            last,
            at,
            ..
        } = event
        {
            let asked = Asked::Done { provider_ref: provider_ref.clone() };
            match self.captures.iter_mut().find(|capture| capture.capture_id == *capture_id) {
                Some(capture) => capture.asked = asked,
                // It was taken with the authorization.
                None => self.captures.push(Capture {
                    capture_id: *capture_id,
                    amount_minor: *amount_minor,
                    last: *last,
                    asked,
                }),
            }
            (self.settled, self.captured_at) = (self.settled || *last, Some(*at));
            self.status = match self.settled {
                true => PaymentStatus::Captured,
                false => PaymentStatus::PartiallyCaptured,
            };
        } else if let PaymentEvent::PaymentCaptureFailed { capture_id, code, .. } = event {
            let failed = self.captures.iter_mut().find(|one| one.capture_id == *capture_id);
            failed.into_iter().for_each(|one| one.asked = Asked::Failed { code: code.clone() });
        }
    }

    /// The provider tells of another amount than ours.
    pub(super) fn other_amount(
        &self,
        of: (PaymentOperation, Uuid),
        was: i64,
        is: i64,
        at: Timestamp,
    ) -> Vec<PaymentEvent> {
        self.conflict(of, ("amount_minor", was.to_string(), is.to_string()), None, at)
    }

    /// The provider tells something that is not as we have it; said once.
    pub(super) fn conflict(
        &self,
        (operation, id): (PaymentOperation, Uuid),
        (field, was, is): (&str, String, String),
        provider_ref: Option<String>,
        at: Timestamp,
    ) -> Vec<PaymentEvent> {
        let known = self.conflicts.iter().any(|known| {
            (known.operation, known.id, known.field.as_str()) == (operation, id, field)
                && known.is == is
        });
        if known || was == is {
            return Vec::new();
        }
        let field = field.to_owned();
        vec![PaymentEvent::PaymentReconciled { operation, id, field, was, is, provider_ref, at }]
    }

    /// What nobody knows, and what the provider tells otherwise.
    pub(super) fn wonder_on(&mut self, event: &PaymentEvent) {
        if let PaymentEvent::PaymentOutcomeUnknown { operation, id, at } = event {
            self.each_open(*operation, *id, &Asked::Open { unknown_since: Some(*at) });
        } else if let PaymentEvent::PaymentReconciled {
            operation,
            id,
            field,
            was,
            is,
            provider_ref,
            ..
        } = event
        {
            if field != "status" {
                let provider_ref = provider_ref.clone();
                self.each_open(*operation, *id, &Asked::Conflict { provider_ref });
            }
            self.conflicts.push(Conflict {
                operation: *operation,
                id: *id,
                field: field.clone(),
                was: was.clone(),
                is: is.clone(),
            });
        }
    }

    fn each_open(&mut self, operation: PaymentOperation, id: Uuid, becomes: &Asked) {
        let all: Vec<(Uuid, &mut Asked)> = match operation {
            PaymentOperation::Authorization => self
                .attempts
                .iter_mut()
                .map(|one| (one.attempt_id.uuid(), &mut one.asked))
                .collect(),
            PaymentOperation::Capture => self
                .captures
                .iter_mut()
                .map(|one| (one.capture_id.uuid(), &mut one.asked))
                .collect(),
            PaymentOperation::Void => {
                self.void.iter_mut().map(|one| (one.void_id.uuid(), &mut one.asked)).collect()
            }
            PaymentOperation::Refund => {
                self.refunds.iter_mut().map(|one| (one.refund_id.uuid(), &mut one.asked)).collect()
            }
        };
        for (of, asked) in all {
            if of == id && asked.open() {
                *asked = becomes.clone();
            }
        }
    }
}

/// Nobody knows what came of a question; said once.
pub(super) fn unknown(
    (operation, id): (PaymentOperation, Uuid),
    asked: &Asked,
    at: Timestamp,
) -> Vec<PaymentEvent> {
    match asked.unknown_since() {
        Some(_) => Vec::new(),
        None => vec![PaymentEvent::PaymentOutcomeUnknown { operation, id, at }],
    }
}

pub(super) fn positive(pointer: &'static str, amount_minor: i64) -> Result<(), FieldFault> {
    match amount_minor > 0 {
        true => Ok(()),
        false => Err(FieldFault::new(pointer, "out-of-range", "at least 1")),
    }
}
