//! Given, when, then.
#![allow(clippy::unwrap_used, clippy::panic)]

mod fields;
mod random;
mod standard;

use uuid::Uuid;

use super::*;
use crate::golden::{golden, sealed};
use crate::{DecidedEvent, Refusal};

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_millis(minutes * 60_000)
}

fn by() -> UserId {
    UserId::from(Uuid::from_u128(7))
}

fn campaign(number: u128) -> CampaignId {
    CampaignId::from(Uuid::from_u128(number))
}

/// Whoever bought something else, too: a conversion, to be varied.
fn won() -> Definition {
    Definition {
        meaning: Meaning {
            label: "Bought both".to_owned(),
            category: Category::Success,
            human_contact: true,
            right_party: true,
            conversion: true,
            resolves: true,
            adds_to_dnc: false,
            retry_after_minutes: None,
            topic: None,
        },
        requires: Vec::new(),
        campaign_ids: Vec::new(),
    }
}

/// Whoever is to be tried again after so many minutes.
fn again(minutes: u32) -> Definition {
    let meaning = Meaning {
        label: "Later".to_owned(),
        category: Category::Retry,
        human_contact: true,
        right_party: false,
        conversion: false,
        resolves: false,
        adds_to_dnc: false,
        retry_after_minutes: Some(minutes),
        topic: None,
    };
    Definition { meaning, requires: Vec::new(), campaign_ids: Vec::new() }
}

fn define(code: &str, definition: Definition) -> DispositionCommand {
    let (code, definition) = (code.to_owned(), Box::new(definition));
    DispositionCommand::Define { code, definition, stranger: None, by: by(), at: at(1) }
}

fn change(code: &str, changes: DispositionChanges) -> DispositionCommand {
    let (code, changes) = (code.to_owned(), Box::new(changes));
    DispositionCommand::Change { code, changes, stranger: None, by: by(), at: at(2) }
}

fn label(text: &str) -> DispositionChanges {
    DispositionChanges { label: Some(text.to_owned()), ..DispositionChanges::default() }
}

fn active(active: bool) -> DispositionChanges {
    DispositionChanges { active: Some(active), ..DispositionChanges::default() }
}

fn given(commands: impl IntoIterator<Item = DispositionCommand>) -> DispositionCatalog {
    let mut catalog = DispositionCatalog::default();
    for command in commands {
        let facts = catalog.decide(command).unwrap();
        facts.into_iter().for_each(|fact| catalog.evolve(&sealed(fact)));
    }
    catalog
}

fn types(decided: Decided) -> Vec<&'static str> {
    decided.unwrap().iter().map(DecidedEvent::event_type).collect()
}

#[test]
fn a_code_of_ones_own_stands_beside_the_standard_ones() {
    let catalog = given([define("bought_both", won())]);
    assert_eq!(catalog.entries().len(), 16);
    let entry = catalog.find("bought_both").unwrap();
    assert!(entry.active && entry.meaning().conversion);
    assert_eq!(catalog.find("sale"), DispositionCatalog::standard().find("sale"));
}

#[test]
fn the_same_code_is_defined_once() {
    let catalog = given([define("bought_both", won())]);
    assert_eq!(catalog.decide(define("bought_both", won())), Ok(vec![]));
    let other = catalog.decide(define("bought_both", again(5))).unwrap_err();
    assert_eq!((&other, other.code()), (&DispositionRefusal::Exists, "duplicate-resource"));
    assert_eq!(catalog.decide(define("sale", won())), Err(DispositionRefusal::Exists));
    let retired = given([define("later", again(5)), change("later", active(false))]);
    assert_eq!(retired.decide(define("later", again(5))), Err(DispositionRefusal::Exists));
}

#[test]
fn what_is_changed_is_said_as_a_whole_and_once() {
    let catalog = given([define("later", again(5))]);
    let facts = catalog.decide(change("later", label("Much later"))).unwrap();
    let [DispositionEvent::DispositionCodeChanged { definition, .. }] = &facts[..] else {
        panic!("{facts:?}")
    };
    let Meaning { label: text, retry_after_minutes, .. } = &definition.meaning;
    assert_eq!((text.as_str(), *retry_after_minutes), ("Much later", Some(5)));
    let changed = given([define("later", again(5)), change("later", label("Much later"))]);
    assert_eq!(changed.decide(change("later", label("Much later"))), Ok(vec![]));
    let unknown = catalog.decide(change("sold", label("x"))).unwrap_err();
    assert_eq!((&unknown, unknown.code()), (&DispositionRefusal::Unknown, "not-found"));
}

