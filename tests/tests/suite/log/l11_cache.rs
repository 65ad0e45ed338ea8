//! L11: a state that is remembered is only a cache. Replay without it gives the same state,
//! and the public crate, reading the same log through its own code, gives it too.

use cqrs_es::persist::PersistedEventStore;
use cqrs_es::{Aggregate, AggregateContext, EventStore};
use event_store::{Codec, Failure, Log, LogSettings};
use postgres_es::PostgresEventRepository;
use sqlx::postgres::PgPoolOptions;
use uuid::Uuid;

use super::counter::{Command, Counter, Refusal, codec};
use super::kit::{World, fresh, patient};

/// The state of a stream by folding what is stored, without anything of the log's.
async fn replayed(world: &World, id: Uuid) -> (Counter, u64) {
    let (mut state, mut version) = (Counter::default(), 0);
    for event in world.log.read_stream(world.stream(id), 1).await.expect("a stream") {
        let decoded = codec().decode(&event.event_type, event.event_version, &event.payload);
        state.apply(decoded.expect("an event"));
        version += 1;
    }
    (state, version)
}

/// The same aggregate, loaded by the public crate.
async fn by_postgres_es(world: &World, id: Uuid) -> Counter {
    let org = world.org.to_string();
    let options = world.home.superuser().options([("app.org", org.as_str())]);
    let pool = PgPoolOptions::new().max_connections(1).connect_with(options).await.expect("a pool");
    let events = PostgresEventRepository::new(pool).with_tables("postgres_es_events", "none");
    let store = PersistedEventStore::<_, Counter>::new_event_store(events);
    let mut context = store.load_aggregate(&id.to_string()).await.expect("it loads");
    context.aggregate().clone()
}

/// A sequence that follows from its seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

/// Any commands, from two processes, with a cache that is always too small: what the log
/// says of a stream is what its events say.
#[tokio::test]
async fn l11_cache_equals_replay_whatever_happened() {
    for seed in [0x5eed_0001_u64, 0x5eed_0002, 0x5eed_0003] {
        let world = World::with(LogSettings { warm: 2, ..LogSettings::default() }).await;
        let other = world.other().await;
        let ids = [fresh(), fresh(), fresh()];
        let mut dice = Dice(seed);
        for _ in 0..60 {
            let id = ids[usize::try_from(dice.roll(3)).unwrap()];
            let command = match dice.roll(10) {
                0 => Command::Open,
                1 => Command::Close,
                2 => Command::Add(-1),
                3 => Command::Add(0),
                4 => Command::Repeat(usize::try_from(dice.roll(4)).unwrap()),
                8 | 9 => Command::Whisper,
                amount => Command::Add(i64::try_from(amount).unwrap()),
            };
            let log = if dice.roll(3) == 0 { &other } else { &world.log };
            let known = replayed(&world, id).await;
            // Whoever has heard of this version is told of it, whatever is remembered where.
            let asked = if dice.roll(2) == 0 { &other } else { &world.log };
            let version = i64::try_from(known.1).unwrap();
            let since = asked.load_since(&codec(), world.stream(id), version).await.unwrap();
            assert_eq!(since.unwrap_or_default(), known, "seed {seed:#x}");
            let decided = decided(&known.0, command.clone()).await;
            match (world.send(id, command).to(log).run().await, decided) {
                (Ok(outcome), Ok(events)) => {
                    assert_eq!(outcome.version, known.1 + events, "seed {seed:#x}");
                }
                (Err(Failure::Refused { error, .. }), Err(refusal)) if error == refusal => {}
                (done, decided) => panic!("seed {seed:#x}: {done:?}, but {decided:?}"),
            }
        }
        for id in ids {
            let replay = replayed(&world, id).await;
            let cached = world.state(id).await.unwrap_or_default();
            assert_eq!(cached, replay, "seed {seed:#x}");
            let elsewhere = other.load(&*codec(), world.stream(id)).await.unwrap();
            assert_eq!(elsewhere.unwrap_or_default(), replay, "seed {seed:#x}");
            assert_eq!(by_postgres_es(&world, id).await, replay.0, "seed {seed:#x}");
        }
        world.sound().await;
    }
}

/// How many events a command leads to by the rules alone.
async fn decided(state: &Counter, command: Command) -> Result<u64, Refusal> {
    let (mut state, before) = (state.clone(), state.entries);
    let sink = cqrs_es::event_sink::EventSink::default();
    state.handle(command, &(), &sink).await?;
    Ok(state.entries - before)
}

