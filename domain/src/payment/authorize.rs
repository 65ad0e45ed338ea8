//! Whether the money is kept for us.

use super::command::{Authorization, NewPayment};
use super::event::PaymentEvent;
use super::refusal::PaymentRefusal;
use super::state::{Action, Asked, Attempt, KnownPayment};
use super::words::{PaymentOperation, PaymentStatus};
use crate::{AttemptId, CaptureId, FieldFault, FreeText, Money, Personal, Timestamp, text};
use serde_json::Value;

/// How long a payer has to do what is asked of them.
const ACTION_MS: i64 = 15 * 60_000;
/// How often a payment is tried.
const MAX_ATTEMPTS: usize = 3;
const MAX_DESCRIPTION: usize = 255;
const MAX_METADATA: usize = 20;

pub(super) fn create(new: NewPayment) -> Result<Vec<PaymentEvent>, PaymentRefusal> {
    new.money.payable()?;
    token(&new.token_ref)?;
    if let Some(description) = &new.description {
        FieldFault::of_text("/description", text::line(description, MAX_DESCRIPTION))?;
    }
    FieldFault::of_text("/metadata", text::metadata(&new.metadata))?;
    if new.metadata.len() > MAX_METADATA {
        let words = format!("at most {MAX_METADATA} fields");
        return Err(FieldFault::new("/metadata", "too-many", words).into());
    }
    let (subject, at) = (new.subject, new.at);
    let known = |text| Personal::known(subject, FreeText::new(text));
    let description = new.description.map(known);
    let fields = (!new.metadata.is_empty()).then(|| Value::Object(new.metadata).to_string());
    Ok(vec![
        PaymentEvent::PaymentCreated {
            subject_key: subject,
            money: new.money,
            capture_method: new.capture_method,
            purpose: new.purpose,
            call_id: new.call_id,
            contact_id: new.contact_id,
            description,
            metadata: fields.map(known),
            by: new.by,
            at,
        },
        PaymentEvent::PaymentAuthorizationRequested {
            attempt_id: new.attempt_id,
            provider: new.provider,
            token_ref: new.token_ref,
            at,
        },
    ])
}

fn token(token_ref: &str) -> Result<(), FieldFault> {
    FieldFault::of_text("/method/token", text::line(token_ref, text::MAX_LINE))
}

impl KnownPayment {
    pub(super) fn begun(event: &PaymentEvent) -> Option<Self> {
        let PaymentEvent::PaymentCreated {
            subject_key,
            money,
            capture_method,
            purpose,
            call_id,
            contact_id,
            description,
            metadata,
            by,
            at,
        } = event
        else {
            return None;
        };
        Some(Self {
            subject: *subject_key,
            money: money.clone(),
            capture_method: *capture_method,
            purpose: *purpose,
            call_id: *call_id,
            contact_id: *contact_id,
            description: description.clone(),
            metadata: metadata.clone(),
            by: *by,
            created_at: *at,
            status: PaymentStatus::Processing,
            attempts: Vec::new(),
            card: None,
            authorized_minor: 0,
            expires_at: None,
            action: None,
            captures: Vec::new(),
            settled: false,
            captured_at: None,
            void: None,
            voids_failed: 0,
            refunds: Vec::new(),
            disputes: Vec::new(),
            conflicts: Vec::new(),
        })
    }

    pub(super) fn retry(
        &self,
        attempt_id: AttemptId,
        token_ref: Option<String>,
        at: Timestamp,
    ) -> Result<Vec<PaymentEvent>, PaymentRefusal> {
        if self.attempts.iter().any(|attempt| attempt.attempt_id == attempt_id) {
            return Ok(Vec::new());
        }
        let last = self.attempt().filter(|_| self.status == PaymentStatus::Declined);
        let last = last.ok_or_else(|| self.not_now())?;
        if !self.can_be_retried() {
            return Err(self.not_now());
        }
        let token_ref = token_ref.unwrap_or_else(|| last.token_ref.clone());
        token(&token_ref)?;
        let provider = last.provider;
        Ok(vec![PaymentEvent::PaymentAuthorizationRequested {
            attempt_id,
            provider,
            token_ref,
            at,
        }])
    }

