//! Whoever is not heard of any more is signed out, with a clock that is moved by hand.

use std::sync::Arc;

use domain::agent::{Activity, Agent, AgentCommand, KnownAgent, Presence, PresenceBy, Profile};
use domain::call::WrapUp;
use domain::user::{User, UserCommand};
use domain::{AgentId, CallId, EmailAddress, OrgId, Role, SubjectId, Timestamp, UserId};
use event_store::{Keyring, Log, LogSettings};
use processes::agents::{AgentWatch, Agents, Wish};
use processes::commands::Order;
use processes::{Commands, ControlledClock};
use tests::TestDatabase;
use uuid::Uuid;

use super::http_kit::context;

struct World {
    _db: TestDatabase,
    clock: Arc<ControlledClock>,
    commands: Commands,
    agents: Agents,
}

fn org() -> OrgId {
    OrgId::from(Uuid::from_u128(0x0a))
}

fn agent(number: u128) -> AgentId {
    AgentId::from(Uuid::from_u128(number))
}

fn order<A: domain::Decider>() -> Order<A> {
    Order::silent(context(org().uuid()))
}

impl World {
    /// With so many agents, all available.
    async fn create(agents: u128) -> Self {
        let db = TestDatabase::create().await;
        let clock = Arc::new(ControlledClock::new(Timestamp::from_millis(1_800_000_000_000)));
        let log = Log::open(db.database(), LogSettings::default()).await.expect("a log");
        let keyring = Keyring::new(db.database(), db.secrets().key("key-encryption"));
        let commands = Commands::new(log, keyring, clock.clone());
        let service = Agents::new(db.database().clone(), commands.clone());
        let world = Self { _db: db, clock, commands, agents: service };
        for number in 1..=agents {
            world.begin(number).await;
        }
        world
    }

    async fn begin(&self, number: u128) {
        let id = Uuid::from_u128(number);
        self.user(
            number,
            UserCommand::Register {
                subject: SubjectId::from(id),
                email: EmailAddress::parse(&format!("{number}@example.com")).expect("one"),
                name: "Ann".to_owned(),
                role: Role::Agent,
                at: self.commands.now(),
            },
        )
        .await;
        let profile = Profile {
            display_name: "Ann".to_owned(),
            address: "client:ann".to_owned(),
            max_concurrent_calls: 1,
            skills: Vec::new(),
            languages: Vec::new(),
            wrap_up: WrapUp::DEFAULT,
        };
        self.agents.create(order(), UserId::from(id), profile).await.expect("made");
        self.set(number, Presence::Available).await;
    }

    async fn user(&self, number: u128, command: UserCommand) {
        let done = self.commands.carry_out::<User>(order(), Uuid::from_u128(number), command).await;
        done.expect("told");
    }

    async fn set(&self, number: u128, presence: Presence) {
        let wish = Wish {
            presence,
            reason_code: None,
            note: None,
            by: PresenceBy::Agent,
            session_id: None,
        };
        self.agents.set_presence(order(), agent(number), wish).await.expect("set");
    }

    async fn ask(&self, number: u128, command: AgentCommand) {
        let id = Uuid::from_u128(number);
        self.commands.carry_out::<Agent>(order(), id, command).await.expect("told");
    }

    async fn state(&self, number: u128) -> KnownAgent {
        self.agents.agent(org(), agent(number)).await.expect("read").expect("an agent")
    }

    async fn does(&self, number: u128) -> Activity {
        self.state(number).await.activity()
    }

    /// A look, so many seconds later.
    async fn look_after(&self, seconds: i64) -> usize {
        self.clock.advance(seconds * 1_000);
        AgentWatch::new(self.agents.clone()).run_due().await.expect("looked")
    }

    async fn heard(&self, number: u128) {
        self.agents.heard(org(), agent(number)).await.expect("heard");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_heard_of_stays_and_who_is_not_is_signed_out_after_90_seconds() {
    let world = World::create(2).await;
    assert_eq!(world.look_after(60).await, 0);
    world.heard(1).await;
    assert_eq!(world.look_after(29).await, 0, "89 seconds");
    assert_eq!(world.look_after(1).await, 1, "90 seconds");
    assert_eq!(
        (world.does(1).await, world.does(2).await),
        (Activity::Available, Activity::Offline)
    );
    // A word of somebody who is offline brings nobody back, and is not waited for.
    world.heard(2).await;
    assert_eq!(world.does(2).await, Activity::Offline);
    assert_eq!(world.look_after(60).await, 1);
    assert_eq!(world.does(1).await, Activity::Offline);
    assert_eq!(world.look_after(1_000).await, 0, "nobody is left");
    // Whoever comes back is waited for again.
    world.set(2, Presence::Break).await;
    assert_eq!(world.look_after(90).await, 1);
    assert_eq!(world.does(2).await, Activity::Offline);
}

#[tokio::test(flavor = "multi_thread")]
async fn agent_a4_a_live_call_keeps_whoever_is_not_heard_of() {
    let world = World::create(1).await;
    let (call_id, at) = (CallId::from(Uuid::from_u128(9)), world.commands.now());
    let start = AgentCommand::StartCall { call_id, segment_no: 1, offer_id: None, at };
    world.ask(1, start).await;
    assert_eq!(world.look_after(90).await, 1);
    assert_eq!(world.does(1).await, Activity::OnCall);
    assert_eq!(world.look_after(5).await, 0, "not at once again");
    let (wrap_up, at) = (WrapUp::DEFAULT, world.commands.now());
    world.ask(1, AgentCommand::FinishCall { call_id, wrap_up, at }).await;
    assert_eq!(world.does(1).await, Activity::WrapUp);
    assert_eq!(world.look_after(5).await, 1);
    assert_eq!(world.does(1).await, Activity::Offline);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_changed_while_nobody_followed_is_found_by_the_watch() {
    let world = World::create(2).await;
    let (by, at) = (UserId::from(Uuid::from_u128(99)), world.commands.now());
    world.user(1, UserCommand::ChangeRole { role: Role::Analyst, by, at }).await;
    world.user(2, UserCommand::Suspend { by, at }).await;
    assert_eq!(world.look_after(90).await, 2);
    let (one, two) = (world.state(1).await, world.state(2).await);
    assert_eq!((one.active, one.presence), (false, Presence::Offline));
    assert_eq!((two.active, two.presence), (true, Presence::Offline));
}

#[tokio::test(flavor = "multi_thread")]
async fn several_servers_sign_everybody_out_once() {
    let world = World::create(12).await;
    world.clock.advance(90_000);
    let watches = (0..4).map(|_| {
        let agents = world.agents.clone();
        async move { AgentWatch::new(agents).run_due().await.expect("looked") }
    });
    let seen: usize = futures::future::join_all(watches).await.into_iter().sum();
    assert_eq!(seen, 12);
    for number in 1..=12 {
        assert_eq!(world.does(number).await, Activity::Offline);
    }
    let state = world.commands.state::<Agent>(org(), Uuid::from_u128(1)).await.expect("read");
    assert_eq!(state.map(|(_, version)| version), Some(5), "created, in twice, out twice");
}
