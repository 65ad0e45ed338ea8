//! What commands to payments have to look up: the call, the caller's limits, the organization's
//! rules.

use std::sync::Arc;
use std::time::Duration;

use database::{Database, DatabaseError};
use domain::call::{Call, Leg};
use domain::contact::Contact;
use domain::payment::{
    CaptureMethod, KnownPayment, NewPayment, Payment, PaymentCommand, PaymentProvider,
    PaymentPurpose, PaymentRefusal, RefundReason, VoidReason,
};
use domain::{
    AttemptId, CallId, CaptureId, ContactId, FieldFault, Money, OrgId, PaymentId, RefundId, Role,
    SubjectId, UserId, VoidId,
};
use event_store::{LogError, Outcome};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::FLOW;
use crate::breaker::{Breakers, Service};
use crate::commands::{Commands, Order, OrderError};
use crate::ids::Ids;
use crate::organization;
use crate::reactor;

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub struct Payer {
    /// Who.
    pub user: UserId,
    /// What they may do.
    pub role: Role,
}

/// What is to be paid.
#[derive(Clone, Debug)]
pub struct PaymentOrder {
    /// How much.
    pub money: Money,
    /// When the money is taken.
    pub capture_method: CaptureMethod,
    /// What is paid for.
    pub purpose: PaymentPurpose,
    /// In which call.
    pub call_id: Option<CallId>,
    /// By which contact.
    pub contact_id: Option<ContactId>,
    /// The provider's name for the payer's card.
    pub token_ref: String,
    /// What the payer reads.
    pub description: Option<String>,
    /// The organization's own fields.
    pub metadata: Map<String, Value>,
}

/// Why nothing is asked of a payment.
#[derive(Debug, thiserror::Error)]
pub enum PaymentError {
    /// Their role may not move so much.
    #[error("the role's limit is {limit_minor}")]
    LimitExceeded {
        /// What it may.
        limit_minor: i64,
    },
    /// The organization takes no payments in this currency.
    #[error("the organization takes no payments in this currency")]
    CurrencyNotAllowed,
    /// Agents take payments in calls of their own that are live.
    #[error("agents take payments in calls of their own that are live")]
    NotYourCall,
    /// The provider does not answer, and is left alone for a while.
    #[error("the payment provider does not answer; it is asked again in {seconds} s")]
    ProviderDown {
        /// For how long.
        seconds: u32,
    },
    /// A field is wrong.
    #[error(transparent)]
    Field(#[from] FieldFault),
    /// The payment or the log said no.
    #[error(transparent)]
    Order(Box<OrderError<PaymentRefusal>>),
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
}

impl From<OrderError<PaymentRefusal>> for PaymentError {
    fn from(error: OrderError<PaymentRefusal>) -> Self {
        Self::Order(Box::new(error))
    }
}

/// Asks something of payments; cheap to clone.
#[derive(Clone)]
pub struct Payments {
    database: Database,
    commands: Commands,
    ids: Arc<dyn Ids>,
    provider: PaymentProvider,
    breakers: Breakers,
}

impl Payments {
    /// Payments that this provider carries.
    #[must_use]
    pub fn new(
        database: Database,
        commands: Commands,
        ids: Arc<dyn Ids>,
        (provider, breakers): (PaymentProvider, Breakers),
    ) -> Self {
        Self { database, commands, ids, provider, breakers }
    }

    fn id(&self) -> Uuid {
        self.ids.next(self.commands.now())
    }

    /// Somebody is to pay.
    ///
    /// # Errors
    /// [`PaymentError`]
    pub async fn create(
        &self,
        order: Order<Payment>,
        id: PaymentId,
        payer: Payer,
        asked: PaymentOrder,
    ) -> Result<Outcome, PaymentError> {
        let org = order.org();
        // A request that is repeated is answered as before, whatever has changed since.
        let subject = match self.payment(org, id).await? {
            Some(before) => before.subject,
            None => self.allowed(org, id, payer, &asked).await?,
        };
        let command = PaymentCommand::Create(Box::new(NewPayment {
            subject,
            money: asked.money,
            capture_method: asked.capture_method,
            purpose: asked.purpose,
            call_id: asked.call_id,
            contact_id: asked.contact_id,
            token_ref: asked.token_ref,
            description: asked.description,
            metadata: asked.metadata,
            provider: self.provider,
            attempt_id: AttemptId::from(self.id()),
            by: payer.user,
            at: self.commands.now(),
        }));
        Ok(self.commands.carry_out_untold(order, id.uuid(), command).await?)
    }

