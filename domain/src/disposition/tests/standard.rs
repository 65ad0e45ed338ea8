//! What every organization has from its first day on.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::*;

/// The codes that facts of version 1 name, as they always counted. Nothing of this can change:
/// what has been counted would be other numbers after a rebuild.
const PINNED: &str = "\
sale Sale success human right conversion resolves ask:sale
not_interested Not interested failure human right resolves
callback Call back callback human right ask:follow_up_at
wrong_number Wrong number failure human resolves
left_message Left a message retry again:240
no_answer No answer retry again:120
busy Busy retry again:15
disconnected Disconnected failure resolves
transferred Transferred success human right
do_not_call Do not call dnc human right resolves never
answering_machine Answering machine retry again:240
fax Fax failure resolves
invalid_number Invalid number failure resolves
dropped Dropped retry human again:4320
no_disposition No disposition system
";

fn pinned(entry: &Disposition) -> String {
    let meaning = entry.meaning();
    let mut line = format!("{} {} {}", entry.code, meaning.label, meaning.category);
    for (flag, word) in [
        (meaning.human_contact, " human"),
        (meaning.right_party, " right"),
        (meaning.conversion, " conversion"),
        (meaning.resolves, " resolves"),
        (meaning.adds_to_dnc, " never"),
    ] {
        line += if flag { word } else { "" };
    }
    for requirement in &entry.definition.requires {
        write!(line, " ask:{requirement}").unwrap();
    }
    if let Some(minutes) = meaning.retry_after_minutes {
        write!(line, " again:{minutes}").unwrap();
    }
    line
}

#[test]
fn the_standard_codes_are_what_they_always_were() {
    let entries = DispositionCatalog::standard().entries();
    let lines: String = entries.iter().map(|entry| pinned(entry) + "\n").collect();
    assert_eq!(lines, PINNED);
    assert!(entries.iter().all(|entry| entry.active && entry.definition.campaign_ids.is_empty()));
    assert_eq!(&DispositionCatalog::default(), DispositionCatalog::standard());
}

#[test]
fn the_standard_codes_keep_the_rules_that_others_keep() {
    let mut codes = BTreeSet::new();
    for entry in DispositionCatalog::standard().entries() {
        assert_eq!(entry.definition.checked(), Ok(()), "{}", entry.code);
        assert!(codes.insert(&entry.code));
        let named = super::super::entry::own_code(&entry.code);
        // A contact that is over, because there is no such number, says so in the same word.
        assert!(named.is_ok() || entry.code == "invalid_number", "{}", entry.code);
    }
}

#[test]
fn what_the_product_relies_on_stays() {
    let none = DispositionChanges::default;
    let flag = |human_contact| DispositionChanges { human_contact: Some(human_contact), ..none() };
    let category = |category| DispositionChanges { category: Some(category), ..none() };
    let never = |adds| DispositionChanges { adds_to_dnc: Some(adds), ..none() };
    let note = || DispositionChanges { requires: Some(vec![Requirement::Note]), ..none() };
    let here = || DispositionChanges { campaign_ids: Some(vec![campaign(1)]), ..none() };
    let minutes = DispositionChanges { retry_after_minutes: Some(Some(1)), ..none() };
    for (code, changes, pointer) in [
        ("no_disposition", label("Nothing"), "/label"),
        ("no_disposition", flag(true), "/human_contact"),
        ("no_disposition", active(false), "/active"),
        ("dropped", minutes, "/retry_after_minutes"),
        ("dropped", active(false), "/active"),
        ("do_not_call", never(false), "/adds_to_dnc"),
        ("do_not_call", category(Category::Failure), "/category"),
        ("do_not_call", active(false), "/active"),
        ("do_not_call", note(), "/requires"),
        ("do_not_call", here(), "/campaign_ids"),
        ("busy", category(Category::Failure), "/category"),
    ] {
        let refusal = DispositionCatalog::default().decide(change(code, changes)).unwrap_err();
        assert_eq!((refusal.pointer(), refusal.reason()), (Some(pointer), Some("fixed")), "{code}");
        assert_eq!(refusal.code(), "validation-failed");
        assert!(refusal.to_string().contains(code), "{refusal}");
    }
}

#[test]
fn what_is_sensible_can_be_another() {
    let none = DispositionChanges::default;
    for (code, changes) in [
        ("sale", label("Prodáno")),
        ("do_not_call", label("Nevolat")),
        ("fax", active(false)),
        ("busy", DispositionChanges { retry_after_minutes: Some(Some(5)), ..none() }),
        ("transferred", DispositionChanges { conversion: Some(true), ..none() }),
        ("wrong_number", DispositionChanges { requires: Some(vec![Requirement::Note]), ..none() }),
        ("left_message", DispositionChanges { human_contact: Some(true), ..none() }),
        ("not_interested", DispositionChanges { campaign_ids: Some(vec![campaign(1)]), ..none() }),
    ] {
        let facts = DispositionCatalog::default().decide(change(code, changes)).unwrap();
        assert_eq!(facts.len(), 1, "{code}");
    }
}

#[test]
fn a_fact_that_does_not_say_what_its_code_meant_means_the_standard_one() {
    let standard = Meaning::of("sale", None).unwrap();
    assert!(standard.conversion);
    let said = won().meaning;
    assert_eq!(Meaning::of("sale", Some(&said)), Some(&said));
    assert_eq!(Meaning::of("bought_both", None), None);
}
