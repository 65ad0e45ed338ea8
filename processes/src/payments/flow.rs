//! Carries payments on: applies what providers tell, and asks them what stands to be asked.
//!
//! *Architecture invariant:* a provider is asked only what stands in the log, under the key that
//! stands there too. Whatever dies in between, it is asked again and does so once.

use std::sync::Arc;

use domain::payment::{
    Answer, Authorization, CaptureMethod, KnownPayment, Payment, PaymentCommand, PaymentProvider,
    Question,
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

    /// Applies what was told of a payment. What it has no use for is noted: a provider may tell of
    /// what it alone knows, or what is over.
    async fn hear(&self, subject: &Subject) -> Result<(), Trouble> {
        let away = |error: database::DatabaseError| Trouble::Away(error.to_string());
        for notice in self.inbox.of(subject.org, subject.id).await.map_err(away)? {
            let (id, at) = (notice.id, notice.received_at());
            let outcome = match notice.told {
                Err(error) => format!("unreadable: {error}"),
                Ok(told) => {
                    let command = Kept::command(told, at);
                    match subject.try_to_tell::<Payment>(&self.commands, FLOW, command).await {
                        Ok(_) => "applied".to_owned(),
                        Err(Failure::Refused { error, .. }) => format!("refused: {error}"),
                        Err(failure) => return Err(failure.into()),
                    }
                }
            };
            self.inbox.applied(subject.org, id, &outcome).await.map_err(away)?;
        }
        Ok(())
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
                let answer = gateway.void(request(void_id.uuid(), rest, true)).await;
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

    async fn look(&self, subject: &Subject) -> Result<Next, Trouble> {
        self.hear(subject).await?;
        loop {
            let state = self.commands.state::<Payment>(subject.org, subject.id).await?;
            let known = state.as_ref().and_then(|(payment, _)| payment.known());
            let Some(payment) = known else { return Ok(Next::Rest) };
            let Some(question) = payment.question() else { return Ok(Next::Rest) };
            let since = question.unknown_since();
            let (command, answered) = self.put(subject, payment, question).await?;
            subject.tell::<Payment>(&self.commands, FLOW, command).await?;
            if !answered {
                let now = self.commands.now();
                return again(since.unwrap_or(now), now);
            }
        }
    }
}
