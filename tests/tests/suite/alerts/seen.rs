//! What each metric sees, and of whom.

use domain::agent::{Agent, AgentCommand, Presence, PresenceBy, Profile, SignOutReason};
use domain::alert_rule::{AlertMetric, Definition, Scope, ScopeType};
use domain::call::{
    AmdMode, Belongs, CallCommand, ConnectVia, DialMode, DialOrder, DialVerdict, ObservedStatus,
    OutboundCall, Provider, RecordingPolicy, WrapUp,
};
use domain::campaign::{Around, Campaign, CampaignCommand, Outlook};
use domain::payment::{
    Authorization, CaptureMethod, NewPayment, Payment, PaymentCommand, PaymentProvider,
    PaymentPurpose,
};
use domain::team::{Able, Among, Team, TeamCommand, TeamRole, TeamSettings, WorkingHours};
use domain::{AttemptId, CallId, CampaignId, Money, PhoneNumber, SubjectId, UserId};
use processes::breaker::{Failure, Heard, Service};
use projections::alerts::read::{AlertRow, Source};
use tests::histories::campaign_settings;
use uuid::Uuid;

use super::kit::{QUEUE, World, by, order, rule};

fn one(kind: ScopeType, id: u128) -> Scope {
    Scope { kind, id: Some(Uuid::from_u128(id)) }
}

/// An agent who is free from now on.
async fn free(world: &World, number: u128) {
    let (id, at) = (Uuid::from_u128(number), world.commands.now());
    let profile = Profile {
        display_name: "Somebody".to_owned(),
        address: "client:somebody".to_owned(),
        max_concurrent_calls: 1,
        skills: Vec::new(),
        languages: Vec::new(),
        wrap_up: WrapUp::DEFAULT,
    };
    let create = AgentCommand::Create { user_id: UserId::from(id), eligible: true, profile, at };
    let set = AgentCommand::SetPresence {
        presence: Presence::Available,
        reason_code: None,
        note: None,
        by: PresenceBy::Agent,
        eligible: true,
        reason_codes: Vec::new(),
        session_id: None,
        at,
    };
    for command in [create, set] {
        world.commands.carry_out::<Agent>(order(), id, command).await.expect("told");
    }
}

/// A team with somebody in it.
async fn team(world: &World, number: u128, member: u128) {
    let (id, at) = (Uuid::from_u128(number), world.commands.now());
    let settings = TeamSettings {
        name: number.to_string(),
        description: None,
        parent_team_id: None,
        time_zone: "UTC".to_owned(),
        working_hours: WorkingHours::default(),
        max_members: 20,
        skills_default: Vec::new(),
        wrap_up: None,
    };
    let (user_id, role) = (UserId::from(Uuid::from_u128(member)), TeamRole::Member);
    let create = TeamCommand::Create { settings, among: Among::FINE, at };
    let add = TeamCommand::AddMember { user_id, able: Able::Yes, role, at };
    for command in [create, add] {
        world.commands.carry_out::<Team>(order(), id, command).await.expect("told");
    }
}

/// Which rules have told of whom.
async fn told(world: &World) -> Vec<(String, String)> {
    let name = |row: &AlertRow| match &row.source {
        Source::Rule { name, .. } => name.clone(),
        heard => panic!("{heard:?}"),
    };
    let all = world.all().await;
    let mut told: Vec<_> = all.iter().map(|row| (name(row), row.subject.id.clone())).collect();
    told.sort();
    told
}

