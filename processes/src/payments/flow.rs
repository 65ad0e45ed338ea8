//! Carries payments on: applies what providers tell, and asks them what stands to be asked.
//!
//! *Architecture invariant:* a provider is asked only what stands in the log, under the key that
//! stands there too. Whatever dies in between, it is asked again and does so once.

use std::collections::HashSet;
use std::sync::Arc;

use domain::payment::{
    Answer, Authorization, CaptureMethod, KnownPayment, Payment, PaymentCommand, PaymentProvider,
    PaymentStatus, Question,
};
use domain::{Money, PaymentId, Timestamp};
use event_store::Failure;
use uuid::Uuid;

use super::FLOW;
use super::gateway::{AuthorizationRequest, MoneyRequest, PaymentGateway};
use super::notice::{Kept, NoticeInbox};
use crate::commands::Commands;
use crate::reactor::{Next, Reactor, Subject, Trouble};

/// What makes it look.
const FACTS: [&str; 5] = [
    "PaymentAuthorizationRequested",
    "PaymentCaptureRequested",
    "PaymentVoidRequested",
    "RefundRequested",
    "RefundApproved",
];
/// How long after its answer was missing a provider is asked again.
const AGAIN_MS: [i64; 4] = [1_000, 5_000, 15_000, 60_000];
/// And then how often.
const EVERY_MS: i64 = 300_000;
/// And how long at all: then somebody has to look.
const LONGEST_MS: i64 = 86_400_000;

/// The flow of payments, with the providers that it can ask.
pub struct PaymentFlow {
    commands: Commands,
    inbox: NoticeInbox,
    gateways: Vec<Arc<dyn PaymentGateway>>,
}

impl PaymentFlow {
    /// The flow, through these gateways.
    #[must_use]
    pub fn new(
        commands: Commands,
        inbox: NoticeInbox,
        gateways: Vec<Arc<dyn PaymentGateway>>,
    ) -> Self {
        Self { commands, inbox, gateways }
    }

    /// Applies what was told of a payment. What it has no use for yet may only have come too early,
    /// or a newer server can read it: it is tried again for a day.
    async fn hear(&self, subject: &Subject) -> Result<Next, Trouble> {
        let away = |error: database::DatabaseError| Trouble::Away(error.to_string());
        let mut next = Next::Rest;
        for notice in self.inbox.of(subject.org, subject.id).await.map_err(away)? {
            let (id, at) = (notice.id, notice.received_at());
            let not = match notice.told {
                Err(error) => Some(format!("unreadable: {error}")),
                Ok(told) => {
                    let command = Kept::command(told, at);
                    match subject.try_to_tell::<Payment>(&self.commands, FLOW, command).await {
                        Ok(_) => None,
                        Err(Failure::Refused { error, .. }) => Some(format!("refused: {error}")),
                        Err(failure) => return Err(failure.into()),
                    }
                }
            };
            let now = self.commands.now();
            let over = now.since_ms(at) >= LONGEST_MS;
            if let Some(why) = not.as_ref().filter(|_| over) {
                let (org, payment) = (subject.org, subject.id);
                tracing::error!(%org, %payment, %why, "what a provider has told is given up");
            }
            if not.is_some() && !over {
                next = sooner(next, Next::At(now.plus_ms(EVERY_MS)));
            }
            let kept = (not.is_none() || over, not.as_deref().unwrap_or("applied"));
            self.inbox.heard(subject.org, id, kept).await.map_err(away)?;
        }
        Ok(next)
    }

