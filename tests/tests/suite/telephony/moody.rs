//! A provider that says no, says nothing, or cannot be reached.

use std::future::{Future, pending};
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use domain::CallId;
use domain::call::{CallCommand, EndedBy};
use processes::Clock;
use processes::telephony::port::{
    DialRequest, EndReply, Fetched, PlayReply, ProviderCall, Speech, Submission,
};
use processes::telephony::{DialSettings, DialSubmitter, Telephony};

use super::kit::World;

#[derive(Clone, Debug)]
enum Mood {
    Rejects,
    Silent,
    UnreachableForEnds(u32),
}

/// The numbers that were dialed, and how it answers.
struct Moody {
    mood: Mood,
    dialed: Mutex<Vec<String>>,
    ends: AtomicU32,
}

type Answer<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

impl Telephony for Moody {
    fn provider(&self) -> &'static str {
        "simulator"
    }

    fn account(&self) -> &str {
        "moody"
    }

    fn create_call<'a, 'b>(&'a self, request: DialRequest) -> Answer<'b, Submission>
    where
        'a: 'b,
        Self: 'b,
    {
        self.dialed.lock().unwrap().push(request.to.as_str().to_owned());
        let mood = self.mood.clone();
        Box::pin(async move {
            match mood {
                Mood::Rejects => Submission::Rejected("21211".to_owned()),
                Mood::Silent => pending().await,
                Mood::UnreachableForEnds(_) => Submission::Submitted("m-1".to_owned()),
            }
        })
    }

    fn end_call<'a, 'b>(&'a self, _: ProviderCall) -> Answer<'b, EndReply>
    where
        'a: 'b,
        Self: 'b,
    {
        let before = self.ends.fetch_add(1, Ordering::SeqCst);
        let reply = match self.mood {
            Mood::UnreachableForEnds(times) if before < times => EndReply::Unreachable,
            _ => EndReply::Accepted,
        };
        Box::pin(async move { reply })
    }

    fn play<'a, 'b>(&'a self, _: Speech) -> Answer<'b, PlayReply>
    where
        'a: 'b,
        Self: 'b,
    {
        Box::pin(async { PlayReply::Unreachable })
    }

    fn fetch_call<'a, 'b>(&'a self, _: ProviderCall) -> Answer<'b, Fetched>
    where
        'a: 'b,
        Self: 'b,
    {
        Box::pin(async { Fetched::Unreachable })
    }
}

/// A world whose provider is in this mood, and a call to it.
async fn world(mood: Mood) -> (World, Arc<Moody>, CallId) {
    let mut world = World::new().await;
    let moody = Arc::new(Moody { mood, dialed: Mutex::default(), ends: AtomicU32::new(0) });
    let (database, commands) = (world.database().clone(), world.commands.clone());
    world.submitter =
        DialSubmitter::new(database, commands, moody.clone(), DialSettings::default());
    let call = world.dial("+420777120001").await;
    (world, moody, call)
}

#[tokio::test]
async fn a_request_that_is_rejected_ends_the_call() {
    let (mut world, moody, call) = world(Mood::Rejects).await;
    world.pass(60_000).await;
    let end = world.call(call).await.end.unwrap();
    assert_eq!((world.status(call).await, end.by), ("failed", EndedBy::Provider));
    assert_eq!(end.reason.as_deref(), Some("provider_rejected"));
    let detail = &world.told(call).await.pop().unwrap().stored.payload;
    assert!(String::from_utf8_lossy(detail).contains("21211"));
    assert_eq!(*moody.dialed.lock().unwrap(), ["+420777120001"]);
}

#[tokio::test]
async fn a_request_that_is_not_answered_is_given_up_and_never_repeated() {
    let (mut world, moody, call) = world(Mood::Silent).await;
    let began = world.now();
    let clock = Arc::clone(&world.clock);
    {
        let run = world.submitter.run_due();
        let mut run = std::pin::pin!(run);
        loop {
            tokio::select! {
                biased;
                done = &mut run => {
                    done.expect("it goes on without an answer");
                    break;
                }
                () = clock.wait_for_sleepers(2) => clock.advance(500),
            }
        }
    }
    assert!(world.now().since_ms(began) >= DialSettings::default().request_ms);
    let state: String = world.value("SELECT state FROM dial_submissions").await;
    assert_eq!(state, "ambiguous");
    world.pass(60_000).await;
    let end = world.call(call).await.end.unwrap();
    assert_eq!(end.reason.as_deref(), Some("dial_outcome_unknown"));
    assert_eq!(moody.dialed.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn an_end_that_could_not_be_asked_for_is_asked_for_again() {
    let (mut world, moody, call) = world(Mood::UnreachableForEnds(3)).await;
    world.settle().await;
    let command =
        CallCommand::RequestEnd { by: EndedBy::Agent, reason: None, at: world.clock.now() };
    world.run(call, command).await.unwrap();
    world.settle().await;
    let asked = moody.ends.load(Ordering::SeqCst);
    assert!((1..4).contains(&asked), "{asked}");
    world.pass(10_000).await;
    assert_eq!(moody.ends.load(Ordering::SeqCst), 4);
}
