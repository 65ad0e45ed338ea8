//! A telephone provider without a network: whoever is called behaves as the last four digits
//! of the number say ([`Behavior`]), and everything is told to a receiver in this process.
//!
//! Its calls live in memory only. After a restart it knows none of them, as a provider might
//! after a disaster; the reconciler ends such calls.

mod script;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use domain::campaign::spoken_ms;
use domain::{CallId, OrgId, Timestamp};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

pub use script::{Behavior, Happening};
use script::{Delivery, Dice};

use super::error::TelephonyError;
use super::port::{
    CallbackReceiver, DialRequest, EndReply, Fetched, PlayReply, ProviderCall, ProviderCallback,
    Speech, Submission, Telephony,
};
use crate::clock::Clock;

/// The provider's name.
pub const PROVIDER: &str = "simulator";
const ACCOUNT: &str = "local";
/// How long an ended call is remembered.
const REMEMBERED_MS: i64 = 24 * 60 * 60 * 1_000;
/// Calls that are kept before the first look for forgotten ones.
const LOOK_AT: usize = 4_096;
/// How often a callback is told again to a receiver that fails, and after how long.
const REPEATS: u8 = 5;
const REPEAT_MS: i64 = 1_000;

/// The simulated provider.
pub struct Simulator {
    clock: Arc<dyn Clock>,
    receiver: Arc<dyn CallbackReceiver>,
    seed: u64,
    state: Mutex<State>,
    changed: Notify,
    delivering: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    calls: HashMap<CallId, Line>,
    due: BTreeSet<(Delivery, CallId)>,
    requests: HashMap<CallId, u32>,
    look_at: usize,
}

struct Line {
    org: OrgId,
    behavior: Behavior,
    course: Vec<Happening>,
    /// What was said to whoever has answered.
    said: Vec<String>,
    delivered: HashSet<(u32, u8)>,
    failures: u8,
}

