//! When a provider is not asked any more, and when again (domain/05 §5.3). No clock in here: every
//! instant is said.

use std::collections::VecDeque;

use domain::Timestamp;

/// Calls that are looked back at.
const WINDOW: usize = 20;
/// So many of them have to be there before a rate says anything.
const MINIMUM: usize = 10;
/// So many of those that failed open it.
const FAILURE_RATE: f64 = 0.5;
/// And so many in a row.
const IN_A_ROW: u32 = 5;
/// So many of those that were slow open it.
const SLOW_RATE: f64 = 0.8;
/// How long it is open at first, and at most.
const OPEN_MS: i64 = 30_000;
const LONGEST_OPEN_MS: i64 = 300_000;
/// Within so long of the last time it opens for twice as long.
const AGAIN_MS: i64 = 600_000;
/// How many are tried when it is half open.
const TRIALS: u32 = 3;
/// And how many of them have to succeed, one after the other.
const SUCCESSES: u32 = 2;
/// How long a provider is left alone that has too much to do, at first and at most.
const BUSY_MS: i64 = 1_000;
const LONGEST_BUSY_MS: i64 = 60_000;

/// What came of a call to a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// It has answered, whatever it said.
    Answered,
    /// It has not, or nothing that can be understood.
    Failed(Failure),
    /// It has too much to do, and may have said for how long. That is no failure.
    Busy {
        /// For how long.
        retry_after_ms: Option<i64>,
    },
}

/// In which way a provider fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No connection came about.
    Connect,
    /// It did not answer in time.
    Timeout,
    /// It says that something is wrong on its side.
    Server,
    /// What it answers cannot be understood.
    Malformed,
}

impl Failure {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Timeout => "timeout",
            Self::Server => "server",
            Self::Malformed => "malformed",
        }
    }
}

/// Where a breaker stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Everything is asked.
    Closed,
    /// Nothing is.
    Open {
        /// When some are tried.
        until: Timestamp,
    },
    /// Some are tried.
    HalfOpen {
        /// How many were let through.
        used: u32,
        /// How many of them succeeded, one after the other.
        ok: u32,
    },
}

/// Where a breaker stands, in a word; the worst is the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Everything is asked.
    Closed,
    /// Some are tried.
    HalfOpen,
    /// Nothing is asked.
    Open,
}

impl Standing {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::HalfOpen => "half_open",
            Self::Open => "open",
        }
    }

    /// What a word says.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Closed, Self::HalfOpen, Self::Open].into_iter().find(|known| known.word() == word)
    }
}

impl From<State> for Standing {
    fn from(state: State) -> Self {
        match state {
            State::Closed => Self::Closed,
            State::HalfOpen { .. } => Self::HalfOpen,
            State::Open { .. } => Self::Open,
        }
    }
}

/// What the last calls came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// How many there were, at most 20.
    pub calls: u32,
    /// How many of them failed.
    pub failures: u32,
    /// How many were slow.
    pub slow: u32,
}

#[derive(Clone, Copy, Debug)]
struct Sample {
    failed: bool,
    slow: bool,
}

/// The breaker of one provider in one process.
#[derive(Clone, Debug)]
pub(super) struct Breaker {
    slow_ms: i64,
    state: State,
    since: Timestamp,
    samples: VecDeque<Sample>,
    failed_in_a_row: u32,
    /// When it opened last, and for how long.
    opened: Option<(Timestamp, i64)>,
    /// Until when it is left alone, and the how-manieth time in a row.
    busy: Option<(Timestamp, u32)>,
    last_failure: Option<(Failure, Timestamp)>,
}

impl Breaker {
    /// A closed one. A call that takes so long is slow.
    pub(super) fn new(slow_ms: i64, at: Timestamp) -> Self {
        Self {
            slow_ms,
            state: State::Closed,
            since: at,
            samples: VecDeque::with_capacity(WINDOW),
            failed_in_a_row: 0,
            opened: None,
            busy: None,
            last_failure: None,
        }
    }

    /// Where it stands, and since when. One that is open is half open as soon as its time is over.
    pub(super) fn state(&self, at: Timestamp) -> (State, Timestamp) {
        match self.state {
            State::Open { until } if until <= at => (State::HalfOpen { used: 0, ok: 0 }, until),
            state => (state, self.since),
        }
    }

    pub(super) fn window(&self) -> Window {
        let count = |of: fn(&Sample) -> bool| {
            u32::try_from(self.samples.iter().filter(|sample| of(sample)).count())
                .unwrap_or(u32::MAX)
        };
        Window {
            calls: count(|_| true),
            failures: count(|sample| sample.failed),
            slow: count(|sample| sample.slow),
        }
    }

    pub(super) fn last_failure(&self) -> Option<(Failure, Timestamp)> {
        self.last_failure
    }

