//! Contacts that are called anew together with others.

use super::*;

fn reset(filter: ResetFilter, asked: i64) -> ContactCommand {
    let (filter, by) = (Box::new(filter), somebody());
    ContactCommand::ResetWith { filter, asked_at: at(asked), by, at: at(asked + 5) }
}

fn sold() -> Vec<ContactCommand> {
    vec![create(), start(1, 1), connect(1, 2), dispose(1, "sale", 3)]
}

fn unreachable() -> Vec<ContactCommand> {
    vec![create(), start(1, 1), end(1, AttemptOutcome::InvalidNumber, 3)]
}

fn tagged() -> Contact {
    let said = Said { tags: vec!["vip".to_owned()], ..Said::default() };
    given([create_with(said, None), start(1, 1), connect(1, 2), dispose(1, "sale", 3)])
}

#[test]
fn whoever_the_filter_means_is_reset_and_nobody_else() {
    let (completed, failed) = (given(sold()), given(unreachable()));
    let all = ResetFilter::default;
    let words = |word: &str| vec![word.to_owned()];
    let tag = Some("vip".to_owned());
    let only = ResetFilter { statuses: vec![ContactStatus::Failed], ..all() };
    let cases = [
        (all(), [true, true, true]),
        (only, [false, true, false]),
        (ResetFilter { outcomes: words("sale"), ..all() }, [true, false, true]),
        (ResetFilter { outcomes: words("invalid_number"), ..all() }, [false, true, false]),
        (ResetFilter { tag, ..all() }, [false, false, true]),
        (ResetFilter { min_attempts: Some(2), ..all() }, [false, false, false]),
        (ResetFilter { max_attempts: Some(1), ..all() }, [true, true, true]),
        (ResetFilter { max_attempts: Some(0), ..all() }, [false, false, false]),
    ];
    for (filter, expected) in cases {
        for (contact, meant) in [&completed, &failed, &tagged()].into_iter().zip(expected) {
            let facts = types(contact.decide(reset(filter.clone(), 60)));
            let meant: &[&str] = if meant { &["ContactReset"] } else { &[] };
            assert_eq!(facts, meant, "{filter:?} of {:?}", status(contact));
        }
    }
    let not = [create(), mark(1)];
    for contact in [given([create()]), given(not), given([create(), start(1, 1)])] {
        assert_eq!(contact.decide(reset(all(), 60)), Ok(vec![]), "{:?}", status(&contact));
    }
}

#[test]
fn nobody_is_reset_who_was_called_since_it_was_asked_for() {
    let before = given(sold());
    assert_eq!(before.decide(reset(ResetFilter::default(), 2)), Ok(vec![]));
    // Whoever was reset and is over with once more is not reset once more by the same request.
    let mut contact = given(sold());
    for command in
        [reset(ResetFilter::default(), 60), start(2, 70), connect(2, 71), dispose(2, "sale", 72)]
    {
        contact
            .decide(command)
            .unwrap()
            .iter()
            .for_each(|fact| contact.evolve(&sealed(fact.clone())));
    }
    assert_eq!(status(&contact), ContactStatus::Completed);
    assert_eq!(contact.decide(reset(ResetFilter::default(), 60)), Ok(vec![]));
    assert_eq!(types(contact.decide(reset(ResetFilter::default(), 80))), ["ContactReset"]);
}
