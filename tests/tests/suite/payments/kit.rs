//! A world with one organization that takes payments.

use std::sync::{Arc, Mutex};

use domain::payment::{
    Answer, Authorization, CaptureMethod, KnownPayment, NewPayment, Payment, PaymentCommand,
    PaymentProvider, PaymentPurpose, PaymentStatus, RefundReason, VoidReason,
};
use domain::{
    AttemptId, CaptureId, Money, OrgId, PaymentId, RefundId, SubjectId, Timestamp, UserId, VoidId,
};
use event_store::{Context, Failure, StreamKey};
use futures::future::BoxFuture;
use processes::breaker::Breakers;
use processes::commands::{Order, OrderError};
use processes::payments::{
    AuthorizationRequest, MoneyRequest, NoticeInbox, PaymentFlow, PaymentGateway, PaymentSimulator,
};
use processes::reactor::{Runner, RunnerSettings, Timer};
use processes::{Commands, ControlledClock, ControlledIds, Ids};
use sqlx::{Connection, PgConnection};
use tests::TestDatabase;
use uuid::Uuid;

use crate::http_kit::context;
use crate::telephony::kit::{START, commands};

/// What becomes of questions to the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// It is asked and answers.
    Fine,
    /// Whoever asks is killed before the provider hears it.
    DiesBefore,
    /// Whoever asks is killed after the provider has done it.
    DiesAfter,
    /// Nothing is heard, and nothing is done.
    Dead,
}

/// The way to the simulated provider.
pub struct Way {
    simulator: Mutex<Arc<PaymentSimulator>>,
    line: Mutex<Line>,
    asked: Mutex<u32>,
}

impl Way {
    fn simulator(&self) -> Arc<PaymentSimulator> {
        self.simulator.lock().unwrap().clone()
    }

    fn put<'a, T: Send + 'a>(
        &'a self,
        ask: impl Future<Output = T> + Send + 'a,
        nothing: T,
    ) -> BoxFuture<'a, T> {
        *self.asked.lock().unwrap() += 1;
        let line = *self.line.lock().unwrap();
        Box::pin(async move {
            match line {
                Line::Fine => ask.await,
                Line::Dead => nothing,
                Line::DiesBefore => std::future::pending().await,
                Line::DiesAfter => {
                    ask.await;
                    std::future::pending().await
                }
            }
        })
    }
}

impl PaymentGateway for Way {
    fn provider(&self) -> PaymentProvider {
        PaymentProvider::Simulator
    }

    fn authorize(&self, request: AuthorizationRequest) -> BoxFuture<'_, Authorization> {
        let simulator = self.simulator();
        self.put(async move { simulator.authorize(request).await }, Authorization::Unknown)
    }

    fn capture(&self, request: MoneyRequest) -> BoxFuture<'_, Answer> {
        let simulator = self.simulator();
        self.put(async move { simulator.capture(request).await }, Answer::Unknown)
    }

    fn void(&self, request: MoneyRequest) -> BoxFuture<'_, Answer> {
        let simulator = self.simulator();
        self.put(async move { simulator.void(request).await }, Answer::Unknown)
    }

    fn refund(&self, request: MoneyRequest) -> BoxFuture<'_, Answer> {
        let simulator = self.simulator();
        self.put(async move { simulator.refund(request).await }, Answer::Unknown)
    }
}

pub struct Shop {
    pub test: TestDatabase,
    pub clock: Arc<ControlledClock>,
    pub commands: Commands,
    pub simulator: Arc<PaymentSimulator>,
    pub inbox: NoticeInbox,
    pub breakers: Breakers,
    /// The payer's card.
    pub token: &'static str,
    /// Who is asked in place of the simulated provider.
    pub connected: Option<Arc<dyn PaymentGateway>>,
    ids: Arc<ControlledIds>,
    way: Arc<Way>,
    flow: Option<Runner<PaymentFlow>>,
    timer: Runner<Timer<Payment>>,
}

pub fn org() -> OrgId {
    OrgId::from(Uuid::from_u128(0xA))
}

