//! What calls of another system came to, in the codes of whoever brings them in.

use domain::Decider;
use domain::disposition::{Category, Definition, DispositionEvent, Meaning};
use domain::{Timestamp, UserId};
use uuid::Uuid;

use super::*;

/// The catalog of an organization that has a code of its own, which is retired.
fn own() -> DispositionCatalog {
    let (by, at) = (UserId::from(Uuid::from_u128(7)), Timestamp::from_millis(0));
    let meaning = Meaning {
        label: "Bought both".to_owned(),
        category: Category::Success,
        human_contact: true,
        right_party: true,
        conversion: true,
        resolves: true,
        adds_to_dnc: false,
        retry_after_minutes: None,
        topic: None,
    };
    let definition = Box::new(Definition { meaning, requires: vec![], campaign_ids: vec![] });
    let mut catalog = DispositionCatalog::default();
    let code = || "bought_both".to_owned();
    for fact in [
        DispositionEvent::DispositionCodeDefined { code: code(), definition, by, at },
        DispositionEvent::DispositionCodeRetired { code: code(), by, at },
    ] {
        catalog.evolve(&fact);
    }
    catalog
}

const MAP: &str = "source = \"test\"\n[columns]\nsource_id = \"#\"\ndate = \"day\"\n\
                   disposition = \"came to\"\n[values.disposition]\n\"won\" = \"bought_both\"\n\
                   \"b\" = \"busy\"\n[constants]\ndirection = \"outbound\"\n";

#[test]
fn a_code_of_ones_own_comes_in_with_what_it_means() {
    let map = ImportMap::parse(MAP, &own()).unwrap();
    let calls = calls("day,came to\n2024-01-01,won\n2024-01-01,b\n2024-01-01,\n", &map);
    let meant = |row: usize| calls[row].as_ref().unwrap().meaning.as_deref();
    assert_eq!(meant(0).map(|meaning| meaning.label.as_str()), Some("Bought both"));
    assert_eq!(meant(1), DispositionCatalog::standard().meaning("busy").as_deref());
    assert_eq!(meant(2), None);
}

#[test]
fn a_map_names_no_code_that_the_organization_does_not_have() {
    assert_eq!(ImportMap::checked(MAP), Ok(()), "it is a map for somebody");
    let error = ImportMap::parse(MAP, DispositionCatalog::standard()).unwrap_err();
    assert_eq!((error.key.as_str(), error.line), ("values.disposition.\"won\"", Some(7)));
    assert!(error.reason.contains("no such code"), "{error}");
}
