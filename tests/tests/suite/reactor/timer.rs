//! What happens to calls and agents when nobody does anything.

use domain::agent::{Agent, AgentCommand, Presence, PresenceBy, Profile};
use domain::call::{Call, CallCommand, Enqueue, Stage, WrapUp, WrapUpMode};
use domain::{AgentId, CallId, OfferId, QueueId, UserId};
use event_store::Outcome;
use processes::commands::Order;
use processes::reactor::{Runner, RunnerSettings, Timer};
use uuid::Uuid;

use crate::telephony::kit::World;

fn calls(world: &World) -> Runner<Timer<Call>> {
    let commands = world.commands.clone();
    let timer = Timer::new("call-timer", commands.clone());
    Runner::new(world.database().clone(), commands, timer, RunnerSettings::default())
}

fn agents(world: &World) -> Runner<Timer<Agent>> {
    let commands = world.commands.clone();
    let timer = Timer::new("agent-timer", commands.clone());
    Runner::new(world.database().clone(), commands, timer, RunnerSettings::default())
}

fn offer(number: u128) -> OfferId {
    OfferId::from(Uuid::from_u128(number))
}

fn agent() -> AgentId {
    AgentId::from(Uuid::from_u128(77))
}

/// A call that was answered and waits in a queue.
async fn waiting(world: &mut World) -> CallId {
    let call = world.dial("+420777100001").await;
    world.pass(3_000).await;
    let place = Enqueue {
        queue_id: QueueId::from(Uuid::from_u128(5)),
        priority: 0,
        required_skills: Vec::new(),
        language: None,
    };
    world.run(call, CallCommand::Enqueue { place, at: world.now() }).await.expect("queued");
    call
}

async fn ring(world: &World, call: CallId, number: u128) {
    let (expires_at, at) = (world.now().plus_ms(20_000), world.now());
    let command = CallCommand::Offer { offer_id: offer(number), agent_id: agent(), expires_at, at };
    world.run(call, command).await.expect("offered");
}

#[tokio::test]
async fn an_offer_that_nobody_answers_is_over_and_the_call_waits_on() {
    let mut world = World::new().await;
    let (call, mut timer) = (waiting(&mut world).await, calls(&world));
    ring(&world, call, 1).await;
    timer.run_due().await.expect("it works");
    world.clock.advance(19_999);
    timer.run_due().await.expect("it works");
    assert_eq!(world.call(call).await.stage, Stage::Offered);
    world.clock.advance(1);
    timer.run_due().await.expect("it works");
    assert_eq!(world.call(call).await.stage, Stage::Waiting);
    assert!(world.story(call).await.contains(&"CallOfferTimedOut".to_owned()));
    // One that was answered in time is not: the timer finds nothing to do.
    ring(&world, call, 2).await;
    let wrap_up = WrapUp { mode: WrapUpMode::Timed, seconds: 30 };
    let accept = CallCommand::AcceptOffer { offer_id: offer(2), wrap_up, at: world.now() };
    world.run(call, accept).await.expect("accepted");
    world.clock.advance(60_000);
    timer.run_due().await.expect("it works");
    assert_eq!(world.call(call).await.stage, Stage::Connected);
}

/// K13
#[tokio::test]
async fn a_wrap_up_that_nobody_ends_is_over_at_its_deadline() {
    let mut world = World::new().await;
    let (call, mut timer) = (waiting(&mut world).await, calls(&world));
    ring(&world, call, 1).await;
    let wrap_up = WrapUp { mode: WrapUpMode::Timed, seconds: 30 };
    let accept = CallCommand::AcceptOffer { offer_id: offer(1), wrap_up, at: world.now() };
    world.run(call, accept).await.expect("accepted");
    world.pass(600_000).await;
    assert_eq!(world.call(call).await.stage, Stage::WrapUp, "the customer has hung up");
    let started = world.call(call).await.wrap_up.expect("a wrap-up").started_at;
    world.clock.advance_to(started.plus_ms(10_000).max(world.now()));
    let extend = CallCommand::ExtendWrapUp { seconds: 60, max_extensions: 2, at: world.now() };
    world.run(call, extend).await.expect("extended");
    let deadline = world.call(call).await.wrap_up.and_then(|wrap_up| wrap_up.deadline);
    let deadline = deadline.expect("a deadline");
    timer.run_due().await.expect("it works");
    world.clock.advance_to(deadline.max(world.now()));
    timer.run_due().await.expect("it works");
    let call = world.call(call).await;
    assert_eq!(call.stage, Stage::Closed);
    assert_eq!(call.disposition.expect("a disposition").code, "no_disposition");
}

async fn ask(world: &World, command: AgentCommand) -> Outcome {
    let order = Order::<Agent>::silent(world.context());
    world.commands.carry_out(order, agent().uuid(), command).await.expect("done")
}

async fn agent_there(world: &World) {
    let profile = Profile {
        display_name: "Ann".to_owned(),
        address: "client:ann".to_owned(),
        max_concurrent_calls: 1,
        skills: Vec::new(),
        languages: Vec::new(),
        wrap_up: WrapUp::DEFAULT,
    };
    let (user_id, at) = (UserId::from(agent().uuid()), world.now());
    ask(world, AgentCommand::Create { user_id, eligible: true, profile, at }).await;
    let (presence, by) = (Presence::Available, PresenceBy::Agent);
    let (reason_code, note, session_id) = (None, None, None);
    let there = AgentCommand::SetPresence {
        presence,
        reason_code,
        note,
        by,
        eligible: true,
        reason_codes: Vec::new(),
        session_id,
        at,
    };
    ask(world, there).await;
}

/// A3
#[tokio::test]
async fn who_misses_an_offer_is_busy_and_who_wraps_up_is_free_at_the_deadline() {
    let world = World::new().await;
    let mut timer = agents(&world);
    agent_there(&world).await;
    let call = CallId::from(Uuid::from_u128(3));
    let (until, at) = (world.now().plus_ms(20_000), world.now());
    ask(&world, AgentCommand::Reserve { offer_id: offer(1), call_id: call, until, at }).await;
    timer.run_due().await.expect("it works");
    world.clock.advance_to(until);
    timer.run_due().await.expect("it works");
    let state = async || {
        let state = world.commands.state::<Agent>(world.org, agent().uuid()).await;
        state.expect("the log").expect("an agent").0.known().cloned().expect("an agent")
    };
    assert_eq!((state().await.presence, state().await.slots.len()), (Presence::Busy, 0));
    let at = world.now();
    ask(&world, AgentCommand::StartCall { call_id: call, segment_no: 1, offer_id: None, at }).await;
    let wrap_up = WrapUp { mode: WrapUpMode::Timed, seconds: 30 };
    ask(&world, AgentCommand::FinishCall { call_id: call, wrap_up, at }).await;
    timer.run_due().await.expect("it works");
    world.clock.advance(29_999);
    timer.run_due().await.expect("it works");
    assert_eq!(state().await.slots.len(), 1);
    world.clock.advance(1);
    timer.run_due().await.expect("it works");
    assert_eq!(state().await.slots.len(), 0);
}