    /// Whether another attempt may come to something.
    pub(super) fn can_be_retried(&self) -> bool {
        let retryable = self.attempt().is_some_and(|attempt| attempt.retryable);
        retryable && self.attempts.len() < MAX_ATTEMPTS
    }

    /// What follows from an answer of the provider, in whatever order it comes, and however often.
    pub(super) fn answered(
        &self,
        attempt_id: AttemptId,
        answer: Authorization,
        at: Timestamp,
    ) -> Vec<PaymentEvent> {
        let found = self.attempts.iter().find(|attempt| attempt.attempt_id == attempt_id);
        let Some(attempt) = found else { return Vec::new() };
        let awaited =
            matches!(self.status, PaymentStatus::Processing | PaymentStatus::RequiresAction);
        match (&attempt.asked, answer) {
            (Asked::Open { .. }, answer) if awaited => self.awaited(attempt, answer, at),
            (Asked::Done { .. }, Authorization::Authorized { money, provider_ref, .. }) => {
                self.other_money(attempt_id, (&money, provider_ref), at)
            }
            (Asked::Open { .. } | Asked::Done { .. }, Authorization::Declined { .. }) => {
                self.other_status(attempt_id, "declined", at)
            }
            (Asked::Failed { .. }, answer @ Authorization::Authorized { .. }) => {
                self.after_all(attempt, answer, at)
            }
            (Asked::Open { .. }, Authorization::Authorized { .. }) => {
                self.other_status(attempt_id, "authorized", at)
            }
            (
                _,
                Authorization::ActionRequired { .. }
                | Authorization::Declined { .. }
                | Authorization::Unknown,
            )
            | (Asked::Conflict { .. }, Authorization::Authorized { .. }) => Vec::new(),
        }
    }

    fn awaited(
        &self,
        attempt: &Attempt,
        answer: Authorization,
        at: Timestamp,
    ) -> Vec<PaymentEvent> {
        let attempt_id = attempt.attempt_id;
        match answer {
            Authorization::Authorized { provider_ref, money, card, expires_at, captured } => {
                let other = self.other_money(attempt_id, (&money, provider_ref.clone()), at);
                if !other.is_empty() {
                    return other;
                }
                let authorized_minor = money.amount_minor;
                let mut facts = vec![PaymentEvent::PaymentAuthorized {
                    attempt_id,
                    provider_ref: provider_ref.clone(),
                    authorized_minor,
                    card,
                    expires_at,
                    at,
                }];
                if captured {
                    facts.push(PaymentEvent::PaymentCaptured {
                        capture_id: CaptureId::from(attempt_id.uuid()),
                        provider_ref,
                        amount_minor: authorized_minor,
                        captured_total_minor: authorized_minor,
                        last: true,
                        at,
                    });
                }
                facts
            }
            Authorization::ActionRequired { .. } if self.action.is_some() => Vec::new(),
            Authorization::ActionRequired { provider_ref, action_url } => {
                let expires_at = at.plus_ms(ACTION_MS);
                vec![PaymentEvent::PaymentActionRequired {
                    attempt_id,
                    provider_ref,
                    action_url,
                    expires_at,
                    at,
                }]
            }
            Authorization::Declined { code, retryable, card } => {
                vec![PaymentEvent::PaymentDeclined { attempt_id, code, retryable, card, at }]
            }
            Authorization::Unknown if attempt.asked.unknown_since().is_some() => Vec::new(),
            Authorization::Unknown => vec![PaymentEvent::PaymentOutcomeUnknown {
                operation: PaymentOperation::Authorization,
                id: attempt_id.uuid(),
                at,
            }],
        }
    }

