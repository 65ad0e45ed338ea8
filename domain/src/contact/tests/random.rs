//! Whatever is asked of a contact, in whatever order, nobody is called twice at once or too often.

use proptest::prelude::*;

use super::*;

fn outcome() -> impl Strategy<Value = AttemptOutcome> {
    prop::sample::select(<AttemptOutcome as strum::VariantArray>::VARIANTS)
}

fn code() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "sale",
        "not_interested",
        "callback",
        "left_message",
        "do_not_call",
        "no_disposition",
    ])
}

/// Something that may be asked: of the call that was made last, or of one so many before it.
#[derive(Clone, Debug)]
enum Act {
    Start(u128),
    Connect(u128),
    End(u128, AttemptOutcome),
    Dispose(u128, &'static str),
    Mark,
    Schedule,
    Expire,
    Reinstate,
    Reset,
    Remove,
    Replace,
    Create,
}

impl Act {
    /// The command, where so many calls were made.
    fn command(&self, calls: u128, minutes: i64) -> ContactCommand {
        let which = |back: &u128| calls.saturating_sub(*back);
        let (now, by) = (at(minutes), somebody());
        match self {
            Self::Start(number) => start(which(number) + 1, minutes),
            Self::Connect(number) => connect(which(number), minutes),
            Self::End(number, outcome) => end(which(number), *outcome, minutes),
            Self::Dispose(number, code) => dispose(which(number), code, minutes),
            Self::Mark => mark(minutes),
            Self::Schedule => ContactCommand::Schedule {
                due_at: at(minutes + 50),
                agent_id: None,
                expires_at: Some(at(minutes + 90)),
                at: now,
            },
            Self::Expire => ContactCommand::Expire { at: now },
            Self::Reinstate => {
                let (reason, evidence) = ("asked".to_owned(), "letter".to_owned());
                ContactCommand::Reinstate { reason, evidence, by, at: now }
            }
            Self::Reset => ContactCommand::Reset { by: None, at: now },
            Self::Remove => ContactCommand::Remove { by, at: now },
            Self::Replace => replace::replace(minutes),
            Self::Create => create(),
        }
    }
}

/// Each with the minutes that have passed before.
fn act() -> impl Strategy<Value = (i64, Act)> {
    let number = || prop_oneof![6 => Just(0_u128), 1 => 1..4_u128];
    let act = prop_oneof![
        6 => number().prop_map(Act::Start),
        3 => number().prop_map(Act::Connect),
        5 => (number(), outcome()).prop_map(|(number, outcome)| Act::End(number, outcome)),
        4 => (number(), code()).prop_map(|(number, code)| Act::Dispose(number, code)),
        1 => prop::sample::select(vec![
            Act::Mark,
            Act::Schedule,
            Act::Expire,
            Act::Reinstate,
            Act::Reset,
            Act::Remove,
            Act::Replace,
            Act::Create,
        ]),
    ];
    (0..200_i64, act)
}

/// What was told to have happened, without looking at the state.
#[derive(Default)]
struct Book {
    open: Option<CallId>,
    counted: u32,
    today: usize,
}

impl Book {
    fn write(&mut self, fact: &ContactEvent) {
        match fact {
            ContactEvent::ContactAttemptStarted { call_id, .. } => {
                assert_eq!(self.open, None, "two calls at once");
                self.open = Some(*call_id);
                self.counted += 1;
                self.today += 1;
            }
            ContactEvent::ContactConnected { call_id, .. } => {
                assert_eq!(self.open, Some(*call_id));
            }
            ContactEvent::ContactAttemptEnded { call_id, outcome, .. } => {
                assert_eq!(self.open.take(), Some(*call_id), "an end without a beginning");
                if *outcome == AttemptOutcome::NotMade {
                    self.counted -= 1;
                    self.today -= 1;
                }
            }
            ContactEvent::ContactReset { .. } => {
                self.counted = 0;
            }
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, ..ProptestConfig::default() })]

    /// One call at a time; as often as may be, but for calls that were agreed on; at most 20 in
    /// what is the same day throughout; whoever is not to be called is not; and whatever is told
    /// twice says nothing twice.
    #[test]
    fn nobody_is_called_twice_at_once_or_too_often(
        acts in proptest::collection::vec(act(), 1..40),
    ) {
        let (mut contact, mut book, mut now) = (given([create()]), Book::default(), 0);
        let mut calls = 0;
        for (passed, act) in acts {
            now += passed;
            let command = act.command(calls, now);
            let before = contact.clone();
            let Ok(facts) = contact.decide(command.clone()) else { continue };
            let starts = facts.iter().any(|fact| {
                matches!(fact, ContactEvent::ContactAttemptStarted { .. })
            });
            if starts {
                calls += 1;
                let standing = &before.known().unwrap().standing;
                let (agreed, due) = match standing {
                    Standing::Pending => (false, true),
                    Standing::Scheduled { kind, due_at, .. } => {
                        (*kind == ScheduleKind::Callback, *due_at <= at(now))
                    }
                    _ => (false, false),
                };
                prop_assert!(due, "{standing:?} was called");
                prop_assert!(agreed || book.counted < 3, "tried {} times", book.counted);
                prop_assert!(book.today < 20);
            }
            for fact in facts {
                book.write(&fact);
                contact.evolve(&sealed(fact));
            }
            let known = contact.known().unwrap();
            prop_assert_eq!(known.tried, book.counted);
            if let Ok(again) = contact.decide(command.clone()) {
                let repeated: Vec<_> = again.iter().map(DecidedEvent::event_type).collect();
                prop_assert!(repeated.is_empty(), "{command:?} says {repeated:?} twice");
            }
        }
    }
}
