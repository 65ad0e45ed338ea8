//! A center with agents, campaigns that dial by themselves, and a clock that is moved by hand.

use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicU64, Ordering};

use domain::agent::{Agent, AgentCommand, KnownAgent, Presence, PresenceBy, Profile};
use domain::call::{AmdMode, Call, KnownCall, RecordingPolicy, WrapUp, WrapUpMode};
use domain::campaign::pacing::{Abandonment, Answers, Pacing};
use domain::campaign::{
    Around, Campaign, CampaignCommand, CampaignMode, CampaignSettings, KnownCampaign, Outlook,
    Recency, Schedule,
};
use domain::contact::{AttemptRules, Contact, KnownContact, Said};
use domain::dnc::{Dnc, DncScope, DncSource};
use domain::{AgentId, CallId, CampaignId, ContactId, Decider, PhoneNumber, Timestamp, UserId};
use processes::agents::AgentCalls;
use processes::campaigns::{CampaignFlow, Campaigns};
use processes::commands::Order;
use processes::contacts::{ContactFlow, ContactSuppressor, ContactWatch, Contacts};
use processes::dialer::{Dialer, Dialing, DialingSettings, Speaker};
use processes::dnc;
use processes::reactor::{Next, Reactor, Runner, RunnerSettings, Subject, Timer, Trouble};
use projections::campaign_attempts::read as attempts;
use projections::{Projector, registry};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::super::telephony::kit::World;
use super::killed::killed_after;

/// What whoever finds no agent is told, in three seconds.
pub const SAFE_HARBOR: &str = "This is Acme. Press 9 not to be called again.";
/// How far the clock goes at once.
const STEP_MS: i64 = 250;

pub struct Center {
    world: World,
    projector: Projector,
    pub campaigns: Campaigns,
    pub contacts: Contacts,
    dialer: Runner<Dialer>,
    others: Others,
    number: AtomicU64,
    /// Nothing is said that is to be said.
    pub leave_speaker_out: bool,
}

/// Everything else that acts.
struct Others {
    agent_calls: Runner<AgentCalls>,
    speaker: Runner<Speaker>,
    contact_suppressor: Runner<ContactSuppressor>,
    contact_flow: Runner<ContactFlow>,
    contact_watch: Runner<ContactWatch>,
    calls: Runner<Timer<Call>>,
    agents: Runner<Timer<Agent>>,
    campaigns: Runner<CampaignFlow>,
}