pub fn somebody(number: u128) -> UserId {
    UserId::from(Uuid::from_u128(number))
}

pub fn told() -> Context {
    context(org().uuid())
}

impl Shop {
    pub async fn open() -> Self {
        let test = TestDatabase::create().await;
        let clock = Arc::new(ControlledClock::new(START.parse().unwrap()));
        let commands = commands(test.database(), Arc::clone(&clock)).await;
        let ids = Arc::<ControlledIds>::default();
        let inbox = NoticeInbox::new(test.database().clone(), ids.clone(), clock.clone());
        let simulator = Arc::new(PaymentSimulator::new(clock.clone(), inbox.clone()));
        let (line, asked) = (Mutex::new(Line::Fine), Mutex::new(0));
        let way = Arc::new(Way { simulator: Mutex::new(simulator.clone()), line, asked });
        let timer = Timer::new("payment-timer", commands.clone());
        let settings = RunnerSettings::default();
        let timer = Runner::new(test.database().clone(), commands.clone(), timer, settings);
        let (token, connected, flow) = ("tok_visa", None, None);
        let breakers = Breakers::new(clock.clone());
        Self {
            test,
            clock,
            commands,
            simulator,
            inbox,
            breakers,
            token,
            connected,
            ids,
            way,
            flow,
            timer,
        }
    }

    /// The provider starts anew, and knows nothing of what was before.
    pub fn forget(&mut self) {
        let anew = PaymentSimulator::new(self.clock.clone(), self.inbox.clone());
        self.simulator = Arc::new(anew);
        *self.way.simulator.lock().unwrap() = self.simulator.clone();
    }

    pub fn line(&self, line: Line) {
        *self.way.line.lock().unwrap() = line;
    }

    /// How often the provider was asked since this was asked last.
    pub fn asked(&self) -> u32 {
        std::mem::take(&mut *self.way.asked.lock().unwrap())
    }

    pub fn now(&self) -> Timestamp {
        self.commands.now()
    }

    pub fn id(&self) -> Uuid {
        self.ids.next(self.now())
    }

    /// Somebody is to pay so much.
    pub async fn pay(&self, amount_minor: i64, capture_method: CaptureMethod) -> PaymentId {
        let id = PaymentId::from(self.id());
        let new = NewPayment {
            subject: SubjectId::from(id.uuid()),
            money: Money { amount_minor, currency: "EUR".to_owned() },
            capture_method,
            purpose: PaymentPurpose::Invoice,
            call_id: None,
            contact_id: None,
            token_ref: self.token.to_owned(),
            description: None,
            metadata: serde_json::Map::new(),
            provider: self.gateway().provider(),
            attempt_id: AttemptId::from(self.id()),
            by: somebody(1),
            at: self.now(),
        };
        self.ask(id, PaymentCommand::Create(Box::new(new))).await;
        id
    }

    pub async fn ask(&self, id: PaymentId, command: PaymentCommand) {
        self.try_ask(id, command).await.expect("accepted");
    }

    pub async fn try_ask(
        &self,
        id: PaymentId,
        command: PaymentCommand,
    ) -> Result<(), domain::payment::PaymentRefusal> {
        let order = Order::<Payment>::silent(told());
        match self.commands.carry_out(order, id.uuid(), command).await {
            Ok(_) => Ok(()),
            Err(OrderError::Command(Failure::Refused { error, .. })) => Err(error),
            Err(error) => panic!("{error}"),
        }
    }

    pub async fn capture(&self, id: PaymentId, amount_minor: impl Into<Option<i64>>) {
        let (capture_id, by, at) = (CaptureId::from(self.id()), somebody(1), self.now());
        let amount_minor = amount_minor.into();
        let command = PaymentCommand::Capture { capture_id, amount_minor, last: false, by, at };
        self.ask(id, command).await;
    }

    pub async fn void(&self, id: PaymentId) {
        let (void_id, reason) = (VoidId::from(self.id()), VoidReason::Requested);
        let by = Some(somebody(1));
        self.ask(id, PaymentCommand::Void { void_id, reason, by, at: self.now() }).await;
    }