fn pair(name: &str, id: u128) -> (String, String) {
    (name.to_owned(), Uuid::from_u128(id).to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_is_idle_only_while_somebody_waits() {
    let world = World::quiet().await;
    let mut evaluator = world.evaluator();
    let of = |name: &str, scope| Definition { scope, ..rule(name, AlertMetric::AgentIdle, 60.0) };
    free(&world, 1).await;
    free(&world, 2).await;
    team(&world, 7, 2).await;
    world.define(of("all", Scope { kind: ScopeType::Org, id: None })).await;
    world.define(of("team", one(ScopeType::Team, 7))).await;
    world.define(of("agent", one(ScopeType::Agent, 1))).await;
    world.looks(&mut evaluator, 9).await;
    assert_eq!(told(&world).await, [], "nobody waits");
    let call = world.waits(QUEUE).await;
    world.looks(&mut evaluator, 1).await;
    let idle = [pair("agent", 1), pair("all", 1), pair("all", 2), pair("team", 2)];
    assert_eq!(told(&world).await, idle);
    let gone =
        AgentCommand::SignOut { reason: SignOutReason::HeartbeatLost, at: world.commands.now() };
    world.commands.carry_out::<Agent>(order(), Uuid::from_u128(2), gone).await.expect("told");
    world.looks(&mut evaluator, 1).await;
    let open = world.all().await.into_iter().filter(|row| row.over_at.is_none());
    assert!(open.clone().all(|row| row.subject.id.ends_with("01")), "{open:?}");
    assert_eq!(open.count(), 2);
    world.leaves(call).await;
    world.looks(&mut evaluator, 1).await;
    assert!(world.all().await.iter().all(|row| row.over_at.is_some()), "nobody waits any more");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_is_about_its_queue_its_team_and_its_agent_alone() {
    let world = World::quiet().await;
    let mut evaluator = world.evaluator();
    free(&world, 1).await;
    free(&world, 2).await;
    team(&world, 7, 1).await;
    team(&world, 8, 2).await;
    let of = |name: &str, metric, scope| Definition { scope, ..rule(name, metric, 0.0) };
    let (wait, call) = (AlertMetric::LongestWait, AlertMetric::CallDuration);
    world.define(of("waits of one", wait, one(ScopeType::Queue, QUEUE))).await;
    world.define(of("waits of another", wait, one(ScopeType::Queue, 3))).await;
    world.define(of("left", AlertMetric::AbandonmentRate, one(ScopeType::Queue, QUEUE))).await;
    world.define(of("left another", AlertMetric::AbandonmentRate, one(ScopeType::Queue, 3))).await;
    world.define(of("team", call, one(ScopeType::Team, 7))).await;
    world.define(of("other team", call, one(ScopeType::Team, 8))).await;
    world.define(of("agent", call, one(ScopeType::Agent, 1))).await;
    world.define(of("other agent", call, one(ScopeType::Agent, 2))).await;
    world.define(of("queue", call, one(ScopeType::Queue, QUEUE))).await;
    let gone = world.waits(QUEUE).await;
    // Whoever leaves at once was not abandoned by anybody.
    world.clock.advance(10_000);
    world.leaves(gone).await;
    let (waits, other) = (world.waits(QUEUE).await, world.waits(2).await);
    let (agent_id, via) = (Uuid::from_u128(1).into(), ConnectVia::Pickup);
    let at = world.commands.now();
    world
        .call(other, CallCommand::ConnectAgent { agent_id, via, wrap_up: WrapUp::DEFAULT, at })
        .await;
    world.looks(&mut evaluator, 1).await;
    let named = |name: &str, id: Uuid| (name.to_owned(), id.to_string());
    let seen = [
        named("agent", other.uuid()),
        pair("left", QUEUE),
        named("queue", waits.uuid()),
        named("team", other.uuid()),
        pair("waits of one", QUEUE),
    ];
    assert_eq!(told(&world).await, seen);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_nobody_knows_of_is_told_after_ten_minutes() {
    let world = World::standard().await;
    let mut evaluator = world.evaluator();
    let (id, at) = (Uuid::from_u128(5), world.commands.now());
    let attempt_id = AttemptId::from(id);
    let create = PaymentCommand::Create(Box::new(NewPayment {
        subject: SubjectId::from(id),
        money: Money { amount_minor: 1_000, currency: "EUR".to_owned() },
        capture_method: CaptureMethod::Automatic,
        purpose: PaymentPurpose::Invoice,
        call_id: None,
        contact_id: None,
        token_ref: "tok_visa".to_owned(),
        description: None,
        metadata: serde_json::Map::new(),
        provider: PaymentProvider::Simulator,
        attempt_id,
        by: by(),
        at,
    }));
    let unknown =
        PaymentCommand::RecordAuthorization { attempt_id, answer: Authorization::Unknown, at };
    for command in [create, unknown] {
        world.commands.carry_out::<Payment>(order(), id, command).await.expect("told");
    }
    world.clock.advance(590_000);
    world.looks(&mut evaluator, 1).await;
    assert_eq!(told(&world).await, [], "ten minutes are not more than ten");
    world.looks(&mut evaluator, 1).await;
    assert_eq!(told(&world).await, [pair("Nobody knows whether money has moved", 5)]);
    let answer = Authorization::Declined { code: "no".to_owned(), retryable: false, card: None };
    let at = world.commands.now();
    let known = PaymentCommand::RecordAuthorization { attempt_id, answer, at };
    world.commands.carry_out::<Payment>(order(), id, known).await.expect("told");
    world.looks(&mut evaluator, 1).await;
    assert!(world.all().await[0].over_at.is_some());
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_does_not_answer_is_told_by_its_name() {
    let world = World::standard().await;
    let mut evaluator = world.evaluator();
    let call = world.waits(QUEUE).await;
    world.leaves(call).await;
    world.looks(&mut evaluator, 1).await;
    assert_eq!(told(&world).await, []);
    for _ in 0..5 {
        let service = Service::Telephony(Provider::Simulator);
        world.breakers.asked(service).heard(Heard::Failed(Failure::Server));
    }
    world.looks(&mut evaluator, 1).await;
    let told = told(&world).await;
    let known = ("A provider does not answer".to_owned(), "telephony:simulator".to_owned());
    assert_eq!(told, [known]);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_shown_is_told_to_be_behind_once_it_is() {
    let mut world = World::quiet().await;
    let mut evaluator = world.evaluator();
    world.define(rule("behind", AlertMetric::ProjectionLag, 0.0)).await;
    let call = world.waits(QUEUE).await;
    world.looks(&mut evaluator, 1).await;
    assert_eq!(told(&world).await, [], "nothing is behind");
    world.halt().await;
    world.leaves(call).await;
    world.clock.advance(10_000);
    // By the database's clock, which goes on by itself.
    tests::until("it is behind", async || {
        let behind = projections::freshness::furthest_behind(world.test.database()).await;
        behind.expect("a lag") > 0
    })
    .await;
    evaluator.run_due().await.expect("looked");
    world.go_on();
    world.looks(&mut evaluator, 1).await;
    let all = world.all().await;
    assert_eq!((all.len(), all[0].subject.id.as_str()), (1, "projections"));
    assert!(all[0].over_at.is_some(), "it has caught up");
    world.stop().await;
}

/// A campaign has called somebody, who found an agent or did not.
async fn called(world: &World, campaign: CampaignId, dropped: bool) {
    let (id, at) = (Uuid::now_v7(), world.commands.now());
    let verdict = DialVerdict {
        suppressed: false,
        live_calls: 0,
        max_live_calls: 1_000,
        duplicate_live: false,
        override_duplicate: false,
        provider_back_in_seconds: None,
        agent_busy: false,
    };
    let outbound = OutboundCall {
        from: None,
        to: PhoneNumber::parse("+420777120006").expect("a number"),
        subject: SubjectId::from(id),
        belongs: Belongs { campaign_id: Some(campaign), ..Belongs::default() },
        dial_order: DialOrder::CustomerFirst,
        dial_mode: DialMode::Progressive,
        provider: Provider::Simulator,
        ring_timeout_seconds: 20,
        amd: AmdMode::Off,
        record: RecordingPolicy::Never,
        metadata: serde_json::Map::new(),
        verdict,
        at,
    };
    let id = CallId::from(id);
    world.call(id, CallCommand::InitiateOutbound(Box::new(outbound))).await;
    let provider_call_id = id.to_string();
    world.call(id, CallCommand::RecordSubmission { provider_call_id, at }).await;
    world.observe(id, ObservedStatus::Answered).await;
    if dropped {
        world.call(id, CallCommand::Drop { at }).await;
    } else {
        let (agent_id, via) = (Uuid::from_u128(1).into(), ConnectVia::Dialer);
        let wrap_up = WrapUp::DEFAULT;
        world.call(id, CallCommand::ConnectAgent { agent_id, via, wrap_up, at }).await;
    }
    world.leaves(id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_that_is_close_to_its_limit_is_told_once_enough_have_answered() {
    let world = World::standard().await;
    let mut evaluator = world.evaluator();
    let (id, at) = (Uuid::from_u128(6), world.commands.now());
    let (settings, around) = (Box::new(campaign_settings()), Around::default());
    let create = CampaignCommand::Create { settings, around, by: by(), at };
    let activate = CampaignCommand::Activate { outlook: Outlook::FINE, by: by(), at };
    for command in [create, activate] {
        world.commands.carry_out::<Campaign>(order(), id, command).await.expect("told");
    }
    for number in 0..49 {
        called(&world, id.into(), number < 2).await;
    }
    world.looks(&mut evaluator, 1).await;
    assert_eq!(told(&world).await, [], "of 49 nothing is told");
    called(&world, id.into(), false).await;
    world.looks(&mut evaluator, 1).await;
    assert_eq!(told(&world).await, [pair("A campaign is close to its limit of abandonment", 6)]);
    // Two of fifty, where three of a hundred are allowed.
    let value = world.all().await[0].value.expect("a value");
    assert!((value - 4.0 / 3.0).abs() < 1e-6, "{value}");
    let pause = CampaignCommand::Pause { by: by(), at: world.commands.now() };
    world.commands.carry_out::<Campaign>(order(), id, pause).await.expect("told");
    world.looks(&mut evaluator, 1).await;
    assert!(world.all().await[0].over_at.is_some(), "it calls nobody");
    world.stop().await;
}
