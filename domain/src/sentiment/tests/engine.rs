//! What the engine says besides a score: words, how many, and how sure.

use proptest::prelude::*;

use super::super::engine::confidence;
use super::*;

fn scored(text: &str) -> Scored {
    VADER.score(text, Some("en")).unwrap()
}

/// The terms with their impacts, as they are printed.
fn triggers(text: &str) -> Vec<(String, String)> {
    let triggers = scored(text).triggers.into_iter();
    triggers.map(|trigger| (trigger.term, trigger.impact.to_string())).collect()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(term, impact)| ((*term).to_owned(), (*impact).to_owned())).collect()
}

#[test]
fn a_text_without_a_word_of_meaning_is_neutral_and_nobody_is_sure_of_it() {
    for text in ["", "   ", "the invoice of March", "?!", "is?"] {
        let of = scored(text);
        assert_eq!((of.score, of.confidence, of.hits), (Score::ZERO, Score::ZERO, 0), "{text}");
        assert!(of.triggers.is_empty());
    }
    assert_eq!((scored("").tokens, scored("  the \n invoice ").tokens), (0, 2));
}

#[test]
fn the_one_word_that_moves_a_score_has_all_of_it() {
    assert_eq!(triggers("The service was good."), pairs(&[("good", "0.4404")]));
    assert_eq!(triggers("The service was not good."), pairs(&[("good", "-0.3412")]));
    assert_eq!(triggers("The service was VERY GOOD!!!"), pairs(&[("good", "0.7604")]));
    assert_eq!(triggers("hello :("), pairs(&[(":(", "-0.4404")]));
}

#[test]
fn the_impact_of_a_word_is_what_the_score_loses_without_it() {
    let with = "The agent was friendly but the line is horrible";
    let friendly =
        scored(with).score.minus(scored("The agent was word but the line is horrible").score);
    let horrible =
        scored(with).score.minus(scored("The agent was friendly but the line is word").score);
    let expected = [("horrible", horrible.to_string()), ("friendly", friendly.to_string())];
    let expected = expected.map(|(term, impact)| (term.to_owned(), impact));
    assert_eq!(triggers(with), expected);
    assert!(friendly > Score::ZERO && horrible < Score::ZERO);
}

#[test]
fn a_term_is_told_once_however_often_and_however_it_is_written() {
    let of = scored("Good, good. It is really GOOD!");
    let terms: Vec<&str> = of.triggers.iter().map(|trigger| trigger.term.as_str()).collect();
    assert_eq!((terms, of.hits, of.tokens), (vec!["good"], 3, 6));
    assert_eq!(of.triggers[0].impact, of.score, "without any of them nothing is left");
}

#[test]
fn confidence_is_how_much_there_is_to_go_by_times_how_far_it_agrees() {
    // 1 − e^(−1/3) = 0.28347, 1 − e^(−2/3) = 0.48658, of which all agree.
    assert_eq!(scored("good").confidence, number(0.2835));
    assert_eq!(scored("good and friendly").confidence, number(0.4866));
    let against = scored("good and horrible").confidence;
    assert!(against < number(0.2), "{against}");
    let e = (1..=12).map(|hits| (f64::from(hits), confidence(hits, 1.0)));
    for (hits, confidence) in e {
        assert_eq!(confidence, number(1.0 - (-hits / 3.0).exp()));
    }
    assert_eq!((confidence(0, 1.0), confidence(u32::MAX, 1.0)), (Score::ZERO, number(1.0)));
    assert_eq!(confidence(9, 0.0), Score::ZERO);
}

#[test]
fn a_term_is_a_word_of_the_lexicon_and_names_nobody() {
    let term = |text: &str| scored(text).triggers.remove(0).term;
    assert_eq!(term("Novák😊 called"), "😊");
    assert_eq!(term("+420777123456😊"), "😊");
    assert_eq!(term("\"HORRIBLE!\""), "horrible");
    assert!(scored("horrible.novak@example.com").triggers.is_empty());
}

#[test]
fn capitals_stay_capitals_without_a_word() {
    let good = |text: &str| -> Score {
        let triggers = scored(text).triggers;
        triggers.iter().find(|trigger| trigger.term == "good").unwrap().impact
    };
    let without = scored("WORD HORRIBLE").score;
    assert_eq!(good("GOOD HORRIBLE"), scored("GOOD HORRIBLE").score.minus(without));
    assert_ne!(without, scored("word HORRIBLE").score, "one word in capitals is louder");
}

#[test]
fn what_stands_for_a_word_means_nothing_itself() {
    for neutral in ["word", "WORD", "word!", "a WORD and a word"] {
        assert_eq!(scored(neutral).score, Score::ZERO);
    }
    assert_eq!(scored("good").score, scored("word good word").score);
}

#[test]
fn the_longest_text_is_looked_at_in_no_more_than_twenty_words() {
    let words = ["good", "bad", "happy", "sad", "great", "awful", "love", "hate", "nice", "ugly"];
    let more = ["win", "lose", "calm", "angry", "kind", "cruel", "fun", "dull", "safe", "fear"];
    let last = ["joy", "pain", "hope", "doubt", "brave", "weak"];
    let text = [&words[..], &more[..], &last[..]].concat().join(" ");
    let of = scored(&text);
    assert!(of.triggers.len() <= 20 && of.hits > 20, "{} of {}", of.triggers.len(), of.hits);
    let impacts: Vec<Score> = of.triggers.iter().map(|trigger| trigger.impact.abs()).collect();
    assert!(impacts.is_sorted_by(|one, next| one >= next));
}

#[test]
fn what_is_said_of_a_text_can_be_kept_and_read_again() {
    let of = scored("I am not happy with this terrible service");
    let kept = serde_json::to_string(&of).unwrap();
    assert!(kept.contains(&format!("\"score\":{}", of.score.to_f64())), "{kept}");
    assert_eq!(serde_json::from_str::<Scored>(&kept).unwrap(), of);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_text_breaks_the_engine_and_nothing_leaves_its_bounds(
        text in prop_oneof![
            "\\PC{0,60}",
            "((good|bad|NOT|but|no|very|love|hate|:\\)|😊|!|least|kind of|ok)[ ,.]{0,2}){0,30}",
        ],
    ) {
        let of = scored(&text);
        prop_assert_eq!(&scored(&text), &of);
        prop_assert!(of.score.abs() <= number(1.0));
        prop_assert!(Score::ZERO <= of.confidence && of.confidence <= number(1.0));
        prop_assert!(of.hits <= of.tokens);
        for trigger in &of.triggers {
            prop_assert!(trigger.impact != Score::ZERO && !trigger.term.is_empty());
        }
    }
}

#[test]
fn a_term_of_emojis_has_few_and_no_digit_of_any_script() {
    for (said, term) in
        [("٧٧٧١٢٣٤٥٦😀", "😀"), ("Novák😀", "😀"), ("１２３😀", "😀"), ("😀😀😀😀😀😀", "😀😀😀😀")]
    {
        let scored = VADER.score(said, Some("en")).unwrap();
        let terms: Vec<&str> = scored.triggers.iter().map(|one| one.term.as_str()).collect();
        assert_eq!(terms, [term], "{said}");
    }
}
