//! Whatever is asked of a catalog, in whatever order, it stays one that calls can be judged by.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

fn code() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (0..400_u32).prop_map(|number| format!("code_{number}")),
        1 => prop::sample::select(vec!["sale", "busy", "dropped", "no_disposition", "do_not_call"])
            .prop_map(str::to_owned),
    ]
}

fn category() -> impl Strategy<Value = Category> {
    prop::sample::select(<Category as strum::VariantArray>::VARIANTS)
}

fn definition() -> impl Strategy<Value = Definition> {
    let flags = prop::array::uniform5(any::<bool>());
    (flags, category(), prop::option::of(0..100_u32), any::<bool>()).prop_map(
        |(
            [human_contact, right_party, conversion, resolves, adds_to_dnc],
            category,
            minutes,
            ask,
        )| {
            let meaning = Meaning {
                label: "Some".to_owned(),
                category,
                human_contact,
                right_party,
                conversion,
                resolves,
                adds_to_dnc,
                retry_after_minutes: minutes,
                topic: None,
            };
            let requires = if ask { vec![Requirement::FollowUpAt] } else { Vec::new() };
            // What can be half of the time, so that the catalog fills.
            let any = Definition { meaning, requires, campaign_ids: Vec::new() };
            if any.checked().is_ok() || !resolves { any } else { won() }
        },
    )
}

fn changes() -> impl Strategy<Value = DispositionChanges> {
    let some = || prop::option::weighted(0.2, any::<bool>());
    let flags = (some(), some(), some(), some(), some());
    (flags, prop::option::weighted(0.2, category()), prop::option::of(any::<bool>())).prop_map(
        |((human_contact, right_party, conversion, resolves, adds_to_dnc), category, active)| {
            DispositionChanges {
                human_contact,
                right_party,
                conversion,
                resolves,
                adds_to_dnc,
                category,
                active,
                ..DispositionChanges::default()
            }
        },
    )
}

fn command() -> impl Strategy<Value = DispositionCommand> {
    prop_oneof![
        3 => (code(), definition()).prop_map(|(code, definition)| define(&code, definition)),
        1 => (code(), changes()).prop_map(|(code, changes)| change(&code, changes)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn no_code_is_lost_or_there_twice_and_all_of_them_can_be(
        commands in prop::collection::vec(command(), 0..1_200)
    ) {
        let mut catalog = DispositionCatalog::default();
        let mut before: BTreeSet<String> = BTreeSet::new();
        for command in commands {
            let Ok(facts) = catalog.decide(command.clone()) else { continue };
            for fact in facts {
                catalog.evolve(&sealed(fact));
            }
            prop_assert_eq!(catalog.decide(command), Ok(vec![]), "the same twice is nothing");
            let codes: BTreeSet<String> =
                catalog.entries().iter().map(|entry| entry.code.clone()).collect();
            prop_assert_eq!(codes.len(), catalog.entries().len(), "a code is there twice");
            prop_assert!(codes.is_superset(&before), "a code is lost");
            prop_assert!(codes.len() <= MAX_CODES);
            before = codes;
        }
        for entry in catalog.entries() {
            prop_assert_eq!(entry.definition.checked(), Ok(()), "{}", &entry.code);
        }
        for standard in DispositionCatalog::standard().entries() {
            let kept = catalog.find(&standard.code);
            prop_assert!(kept.is_some_and(|kept| standard.may_become(kept).is_ok()));
        }
    }
}