    /// Until when nothing is asked; `None` where something may be. Where some are tried, it is
    /// asked again soon.
    pub(super) fn rejects_until(&self, at: Timestamp) -> Option<Timestamp> {
        let open = match self.state {
            State::Open { until } => Some(until),
            _ => None,
        };
        let busy = self.busy.map(|(until, _)| until);
        let tried = matches!(self.state(at).0, State::HalfOpen { used: TRIALS.., .. });
        let tried = tried.then(|| at.plus_ms(BUSY_MS));
        open.into_iter().chain(busy).chain(tried).filter(|until| *until > at).max()
    }

    /// How many more may be asked now; `None`: as many as anybody likes.
    pub(super) fn room(&self, at: Timestamp) -> Option<u32> {
        if self.rejects_until(at).is_some() {
            return Some(0);
        }
        match self.state(at).0 {
            State::Closed => None,
            State::Open { .. } => Some(0),
            State::HalfOpen { used, .. } => Some(TRIALS.saturating_sub(used)),
        }
    }

    /// Lets one call through, or not. What was let through is to be told of by
    /// [`Breaker::heard`].
    pub(super) fn admit(&mut self, at: Timestamp) -> bool {
        if self.room(at) == Some(0) {
            return false;
        }
        if let (State::HalfOpen { used, ok }, since) = self.state(at) {
            self.stand(State::HalfOpen { used: used + 1, ok }, since);
        }
        true
    }

    /// What was let through says nothing; another one may be tried instead.
    fn unheard(&mut self) {
        if let State::HalfOpen { used, ok } = self.state {
            self.state = State::HalfOpen { used: used.saturating_sub(1), ok };
        }
    }

    /// Takes note of what came of a call that was let through, or was made in any case: such a one
    /// says nothing of whether new ones are answered again. Says whether the breaker opened by it.
    pub(super) fn heard(
        &mut self,
        heard: Heard,
        (admitted, took_ms): (bool, i64),
        at: Timestamp,
    ) -> bool {
        if !admitted && self.state(at).0 != State::Closed {
            return false;
        }
        let failed = match heard {
            Heard::Busy { retry_after_ms } => {
                self.leave_alone(retry_after_ms, at);
                self.unheard();
                return false;
            }
            Heard::Failed(failure) => {
                self.last_failure = Some((failure, at));
                true
            }
            Heard::Answered => {
                self.busy = None;
                false
            }
        };
        self.failed_in_a_row = if failed { self.failed_in_a_row + 1 } else { 0 };
        if self.samples.len() == WINDOW {
            self.samples.pop_front();
        }
        self.samples.push_back(Sample { failed, slow: took_ms >= self.slow_ms });
        let (state, since) = self.state(at);
        match state {
            // It was let through before: what it says is known by now.
            State::Open { .. } => false,
            State::HalfOpen { .. } if failed => self.open(at),
            State::HalfOpen { ok, .. } if ok + 1 >= SUCCESSES => {
                self.samples.clear();
                self.stand(State::Closed, at);
                false
            }
            State::HalfOpen { used, ok } => {
                self.stand(State::HalfOpen { used, ok: ok + 1 }, since);
                false
            }
            State::Closed if self.is_broken() => self.open(at),
            State::Closed => false,
        }
    }

    fn is_broken(&self) -> bool {
        let Window { calls, failures, slow } = self.window();
        let rate = |count: u32| f64::from(count) / f64::from(calls.max(1));
        let enough = usize::try_from(calls).is_ok_and(|calls| calls >= MINIMUM);
        let rates = rate(failures) >= FAILURE_RATE || rate(slow) >= SLOW_RATE;
        self.failed_in_a_row >= IN_A_ROW || (enough && rates)
    }

    fn open(&mut self, at: Timestamp) -> bool {
        let length_ms = match self.opened {
            Some((opened, length_ms)) if at.since_ms(opened) <= AGAIN_MS => {
                (length_ms * 2).min(LONGEST_OPEN_MS)
            }
            _ => OPEN_MS,
        };
        self.opened = Some((at, length_ms));
        self.failed_in_a_row = 0;
        self.stand(State::Open { until: at.plus_ms(length_ms) }, at);
        true
    }

    fn stand(&mut self, state: State, since: Timestamp) {
        (self.state, self.since) = (state, since);
    }

    fn leave_alone(&mut self, retry_after_ms: Option<i64>, at: Timestamp) {
        let times = self.busy.map_or(0, |(_, times)| times);
        let own_ms = BUSY_MS.saturating_mul(1 << times.min(10)).min(LONGEST_BUSY_MS);
        let wait_ms = retry_after_ms.map_or(own_ms, |ms| ms.clamp(BUSY_MS, LONGEST_OPEN_MS));
        let until = at.plus_ms(wait_ms);
        self.busy = Some((until, times + 1));
    }
}
