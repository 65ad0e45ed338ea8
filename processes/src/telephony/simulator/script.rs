//! What happens on a simulated line: a pure function of the dialed number, the seed and the
//! call, so that the same call tells the same story in every run.

use domain::{CallId, Timestamp};

/// How the called party behaves, by the last four digits of its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behavior {
    /// `0001` and every other number: a person answers after two seconds and talks a while.
    Answers,
    /// `0002`: busy.
    Busy,
    /// `0003`: nobody answers until the ring timeout.
    NoAnswer,
    /// `0004`: a machine answers and beeps.
    Machine,
    /// `0005`: the network fails the call with SIP 404.
    Fails,
    /// `0006`: a person answers and hangs up after one second, whatever is said.
    HangsUp,
    /// `0007`: like `0001`, and every callback comes twice.
    Duplicates,
    /// `0008`: like `0001`, and the callbacks come in reverse order, all after the end.
    Reverses,
    /// `0009`: like `0001`, and the final callback never comes.
    DropsFinal,
    /// `0010`: the request to dial has no answer in time, and nothing is ever heard of it.
    TimesOut,
    /// `0011`: the network signals an answer and then fails the call.
    AnsweredThenFailed,
    /// `0012`: like `0001`, and half way through a message the person presses the key that is
    /// listened for.
    OptsOut,
}

impl Behavior {
    /// The behavior that a number asks for.
    #[must_use]
    pub fn of(number: &str) -> Self {
        match number.get(number.len().saturating_sub(4)..) {
            Some("0002") => Self::Busy,
            Some("0003") => Self::NoAnswer,
            Some("0004") => Self::Machine,
            Some("0005") => Self::Fails,
            Some("0006") => Self::HangsUp,
            Some("0007") => Self::Duplicates,
            Some("0008") => Self::Reverses,
            Some("0009") => Self::DropsFinal,
            Some("0010") => Self::TimesOut,
            Some("0011") => Self::AnsweredThenFailed,
            Some("0012") => Self::OptsOut,
            _ => Self::Answers,
        }
    }
}

/// How long somebody stays who has heard a message to its end.
const LINGERS_MS: i64 = 2_000;

/// One thing that happens on the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// When, by the provider's clock.
    pub at: Timestamp,
    /// Counted from 0 within the call.
    pub sequence: u32,
    /// What kind of thing: `status`, `message` or `key`.
    pub kind: &'static str,
    /// The status in the provider's words.
    pub status: &'static str,
    /// The key that was pressed.
    pub key: Option<char>,
    /// The duration, on the last one.
    pub duration_seconds: Option<u32>,
    /// Who answered.
    pub answered_by: Option<&'static str>,
    /// The SIP status behind a failure.
    pub sip_code: Option<u16>,
}

impl Happening {
    /// Whether nothing comes after it.
    #[must_use]
    pub fn ends(&self) -> bool {
        self.kind == "status" && !matches!(self.status, "initiated" | "ringing" | "in-progress")
    }
}

/// A callback on its way to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Delivery {
    /// When it reaches us.
    pub at: Timestamp,
    /// The order among callbacks that reach us in the same millisecond.
    pub order: u32,
    /// Which happening it tells of.
    pub sequence: u32,
    /// 0, or 1 for the repetition.
    pub copy: u8,
}

/// The whole course of a call that nobody ends before its time.
#[must_use]
pub fn course(
    behavior: Behavior,
    mut dice: Dice,
    started_at: Timestamp,
    ring_timeout_seconds: u16,
) -> Vec<Happening> {
    let mut line = Line { happened: Vec::new(), now: started_at };
    if behavior == Behavior::TimesOut {
        return line.happened;
    }
    line.after(dice.between(20, 80), "initiated");
    if behavior == Behavior::Fails {
        line.after(dice.between(200, 600), "failed");
        line.last(|last| last.sip_code = Some(404));
        return line.happened;
    }
    if behavior == Behavior::Busy {
        line.after(dice.between(500, 1_500), "busy");
        line.last(|last| last.sip_code = Some(486));
        return line.happened;
    }
    line.after(dice.between(100, 400), "ringing");
    if behavior == Behavior::NoAnswer {
        line.after(i64::from(ring_timeout_seconds) * 1_000, "no-answer");
        return line.happened;
    }
    line.after(2_000, "in-progress");
    match behavior {
        Behavior::AnsweredThenFailed => {
            line.after(dice.between(300, 900), "failed");
            line.last(|last| last.sip_code = Some(503));
            return line.happened;
        }
        Behavior::Machine => line.last(|last| last.answered_by = Some("machine_end_beep")),
        _ => line.last(|last| last.answered_by = Some("human")),
    }
    let talk_seconds = match behavior {
        Behavior::HangsUp => 1,
        _ => dice.between(8, 30),
    };
    line.after(talk_seconds * 1_000, "completed");
    line.last(|last| last.duration_seconds = u32::try_from(talk_seconds).ok());
    line.happened
}

