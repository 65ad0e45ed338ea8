//! A world with one organization, a clock of its own and everything that works on calls,
//! driven step by step.

use std::sync::Arc;

use database::Database;
use domain::call::{
    AmdMode, Belongs, Call, CallCommand, CallEvent, DialMode, DialOrder, DialVerdict, EndedBy,
    KnownCall, OutboundCall, Provider, RecordingPolicy,
};
use domain::{CallId, DecidedEvent, OrgId, PhoneNumber, SubjectId, Timestamp};
use event_store::{
    Actor, ActorKind, Context, Failure, Keyring, Log, LogSettings, Outcome, Reply, StoredEvent,
    StoredReply, StreamKey,
};
use processes::breaker::{Breakers, Service};
use processes::telephony::{
    DialSettings, DialSubmitter, Guarded, Inbox, ProviderCallback, Reconciler, ReconcilerSettings,
    Simulator, Telephony, TelephonyError,
};
use processes::{Clock, Commands, ControlledClock, ControlledIds, Ids};
use sqlx::{Connection, PgConnection};
use tests::TestDatabase;
use uuid::Uuid;

/// When every world begins.
pub const START: &str = "2026-03-04T10:00:00.000Z";

/// The reply of a test's command: nothing.
pub struct Nothing;

impl Reply<Call> for Nothing {
    fn accepted(&self, _: &Call, _: u64) -> StoredReply {
        StoredReply::default()
    }

    fn refused(&self, _: &domain::call::CallRefusal) -> Option<StoredReply> {
        None
    }
}

/// One event of a call.
#[derive(Debug)]
pub struct Told {
    pub stored: StoredEvent,
    pub event: CallEvent,
}

pub struct World {
    pub test: TestDatabase,
    pub clock: Arc<ControlledClock>,
    pub ids: Arc<ControlledIds>,
    pub org: OrgId,
    pub commands: Commands,
    pub inbox: Inbox,
    pub simulator: Arc<Simulator>,
    pub breakers: Breakers,
    pub submitter: DialSubmitter,
    pub reconciler: Reconciler,
}

/// What the simulated provider's breaker is called.
pub const SERVICE: Service = Service::Telephony(Provider::Simulator);

fn guarded(simulator: &Arc<Simulator>, breakers: &Breakers) -> Arc<dyn Telephony> {
    Arc::new(Guarded::new(simulator.clone(), Provider::Simulator, breakers.clone()))
}

impl World {
    pub async fn new() -> Self {
        Self::with(DialSettings::default()).await
    }

    pub async fn with(settings: DialSettings) -> Self {
        let test = TestDatabase::create().await;
        let clock = Arc::new(ControlledClock::new(START.parse().unwrap()));
        let commands = commands(test.database(), Arc::clone(&clock)).await;
        let ids = Arc::<ControlledIds>::default();
        let database = test.database().clone();
        let inbox = Inbox::new(database.clone(), commands.clone(), clock.clone(), ids.clone());
        let receiver = Arc::new(inbox.clone());
        let simulator = Arc::new(Simulator::new(clock.clone(), receiver.clone(), 7));
        let breakers = Breakers::new(clock.clone());
        let telephony = guarded(&simulator, &breakers);
        let submitter = DialSubmitter::new(database.clone(), commands.clone(), telephony, settings);
        let reconciler = Reconciler::new(
            database,
            commands.clone(),
            simulator.clone(),
            receiver,
            ReconcilerSettings::default(),
        );
        let org = OrgId::from(Uuid::from_u128(0xA));
        Self { test, clock, ids, org, commands, inbox, simulator, breakers, submitter, reconciler }
    }

    pub fn database(&self) -> &Database {
        self.test.database()
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// What calls are made over.
    pub fn telephony(&self) -> Arc<dyn Telephony> {
        guarded(&self.simulator, &self.breakers)
    }

    /// A new instance of the dial process, as after a restart.
    pub fn another_submitter(&self, settings: DialSettings) -> DialSubmitter {
        let (database, commands) = (self.database().clone(), self.commands.clone());
        let telephony = guarded(&self.simulator, &self.breakers);
        DialSubmitter::new(database, commands, telephony, settings)
    }

    pub fn context(&self) -> Context {
        Context {
            org_id: self.org.uuid(),
            actor: Actor { kind: ActorKind::User, id: "u1".to_owned(), role: None },
            correlation_id: self.ids.next(self.now()),
            causation_id: None,
            source: "test",
        }
    }

    pub async fn run(
        &self,
        call: CallId,
        command: CallCommand,
    ) -> Result<Outcome, Failure<domain::call::CallRefusal>> {
        let reply = Box::new(Nothing);
        self.commands.run::<Call>(self.context(), call.uuid(), command, None, None, reply).await
    }

    /// Asks for a call to this number.
    pub async fn dial(&self, number: &str) -> CallId {
        let call = CallId::from(self.ids.next(self.now()));
        let command = self.outbound(number).await;
        self.run(call, command).await.expect("a call");
        call
    }

    pub async fn subject(&self, number: &str) -> SubjectId {
        let number = PhoneNumber::parse(number).expect("a number");
        self.commands.subject_of_number(self.org, &number).await.expect("a subject")
    }

    pub async fn outbound(&self, number: &str) -> CallCommand {
        let verdict = DialVerdict {
            suppressed: false,
            live_calls: 0,
            max_live_calls: 100,
            duplicate_live: false,
            override_duplicate: false,
            provider_back_in_seconds: None,
            agent_busy: false,
        };
        CallCommand::InitiateOutbound(Box::new(OutboundCall {
            from: None,
            to: PhoneNumber::parse(number).expect("a number"),
            subject: self.subject(number).await,
            belongs: Belongs::default(),
            dial_order: DialOrder::CustomerFirst,
            dial_mode: DialMode::Manual,
            provider: Provider::Simulator,
            ring_timeout_seconds: 20,
            amd: AmdMode::Off,
            record: RecordingPolicy::Never,
            metadata: serde_json::Map::new(),
            verdict,
            at: self.now(),
        }))
    }

    pub async fn call(&self, call: CallId) -> KnownCall {
        self.state(call).await.known().cloned().expect("the call")
    }

    pub async fn status(&self, call: CallId) -> &'static str {
        self.state(call).await.status()
    }

