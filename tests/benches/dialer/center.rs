//! Campaigns, their agents and their contacts.

use std::sync::Arc;

use anyhow::anyhow;
use domain::agent::{Agent, AgentCommand, Presence, PresenceBy, Profile};
use domain::call::{AmdMode, Call, CallCommand, Provider, RecordingPolicy, WrapUp, WrapUpMode};
use domain::campaign::pacing::{Abandonment, Pacing};
use domain::campaign::{
    Around, Campaign, CampaignCommand, CampaignMode, CampaignSettings, Outlook, Recency, Schedule,
};
use domain::contact::{AttemptRules, Contact, Said};
use domain::{AgentId, CampaignId, Decider, OrgId, PhoneNumber, UserId};
use event_store::{Actor, ActorKind, Context, Keyring, Log, LogSettings};
use futures::{StreamExt, TryStreamExt, stream};
use processes::agents::AgentCalls;
use processes::breaker::Breakers;
use processes::campaigns::Campaigns;
use processes::commands::Order;
use processes::contacts::{ContactFlow, Contacts};
use processes::dialer::{Dialer, Dialing, DialingSettings};
use processes::reactor::{Reactor, Runner, RunnerSettings};
use processes::{Clock, Commands, ControlledClock, SystemIds};
use projections::{Projector, registry};
use sqlx::{Connection, PgConnection};
use tests::TestDatabase;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Commands that are under way at once while everything is made.
const AT_ONCE: usize = 64;

pub struct Center {
    test: TestDatabase,
    clock: Arc<ControlledClock>,
    commands: Commands,
    projector: Projector,
    dialer: Runner<Dialer>,
    agent_calls: Runner<AgentCalls>,
    contact_flow: Runner<ContactFlow>,
}

fn org() -> OrgId {
    OrgId::from(Uuid::from_u128(0xA))
}

fn by() -> UserId {
    UserId::from(Uuid::from_u128(7))
}

fn context() -> Context {
    Context {
        org_id: org().uuid(),
        actor: Actor { kind: ActorKind::System, id: "bench".to_owned(), role: None },
        correlation_id: Uuid::now_v7(),
        causation_id: None,
        source: "bench",
    }
}

async fn ask<A: Decider>(commands: &Commands, id: Uuid, command: A::Command) -> anyhow::Result<()> {
    let done = commands.carry_out(Order::<A>::silent(context()), id, command).await;
    done.map(|_| ()).map_err(|error| anyhow!("{error}"))
}

impl Center {
    pub async fn open(campaigns: usize, contacts: usize) -> anyhow::Result<Self> {
        let test = TestDatabase::create().await;
        let (database, clock) = (test.database().clone(), clock()?);
        let log = Log::open(&database, LogSettings::default()).await?;
        let keyring = Keyring::new(&database, test.secrets().key("key-encryption"));
        let commands = Commands::new(log, keyring, clock.clone());
        let token = CancellationToken::new();
        let projector = Projector::start(&database, &commands.log().tail(), registry(), token);
        let of_campaigns = Campaigns::new(database.clone(), commands.clone(), Arc::new(SystemIds));
        let of_contacts = Contacts::new(database.clone(), commands.clone(), of_campaigns.clone());
        let both = (of_campaigns, of_contacts.clone());
        let settings = DialingSettings { provider: Provider::Simulator, max_live_calls: u32::MAX };
        let dialing = Dialing::new(
            database.clone(),
            commands.clone(),
            both,
            settings,
            Breakers::new(clock.clone()),
        );
        let dialer = runner(&test, &commands, Dialer::new(dialing.clone()));
        let agent_calls = runner(&test, &commands, AgentCalls::new(commands.clone(), dialing));
        let contact_flow = runner(&test, &commands, ContactFlow::new(of_contacts.clone()));
        let mut center =
            Self { test, clock, commands, projector, dialer, agent_calls, contact_flow };
        center.fill(&of_contacts, campaigns, contacts).await?;
        // The campaigns are found, and dial for the first time.
        center.tick().await?;
        Ok(center)
    }

    async fn fill(
        &self,
        of_contacts: &Contacts,
        campaigns: usize,
        contacts: usize,
    ) -> anyhow::Result<()> {
        let ids: Vec<CampaignId> = (0..campaigns).map(|_| Uuid::now_v7().into()).collect();
        for (number, id) in ids.iter().enumerate() {
            self.campaign(number, *id).await?;
        }
        let each = contacts / campaigns;
        let all = ids.clone().into_iter().cycle().zip(0..campaigns * each);
        stream::iter(all.map(|(id, row)| async move {
            let number = PhoneNumber::parse(&format!("+42060{row:07}"))?;
            let order = Order::<Contact>::silent(context());
            let made = of_contacts.create(order, (id, number), Said::default(), by()).await;
            made.map(|_| ()).map_err(|error| anyhow!("{error}"))
        }))
        .buffer_unordered(AT_ONCE)
        .try_collect::<()>()
        .await?;
        for id in ids {
            let activate = CampaignCommand::Activate {
                outlook: Outlook::FINE,
                by: by(),
                at: self.clock.now(),
            };
            ask::<Campaign>(&self.commands, id.uuid(), activate).await?;
        }
        self.caught_up().await
    }