/// The same call, ended by us at this instant: what had happened by then, and its end.
#[must_use]
pub fn ended_at(course: &[Happening], now: Timestamp) -> Vec<Happening> {
    let happened: Vec<_> = course.iter().filter(|h| h.at <= now).cloned().collect();
    if happened.last().is_some_and(Happening::ends) {
        return happened;
    }
    let answered = happened.iter().find(|h| h.status == "in-progress").map(|h| h.at);
    let mut line = Line { happened, now };
    line.after(0, if answered.is_some() { "completed" } else { "canceled" });
    line.lasted(answered);
    line.happened
}

/// The same call, which hears a message of this length from this instant on: whoever does not hang
/// up listens to its end. None where nobody hears it.
#[must_use]
pub fn hears(
    behavior: Behavior,
    course: &[Happening],
    now: Timestamp,
    (length_ms, key): (i64, char),
) -> Option<Vec<Happening>> {
    let happened: Vec<_> = course.iter().filter(|h| h.at <= now).cloned().collect();
    let answered = happened.iter().find(|h| h.status == "in-progress")?.at;
    if happened.last().is_some_and(Happening::ends) {
        return None;
    }
    let end = course.last()?;
    let mut line = Line { happened, now };
    if matches!(behavior, Behavior::HangsUp | Behavior::AnsweredThenFailed) {
        return Some(course.to_vec());
    }
    if behavior == Behavior::OptsOut {
        line.after(length_ms / 2, "pressed");
        line.last(|last| (last.kind, last.key) = ("key", Some(key)));
    }
    line.now = now;
    line.after(length_ms, "played");
    line.last(|last| last.kind = "message");
    let rest = end.at.since_ms(line.now).max(LINGERS_MS);
    line.after(rest, end.status);
    line.lasted(Some(answered));
    Some(line.happened)
}

/// When each callback reaches us.
#[must_use]
pub fn deliveries(behavior: Behavior, mut dice: Dice, course: &[Happening]) -> Vec<Delivery> {
    let Some(end) = course.last() else { return Vec::new() };
    let mut deliveries = Vec::with_capacity(course.len() * 2);
    for (order, happening) in (0_u32..).zip(course) {
        let latency = dice.between(5, 60);
        let at = happening.at.plus_ms(latency);
        let sequence = happening.sequence;
        match behavior {
            Behavior::DropsFinal if happening.ends() => {}
            Behavior::Reverses => {
                // All after the end, the last one first.
                let place = u32::MAX - order;
                let after = i64::try_from(course.len()).unwrap_or(0) - i64::from(order);
                let at = end.at.plus_ms(60 + after * 10);
                deliveries.push(Delivery { at, order: place, sequence, copy: 0 });
            }
            Behavior::Duplicates => {
                deliveries.push(Delivery { at, order: order * 2, sequence, copy: 0 });
                let again = at.plus_ms(dice.between(1, 40));
                deliveries.push(Delivery { at: again, order: order * 2 + 1, sequence, copy: 1 });
            }
            _ => deliveries.push(Delivery { at, order, sequence, copy: 0 }),
        }
    }
    deliveries
}

struct Line {
    happened: Vec<Happening>,
    now: Timestamp,
}

impl Line {
    fn after(&mut self, ms: i64, status: &'static str) {
        self.now = self.now.plus_ms(ms);
        self.happened.push(Happening {
            at: self.now,
            sequence: u32::try_from(self.happened.len()).unwrap_or(u32::MAX),
            kind: "status",
            status,
            key: None,
            duration_seconds: None,
            answered_by: None,
            sip_code: None,
        });
    }

    /// The last thing that happened ends a call that was answered then.
    fn lasted(&mut self, answered: Option<Timestamp>) {
        let seconds = answered.map(|at| self.now.since_ms(at) / 1_000);
        let seconds = seconds.and_then(|seconds| u32::try_from(seconds).ok());
        self.last(|last| last.duration_seconds = seconds);
    }

    fn last(&mut self, change: impl FnOnce(&mut Happening)) {
        if let Some(last) = self.happened.last_mut() {
            change(last);
        }
    }
}

/// Dice that fall the same way for the same seed and call (SplitMix64).
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// The dice of one call.
    #[must_use]
    pub fn of(seed: u64, call: CallId) -> Self {
        let (high, low) = call.uuid().as_u64_pair();
        let mut dice = Self(seed ^ high.rotate_left(32) ^ low);
        dice.roll();
        dice
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high - low).unwrap_or(0) + 1;
        low + i64::try_from(self.roll() % span).unwrap_or(0)
    }
}