/// Whoever has heard of a version asks no database for it where it is remembered, also by somebody
/// else who had heard of it; and is never told of an earlier one.
#[tokio::test]
async fn l11_what_somebody_has_heard_of_is_read_once() {
    let world = World::new().await;
    let other = world.other().await;
    let id = world.counter().await;
    let since = async |log: &Log, version| {
        let of = world.stream(id);
        let found = log.load_since::<Counter, _>(&codec(), of, version).await.expect("the log");
        found.expect("a stream").1
    };
    assert_eq!(since(&other, 1).await, 1);
    world.send(id, Command::Add(1)).run().await.expect("added");
    // It would know better if it had asked.
    assert_eq!(since(&other, 1).await, 1);
    assert_eq!((since(&other, 2).await, since(&other, 1).await), (2, 2));
    // What this one has appended itself, it remembers.
    world.send(id, Command::Add(1)).to(&other).run().await.expect("added");
    assert_eq!((since(&world.log, 2).await, since(&world.log, 3).await), (2, 3));
    world.send(id, Command::Add(1)).run().await.expect("what was read is of use to commands");
    world.sound().await;
}

/// A refusal or "nothing to do" is never answered from memory alone: another process may
/// have moved on.
#[tokio::test]
async fn l11_what_is_remembered_is_not_believed_when_it_refuses() {
    let world = World::new().await;
    let other = world.other().await;
    let id = world.counter().await;
    world.send(id, Command::Close).run().await.expect("closed, and remembered so");
    world.send(id, Command::Add(1)).run().await.expect_err("refused by the log's own state");

    let second = world.counter().await;
    world.send(second, Command::Close).to(&other).run().await.expect("closed elsewhere");
    let refused = world.send(second, Command::Add(0)).run().await;
    let error = Refusal::Closed;
    assert!(
        matches!(refused, Err(Failure::Refused { error: e, .. }) if e == error),
        "in memory it was open and there was nothing to do: {refused:?}"
    );
    // A stream that this process takes for a new one.
    let third = fresh();
    world.send(third, Command::Open).to(&other).run().await.expect("opened elsewhere");
    let open = world.send(third, Command::Open).run().await.expect("nothing to do");
    assert_eq!((open.version, open.position), (1, None));
    let fourth = fresh();
    world.send(fourth, Command::Open).to(&other).run().await.expect("opened elsewhere");
    let added = world.send(fourth, Command::Add(5)).run().await.expect("it is known to be there");
    assert_eq!(added.version, 2);
    world.sound().await;
}

#[tokio::test]
async fn l11_a_warm_command_costs_one_statement_and_no_look() {
    let world = World::new().await;
    let before = world.log.metrics();
    let id = world.counter().await;
    for count in 0..10 {
        let add = world.send(id, Command::Add(1)).key(&format!("k{count}"));
        add.run().await.expect("added");
    }
    let after = world.log.metrics();
    assert_eq!(after.statements - before.statements, 11);
    assert_eq!((after.loads, after.lookups), (before.loads, before.lookups));
    // The control: a process that does not remember it has to look.
    let settings = LogSettings { warm: 1, ..LogSettings::default() };
    let cold = Log::open(world.home.database(), patient(settings)).await.expect("a log");
    world.send(id, Command::Add(1)).to(&cold).run().await.expect("added");
    assert_eq!(cold.metrics().loads, 1);
}

/// Nothing personal is remembered in the clear, and who is often whispered to is not read anew each
/// time.
#[tokio::test]
async fn l11_what_is_personal_is_remembered_as_it_is_stored() {
    let world = World::new().await;
    let id = world.counter().await;
    let loads = || world.log.metrics().loads;
    for command in [Command::Whisper, Command::Add(1), Command::Whisper, Command::Whisper] {
        world.send(id, command).run().await.expect("appended");
        let (state, _) = world.state(id).await.expect("it is there");
        assert_eq!(state.heard, "sealed");
    }
    assert_eq!(loads(), 1, "the first one made it cold");
    world.sound().await;
}

#[tokio::test]
async fn l11_a_precondition_is_held_against_the_log_and_not_against_memory() {
    let world = World::new().await;
    let other = world.other().await;
    let id = world.counter().await;
    world.send(id, Command::Add(1)).to(&other).run().await.expect("version 2, elsewhere");
    let stale = world.send(id, Command::Add(1)).if_match(1).run().await;
    assert!(matches!(stale, Err(Failure::VersionMismatch { current: 2 })), "{stale:?}");
    let right = world.send(id, Command::Add(1)).if_match(2).run().await.expect("version 3");
    assert_eq!(right.version, 3);
    let missing = world.send(fresh(), Command::Add(1)).if_match(1).run().await;
    assert!(matches!(missing, Err(Failure::Refused { error: Refusal::Unknown, .. })));
    let new = world.send(fresh(), Command::Open).if_match(1).run().await;
    assert!(matches!(new, Err(Failure::VersionMismatch { current: 0 })), "{new:?}");
    world.sound().await;
}