    async fn state(&self, call: CallId) -> Call {
        let state = self.commands.state::<Call>(self.org, call.uuid()).await.expect("the log");
        state.expect("the call").0
    }

    /// Everything that has happened to a call.
    pub async fn told(&self, call: CallId) -> Vec<Told> {
        let (org_id, aggregate_id) = (self.org.uuid(), call.uuid());
        let stream = StreamKey { org_id, aggregate_type: Call::TYPE, aggregate_id };
        let events = self.commands.log().read_stream(stream, 1).await.expect("the log");
        let told = events.into_iter().map(|stored| {
            let (kind, version) = (&stored.event_type, stored.event_version);
            let event = CallEvent::decode(kind, version, &stored.payload).expect("an event");
            Told { stored, event }
        });
        told.collect()
    }

    /// The kinds of it, in order.
    pub async fn story(&self, call: CallId) -> Vec<String> {
        self.told(call).await.into_iter().map(|told| told.stored.event_type).collect()
    }

    /// An agent wants the call to end.
    pub async fn end(&self, call: CallId) {
        let command = CallCommand::RequestEnd { by: EndedBy::Agent, reason: None, at: self.now() };
        self.run(call, command).await.expect("an answer");
    }

    /// Does everything that can be done now. A dial process that may not work does nothing.
    pub async fn settle(&mut self) {
        self.try_settle().await.expect("everything can be done");
    }

    pub async fn try_settle(&mut self) -> Result<(), TelephonyError> {
        loop {
            let mut done = match self.submitter.run_due().await {
                Err(TelephonyError::Fenced) => 0,
                done => done?,
            };
            done += self.simulator.deliver_due().await;
            done += self.inbox.retry_due().await?;
            done += self.reconciler.run_due().await?;
            if done == 0 {
                return Ok(());
            }
        }
    }

    /// Lets so many milliseconds pass, and everything happen that falls into them.
    pub async fn pass(&mut self, ms: i64) {
        self.try_pass(ms).await.expect("everything can be done");
    }

    pub async fn try_pass(&mut self, ms: i64) -> Result<(), TelephonyError> {
        let end = self.now().plus_ms(ms);
        loop {
            self.try_settle().await?;
            let dues = [
                self.simulator.next_due(),
                self.submitter.next_due().await?,
                self.inbox.next_due().await?,
                self.reconciler.next_due().await?,
            ];
            // What is overdue belongs to a process that may not work: it is asked again later.
            let now = self.now();
            let soon = |due: Timestamp| if due > now { due } else { now.plus_ms(250) };
            let next = dues.into_iter().flatten().map(soon).min();
            match next.filter(|next| *next <= end) {
                Some(next) => self.clock.advance_to(next),
                None => {
                    self.clock.advance_to(end);
                    return self.try_settle().await;
                }
            }
        }
    }

    /// A callback about a call, as the provider would tell it.
    pub fn callback(&self, call: CallId, sequence: u32, status: &str) -> ProviderCallback {
        ProviderCallback {
            org: self.org,
            provider: "simulator",
            account: "local".to_owned(),
            provider_call_id: format!("p-{call}"),
            call: Some(call),
            kind: "status",
            sequence: Some(sequence),
            status: status.to_owned(),
            at: self.now(),
            duration_seconds: None,
            answered_by: None,
            sip_code: None,
        }
    }

    /// One value from the database, past every right.
    pub async fn value<T>(&self, sql: &'static str) -> T
    where
        T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres> + Send + Unpin,
    {
        let mut connection = self.superuser().await;
        sqlx::query_scalar(sql).fetch_one(&mut connection).await.expect("a value")
    }

    pub async fn execute(&self, sql: &'static str) {
        let mut connection = self.superuser().await;
        sqlx::query(sql).execute(&mut connection).await.expect("a statement");
    }

    pub async fn superuser(&self) -> PgConnection {
        PgConnection::connect_with(&self.test.superuser()).await.expect("a connection")
    }
}

/// Commands against the log of a database, under this clock.
pub async fn commands(database: &Database, clock: Arc<ControlledClock>) -> Commands {
    let time = Arc::clone(&clock);
    let settings =
        LogSettings { clock: Arc::new(move || time.now().millis()), ..LogSettings::default() };
    let log = Log::open(database, settings).await.expect("a log");
    Commands::new(log, Keyring::new(database, [7; 32]), clock)
}
