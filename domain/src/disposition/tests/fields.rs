//! What a code cannot be, and which field is to blame.

use super::*;

fn refused(code: &str, change: impl FnOnce(&mut Definition)) -> (&'static str, &'static str) {
    let mut definition = won();
    change(&mut definition);
    let refusal = DispositionCatalog::default().decide(define(code, definition)).unwrap_err();
    (refusal.pointer().unwrap(), refusal.reason().unwrap())
}

#[test]
fn a_code_is_a_word_of_its_own() {
    for code in ["", "x", "Sold", "sold!", "sold twice", "š_", &"x".repeat(33)] {
        assert_eq!(refused(code, |_| {}), ("/code", "invalid-code"), "{code}");
    }
    assert_eq!(refused("4242424242424242", |_| {}), ("/code", "card-data"));
    assert_eq!(refused("max_attempts", |_| {}), ("/code", "reserved"));
    for code in ["ab", "a_2", &"x".repeat(32)] {
        assert_eq!(types(DispositionCatalog::default().decide(define(code, won()))).len(), 1);
    }
}

#[test]
fn a_label_is_a_line() {
    for (text, reason) in [
        ("", "empty"),
        (" x", "unseen-character"),
        ("a\nb", "control-character"),
        (&"x".repeat(65), "too-long"),
        ("4242 4242 4242 4242", "card-data"),
    ] {
        let label = |d: &mut Definition| d.meaning.label = text.to_owned();
        assert_eq!(refused("sold", label), ("/label", reason), "{text}");
    }
}

type Change = fn(&mut Definition);

#[test]
fn flags_that_do_not_go_together_are_refused() {
    use Category as C;
    let cases: [(Change, &str, &str); 23] = [
        (|d| d.meaning.category = C::System, "/category", "reserved"),
        (|d| d.meaning.adds_to_dnc = true, "/adds_to_dnc", "inconsistent"),
        (|d| d.meaning.category = C::Dnc, "/adds_to_dnc", "inconsistent"),
        (|d| d.meaning.category = C::Failure, "/conversion", "inconsistent"),
        (|d| d.meaning.human_contact = false, "/right_party", "inconsistent"),
        (
            |d| (d.meaning.human_contact, d.meaning.right_party) = (false, false),
            "/conversion",
            "inconsistent",
        ),
        (|d| d.meaning.retry_after_minutes = Some(5), "/retry_after_minutes", "inconsistent"),
        (|d| *d = with(again(1), None), "/retry_after_minutes", "required"),
        (|d| *d = again(0), "/retry_after_minutes", "out-of-range"),
        (|d| *d = again(43_201), "/retry_after_minutes", "out-of-range"),
        (|d| *d = of(C::Callback, &[]), "/requires", "inconsistent"),
        (|d| *d = of(C::Failure, &[Requirement::FollowUpAt]), "/requires", "inconsistent"),
        (|d| *d = of(C::Success, &[Requirement::Sale]), "/requires", "inconsistent"),
        (|d| d.requires = vec![Requirement::Note; 2], "/requires", "repeated"),
        (|d| d.campaign_ids = vec![campaign(1); 2], "/campaign_ids", "repeated"),
        (|d| d.campaign_ids = (0..101).map(campaign).collect(), "/campaign_ids", "too-many"),
        (|d| d.meaning.label = String::new(), "/label", "empty"),
        (|d| d.meaning.topic = Some(String::new()), "/topic", "empty"),
        (|d| d.meaning.topic = Some("x".repeat(65)), "/topic", "too-long"),
        (|d| d.meaning.topic = Some("4242 4242 4242 4242".to_owned()), "/topic", "card-data"),
        (|d| d.requires = vec![Requirement::FollowUpAt], "/requires", "inconsistent"),
        (|d| d.meaning.category = C::Callback, "/conversion", "inconsistent"),
        (|d| d.meaning.category = C::Retry, "/conversion", "inconsistent"),
    ];
    for (number, (change, pointer, reason)) in cases.into_iter().enumerate() {
        assert_eq!(refused("sold", change), (pointer, reason), "{number}");
    }
}

/// Of another category, and no conversion.
fn of(category: Category, requires: &[Requirement]) -> Definition {
    let meaning = Meaning { category, conversion: false, ..won().meaning };
    Definition { meaning, requires: requires.to_vec(), ..won() }
}

fn with(definition: Definition, retry_after_minutes: Option<u32>) -> Definition {
    let meaning = Meaning { retry_after_minutes, ..definition.meaning };
    Definition { meaning, ..definition }
}

#[test]
fn whatever_goes_together_is_taken() {
    let never = Meaning { adds_to_dnc: true, ..of(Category::Dnc, &[]).meaning };
    for definition in [
        won(),
        again(1),
        again(43_200),
        of(Category::Failure, &[Requirement::Note]),
        of(Category::Callback, &[Requirement::FollowUpAt, Requirement::Note]),
        Definition { requires: vec![Requirement::Sale], ..won() },
        Definition { campaign_ids: (0..100).map(campaign).collect(), ..won() },
        Definition { meaning: never, ..won() },
    ] {
        let facts = DispositionCatalog::default().decide(define("own", definition));
        assert_eq!(types(facts), ["DispositionCodeDefined"]);
    }
}

#[test]
fn a_change_keeps_the_same_rules() {
    let catalog = given([define("later", again(5))]);
    let to_failure =
        DispositionChanges { category: Some(Category::Failure), ..DispositionChanges::default() };
    let refusal = catalog.decide(change("later", to_failure.clone())).unwrap_err();
    assert_eq!(refusal.pointer(), Some("/retry_after_minutes"));
    let whole = DispositionChanges { retry_after_minutes: Some(None), ..to_failure };
    assert_eq!(types(catalog.decide(change("later", whole))), ["DispositionCodeChanged"]);
    let about = |topic: Option<&str>| DispositionChanges {
        topic: Some(topic.map(str::to_owned)),
        ..DispositionChanges::default()
    };
    assert_eq!(types(catalog.decide(change("later", about(Some("billing"))))).len(), 1);
    assert_eq!(catalog.decide(change("later", about(None))), Ok(vec![]), "it has none");
    let refusal = catalog.decide(change("dropped", about(Some("billing")))).unwrap_err();
    assert_eq!((refusal.pointer(), refusal.reason()), (Some("/topic"), Some("fixed")));
    let system =
        DispositionChanges { category: Some(Category::System), ..DispositionChanges::default() };
    let refusal = catalog.decide(change("later", system)).unwrap_err();
    assert_eq!((refusal.pointer(), refusal.reason()), (Some("/category"), Some("reserved")));
}
