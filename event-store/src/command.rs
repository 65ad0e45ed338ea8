//! A command from its key to its outcome: lock of the stream → key → state → rules → writer.
//!
//! A lookup that the unique keys make needless is left out. A key that this process has not
//! seen is not looked up: should it be taken all the same, the append meets it and answers
//! the winner's reply. A stream that is not remembered is first tried as a new one: where it
//! is there, sequence 1 is taken. Rules are pure, so a try that comes to nothing did nothing.
//! But only an append proves a state: a refusal, and "nothing to do", are decided once more
//! on a state that was read from the log.

use std::sync::{Mutex, PoisonError};

use cqrs_es::{Aggregate, AggregateError, CqrsFramework};

use crate::codec::Codec;
use crate::idempotency::{self, Kept};
use crate::log::Inner;
use crate::metrics::add;
use crate::request::{Context, IdempotencyKey, Outcome, Reply, Request, StoredReply, StreamKey};
use crate::store::{Attempt, Start, Tried, Trust, unsigned};
use crate::warm::Remembered;
use crate::writer::Verdict;
use crate::{Failure, load};

/// How often a command is decided again because another process was faster.
const RETRIES: usize = 3;

/// What a try leads to.
enum Next {
    Done(Outcome),
    /// Decide again on a state from the log.
    Load,
    /// The same, because somebody else was faster.
    Conflict,
}

/// A command on its way.
struct Run<'r, A: Aggregate, C> {
    inner: &'r Inner,
    codec: &'r C,
    stream: StreamKey,
    context: &'r Context,
    key: Option<&'r IdempotencyKey>,
    if_match: Option<i64>,
    reply: &'r dyn Reply<A>,
    looked_up: bool,
}

/// Runs a command to its end.
pub(crate) async fn run<A, C>(
    inner: &Inner,
    codec: &C,
    request: &Request<A>,
) -> Result<Outcome, Failure<A::Error>>
where
    A: Aggregate<Services = ()> + Clone + 'static,
    A::Command: Clone + Send + Sync,
    A::Error: Send,
    C: Codec<A::Event>,
{
    let Request { stream, command, context, key, if_match, reply } = request;
    let (stream, key) = (*stream, key.as_ref());
    if stream.org_id != context.org_id || stream.aggregate_type != A::TYPE {
        return Err(Failure::Fault("the stream is not the one that the command is for".to_owned()));
    }
    // The key is claimed until this function returns.
    let (_claim, seen) = match key {
        None => (None, false),
        Some(key) => match inner.keys.claim(stream.org_id, key) {
            None => return Err(Failure::KeyInProgress),
            Some((claim, seen)) => (Some(claim), seen),
        },
    };
    let _locked = inner.streams.lock(stream).await;
    let mut run = Run {
        inner,
        codec,
        stream,
        context,
        key,
        if_match: if_match.map(|version| i64::try_from(version).unwrap_or(i64::MAX)),
        reply: &**reply,
        looked_up: false,
    };
    if seen && let Some(outcome) = run.kept().await? {
        return Ok(outcome);
    }
    run.decide(command).await
}