    /// Whom a payment is about that may be.
    async fn allowed(
        &self,
        org: OrgId,
        id: PaymentId,
        payer: Payer,
        asked: &PaymentOrder,
    ) -> Result<SubjectId, PaymentError> {
        asked.money.payable()?;
        // What was asked for before is carried on by itself; nobody begins now.
        if let Some(seconds) = self.breakers.rejects_for_seconds(Service::Payment(self.provider)) {
            return Err(PaymentError::ProviderDown { seconds });
        }
        let settings = organization::settings(&self.commands, org).await?.payments;
        if !settings.takes(&asked.money.currency) {
            return Err(PaymentError::CurrencyNotAllowed);
        }
        if payer.role == Role::Agent {
            let most = settings.agent_max_minor.get(&asked.money.currency);
            within(asked.money.amount_minor, most)?;
        }
        if let Some(contact) = asked.contact_id
            && self.commands.state::<Contact>(org, contact.uuid()).await?.is_none()
        {
            let words = "there is no such contact";
            return Err(FieldFault::reference("/contact_id", words).into());
        }
        self.subject(org, id, payer, asked.call_id).await
    }

    /// Whom a payment is about: the customer of its call, or nobody but the payment itself.
    async fn subject(
        &self,
        org: OrgId,
        id: PaymentId,
        payer: Payer,
        call: Option<CallId>,
    ) -> Result<SubjectId, PaymentError> {
        let Some(call) = call else {
            return match payer.role {
                Role::Agent => Err(PaymentError::NotYourCall),
                _ => Ok(SubjectId::from(id.uuid())),
            };
        };
        let state = self.commands.state::<Call>(org, call.uuid()).await?;
        let known = state.as_ref().and_then(|(call, _)| call.known());
        let known =
            known.ok_or_else(|| FieldFault::reference("/call_id", "there is no such call"))?;
        let theirs = known.agent_id.is_some_and(|agent| agent.uuid() == payer.user.uuid());
        if payer.role == Role::Agent && !(theirs && known.leg != Leg::Ended) {
            return Err(PaymentError::NotYourCall);
        }
        Ok(known.subject)
    }

    /// So much is to be taken.
    ///
    /// # Errors
    /// [`PaymentError`]
    pub async fn capture(
        &self,
        order: Order<Payment>,
        id: PaymentId,
        (amount_minor, last): (Option<i64>, bool),
        by: UserId,
    ) -> Result<Outcome, PaymentError> {
        let (capture_id, at) = (CaptureId::from(self.id()), self.commands.now());
        let command = PaymentCommand::Capture { capture_id, amount_minor, last, by, at };
        Ok(self.commands.carry_out_untold(order, id.uuid(), command).await?)
    }

    /// What is kept is to be let go, or a payer is not waited for any more.
    ///
    /// # Errors
    /// [`PaymentError`]
    pub async fn void(
        &self,
        order: Order<Payment>,
        id: PaymentId,
        (reason, by): (VoidReason, UserId),
    ) -> Result<Outcome, PaymentError> {
        let (void_id, at) = (VoidId::from(self.id()), self.commands.now());
        let command = PaymentCommand::Void { void_id, reason, by: Some(by), at };
        Ok(self.commands.carry_out_untold(order, id.uuid(), command).await?)
    }

    /// Once more, with another card perhaps.
    ///
    /// # Errors
    /// [`PaymentError`]
    pub async fn retry(
        &self,
        order: Order<Payment>,
        id: PaymentId,
        token_ref: Option<String>,
    ) -> Result<Outcome, PaymentError> {
        let (attempt_id, at) = (AttemptId::from(self.id()), self.commands.now());
        let command = PaymentCommand::Retry { attempt_id, token_ref, at };
        Ok(self.commands.carry_out_untold(order, id.uuid(), command).await?)
    }

