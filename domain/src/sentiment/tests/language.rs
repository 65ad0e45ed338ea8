//! In which language somebody speaks.

use proptest::prelude::*;

use super::*;

#[test]
fn the_declared_language_wins_then_the_text_then_the_call() {
    let german = "Guten Tag, ich habe seit gestern leider keinen Empfang mehr in meiner Wohnung.";
    let of = |text, declared, call| language_of(text, declared, call);
    assert_eq!(of(german, Some("en"), Some("cs")).as_deref(), Some("en"));
    assert_eq!(of(german, None, Some("cs")).as_deref(), Some("de"));
    assert_eq!(of("Ja, genau.", None, Some("cs")).as_deref(), Some("cs"));
    assert_eq!(of("Ja, genau.", None, None), None);
    assert_eq!(of("(・ω・)", None, Some("en")).as_deref(), Some("en"));
    assert_eq!(of("", None, None), None);
}

#[test]
fn languages_are_named_by_their_shortest_tag() {
    let texts = [
        ("en", "I would like to know why nobody has called me back since last week."),
        ("cs", "Dobrý den, chtěl bych se zeptat, proč mi od minulého týdne nikdo nezavolal."),
        (
            "es",
            "Buenos días, quisiera saber por qué nadie me ha llamado, aunque ustedes lo prometieron hace ya más de una semana.",
        ),
        ("fr", "Bonjour, je voudrais savoir pourquoi personne ne m'a rappelé depuis une semaine."),
        ("de", "Ich möchte gerne wissen, warum mich seit letzter Woche niemand angerufen hat."),
        (
            "ru",
            "Здравствуйте, я хотел бы узнать, почему мне никто не перезвонил, хотя вы обещали сделать это ещё на прошлой неделе.",
        ),
        ("ja", "先週から誰からも電話がないのはなぜですか。教えていただけますでしょうか。"),
    ];
    for (tag, text) in texts {
        assert_eq!(language_of(text, None, None).as_deref(), Some(tag), "{text}");
        for (end, _) in text.match_indices(' ') {
            let begun = language_of(&text[..end], None, None);
            assert!(
                begun.is_none() || begun.as_deref() == Some(tag),
                "{begun:?}: {}",
                &text[..end]
            );
        }
    }
    for lang in whatlang::Lang::all() {
        let short = super::super::language::short(lang.code());
        assert!(short.len() == 2, "{lang:?}");
    }
}

/// What the rule rests on: of speech that is not long enough it says nothing, and of the rest it is
/// silent or right.
#[test]
fn no_segment_of_twelve_english_calls_is_taken_for_another_language() {
    let (mut sure, mut segments) = (0, 0);
    for (said, _) in switchboard::calls() {
        for (_, text) in &said {
            let found = language_of(text, None, None);
            assert!(found.is_none() || found.as_deref() == Some("en"), "{found:?}: {text}");
            sure += usize::from(found.is_some());
            segments += 1;
        }
        let texts = || said.iter().map(|(_, text)| text.as_str());
        assert_eq!(language_of_call(texts()).as_deref(), Some("en"));
        assert_eq!(language_of_call(texts().take(12)).as_deref(), Some("en"));
    }
    assert_eq!((sure, segments), (612, 1_744));
}

#[test]
fn a_call_without_words_is_in_no_language() {
    assert_eq!(language_of_call([]), None);
    assert_eq!(language_of_call(["", "12 34 56", "…", ":)"]), None);
}

#[test]
fn a_language_that_nobody_knows_has_no_score_and_is_not_neutral() {
    for language in [None, Some("cs"), Some("de-AT"), Some(""), Some("e"), Some("enm")] {
        assert_eq!(VADER.score("good", language), Err(NoScore::LanguageUnsupported));
    }
    for language in ["en", "EN", "en-US", "eng", "en_GB"] {
        assert!(VADER.score("good", Some(language)).unwrap().score > Score::ZERO);
    }
    assert_eq!(NoScore::LanguageUnsupported.word(), "language_unsupported");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_text_breaks_detection_and_the_same_text_has_the_same_language(
        text in prop_oneof!["\\PC{0,80}", "[a-z ]{0,1200}", "[\\u{0}-\\u{fff} ]{0,700}"],
    ) {
        let found = language_of(&text, None, None);
        prop_assert_eq!(&language_of(&text, None, None), &found);
        prop_assert_eq!(language_of_call([text.as_str()]), found);
    }
}
