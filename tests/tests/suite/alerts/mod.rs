//! What somebody has to know: looked at every ten seconds, told once, over when it is over.

mod costs;
mod killed;
mod kit;
mod seen;

use domain::AlertId;
use domain::alert::AlertState::{Acknowledged, Expired, Raised, Resolved};
use domain::alert::{Alert, AlertCommand, Resolution};
use domain::alert_rule::{AlertMetric, AlertRuleChanges, Definition, Operator, Scope, ScopeType};
use processes::alerts::EvaluatorError;
use projections::alerts::read::Source;
use uuid::Uuid;

use self::kit::{QUEUE, World, by, order, queue, rule};

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_for_long_is_told_once_and_it_is_over_when_they_are_gone() {
    let world = World::standard().await;
    let mut evaluator = world.evaluator();
    let call = world.waits(QUEUE).await;
    world.looks(&mut evaluator, 12).await;
    assert_eq!(world.states().await, [], "two minutes are not more than two minutes");
    world.looks(&mut evaluator, 20).await;
    let alerts = world.all().await;
    let kinds: Vec<_> = alerts.iter().map(|row| (row.kind.as_str(), row.state)).collect();
    assert_eq!(kinds, [("longest_wait", Raised)]);
    assert_eq!((&alerts[0].subject, alerts[0].value), (&queue(QUEUE), Some(130.0)));
    world.leaves(call).await;
    world.looks(&mut evaluator, 3).await;
    let alerts = world.all().await;
    assert_eq!(alerts[0].resolution, Some(Resolution::Cleared));
    // Who left unheard is in the figures by now, which are looked at three times in a row.
    let mut kinds: Vec<_> = alerts.iter().map(|row| (row.kind.as_str(), row.value)).collect();
    kinds.sort_by_key(|(kind, _)| *kind);
    let wait = ("longest_wait", Some(130.0));
    assert_eq!(kinds, [("abandonment_rate", Some(1.0)), wait, ("service_level", Some(0.0))]);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_goes_up_and_down_around_the_threshold_is_told_once() {
    let world = World::quiet().await;
    let mut evaluator = world.evaluator();
    let of = rule("crowd", AlertMetric::Waiting, 2.0);
    world.define(Definition { clear_threshold: Some(1.0), ..of }).await;
    let mut calls = vec![world.waits(QUEUE).await, world.waits(QUEUE).await];
    for _ in 0..4 {
        calls.push(world.waits(QUEUE).await);
        world.looks(&mut evaluator, 1).await;
        assert_eq!(world.states().await, [Raised], "three are more than two");
        world.leaves(calls.pop().unwrap()).await;
        world.looks(&mut evaluator, 1).await;
        assert_eq!(world.states().await, [Raised], "two are not as few as one");
    }
    world.leaves(calls.pop().unwrap()).await;
    world.looks(&mut evaluator, 1).await;
    assert_eq!(world.states().await, [Resolved]);
    assert_eq!((world.told("AlertRaised").await, world.told("AlertResolved").await), (1, 1));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hits_in_a_row_are_counted_over_a_restart_and_not_over_a_gap() {
    let world = World::quiet().await;
    let of = rule("crowd", AlertMetric::Waiting, 0.0);
    world.define(Definition { consecutive: 3, ..of }).await;
    world.waits(QUEUE).await;
    let mut first = world.evaluator();
    world.looks(&mut first, 2).await;
    first.release().await;
    // For a minute nobody looks.
    world.clock.advance(60_000);
    let mut second = world.evaluator();
    world.looks(&mut second, 2).await;
    assert_eq!(world.states().await, [], "two and two are not three in a row");
    second.release().await;
    let mut third = world.evaluator();
    world.looks(&mut third, 1).await;
    assert_eq!(world.states().await, [Raised]);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_over_only_just_now_is_not_told_again_until_its_time_is_over() {
    let world = World::quiet().await;
    let mut evaluator = world.evaluator();
    world.define(rule("crowd", AlertMetric::Waiting, 0.0)).await;
    let call = world.waits(QUEUE).await;
    world.looks(&mut evaluator, 1).await;
    world.leaves(call).await;
    world.looks(&mut evaluator, 1).await;
    assert_eq!(world.states().await, [Resolved]);
    world.waits(QUEUE).await;
    world.looks(&mut evaluator, 5).await;
    assert_eq!(world.states().await, [Resolved], "fifty seconds later");
    world.looks(&mut evaluator, 1).await;
    assert_eq!(world.states().await, [Resolved, Raised], "a minute later");
    let alerts = world.all().await;
    assert_ne!(alerts[0].id, alerts[1].id, "another time of the same");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_ends_while_it_is_still_so_is_told_again_after_its_time() {
    let world = World::quiet().await;
    let mut evaluator = world.evaluator();
    world.define(rule("crowd", AlertMetric::Waiting, 0.0)).await;
    world.waits(QUEUE).await;
    world.looks(&mut evaluator, 1).await;
    let open = world.all().await.remove(0);
    let Source::Rule { stream, .. } = open.source else { panic!("{open:?}") };
    let about = (AlertId::from(open.id), by());
    world.alerts.acknowledge(order(), stream, about).await.expect("known");
    world.looks(&mut evaluator, 3).await;
    assert_eq!(world.states().await, [Acknowledged], "it is open still");
    world.alerts.resolve(order(), stream, about).await.expect("over");
    world.looks(&mut evaluator, 5).await;
    assert_eq!(world.states().await, [Resolved]);
    world.looks(&mut evaluator, 2).await;
    assert_eq!(world.states().await, [Resolved, Raised]);
    let ended = world.all().await.remove(0);
    assert_eq!((ended.resolution, ended.resolved_by), (Some(Resolution::ByHand), Some(by())));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_look_at_once_tell_it_once() {
    let world = World::quiet().await;
    world.define(rule("crowd", AlertMetric::Waiting, 0.0)).await;
    world.waits(QUEUE).await;
    world.settle().await;
    let (mut one, mut other) = (world.evaluator(), world.evaluator());
    let (first, second) = tokio::join!(one.run_due(), other.run_due());
    let fenced = [first, second].map(|looked| matches!(looked, Err(EvaluatorError::Fenced)));
    assert!(fenced[0] != fenced[1], "one of them looks: {fenced:?}");
    // Whatever both of them may believe, the log has one.
    world.settle().await;
    let open = world.all().await.remove(0);
    let Source::Rule { stream, .. } = open.source else { panic!("{open:?}") };
    let raise = |id| AlertCommand::Raise {
        alert_id: AlertId::from(Uuid::from_u128(id)),
        told: Box::new(kit::told()),
        value: 1.0,
        cooldown_seconds: 60,
        at: world.commands.now(),
    };
    let again = |id| world.commands.carry_out::<Alert>(order(), stream, raise(id));
    let (first, second) = tokio::join!(again(1), again(2));
    assert!(first.expect("told").event_ids.is_empty());
    assert!(second.expect("told").event_ids.is_empty());
    assert_eq!(world.told("AlertRaised").await, 1);
    let fresh = Uuid::now_v7();
    let again = |id| world.commands.carry_out::<Alert>(order(), fresh, raise(id));
    let told = tokio::join!(again(3), again(4), again(5), again(6));
    let told = [told.0, told.1, told.2, told.3].map(|told| told.expect("told").event_ids.len());
    assert_eq!(told.iter().sum::<usize>(), 1, "{told:?}");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_is_changed_switched_off_or_gone_ends_what_is_open_as_it_says() {
    let world = World::quiet().await;
    let mut evaluator = world.evaluator();
    let crowd = world.define(rule("crowd", AlertMetric::Waiting, 1.0)).await;
    let waits = world.define(rule("waits", AlertMetric::LongestWait, 5.0)).await;
    let long = world.define(rule("long", AlertMetric::CallDuration, 5.0)).await;
    world.waits(QUEUE).await;
    let second = world.waits(QUEUE).await;
    world.looks(&mut evaluator, 1).await;
    assert_eq!(world.states().await, [Raised; 4], "a crowd, a wait, and two calls");
    // By what it says now, two are no crowd; and a threshold that nothing has hit has no hits.
    let changes = AlertRuleChanges { threshold: Some(4.0), ..<_>::default() };
    world.change(crowd, changes).await;
    world.enable(waits, false).await;
    world.looks(&mut evaluator, 1).await;
    let by_kind = async |kind: &str| {
        let all = world.all().await.into_iter().filter(|row| row.kind == kind);
        all.map(|row| (row.state, row.resolution)).collect::<Vec<_>>()
    };
    assert_eq!(by_kind("waiting").await, [(Resolved, Some(Resolution::Cleared))]);
    assert_eq!(by_kind("longest_wait").await, [(Resolved, Some(Resolution::RuleOff))]);
    world.leaves(second).await;
    world.alerts.delete(order(), long, by()).await.expect("deleted");
    world.looks(&mut evaluator, 1).await;
    assert_eq!(by_kind("call_duration").await, [(Resolved, Some(Resolution::RuleOff)); 2]);
    world.looks(&mut evaluator, 20).await;
    assert_eq!(world.told("AlertRaised").await, 4, "nobody asks any more");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hits_by_another_threshold_are_none() {
    let world = World::quiet().await;
    let mut evaluator = world.evaluator();
    let of = rule("crowd", AlertMetric::Waiting, 0.0);
    let crowd = world.define(Definition { consecutive: 3, ..of }).await;
    world.waits(QUEUE).await;
    world.looks(&mut evaluator, 2).await;
    let changes = AlertRuleChanges { threshold: Some(0.5), ..<_>::default() };
    world.change(crowd, changes).await;
    world.looks(&mut evaluator, 2).await;
    assert_eq!(world.states().await, []);
    world.looks(&mut evaluator, 1).await;
    assert_eq!(world.states().await, [Raised]);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_of_nothing_raise_nothing_and_what_nothing_is_known_of_expires() {
    let world = World::quiet().await;
    let mut evaluator = world.evaluator();
    for (name, metric, operator) in [
        ("left", AlertMetric::AbandonmentRate, Operator::Gte),
        ("level", AlertMetric::ServiceLevel, Operator::Lte),
        ("speed", AlertMetric::AsaSeconds, Operator::Lte),
        ("csat", AlertMetric::Csat, Operator::Lte),
    ] {
        // Whatever the value was, it would be one of which somebody has to know.
        let threshold = if operator == Operator::Gte { 0.0 } else { 1.0 };
        let scope = Scope { kind: ScopeType::Queue, id: Some(Uuid::from_u128(QUEUE)) };
        for (name, scope) in [(name.to_owned(), scope), (format!("{name} of all"), org())] {
            let of = rule(&name, metric, threshold);
            world.define(Definition { operator, scope, ..of }).await;
        }
    }
    // Somebody has been here, and waits: nothing is known of how it ends.
    let call = world.waits(QUEUE).await;
    world.looks(&mut evaluator, 5).await;
    assert_eq!(world.states().await, []);
    world.leaves(call).await;
    world.looks(&mut evaluator, 1).await;
    let kinds: Vec<_> = world.all().await.into_iter().map(|row| row.kind).collect();
    let known = ["abandonment_rate", "abandonment_rate", "service_level", "service_level"];
    assert_eq!(
        {
            let mut kinds = kinds;
            kinds.sort();
            kinds
        },
        known
    );
    // Half an hour later nothing is known of it, and a day after that nobody is told any longer.
    world.clock.advance(31 * 60_000);
    world.looks(&mut evaluator, 1).await;
    assert_eq!(world.states().await, [Raised; 4]);
    world.clock.advance(24 * 3_600_000);
    world.looks(&mut evaluator, 1).await;
    assert_eq!(world.states().await, [Expired; 4]);
    world.stop().await;
}

fn org() -> Scope {
    Scope { kind: ScopeType::Org, id: None }
}