impl<'r, A, C> Run<'r, A, C>
where
    A: Aggregate<Services = ()> + Clone + 'static,
    A::Command: Clone + Send + Sync,
    A::Error: Send,
    C: Codec<A::Event>,
{
    async fn decide(&mut self, command: &A::Command) -> Result<Outcome, Failure<A::Error>> {
        let (mut load, mut conflicts) = (false, 0_usize);
        loop {
            let (start, trust) = self.start(load).await?;
            let version = start.version;
            let known = (trust == Trust::Loaded && version > 0) || trust == Trust::Personal;
            let before = known.then(|| start.state.clone());
            if version > 0 && self.if_match.is_some_and(|wanted| wanted != version) {
                if trust == Trust::Loaded {
                    self.remember(before, version, false);
                    let current = unsigned(version);
                    return self.instead(Failure::VersionMismatch { current }).await;
                }
                load = true;
                continue;
            }
            let attempt = self.attempt(start, before, trust);
            let framework = CqrsFramework::new(&attempt, Vec::new(), ());
            let decided = framework.execute("", command.clone()).await;
            let next = match decided {
                Err(AggregateError::UserError(_)) if trust != Trust::Loaded => Next::Load,
                Err(AggregateError::UserError(refusal)) => {
                    self.remember(attempt.before(), version, false);
                    self.refused(&attempt, refusal, version).await?
                }
                Err(error) => return Err(Failure::Fault(error.to_string())),
                Ok(()) => {
                    let tried = attempt.tried.into_inner();
                    self.judged(tried.unwrap_or_else(PoisonError::into_inner)).await?
                }
            };
            load = true;
            match next {
                Next::Done(outcome) => return Ok(outcome),
                Next::Load => {}
                Next::Conflict if conflicts >= RETRIES => return Err(Failure::Conflict),
                Next::Conflict => conflicts += 1,
            }
        }
    }

    /// The state to decide on. Without a look at the log where that is not asked for: the
    /// one that is remembered, or the guess that there is none.
    async fn start(&self, load: bool) -> Result<(Start<A>, Trust), Failure<A::Error>> {
        if !load && let Some(known) = self.inner.streams.take(&self.stream) {
            let Remembered { state, version, personal } = known;
            let trust = if personal { Trust::Personal } else { Trust::Warm };
            return Ok((Start { state, version }, trust));
        }
        let mut state = Box::<A>::default();
        if !load && self.if_match.is_none() {
            return Ok((Start { state, version: 0 }, Trust::Guess));
        }
        add(&self.inner.shared.counters.loads, 1);
        let loader = self.inner.loader();
        let version = load::advance(loader, self.codec, self.stream, &mut *state, 0).await?;
        Ok((Start { state, version }, Trust::Loaded))
    }

    fn attempt(&self, start: Start<A>, before: Option<Box<A>>, trust: Trust) -> Attempt<'r, A, C> {
        Attempt {
            inner: self.inner,
            codec: self.codec,
            stream: self.stream,
            context: self.context,
            key: self.key,
            if_match: self.if_match,
            reply: self.reply,
            trust,
            start: Mutex::new(Some(start)),
            before: Mutex::new(before),
            tried: Mutex::new(None),
        }
    }

    /// What the writer said of an accepted command.
    async fn judged(&mut self, tried: Option<Tried<A>>) -> Result<Next, Failure<A::Error>> {
        let (verdict, reply, state, version, personal, event_ids) = match tried {
            Some(Tried::Judged { verdict, reply, state, version, personal, event_ids }) => {
                (verdict, reply, state, version, personal, event_ids)
            }
            Some(Tried::Unproven) => return Ok(Next::Load),
            Some(Tried::Failed(failure @ Failure::VersionMismatch { .. })) => {
                return self.instead(failure).await.map(Next::Done);
            }
            Some(Tried::Failed(failure)) => return Err(failure),
            None => return Err(Failure::Fault("the command was not committed".to_owned())),
        };
        if let Verdict::Committed(position) = verdict {
            self.remember(state, version, personal);
            let version = unsigned(version);
            let outcome = Outcome { reply, version, position, event_ids, replayed: false };
            return Ok(Next::Done(outcome));
        }
        other(verdict)
    }

    /// A refusal is kept with the key too, where it is of that kind.
    async fn refused(
        &mut self,
        attempt: &Attempt<'_, A, C>,
        error: A::Error,
        version: i64,
    ) -> Result<Next, Failure<A::Error>> {
        let kept: Option<StoredReply> = self.key.and_then(|_| self.reply.refused(&error));
        let Some(reply) = kept else {
            let failure = Failure::Refused { error, reply: None };
            return self.instead(failure).await.map(Next::Done);
        };
        match attempt.submit(version, Vec::new(), &reply).await? {
            Verdict::Committed(_) => Err(Failure::Refused { error, reply: Some(reply) }),
            verdict => other(verdict),
        }
    }

    /// What was answered to the key before, if it was; otherwise this failure.
    async fn instead(&mut self, failure: Failure<A::Error>) -> Result<Outcome, Failure<A::Error>> {
        self.kept().await?.ok_or(failure)
    }

    /// Looks the key up, once.
    async fn kept(&mut self) -> Result<Option<Outcome>, Failure<A::Error>> {
        let Some(key) = self.key.filter(|_| !self.looked_up) else { return Ok(None) };
        self.looked_up = true;
        let counters = &self.inner.shared.counters;
        add(&counters.lookups, 1);
        let now = (self.inner.settings.clock)();
        let mut tx = self.inner.reader().org_tx(self.stream.org_id).await?;
        let found = idempotency::find(&mut tx, self.stream.org_id, key, now).await;
        match found.map_err(database::DatabaseError::from)? {
            Kept::Same(outcome) => {
                add(&counters.replays, 1);
                Ok(Some(*outcome))
            }
            Kept::Other => Err(Failure::KeyReused),
            Kept::Nothing | Kept::Expired => Ok(None),
        }
    }

    fn remember(&self, state: Option<Box<A>>, version: i64, personal: bool) {
        if let Some(state) = state {
            self.inner.streams.put(self.stream, Remembered { state, version, personal });
        }
    }
}

/// What a verdict means where the command was not committed.
fn other<R>(verdict: Verdict) -> Result<Next, Failure<R>> {
    match verdict {
        Verdict::Replayed(outcome) => Ok(Next::Done(*outcome)),
        Verdict::Conflict => Ok(Next::Conflict),
        Verdict::KeyReused => Err(Failure::KeyReused),
        Verdict::Overloaded => Err(Failure::Overloaded),
        Verdict::Unavailable(words) => Err(Failure::Unavailable(words)),
        Verdict::Committed(_) | Verdict::OutcomeUnknown => Err(Failure::OutcomeUnknown),
        Verdict::Fault(words) => Err(Failure::Fault(words)),
    }
}
