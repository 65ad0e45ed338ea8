//! What Stripe tells by itself: believed where its signature is good, kept in the inbox of notices,
//! and nothing more. Notices that come twice, late or in another order are the inbox's affair.

use std::sync::Arc;

use database::DatabaseError;
use domain::payment::PaymentProvider;
use domain::{OrgId, PaymentId};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

use super::client::Heard;
use super::secret::StripeSecret;
use super::signature::{SignatureFault, verify};
use super::wire::{Dispute, Intent, Refund};
use super::{Stripe, dispute, told};
use crate::clock::Clock;
use crate::payments::notice::{Notice, NoticeInbox, Told};

/// Why a webhook was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// It is not Stripe's.
    #[error(transparent)]
    Forged(#[from] SignatureFault),
    /// It is Stripe's, and should be understood here.
    #[error("an event of Stripe cannot be read")]
    Unreadable,
    /// Stripe has to be asked something first and does not answer: it is to tell it again.
    #[error("stripe has not answered")]
    Away,
    /// It cannot be kept now: it is to be told again.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// Takes Stripe's webhooks in; cheap to clone.
#[derive(Clone)]
pub struct StripeWebhooks {
    stripe: Stripe,
    inbox: NoticeInbox,
    secret: StripeSecret,
    clock: Arc<dyn Clock>,
    connection: Uuid,
}

#[derive(Deserialize)]
struct Event {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    object: Value,
}

/// What one event tells: whose, of which payment, and what, each with what tells it from others.
type Tells = Vec<(OrgId, PaymentId, Option<Uuid>, Told)>;

impl StripeWebhooks {
    /// Those of this connection, signed with this secret.
    #[must_use]
    pub fn new(stripe: Stripe, inbox: NoticeInbox, secret: StripeSecret, connection: Uuid) -> Self {
        let clock = Arc::clone(&stripe.0.clock);
        Self { stripe, inbox, secret, clock, connection }
    }

    /// The connection that stands in their path.
    #[must_use]
    pub fn connection(&self) -> Uuid {
        self.connection
    }

    /// Takes one in that has come for a connection, and says how much of it is new.
    ///
    /// # Errors
    /// [`WebhookError`]; nothing was kept of what is forged.
    pub async fn receive(
        &self,
        connection: &str,
        signature: Option<&str>,
        body: &[u8],
    ) -> Result<usize, WebhookError> {
        if connection != self.connection.to_string() {
            return Err(SignatureFault::Elsewhere.into());
        }
        let signature = signature.ok_or(SignatureFault::Missing)?;
        verify(signature, body, &self.secret, self.clock.now())?;
        let event: Event = read(serde_json::from_slice(body))?;
        let mut new = 0;
        for (org, payment, part, told) in self.tells(&event).await? {
            let event_id = match part {
                None => event.id.clone(),
                Some(part) => format!("{}/{}", event.id, part.simple()),
            };
            let notice = Notice { org, provider: PaymentProvider::Stripe, event_id, payment, told };
            new += usize::from(self.inbox.receive(&notice).await?);
        }
        Ok(new)
    }

    /// What an event tells. Of what others have made with the same account, it tells nothing.
    async fn tells(&self, event: &Event) -> Result<Tells, WebhookError> {
        match event.kind.as_str() {
            "payment_intent.succeeded"
            | "payment_intent.amount_capturable_updated"
            | "payment_intent.payment_failed" => self.of_intent(object(event)?).await,
            "refund.created" | "refund.updated" | "refund.failed" | "charge.refund.updated" => {
                let refund: Refund = object(event)?;
                let whose = told::whose(&refund.metadata);
                let told = whose.zip(told::of_refund(&refund));
                Ok(told.map(|((org, id), told)| (org, id, None, told)).into_iter().collect())
            }
            "charge.dispute.created"
            | "charge.dispute.updated"
            | "charge.dispute.closed"
            | "charge.dispute.funds_withdrawn" => self.of_dispute(object(event)?).await,
            _ => Ok(Vec::new()),
        }
    }

    async fn of_intent(&self, mut intent: Intent) -> Result<Tells, WebhookError> {
        let Some((org, payment)) = told::whose(&intent.metadata) else { return Ok(Vec::new()) };
        // The event has only the name of the charge, which has the card and the end of the hold.
        // They are worth a question, and not worth waiting for an answer that does not come.
        if intent.latest_charge.is_none()
            && matches!(intent.status.as_str(), "succeeded" | "requires_capture")
            && let Heard::Done(now) = self.stripe.0.intent(&intent.id).await
        {
            intent.latest_charge = now.latest_charge;
        }
        let told = told::of_intent(&intent).into_iter();
        Ok(told.map(|(part, told)| (org, payment, part, told)).collect())
    }

    /// A dispute has no metadata of ours: whose it is, is asked of Stripe.
    async fn of_dispute(&self, dispute: Dispute) -> Result<Tells, WebhookError> {
        let Some(told) = dispute::of_dispute(&dispute) else { return Ok(Vec::new()) };
        let Some(name) = &dispute.payment_intent else { return Ok(Vec::new()) };
        let intent = match self.stripe.0.intent(name).await {
            Heard::Done(intent) => intent,
            Heard::Refused(_) => return Ok(Vec::new()),
            Heard::Stuck | Heard::Nothing => return Err(WebhookError::Away),
        };
        let whose = told::whose(&intent.metadata);
        Ok(whose.map(|(org, payment)| (org, payment, None, told)).into_iter().collect())
    }
}

fn object<T: DeserializeOwned>(event: &Event) -> Result<T, WebhookError> {
    read(serde_json::from_value(event.data.object.clone()))
}

/// What a good signature stands on and cannot be read, somebody has to look at: it is not quoted.
fn read<T>(read: Result<T, serde_json::Error>) -> Result<T, WebhookError> {
    read.map_err(|error| {
        let (line, column) = (error.line(), error.column());
        tracing::error!(line, column, "an event of stripe cannot be read");
        WebhookError::Unreadable
    })
}
