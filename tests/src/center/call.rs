//! One call of a center.

use domain::Timestamp;

use super::{Center, Shape};
use crate::histories::Dice;

/// The queues, and how many calls each gets: the flows of `abcd` and their subflows.
pub const QUEUES: [(&str, u32); 10] = [
    ("account access", 3),
    ("manage account", 8),
    ("order issue", 8),
    ("product defect", 6),
    ("purchase dispute", 8),
    ("shipping issue", 4),
    ("single item query", 4),
    ("storewide query", 4),
    ("subscription inquiry", 6),
    ("troubleshoot site", 4),
];
/// Agents who take calls of queues; each is at home in one.
pub(super) const INBOUND_AGENTS: u32 = 110;
/// Agents who call out.
pub(super) const OUTBOUND_AGENTS: u32 = 40;

// From nowhere, in parts of a hundred.
const INBOUND: u64 = 60;
const HELD: u64 = 15;
const RATED: u64 = 8;
const RESOLVED: u64 = 72;
const FELT: u64 = 30;
const TESTS_OF_A_THOUSAND: u64 = 5;
/// At the busiest hour the mean wait in a queue is so long, at an idle one a fifth of it.
const WAIT_MS: f64 = 30_000.0;
/// How long the mean caller would wait.
const PATIENCE_MS: f64 = 300_000.0;
const WRAP_MS: f64 = 35_000.0;
const HOLD_MS: f64 = 45_000.0;

/// A call as an old system tells of it. Times in ms.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of an imported call")]
pub struct Made {
    pub inbound: bool,
    /// Which of the center's people is on the other side.
    pub person: u64,
    pub at: Timestamp,
    pub answered: bool,
    pub wait_ms: i64,
    pub talk_ms: i64,
    pub hold_ms: i64,
    pub wrap_ms: i64,
    /// Who had it; nobody where nobody answered.
    pub agent: Option<u32>,
    pub queue: Option<&'static str>,
    pub campaign: Option<&'static str>,
    pub attempt: Option<u32>,
    pub disposition: Option<&'static str>,
    pub resolved: Option<bool>,
    pub rating: Option<u8>,
    pub test: bool,
    /// Whether what was said in it is known: the seed of it.
    pub felt: Option<u64>,
}

/// A call that begins then.
pub(super) fn made(dice: &mut Dice, center: &Center, at: Timestamp) -> Made {
    let shape = &*center.shape;
    let people = (super::shape::float(center.calls) / shape.attempts()).ceil();
    let person = dice.below(super::shape::whole(people));
    let test = dice.below(1_000) < TESTS_OF_A_THOUSAND;
    let quiet = Made {
        inbound: dice.chance(INBOUND),
        person,
        at,
        answered: false,
        wait_ms: 0,
        talk_ms: 0,
        hold_ms: 0,
        wrap_ms: 0,
        agent: None,
        queue: None,
        campaign: None,
        attempt: None,
        disposition: None,
        resolved: None,
        rating: None,
        test,
        felt: None,
    };
    if quiet.inbound { inbound(dice, shape, quiet) } else { outbound(dice, shape, quiet) }
}

/// Somebody calls, waits, and talks or leaves.
fn inbound(dice: &mut Dice, shape: &Shape, mut call: Made) -> Made {
    let (place, queue) = queue(dice);
    call.queue = Some(queue);
    let wait_ms = dice.exponential(WAIT_MS * (0.2 + 0.8 * Shape::busy(call.at)));
    let patience_ms = dice.exponential(PATIENCE_MS);
    if patience_ms < wait_ms {
        call.wait_ms = patience_ms;
        return call;
    }
    call.wait_ms = wait_ms;
    // Who is at home in a queue: every tenth of them.
    let homes = INBOUND_AGENTS / 10;
    let home = u32::try_from(dice.below(u64::from(homes))).unwrap_or(0);
    call.agent = Some(home * 10 + place);
    let seconds = shape.contact(dice).talk_seconds;
    talk(dice, seconds, &mut call);
    call.resolved = Some(dice.chance(RESOLVED));
    call.disposition = dice.chance(10).then_some("transferred");
    call
}

/// Somebody is called, and reached or not.
fn outbound(dice: &mut Dice, shape: &Shape, mut call: Made) -> Made {
    let contact = shape.contact(dice);
    call.campaign = Some(if contact.mobile { "deposits, mobile" } else { "deposits, landline" });
    call.wait_ms = 3_000 + dice.exponential(9_000.0).min(45_000);
    if dice.fraction() * shape.attempts() > 1.0 {
        call.attempt = Some(shape.missed(dice));
        let why = ["no_answer", "no_answer", "no_answer", "busy", "answering_machine"];
        call.disposition = dice.one(&why);
        return call;
    }
    call.attempt = Some(contact.attempts);
    let agent = u32::try_from(dice.below(u64::from(OUTBOUND_AGENTS))).unwrap_or(0);
    call.agent = Some(INBOUND_AGENTS + agent);
    talk(dice, contact.talk_seconds, &mut call);
    call.disposition = Some(if contact.sold { "sale" } else { "not_interested" });
    call
}

/// What belongs to a call in which somebody talks.
fn talk(dice: &mut Dice, seconds: u32, call: &mut Made) {
    call.answered = true;
    call.talk_ms = i64::from(seconds) * 1_000 + dice.ms(1_000);
    if dice.chance(HELD) {
        call.hold_ms = dice.exponential(HOLD_MS) + 1;
    }
    call.wrap_ms = dice.exponential(WRAP_MS);
    if dice.chance(RATED) {
        call.rating = dice.one(&[1, 2, 3, 3, 4, 4, 4, 5, 5, 5]);
    }
    call.felt = dice.chance(FELT).then(|| dice.roll());
}

fn queue(dice: &mut Dice) -> (u32, &'static str) {
    let all = QUEUES.iter().map(|(_, subflows)| u64::from(*subflows)).sum();
    let mut left = dice.below(all);
    for (place, (name, subflows)) in (0..).zip(QUEUES) {
        let subflows = u64::from(subflows);
        if left < subflows {
            return (place, name);
        }
        left -= subflows;
    }
    (0, QUEUES[0].0)
}
