//! What a look costs: as much for a hundred rules as for nine.

use std::cell::RefCell;
use std::sync::Once;

use domain::alert_rule::{AlertMetric, Operator};
use processes::alerts::AlertEvaluator;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::kit::{World, rule};

thread_local! {
    /// The statements of this thread, as the driver tells of them.
    static STATEMENTS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Counts statements. It is the whole process's, for who else could hear what a thread says is
/// asked once for each place in the code, whichever thread comes by first.
struct Statements;

impl Subscriber for Statements {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "sqlx::query"
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut told = Told::default();
        event.record(&mut told);
        if !told.others {
            STATEMENTS.with_borrow_mut(|statements| statements.extend(told.statement));
        }
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// Whether a statement is one of a look, or of somebody else who works in this thread.
#[derive(Default)]
struct Told {
    statement: Option<String>,
    others: bool,
}

const OTHERS: [&str; 6] = [
    // The pool, with which a look takes a connection and gives it back.
    "SHOW transaction_read_only",
    "BEGIN; ROLLBACK",
    // The log, which looks whether the server is still the same, says how far it has come,
    // reads its end, and forgets the keys of commands that are over.
    "'fsync'",
    "pg_notify",
    "FROM events WHERE position > $1 ORDER BY position",
    "DELETE FROM idempotency",
];

impl Visit for Told {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if ["summary", "db.statement"].contains(&field.name()) {
            let text = format!("{value:?}");
            self.others |= OTHERS.iter().any(|other| text.contains(other));
            if field.name() == "summary" {
                self.statement = Some(text);
            }
        }
    }
}

/// The statements of a look, while nothing else is done in this thread.
async fn statements(world: &mut World, evaluator: &mut AlertEvaluator) -> Vec<String> {
    static COUNTED: Once = Once::new();
    COUNTED.call_once(|| {
        tracing::subscriber::set_global_default(Statements).expect("nobody else listens");
    });
    world.clock.advance(10_000);
    world.settle().await;
    world.halt().await;
    STATEMENTS.take();
    evaluator.run_due().await.expect("looked");
    let statements = STATEMENTS.take();
    world.go_on();
    statements
}

#[tokio::test]
async fn a_look_asks_as_much_for_many_rules_and_callers_as_for_few() {
    let mut world = World::standard().await;
    let mut evaluator = world.evaluator();
    world.waits(0).await;
    // What is told is told before.
    world.looks(&mut evaluator, 2).await;
    let few = statements(&mut world, &mut evaluator).await;
    assert!((15..=22).contains(&few.len()), "{few:#?}");
    for number in 0..80_u32 {
        let metrics =
            [AlertMetric::LongestWait, AlertMetric::CallDuration, AlertMetric::ServiceLevel];
        // Nothing of which somebody has to know.
        let mut of = rule(&number.to_string(), metrics[number as usize % 3], 80_000.0);
        if of.metric.windowed() {
            (of.operator, of.threshold) = (Operator::Lt, 0.0);
        }
        world.define(of).await;
    }
    for number in 0..30 {
        world.waits(number).await;
    }
    world.looks(&mut evaluator, 1).await;
    let many = statements(&mut world, &mut evaluator).await;
    assert_eq!(many.len(), few.len(), "{many:#?}\n{few:#?}");
    world.stop().await;
}