    pub async fn cancel(&self, id: PaymentId) {
        let (void_id, reason) = (VoidId::from(self.id()), VoidReason::Canceled);
        let by = Some(somebody(1));
        self.ask(id, PaymentCommand::Void { void_id, reason, by, at: self.now() }).await;
    }

    pub async fn refund(&self, id: PaymentId, amount_minor: impl Into<Option<i64>>) {
        let command = PaymentCommand::Refund {
            refund_id: RefundId::from(self.id()),
            amount_minor: amount_minor.into(),
            reason: RefundReason::Other,
            note: None,
            most_minor: None,
            approval_from_minor: None,
            by: somebody(1),
            at: self.now(),
        };
        self.ask(id, command).await;
    }

    pub async fn payment(&self, id: PaymentId) -> KnownPayment {
        let state = self.commands.state::<Payment>(org(), id.uuid()).await.expect("the log");
        state.expect("a payment").0.known().cloned().expect("a payment")
    }

    pub async fn status(&self, id: PaymentId) -> PaymentStatus {
        self.payment(id).await.status
    }

    /// How often something has happened to a payment.
    pub async fn times(&self, id: PaymentId, event_type: &str) -> usize {
        let (org_id, aggregate_id) = (org().uuid(), id.uuid());
        let stream = StreamKey { org_id, aggregate_type: Payment::TYPE, aggregate_id };
        let events = self.commands.log().read_stream(stream, 1).await.expect("the log");
        events.iter().filter(|event| event.event_type == event_type).count()
    }

    fn gateway(&self) -> Arc<dyn PaymentGateway> {
        self.connected.clone().unwrap_or_else(|| self.way.clone())
    }

    /// The process that asks ends, and another one takes its place.
    pub async fn restart(&mut self) {
        if let Some(mut flow) = self.flow.take() {
            flow.release().await;
        }
    }

    fn instance(&self) -> Runner<PaymentFlow> {
        let gateways: Vec<Arc<dyn PaymentGateway>> = vec![self.gateway()];
        let flow = PaymentFlow::new(self.commands.clone(), self.inbox.clone(), gateways);
        let settings = RunnerSettings::default();
        Runner::new(self.test.database().clone(), self.commands.clone(), flow, settings)
    }

    /// Does everything that can be done now.
    pub async fn settle(&mut self) {
        let mut flow = self.flow.take().unwrap_or_else(|| self.instance());
        loop {
            let patience = std::time::Duration::from_secs(20);
            let done = tokio::time::timeout(patience, flow.run_due()).await.expect("no hanging");
            let mut done = done.expect("it works");
            done += self.timer.run_due().await.expect("it works");
            done += self.simulator.deliver_due().await;
            if done == 0 {
                break;
            }
        }
        self.flow = Some(flow);
    }

    /// Lets so many seconds pass, one after the other.
    pub async fn pass(&mut self, seconds: i64) {
        self.settle().await;
        for _ in 0..seconds {
            self.clock.advance(1_000);
            self.settle().await;
        }
    }

    /// The flow asks, and is killed as the line says; its lease lapses.
    pub async fn killed(&mut self, line: Line) {
        self.line(line);
        let mut flow = self.flow.take().unwrap_or_else(|| self.instance());
        let patience = std::time::Duration::from_millis(400);
        let ended = tokio::time::timeout(patience, flow.run_due()).await;
        assert!(ended.is_err(), "it was to be killed");
        drop(flow);
        self.line(Line::Fine);
        self.clock.advance(RunnerSettings::default().lease_ms + 1_000);
    }

    /// One value from the database, past every right.
    pub async fn value(&self, sql: &'static str) -> i64 {
        let url = self.test.superuser();
        let mut superuser = PgConnection::connect_with(&url).await.expect("in");
        sqlx::query_scalar(sql).fetch_one(&mut superuser).await.expect("a value")
    }
}