    /// A campaign with two agents of its own.
    async fn campaign(&self, number: usize, id: CampaignId) -> anyhow::Result<()> {
        let (mut agents, at) = (Vec::new(), self.clock.now());
        for _ in 0..2 {
            let user_id = UserId::from(Uuid::now_v7());
            agents.push(AgentId::from(user_id.uuid()));
            let profile = Profile {
                display_name: "Ann".to_owned(),
                address: "client:ann".to_owned(),
                max_concurrent_calls: 1,
                skills: Vec::new(),
                languages: Vec::new(),
                wrap_up: WrapUp { mode: WrapUpMode::None, seconds: 0 },
            };
            let create = AgentCommand::Create { user_id, eligible: true, profile, at };
            ask::<Agent>(&self.commands, user_id.uuid(), create).await?;
            let here = AgentCommand::SetPresence {
                presence: Presence::Available,
                reason_code: None,
                note: None,
                reason_codes: Vec::new(),
                by: PresenceBy::Agent,
                eligible: true,
                session_id: None,
                at,
            };
            ask::<Agent>(&self.commands, user_id.uuid(), here).await?;
        }
        let settings = Box::new(settings(number, agents));
        let create = CampaignCommand::Create { settings, around: Around::default(), by: by(), at };
        ask::<Campaign>(&self.commands, id.uuid(), create).await
    }

    async fn caught_up(&self) -> anyhow::Result<()> {
        let head = *self.commands.log().head().borrow();
        Ok(self.projector.settle(head).await?)
    }

    /// A second passes.
    pub async fn second(&self) -> anyhow::Result<()> {
        self.caught_up().await?;
        self.clock.advance_to(self.clock.now().plus_ms(1_000));
        Ok(())
    }

    /// The dialer looks at every campaign.
    pub async fn tick(&mut self) -> anyhow::Result<()> {
        self.dialer.run_due().await?;
        Ok(())
    }

    /// How many lines there are.
    pub async fn lines(&self) -> anyhow::Result<i64> {
        let mut connection = PgConnection::connect_with(&self.test.superuser()).await?;
        let lines = sqlx::query_scalar("SELECT count(*) FROM dialer_lines");
        Ok(lines.fetch_one(&mut connection).await?)
    }

    /// Every call ends, so that everybody is free.
    pub async fn free_everybody(&mut self) -> anyhow::Result<()> {
        let mut connection = PgConnection::connect_with(&self.test.superuser()).await?;
        let calls: Vec<Uuid> = sqlx::query_scalar("SELECT call_id FROM dialer_lines")
            .fetch_all(&mut connection)
            .await?;
        let at = self.clock.now();
        for call in calls {
            ask::<Call>(&self.commands, call, CallCommand::SubmissionTimeout { at }).await?;
        }
        self.caught_up().await?;
        self.agent_calls.run_due().await?;
        self.contact_flow.run_due().await?;
        self.caught_up().await
    }
}

fn clock() -> anyhow::Result<Arc<ControlledClock>> {
    let start = "2026-03-04T10:00:00.000Z".parse().map_err(|error| anyhow!("{error}"))?;
    Ok(Arc::new(ControlledClock::new(start)))
}

fn runner<R: Reactor>(test: &TestDatabase, commands: &Commands, reactor: R) -> Runner<R> {
    Runner::new(test.database().clone(), commands.clone(), reactor, RunnerSettings::default())
}

fn settings(number: usize, agents: Vec<AgentId>) -> CampaignSettings {
    CampaignSettings {
        name: format!("Campaign {number}"),
        description: None,
        mode: CampaignMode::Progressive,
        language: None,
        time_zone: "Europe/Prague".to_owned(),
        caller_id: Some("+420777000000".to_owned()),
        script: None,
        schedule: Schedule::default(),
        ring_timeout_seconds: 20,
        preview_seconds: 60,
        attempts: AttemptRules::default(),
        pacing: Pacing { calls_per_minute: 600, ..Pacing::default() },
        abandonment: Abandonment {
            message: Some("This is Acme. Press 9 not to be called again.".to_owned()),
            ..Abandonment::default()
        },
        announcement: None,
        budget: None,
        goal: None,
        recency: Recency::Fifo,
        amd: AmdMode::Off,
        record: RecordingPolicy::Never,
        dispositions: Some(vec!["sale".to_owned()]),
        teams: Vec::new(),
        agents,
        metadata: serde_json::Map::new(),
    }
}