    /// So much is to be given back.
    ///
    /// # Errors
    /// [`PaymentError`]
    pub async fn refund(
        &self,
        order: Order<Payment>,
        id: PaymentId,
        payer: Payer,
        (amount_minor, reason, note): (Option<i64>, RefundReason, Option<String>),
    ) -> Result<Outcome, PaymentError> {
        let org = order.org();
        let settings = organization::settings(&self.commands, org).await?.payments;
        let known = self.payment(org, id).await?.ok_or(OrderError::Command(
            event_store::Failure::Refused { error: PaymentRefusal::Unknown, reply: None },
        ))?;
        let currency = &known.money.currency;
        let limit = settings.supervisor_refund_max_minor.get(currency).copied();
        let most_minor = (payer.role == Role::Supervisor).then(|| limit.unwrap_or(0));
        let command = PaymentCommand::Refund {
            refund_id: RefundId::from(self.id()),
            amount_minor,
            reason,
            note,
            most_minor,
            approval_from_minor: settings.refund_approval_minor.get(currency).copied(),
            by: payer.user,
            at: self.commands.now(),
        };
        Ok(self.commands.carry_out_untold(order, id.uuid(), command).await?)
    }

    /// Somebody else says yes to a refund, or it is taken back.
    ///
    /// # Errors
    /// [`PaymentError`]
    pub async fn decide(
        &self,
        order: Order<Payment>,
        (id, refund_id): (PaymentId, RefundId),
        by: UserId,
        yes: bool,
    ) -> Result<Outcome, PaymentError> {
        let at = self.commands.now();
        let command = match yes {
            true => PaymentCommand::ApproveRefund { refund_id, by, at },
            false => PaymentCommand::CancelRefund { refund_id, by, at },
        };
        Ok(self.commands.carry_out_untold(order, id.uuid(), command).await?)
    }

    /// Has the provider asked again, where its answer is missing.
    ///
    /// # Errors
    /// The database is away.
    pub async fn look_again(&self, org: OrgId, id: PaymentId) -> Result<(), DatabaseError> {
        let mut connection = self.database.pool(database::Role::Process).acquire().await?;
        let of = (org, Payment::TYPE, id.uuid());
        let asked = reactor::ask(&mut connection, FLOW, of, self.id());
        Ok(asked.await?)
    }

    /// A payment as the log has it now.
    ///
    /// # Errors The log cannot be read.
    pub async fn payment(
        &self,
        org: OrgId,
        id: PaymentId,
    ) -> Result<Option<KnownPayment>, LogError> {
        let state = self.commands.state::<Payment>(org, id.uuid()).await?;
        Ok(state.as_ref().and_then(|(payment, _)| payment.known()).cloned())
    }

    /// A payment once the provider has nothing to answer any more, or as it is after this time,
    /// with its version.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn settled(
        &self,
        org: OrgId,
        id: PaymentId,
        patience: Duration,
    ) -> Result<Option<(Payment, u64)>, LogError> {
        let mut head = self.commands.log().head();
        let end = tokio::time::Instant::now() + patience;
        loop {
            head.mark_unchanged();
            let state = self.commands.state::<Payment>(org, id.uuid()).await?;
            let known = state.as_ref().and_then(|(payment, _)| payment.known());
            if known.is_none_or(|payment| payment.questions().is_empty()) {
                return Ok(state);
            }
            let grown = tokio::time::timeout_at(end, head.changed()).await;
            if grown.is_err() {
                return Ok(state);
            }
        }
    }
}

/// Whether an amount is within a limit; nothing is, where there is none.
fn within(amount_minor: i64, most: Option<&i64>) -> Result<(), PaymentError> {
    let limit_minor = most.copied().unwrap_or(0);
    match amount_minor <= limit_minor {
        true => Ok(()),
        false => Err(PaymentError::LimitExceeded { limit_minor }),
    }
}