impl Deref for Center {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

impl DerefMut for Center {
    fn deref_mut(&mut self) -> &mut World {
        &mut self.world
    }
}

pub fn by() -> UserId {
    UserId::from(Uuid::from_u128(7))
}

pub fn agent(number: u128) -> AgentId {
    AgentId::from(Uuid::from_u128(0xA_0000 + number))
}

fn settings(mode: CampaignMode, agents: Vec<AgentId>) -> CampaignSettings {
    CampaignSettings {
        name: "Spring".to_owned(),
        description: None,
        mode,
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
            message: Some(SAFE_HARBOR.to_owned()),
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

impl Center {
    /// With so many agents, all available, who write nothing after their calls.
    pub async fn open(agents: u128) -> Self {
        let world = World::new().await;
        let (database, commands) = (world.database().clone(), world.commands.clone());
        let token = CancellationToken::new();
        let projector = Projector::start(&database, &commands.log().tail(), registry(), token);
        let campaigns = Campaigns::new(database.clone(), commands.clone(), world.ids.clone());
        let contacts = Contacts::new(database.clone(), commands.clone(), campaigns.clone());
        let dialing = dialing(&world, (&campaigns, &contacts));
        let others = Others {
            agent_calls: runner(&world, AgentCalls::new(commands.clone(), dialing.clone())),
            speaker: runner(&world, speaker(&world, dialing.clone())),
            contact_suppressor: runner(&world, ContactSuppressor::new(contacts.clone())),
            contact_flow: runner(&world, ContactFlow::new(contacts.clone())),
            contact_watch: runner(&world, ContactWatch::new(commands.clone())),
            calls: runner(&world, Timer::new("call-timer", commands.clone())),
            agents: runner(&world, Timer::new("agent-timer", commands.clone())),
            campaigns: runner(&world, CampaignFlow::new(database, commands)),
        };
        let dialer = runner(&world, Dialer::new(dialing));
        let number = AtomicU64::new(0);
        let leave_speaker_out = false;
        let center = Self {
            world,
            projector,
            campaigns,
            contacts,
            dialer,
            others,
            number,
            leave_speaker_out,
        };
        for number in 1..=agents {
            center.hire(number).await;
        }
        center.caught_up().await;
        center
    }

    async fn hire(&self, number: u128) {
        let id = agent(number).uuid();
        let profile = Profile {
            display_name: "Ann".to_owned(),
            address: "client:ann".to_owned(),
            max_concurrent_calls: 1,
            skills: Vec::new(),
            languages: Vec::new(),
            wrap_up: WrapUp { mode: WrapUpMode::None, seconds: 0 },
        };
        let (user_id, eligible, at) = (UserId::from(id), true, self.now());
        self.ask::<Agent>(id, AgentCommand::Create { user_id, eligible, profile, at }).await;
        self.presence(number, Presence::Available).await;
    }

    pub async fn presence(&self, number: u128, presence: Presence) {
        let command = AgentCommand::SetPresence {
            presence,
            reason_code: None,
            note: None,
            reason_codes: Vec::new(),
            by: PresenceBy::Agent,
            eligible: true,
            session_id: None,
            at: self.now(),
        };
        self.ask::<Agent>(agent(number).uuid(), command).await;
    }

    pub async fn ask<A: Decider>(&self, id: Uuid, command: A::Command)
    where
        A::Error: std::fmt::Debug,
    {
        let order = Order::<A>::silent(self.context());
        self.commands.carry_out(order, id, command).await.expect("it is done");
    }

    /// A campaign that dials by itself, for agents of these numbers, with so many contacts whose
    /// numbers end like this.
    pub async fn campaign(
        &self,
        mode: CampaignMode,
        agents: std::ops::RangeInclusive<u128>,
        contacts: (usize, &str),
    ) -> CampaignId {
        self.campaign_with(mode, agents, contacts, |_| {}).await
    }

    pub async fn campaign_with(
        &self,
        mode: CampaignMode,
        agents: std::ops::RangeInclusive<u128>,
        (count, suffix): (usize, &str),
        change: impl FnOnce(&mut CampaignSettings),
    ) -> CampaignId {
        let id = CampaignId::from(Uuid::now_v7());
        let mut settings = settings(mode, agents.map(agent).collect());
        change(&mut settings);
        let (settings, around, at) = (Box::new(settings), Around::default(), self.now());
        let create = CampaignCommand::Create { settings, around, by: by(), at };
        self.ask::<Campaign>(id.uuid(), create).await;
        for _ in 0..count {
            self.contact(id, suffix).await;
        }
        let activate = CampaignCommand::Activate { outlook: Outlook::FINE, by: by(), at };
        self.ask::<Campaign>(id.uuid(), activate).await;
        self.caught_up().await;
        id
    }

    pub async fn contact(&self, campaign: CampaignId, suffix: &str) -> ContactId {
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        let number = PhoneNumber::parse(&format!("+420{:05}{suffix}", 60_000 + number)).unwrap();
        let order = Order::<Contact>::silent(self.context());
        let of = (campaign, number.clone());
        self.contacts.create(order, of, Said::default(), by()).await.expect("a contact");
        self.contacts.id(self.org, campaign, &number).await.expect("an id")
    }

    /// The read models are where the log is.
    pub async fn caught_up(&self) {
        let head = *self.commands.log().head().borrow();
        self.projector.settle(head).await.expect("the read models");
    }

    /// Does everything that can be done now.
    pub async fn settle(&mut self) {
        loop {
            self.world.settle().await;
            self.caught_up().await;
            let Others { agent_calls, speaker, contact_suppressor, .. } = &mut self.others;
            let mut done = agent_calls.run_due().await.expect("agent calls");
            if !self.leave_speaker_out {
                done += speaker.run_due().await.expect("speaker");
            }
            done += contact_suppressor.run_due().await.expect("contact suppressor");
            let Others { contact_flow, contact_watch, calls, agents, campaigns, .. } =
                &mut self.others;
            done += contact_flow.run_due().await.expect("contact flow");
            done += contact_watch.run_due().await.expect("contact watch");
            done += calls.run_due().await.expect("call timer");
            done += agents.run_due().await.expect("agent timer");
            done += campaigns.run_due().await.expect("campaign flow");
            self.caught_up().await;
            done += self.dialer.run_due().await.expect("dialer");
            if done == 0 {
                return;
            }
        }
    }

    /// Lets so many seconds pass, and everything happen that falls into them.
    pub async fn pass_seconds(&mut self, seconds: i64) {
        let end = self.now().plus_ms(seconds * 1_000);
        while self.now() < end {
            self.settle().await;
            self.clock.advance_to(self.now().plus_ms(STEP_MS));
        }
        self.settle().await;
    }

    /// Lets a moment pass.
    pub async fn pass_quarter(&mut self) {
        self.clock.advance_to(self.now().plus_ms(STEP_MS));
        self.settle().await;
    }

    /// A dialer of its own, beside the one that has the lease.
    pub fn another_dialer(&self) -> Dialer {
        Dialer::new(dialing(&self.world, (&self.campaigns, &self.contacts)))
    }

    /// A speaker that is killed when it was asked so often whether it is done; whether it was.
    pub async fn kill_speaker_after(&self, polls: usize, call: CallId) -> bool {
        let dialing = dialing(&self.world, (&self.campaigns, &self.contacts));
        let (speaker, cause) = (speaker(&self.world, dialing), Uuid::nil());
        let subject =
            Subject { org: self.org, id: call.uuid(), cause, sequence: 0, correlation: cause };
        killed_after(polls, speaker.look(&subject)).await.is_some()
    }

    /// One look of a dialer at a campaign.
    pub async fn look(&self, dialer: &Dialer, campaign: CampaignId) -> Result<Next, Trouble> {
        let (id, cause) = (campaign.uuid(), Uuid::nil());
        dialer.look(&Subject { org: self.org, id, cause, sequence: 0, correlation: cause }).await
    }

    pub async fn known_agent(&self, number: u128) -> KnownAgent {
        let state = self.commands.state::<Agent>(self.org, agent(number).uuid()).await;
        state.expect("the log").expect("an agent").0.known().cloned().expect("an agent")
    }

    pub async fn known_campaign(&self, id: CampaignId) -> KnownCampaign {
        self.campaigns.campaign(self.org, id).await.expect("the log").expect("a campaign")
    }

    pub async fn known_contact(&self, id: ContactId) -> KnownContact {
        self.contacts.contact(self.org, id).await.expect("a contact")
    }

    /// Every call of a campaign.
    pub async fn calls(&self, campaign: CampaignId) -> Vec<KnownCall> {
        self.caught_up().await;
        let ids: Vec<Uuid> = sqlx::query_scalar(
            "SELECT call_id FROM campaign_attempts WHERE campaign_id = $1 ORDER BY initiated_at",
        )
        .bind(campaign.uuid())
        .fetch_all(&mut self.superuser().await)
        .await
        .expect("calls");
        let mut calls = Vec::new();
        for id in ids {
            calls.push(self.call(CallId::from(id)).await);
        }
        calls
    }

    pub async fn only_contact(&self, campaign: CampaignId) -> ContactId {
        let id: Uuid = sqlx::query_scalar("SELECT contact_id FROM contacts WHERE campaign_id = $1")
            .bind(campaign.uuid())
            .fetch_one(&mut self.superuser().await)
            .await
            .expect("a contact");
        ContactId::from(id)
    }

    /// Who has answered, and found no agent in time.
    pub async fn answers(&self, campaign: CampaignId) -> Answers {
        self.caught_up().await;
        let since = (Timestamp::from_millis(0), 2);
        attempts::answers(self.database(), self.org, campaign, since).await.expect("answers")
    }

    pub async fn pause(&self, campaign: CampaignId) {
        let pause = CampaignCommand::Pause { by: by(), at: self.now() };
        self.ask::<Campaign>(campaign.uuid(), pause).await;
    }

    /// A number is not to be called by anybody.
    pub async fn suppress(&self, number: &PhoneNumber) {
        let scope = DncScope::Organization;
        let entry = dnc::entry(&self.commands, self.org, scope, number).await.expect("an entry");
        let said = dnc::Suppression {
            scope,
            number: number.clone(),
            source: DncSource::Api,
            reason: "asked".to_owned(),
            expires_at: None,
            by: None,
        };
        let order = Order::<Dnc>::silent(self.context());
        dnc::suppress(&self.commands, order, entry, said).await.expect("it is suppressed");
    }

    /// Lets time pass in which nothing happens, until then.
    pub async fn pass_until(&mut self, at: Timestamp) {
        self.settle().await;
        self.clock.advance_to(at);
        self.pass_seconds(3).await;
    }

    pub fn at(&self) -> Timestamp {
        self.now()
    }
}

fn dialing(world: &World, (campaigns, contacts): (&Campaigns, &Contacts)) -> Dialing {
    let of = (campaigns.clone(), contacts.clone());
    let (database, commands) = (world.database().clone(), world.commands.clone());
    Dialing::new(database, commands, of, DialingSettings::default(), world.breakers.clone())
}

fn speaker(world: &World, dialing: Dialing) -> Speaker {
    Speaker::new(dialing, world.telephony())
}

fn runner<R: Reactor>(world: &World, reactor: R) -> Runner<R> {
    let (database, commands) = (world.database().clone(), world.commands.clone());
    Runner::new(database, commands, reactor, RunnerSettings::default())
}