#[test]
fn a_retired_code_stays_and_can_come_back() {
    let catalog = given([define("later", again(5)), change("later", active(false))]);
    assert!(!catalog.find("later").unwrap().active);
    assert_eq!(catalog.decide(change("later", active(false))), Ok(vec![]));
    let back = DispositionChanges { active: Some(true), ..label("Back") };
    let facts = types(catalog.decide(change("later", back)));
    assert_eq!(facts, ["DispositionCodeChanged", "DispositionCodeRestored"]);
    assert_eq!(types(catalog.decide(change("fax", active(false)))), ["DispositionCodeRetired"]);
}

#[test]
fn a_campaign_that_is_not_there_is_refused_where_it_is_named() {
    let stranger = || Some(FieldFault::reference("/campaign_ids", "there is no such campaign"));
    let named = Definition { campaign_ids: vec![campaign(1)], ..won() };
    let mut command = define("bought_both", named);
    let DispositionCommand::Define { stranger: refused, .. } = &mut command else { panic!() };
    *refused = stranger();
    let refusal = DispositionCatalog::default().decide(command).unwrap_err();
    assert_eq!((refusal.code(), refusal.pointer()), ("invalid-reference", Some("/campaign_ids")));
    let ids = Some(vec![campaign(1)]);
    let mut command =
        change("fax", DispositionChanges { campaign_ids: ids, ..DispositionChanges::default() });
    let DispositionCommand::Change { stranger: refused, .. } = &mut command else { panic!() };
    *refused = stranger();
    let refusal = DispositionCatalog::default().decide(command).unwrap_err();
    assert_eq!(refusal.pointer(), Some("/campaign_ids"));
}

#[test]
fn a_code_is_chosen_where_it_can_be() {
    let of_one = Definition { campaign_ids: vec![campaign(1)], ..again(5) };
    let catalog =
        given([define("later", of_one), define("gone", won()), change("gone", active(false))]);
    let say = |code: &str, of, listed| catalog.find(code).unwrap().sayable(of, listed);
    assert_eq!(say("later", Some(campaign(1)), true), Ok(()));
    assert_eq!(say("later", Some(campaign(1)), false), Err(Unsayable::NotOfCampaign));
    assert_eq!(say("later", Some(campaign(2)), true), Err(Unsayable::NotOfCampaign));
    assert_eq!(say("later", None, true), Err(Unsayable::NotOfCampaign));
    assert_eq!(say("gone", None, true), Err(Unsayable::Retired));
    assert_eq!(say("do_not_call", Some(campaign(1)), false), Ok(()), "whatever is listed");
    let listed = ["sale".to_owned(), "later".to_owned(), "gone".to_owned()];
    let codes = |of, listed| -> Vec<&str> {
        catalog.sayable(of, listed).map(|entry| entry.code.as_str()).collect()
    };
    assert_eq!(codes(Some(campaign(1)), Some(&listed[..])), ["sale", "do_not_call", "later"]);
    assert_eq!(codes(Some(campaign(2)), Some(&listed[..])), ["sale", "do_not_call"]);
    assert_eq!(codes(None, None).len(), 15);
}

#[test]
fn there_are_so_many_codes_at_most() {
    let fill = (0..MAX_CODES - 15).map(|number| define(&format!("code_{number}"), won()));
    let catalog = given(fill);
    assert_eq!(catalog.entries().len(), MAX_CODES);
    let refusal = catalog.decide(define("one_more", won())).unwrap_err();
    assert_eq!((&refusal, refusal.code()), (&DispositionRefusal::Full, "quota-exceeded"));
    assert_eq!(types(catalog.decide(change("code_1", active(false)))), ["DispositionCodeRetired"]);
}

#[test]
fn its_facts_stay_as_they_are() {
    let mut catalog = DispositionCatalog::default();
    golden::<DispositionEvent>("disposition").iter().for_each(|fact| catalog.evolve(fact));
    assert!(catalog.find("partly_sold").is_some());
}