    /// Asks the provider; what the payment is told of its answer, and whether there was one.
    async fn put(
        &self,
        subject: &Subject,
        payment: &KnownPayment,
        question: Question,
    ) -> Result<(PaymentCommand, bool), Trouble> {
        let provider = payment.attempt().map(|attempt| attempt.provider);
        let gateway = self.gateway(provider)?;
        let (org, id) = (subject.org, PaymentId::from(subject.id));
        let request = |key: Uuid, amount_minor, last| {
            let provider_ref = payment.provider_ref().unwrap_or_default().to_owned();
            let currency = payment.money.currency.clone();
            let money = Money { amount_minor, currency };
            MoneyRequest { key, org, payment: id, provider_ref, money, last }
        };
        let answered = |answer: &Answer| !matches!(answer, Answer::Unknown);
        Ok(match question {
            Question::Authorize(attempt) => {
                let attempt_id = attempt.attempt_id;
                let request = AuthorizationRequest {
                    key: attempt_id.uuid(),
                    org,
                    payment: id,
                    money: payment.money.clone(),
                    capture: payment.capture_method == CaptureMethod::Automatic,
                    token_ref: attempt.token_ref,
                };
                let answer = gateway.authorize(request).await;
                let known = !matches!(answer, Authorization::Unknown);
                let at = self.commands.now();
                (PaymentCommand::RecordAuthorization { attempt_id, answer, at }, known)
            }
            Question::Capture(capture) => {
                let capture_id = capture.capture_id;
                let request = request(capture_id.uuid(), capture.amount_minor, capture.last);
                let answer = gateway.capture(request).await;
                let (known, at) = (answered(&answer), self.commands.now());
                (PaymentCommand::RecordCapture { capture_id, answer, at }, known)
            }
            Question::Void(void) => {
                let void_id = void.void_id;
                let rest = payment.authorized_minor - payment.captured_minor();
                let mut asked = request(void_id.uuid(), rest, true);
                // What was taken already, and is not what we wanted, goes back.
                let taken = payment.status == PaymentStatus::Processing
                    && payment.capture_method == CaptureMethod::Automatic;
                let answer = if taken {
                    asked.money = payment.provider_money();
                    gateway.refund(asked).await
                } else {
                    gateway.void(asked).await
                };
                let (known, at) = (answered(&answer), self.commands.now());
                (PaymentCommand::RecordVoid { void_id, answer, at }, known)
            }
            Question::Refund(refund) => {
                let refund_id = refund.refund_id;
                let request = request(refund_id.uuid(), refund.amount_minor, false);
                let answer = gateway.refund(request).await;
                let (known, at) = (answered(&answer), self.commands.now());
                (PaymentCommand::RecordRefund { refund_id, answer, at }, known)
            }
        })
    }

    fn gateway(
        &self,
        provider: Option<PaymentProvider>,
    ) -> Result<&Arc<dyn PaymentGateway>, Trouble> {
        let found = self.gateways.iter().find(|gateway| Some(gateway.provider()) == provider);
        found.ok_or_else(|| Trouble::Wrong("its provider is not connected".to_owned()))
    }
}

/// When a provider is asked again whose answer is missing since then.
fn again(since: Timestamp, now: Timestamp) -> Result<Next, Trouble> {
    let elapsed = now.since_ms(since);
    if elapsed >= LONGEST_MS {
        return Err(Trouble::Wrong("the provider has not answered for a day".to_owned()));
    }
    let soon = AGAIN_MS.into_iter().find(|offset| *offset > elapsed);
    Ok(Next::At(match soon {
        Some(offset) => since.plus_ms(offset),
        None => now.plus_ms(EVERY_MS),
    }))
}

impl Reactor for PaymentFlow {
    fn name(&self) -> &'static str {
        FLOW
    }

    fn wants(&self, aggregate_type: &str, event_type: &str) -> bool {
        aggregate_type == Payment::TYPE && FACTS.contains(&event_type)
    }

    /// Asks each question once; one that is not answered keeps no other one waiting.
    async fn look(&self, subject: &Subject) -> Result<Next, Trouble> {
        let mut next = self.hear(subject).await?;
        let (mut asked, mut trouble) = (HashSet::new(), None);
        loop {
            let state = self.commands.state::<Payment>(subject.org, subject.id).await?;
            let known = state.as_ref().and_then(|(payment, _)| payment.known());
            let Some(payment) = known else { return Ok(next) };
            let open = payment.questions().into_iter();
            let Some(question) = open.into_iter().find(|one| !asked.contains(&one.key())) else {
                return trouble.map_or(Ok(next), Err);
            };
            asked.insert(question.key());
            let provider = payment.attempt().map(|attempt| attempt.provider);
            if let Some(until) = self.gateway(provider)?.rejects_until() {
                next = sooner(next, Next::At(until));
                continue;
            }
            let since = question.unknown_since();
            let (command, answered) = self.put(subject, payment, question).await?;
            subject.tell::<Payment>(&self.commands, FLOW, command).await?;
            if !answered {
                let now = self.commands.now();
                match again(since.unwrap_or(now), now) {
                    Ok(at) => next = sooner(next, at),
                    Err(over) => trouble = Some(over),
                }
            }
        }
    }
}

/// The sooner of two.
fn sooner(one: Next, other: Next) -> Next {
    match (one, other) {
        (Next::At(one), Next::At(other)) => Next::At(one.min(other)),
        (Next::Rest, next) | (next, Next::Rest) => next,
    }
}