impl Simulator {
    /// A provider that tells this receiver what happens. The same seed and the same call make
    /// the same story.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, receiver: Arc<dyn CallbackReceiver>, seed: u64) -> Self {
        Self {
            clock,
            receiver,
            seed,
            state: Mutex::new(State { look_at: LOOK_AT, ..State::default() }),
            changed: Notify::new(),
            delivering: tokio::sync::Mutex::new(()),
        }
    }

    /// How often this call was asked for.
    #[must_use]
    pub fn requests(&self, call: CallId) -> u32 {
        self.state().requests.get(&call).copied().unwrap_or(0)
    }

    /// What was said in this call.
    #[must_use]
    pub fn said(&self, call: CallId) -> Vec<String> {
        self.state().calls.get(&call).map(|line| line.said.clone()).unwrap_or_default()
    }

    /// When the next callback reaches the receiver.
    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        self.state().due.first().map(|(delivery, _)| delivery.at)
    }

    /// Delivers what is due now and says how much it was.
    pub async fn deliver_due(&self) -> usize {
        let _alone = self.delivering.lock().await;
        let mut delivered = 0;
        while let Some((delivery, call, callback)) = self.take_due() {
            delivered += 1;
            if let Err(error) = self.receiver.receive(callback).await {
                self.again(delivery, call, &error);
            }
        }
        delivered
    }

    /// Delivers until the token is canceled.
    pub async fn run(&self, token: CancellationToken) {
        loop {
            self.deliver_due().await;
            let next = self.next_due();
            let sleep = async {
                match next {
                    Some(at) => self.clock.sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = token.cancelled() => return,
                () = self.changed.notified() => {}
                () = sleep => {}
            }
        }
    }

    fn take_due(&self) -> Option<(Delivery, CallId, ProviderCallback)> {
        let now = self.clock.now();
        let mut state = self.state();
        loop {
            let (delivery, call) = *state.due.first()?;
            if delivery.at > now {
                return None;
            }
            state.due.pop_first();
            let Some(line) = state.calls.get_mut(&call) else { continue };
            let happened = line.course.iter().find(|h| h.sequence == delivery.sequence);
            let Some(happening) = happened else { continue };
            let (kind, sequence) = (happening.kind, Some(delivery.sequence));
            let callback = callback(line.org, call, kind, sequence, happening);
            line.delivered.insert((delivery.sequence, delivery.copy));
            return Some((delivery, call, callback));
        }
    }

    /// A provider tells again what its receiver could not take in, a few times.
    fn again(&self, delivery: Delivery, call: CallId, error: &TelephonyError) {
        let mut state = self.state();
        let Some(line) = state.calls.get_mut(&call) else { return };
        line.failures = line.failures.saturating_add(1);
        if line.failures > REPEATS {
            tracing::error!(%error, %call, "a callback was given up");
            return;
        }
        tracing::warn!(%error, %call, "a callback is told again");
        line.delivered.remove(&(delivery.sequence, delivery.copy));
        let at = self.clock.now().plus_ms(REPEAT_MS);
        state.due.insert((Delivery { at, ..delivery }, call));
        self.changed.notify_one();
    }

    /// A call goes on otherwise: what was not told yet of its old course never is.
    fn turn(&self, state: &mut State, call: CallId, course: Vec<Happening>) {
        let Some(line) = state.calls.get_mut(&call) else { return };
        line.course = course;
        let dice = Dice::of(self.seed, call);
        let mut left = script::deliveries(line.behavior, dice, &line.course);
        left.retain(|d| !line.delivered.contains(&(d.sequence, d.copy)));
        state.due.retain(|(_, other)| *other != call);
        state.due.extend(left.into_iter().map(|delivery| (delivery, call)));
        self.changed.notify_one();
    }

    fn forget(&self, state: &mut State) {
        if state.calls.len() < state.look_at {
            return;
        }
        let before = self.clock.now().plus_ms(-REMEMBERED_MS);
        let State { calls, requests, .. } = state;
        calls.retain(|_, line| line.course.last().is_some_and(|end| end.at >= before));
        requests.retain(|call, _| calls.contains_key(call));
        state.look_at = LOOK_AT.max(state.calls.len() * 2);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it is held.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Telephony for Simulator {
    fn provider(&self) -> &'static str {
        PROVIDER
    }

    fn account(&self) -> &str {
        ACCOUNT
    }

    fn remembers(&self) -> bool {
        false
    }

    async fn create_call(&self, request: DialRequest) -> Submission {
        let DialRequest { org, call, to, ring_timeout_seconds, .. } = request;
        let behavior = Behavior::of(to.as_str());
        let dice = Dice::of(self.seed, call);
        let now = self.clock.now();
        let course = script::course(behavior, dice.clone(), now, ring_timeout_seconds);
        let mut state = self.state();
        self.forget(&mut state);
        *state.requests.entry(call).or_default() += 1;
        if behavior == Behavior::TimesOut {
            return Submission::Ambiguous;
        }
        for delivery in script::deliveries(behavior, dice, &course) {
            state.due.insert((delivery, call));
        }
        let (said, delivered) = (Vec::new(), HashSet::new());
        let line = Line { org, behavior, course, said, delivered, failures: 0 };
        state.calls.insert(call, line);
        drop(state);
        self.changed.notify_one();
        Submission::Submitted(name(call))
    }

    async fn end_call(&self, named: ProviderCall) -> EndReply {
        let call = named.call;
        let mut state = self.state();
        let line = state.calls.get(&call).filter(|line| line.org == named.org);
        let Some(line) = line else { return EndReply::Unknown };
        let course = script::ended_at(&line.course, self.clock.now());
        self.turn(&mut state, call, course);
        EndReply::Accepted
    }

    async fn play(&self, speech: Speech) -> PlayReply {
        let Speech { call: ProviderCall { org, call, .. }, text, listens_for, .. } = speech;
        let mut state = self.state();
        let line = state.calls.get_mut(&call).filter(|line| line.org == org);
        let Some(line) = line else { return PlayReply::Unknown };
        if !line.said.is_empty() {
            return PlayReply::Accepted;
        }
        let (now, heard) = (self.clock.now(), (spoken_ms(&text), listens_for));
        let Some(course) = script::hears(line.behavior, &line.course, now, heard) else {
            return PlayReply::Unknown;
        };
        line.said.push(text);
        self.turn(&mut state, call, course);
        PlayReply::Accepted
    }

    async fn fetch_call(&self, named: ProviderCall) -> Fetched {
        let now = self.clock.now();
        let state = self.state();
        let line = state.calls.get(&named.call).filter(|line| line.org == named.org);
        let Some(line) = line else { return Fetched::Unknown };
        match line.course.last() {
            Some(end) if end.ends() && end.at <= now => {
                Fetched::Ended(Box::new(callback(line.org, named.call, "fetch", None, end)))
            }
            _ => Fetched::Live,
        }
    }
}

/// The provider's name for a call.
fn name(call: CallId) -> String {
    format!("sim-{}", call.uuid().simple())
}

fn callback(
    org: OrgId,
    call: CallId,
    kind: &'static str,
    sequence: Option<u32>,
    happening: &Happening,
) -> ProviderCallback {
    ProviderCallback {
        org,
        provider: PROVIDER,
        account: ACCOUNT.to_owned(),
        provider_call_id: name(call),
        call: Some(call),
        kind,
        sequence,
        status: happening.key.map_or_else(|| happening.status.to_owned(), String::from),
        at: happening.at,
        duration_seconds: happening.duration_seconds,
        answered_by: happening.answered_by.map(str::to_owned),
        sip_code: happening.sip_code,
    }
}
