//! Random histories of calls: commands in a random order, of which the domain
//! itself keeps what is possible, appended through the real log.

mod alarming;
mod calling;
mod exporting;
mod money;
mod people;
mod possible;
mod talking;

use anyhow::{Context as _, anyhow};
use domain::call::{Call, CallCommand, KnownCall, Stage};
use domain::{CallId, Decider, OfferId, OrgId, Timestamp, TransferId};
use event_store::{Actor, ActorKind, Context, Outcome, Reply, StoredReply};
use futures::future::try_join_all;
use processes::Commands;
use uuid::Uuid;

pub use calling::campaign_settings;
pub use people::append_people;
use possible::Life;

/// How often a call is asked for something, possible or not.
const ATTEMPTS: u64 = 60;
/// 2026-03-01, so that summer time begins on the way.
const BEGIN: i64 = 1_772_323_200_000;

/// What was asked of one call, all of it possible in this order.
#[derive(Clone, Debug)]
pub struct History {
    /// Whose call it is.
    pub org: OrgId,
    /// The call.
    pub call: CallId,
    /// When it began; the rest is less than two hours later.
    pub began: Timestamp,
    /// What was asked of it.
    pub commands: Vec<CallCommand>,
}

/// Numbers that look random and are the same for the same seed (SplitMix64).
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// Begins a sequence.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Any number.
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below another.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.roll() % limit.max(1)
    }

    /// True so many times out of a hundred.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// From 0 to below 1.
    pub(crate) fn fraction(&mut self) -> f64 {
        f64::from(u32::try_from(self.roll() >> 32).unwrap_or(0)) / 4_294_967_296.0
    }

    /// Milliseconds until something that may happen at any moment, and does after so many on
    /// average.
    #[expect(clippy::as_conversions, reason = "it saturates")]
    pub(crate) fn exponential(&mut self, mean: f64) -> i64 {
        (-(1.0 - self.fraction()).ln() * mean) as i64
    }

    pub(crate) fn ms(&mut self, limit: u64) -> i64 {
        i64::try_from(self.below(limit)).unwrap_or(0)
    }

    /// One of a few things that have names, as agents and queues.
    fn few(&mut self, kind: u128) -> Uuid {
        Uuid::from_u128((kind << 64) | u128::from(self.below(3) + 1))
    }

    pub(crate) fn one<T: Copy>(&mut self, of: &[T]) -> Option<T> {
        let index = self.below(u64::try_from(of.len()).unwrap_or(1));
        of.get(usize::try_from(index).unwrap_or(0)).copied()
    }
}

/// The histories of some calls of two organizations.
///
/// # Errors
/// The domain refuses to begin a call: a fault of this generator.
pub fn histories(seed: u64, calls: usize) -> anyhow::Result<Vec<History>> {
    let mut dice = Dice::new(seed);
    let one = |number| {
        let history = history(&mut dice, number);
        history.with_context(|| format!("seed {seed}, call {number}"))
    };
    (0..calls).map(one).collect()
}

/// Appends histories, one command of every call after the other, as the calls of a center
/// interleave; says where the log ends then.
///
/// # Errors
/// The log did not take what the domain takes.
pub async fn append(commands: &Commands, histories: &[History]) -> anyhow::Result<i64> {
    let longest = histories.iter().map(|history| history.commands.len()).max().unwrap_or(0);
    let mut causes: Vec<Option<Uuid>> = vec![None; histories.len()];
    let mut head = 0;
    for step in 0..longest {
        let wave = histories.iter().zip(&mut causes).filter_map(|(history, cause)| {
            Some(run(commands, history, history.commands.get(step)?.clone(), cause))
        });
        let positions = try_join_all(wave).await?;
        head = positions.into_iter().flatten().fold(head, i64::max);
    }
    Ok(head)
}

fn context(history: &History, causation_id: Option<Uuid>) -> Context {
    Context {
        org_id: history.org.uuid(),
        actor: Actor { kind: ActorKind::User, id: "kit".to_owned(), role: None },
        correlation_id: history.call.uuid(),
        causation_id,
        source: "kit",
    }
}

async fn run(
    commands: &Commands,
    history: &History,
    command: CallCommand,
    cause: &mut Option<Uuid>,
) -> anyhow::Result<Option<i64>> {
    let context = context(history, *cause);
    let id = history.call.uuid();
    let done = commands.run::<Call>(context, id, command, None, None, Box::new(Silent)).await;
    let outcome = done.map_err(|failure| anyhow!("{failure}"))?;
    *cause = outcome.event_ids.last().copied().or(*cause);
    Ok(outcome.position)
}

/// Has something that the domain takes happen, and says how many facts it was.
pub(crate) async fn tell<A: Decider>(
    commands: &Commands,
    org: OrgId,
    id: Uuid,
    command: A::Command,
) -> anyhow::Result<u64> {
    let outcome = told::<A>(commands, org, id, command).await?;
    Ok(u64::try_from(outcome.event_ids.len())?)
}

/// The same, and what the log says of it.
pub(crate) async fn told<A: Decider>(
    commands: &Commands,
    org: OrgId,
    id: Uuid,
    command: A::Command,
) -> anyhow::Result<Outcome> {
    let context = Context {
        org_id: org.uuid(),
        actor: Actor { kind: ActorKind::System, id: "kit".to_owned(), role: None },
        correlation_id: id,
        causation_id: None,
        source: "kit",
    };
    let done = commands.run::<A>(context, id, command, None, None, Box::new(Silent)).await;
    done.map_err(|failure| anyhow!("{failure}"))
}

struct Silent;

impl<A: Decider> Reply<A> for Silent {
    fn accepted(&self, _: &A, _: u64) -> StoredReply {
        StoredReply { status: 200, ..StoredReply::default() }
    }

    fn refused(&self, _: &A::Error) -> Option<StoredReply> {
        None
    }
}

fn history(dice: &mut Dice, number: usize) -> anyhow::Result<History> {
    let org = OrgId::from(Uuid::from_u128(0x0a + u128::from(dice.below(2))));
    let id = Uuid::from_u64_pair(dice.roll(), dice.roll());
    let mut life = Life {
        at: Timestamp::from_millis(BEGIN + dice.ms(60 * 86_400_000)),
        provider_call_id: format!("provider-{number}"),
        offer_id: OfferId::from(id),
        transfer_id: TransferId::from(id),
    };
    let began = life.at;
    let mut call = Call::default();
    let mut commands = vec![possible::first(dice, &life, number)?];
    for command in &commands {
        for event in call.decide(command.clone()).map_err(|refusal| anyhow!("{refusal}"))? {
            call.evolve(&event);
        }
    }
    for _ in 0..dice.below(ATTEMPTS) {
        life.at = life.at.plus_ms(dice.ms(90_000));
        let usual = possible::any(dice, &mut life);
        // Nobody speaks with whoever answers a call that was dialed by itself, now and then.
        let alone = call.known().is_some_and(KnownCall::dialed_by_itself);
        let speaks = alone && life.at.millis() % 3 == 0;
        let command = match (call.stage(), life.at.millis() % 8) {
            _ if speaks => possible::message(life.at),
            (Stage::None, 0) if number.is_multiple_of(3) => possible::enter_flow(life.at),
            (Stage::Ivr, 1..5) => possible::flow(life.at),
            _ => usual,
        };
        let Ok(events) = call.decide(command.clone()) else { continue };
        events.iter().for_each(|event| call.evolve(event));
        commands.push(command);
    }
    Ok(History { org, call: CallId::from(id), began, commands })
}