    /// The provider keeps the money although it has said no before.
    fn after_all(
        &self,
        attempt: &Attempt,
        answer: Authorization,
        at: Timestamp,
    ) -> Vec<PaymentEvent> {
        let current = self.attempt().is_some_and(|last| last.attempt_id == attempt.attempt_id);
        let mut facts = self.other_status(attempt.attempt_id, "authorized", at);
        if current && self.status == PaymentStatus::Declined && !facts.is_empty() {
            let more = self.awaited(attempt, answer, at);
            // Of another amount nothing is adopted.
            let same =
                more.iter().all(|fact| !matches!(fact, PaymentEvent::PaymentReconciled { .. }));
            facts.extend(more.into_iter().filter(|_| same));
        }
        facts
    }

    fn other_money(
        &self,
        id: AttemptId,
        (money, provider_ref): (&Money, String),
        at: Timestamp,
    ) -> Vec<PaymentEvent> {
        let (field, was, is) = if money.currency != self.money.currency {
            ("currency", self.money.currency.clone(), money.currency.clone())
        } else if money.amount_minor != self.money.amount_minor {
            ("amount_minor", self.money.amount_minor.to_string(), money.amount_minor.to_string())
        } else {
            return Vec::new();
        };
        let of = (PaymentOperation::Authorization, id.uuid());
        self.conflict(of, (field, was, is), Some(provider_ref), at)
    }

    fn other_status(&self, id: AttemptId, is: &str, at: Timestamp) -> Vec<PaymentEvent> {
        let was = self.status.word().to_owned();
        let is = is.to_owned();
        let of = (PaymentOperation::Authorization, id.uuid());
        self.conflict(of, ("status", was, is), None, at)
    }

    pub(super) fn authorize_on(&mut self, event: &PaymentEvent) {
        if let PaymentEvent::PaymentAuthorizationRequested { attempt_id, provider, token_ref, at } =
            event
        {
            (self.status, self.action) = (PaymentStatus::Processing, None);
            self.attempts.push(Attempt {
                attempt_id: *attempt_id,
                provider: *provider,
                token_ref: token_ref.clone(),
                requested_at: *at,
                asked: Asked::NEW,
                retryable: false,
            });
        } else if let PaymentEvent::PaymentActionRequired {
            attempt_id,
            provider_ref,
            action_url,
            expires_at,
            ..
        } = event
        {
            let (provider_ref, url) = (provider_ref.clone(), action_url.clone());
            self.status = PaymentStatus::RequiresAction;
            self.action = Some(Action { provider_ref, url, expires_at: *expires_at });
            self.asked(*attempt_id, Asked::NEW);
        } else if let PaymentEvent::PaymentAuthorized {
            attempt_id,
            provider_ref,
            authorized_minor,
            card,
            expires_at,
            ..
        } = event
        {
            (self.status, self.action) = (PaymentStatus::Authorized, None);
            (self.authorized_minor, self.expires_at) = (*authorized_minor, Some(*expires_at));
            self.card = card.clone().or(self.card.take());
            self.asked(*attempt_id, Asked::Done { provider_ref: provider_ref.clone() });
        } else if let PaymentEvent::PaymentDeclined { attempt_id, code, retryable, card, .. } =
            event
        {
            (self.status, self.action) = (PaymentStatus::Declined, None);
            self.card = card.clone().or(self.card.take());
            self.asked(*attempt_id, Asked::Failed { code: code.clone() });
            if let Some(attempt) = self.attempts.last_mut() {
                attempt.retryable = *retryable;
            }
        }
    }

    fn asked(&mut self, id: AttemptId, asked: Asked) {
        let attempt = self.attempts.iter_mut().find(|attempt| attempt.attempt_id == id);
        attempt.into_iter().for_each(|attempt| attempt.asked = asked.clone());
    }
}
