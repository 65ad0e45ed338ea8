//! While a call goes on: what is raised, what is cleared, and what is neither.

use proptest::prelude::*;

use super::*;
use AlertKind::{Confusion, Escalation, Frustration, Satisfaction};
use AlertSeverity::{Critical, Info, Warning};

/// The customer has said something, as text.
fn step(
    mut live: Live,
    rules: &AlertRules,
    text: &str,
    scored: Option<&Scored>,
) -> (Live, Vec<Alert>) {
    let alerts = live.hear(scored, rules.said(text), rules.satisfaction);
    (live, alerts)
}

/// One alert as a word: `frustration warning -0.6000`.
fn word(alert: &Alert) -> String {
    let of = |score: &Option<Score>| score.map_or("-".to_owned(), |score| score.to_string());
    match alert {
        Alert::Raised { kind, severity, score } => format!("{kind} {severity} {}", of(score)),
        Alert::Cleared { kind, score } => format!("{kind} cleared {}", of(score)),
    }
}

/// The alerts after each thing that the customer says, all of ten words.
fn alerts(rules: &AlertRules, said: &[(f64, &str)]) -> Vec<Vec<String>> {
    let mut live = Live::default();
    let mut all = Vec::new();
    for (score, text) in said {
        let (next, alerts) = step(live, rules, text, Some(&scored(*score, 10)));
        live = next;
        all.push(alerts.iter().map(word).collect());
    }
    all
}

fn by_scores(scores: &[f64]) -> Vec<String> {
    let rules = AlertRules { satisfaction: true, ..AlertRules::default() };
    let said: Vec<(f64, &str)> = scores.iter().map(|score| (*score, "hm")).collect();
    alerts(&rules, &said).concat()
}

#[test]
fn frustration_is_raised_raised_further_kept_and_cleared() {
    let frustrated = by_scores(&[-0.6, -0.6, -0.6, -0.9, -0.9, -0.9, -0.6, -0.3, 0.0, 0.0, 0.0]);
    assert_eq!(
        frustrated,
        [
            "frustration warning -0.6000",
            "frustration critical -0.8000",
            "frustration cleared -0.1000",
        ]
    );
}

#[test]
fn one_sentence_is_no_mood() {
    assert_eq!(by_scores(&[-1.0, -1.0]), [""; 0]);
    assert_eq!(by_scores(&[-1.0, -1.0, -1.0]), ["frustration critical -1.0000"]);
}

#[test]
fn limits_themselves_raise_and_clear_nothing() {
    assert_eq!(by_scores(&[-0.5, -0.5, -0.5]), [""; 0]);
    assert_eq!(by_scores(&[-0.5, -0.5, -0.5003]), ["frustration warning -0.5001"]);
    assert_eq!(by_scores(&[-0.7, -0.7, -0.7]), ["frustration warning -0.7000"]);
    let calm = by_scores(&[-0.6, -0.6, -0.6, -0.2, -0.2, -0.2]);
    assert_eq!(calm, ["frustration warning -0.6000"], "-0.2 itself is not yet calm");
    assert_eq!(by_scores(&[0.7, 0.7, 0.7]), [""; 0]);
}

#[test]
fn after_it_was_cleared_frustration_is_raised_again() {
    let again = by_scores(&[-0.6, -0.6, -0.6, 0.0, 0.0, 0.0, -0.6, -0.6, -0.6]);
    assert_eq!(
        again,
        [
            "frustration warning -0.6000",
            "frustration cleared 0.0000",
            "frustration warning -0.6000",
        ]
    );
}

#[test]
fn satisfaction_is_told_only_where_it_is_wanted() {
    let scores = [0.8, 0.8, 0.8, 0.9, 0.1, 0.1, 0.1];
    assert_eq!(by_scores(&scores), ["satisfaction info 0.8000", "satisfaction cleared 0.1000"]);
    let said: Vec<(f64, &str)> = scores.iter().map(|score| (*score, "hm")).collect();
    assert!(alerts(&AlertRules::default(), &said).concat().is_empty());
}

#[test]
fn an_okay_of_one_word_takes_away_no_long_complaint() {
    let mut live = Live::default();
    for (score, tokens) in [(-0.9, 40), (-0.9, 40), (0.4, 1)] {
        live = step(live, &AlertRules::default(), "", Some(&scored(score, tokens))).0;
    }
    assert_eq!(live.rolling(), Some(number(-0.884)));
}

#[test]
fn whoever_asks_for_a_manager_has_asked() {
    let said = [
        (0.0, "I WANT to  speak to a Manager, now!"),
        (0.0, "my lawyer will call you"),
        (0.9, "oh fine"),
        (0.9, "thank you"),
    ];
    let all = alerts(&AlertRules::default(), &said);
    assert_eq!(all.concat(), ["escalation critical -"]);
    assert_eq!(all[0].len(), 1);
}

#[test]
fn phrases_are_whole_words_however_an_apostrophe_is_written() {
    let raised = |text: &str| !alerts(&AlertRules::default(), &[(0.0, text)]).concat().is_empty();
    assert!(raised("well, I don\u{2019}t understand") && raised("I DONT UNDERSTAND"));
    assert!(!raised("that is unlawyerly") && !raised("speak to a managerial person"));
    let blank = AlertRules { escalation: vec![String::new(), "!".into()], ..Default::default() };
    assert!(alerts(&blank, &[(0.0, "hello"), (0.0, "")]).concat().is_empty());
}

#[test]
fn confusion_is_cleared_after_three_things_without_it() {
    let said = [
        (0.0, "what do you mean"),
        (0.0, "ah"),
        (0.0, "sorry, i'm confused"),
        (0.0, "ah"),
        (0.0, "yes"),
        (0.0, "right"),
        (0.0, "you lost me"),
    ];
    let confused = alerts(&AlertRules::default(), &said);
    let told: Vec<usize> = (0..said.len()).filter(|place| !confused[*place].is_empty()).collect();
    assert_eq!(told, [0, 5, 6]);
    assert_eq!(confused[5], ["confusion cleared 0.0000"]);
}

#[test]
fn one_sentence_can_be_furious_and_ask_for_a_manager() {
    let said = [(-0.9, "hm"), (-0.9, "hm"), (-0.9, "talk to a supervisor")];
    let all = alerts(&AlertRules::default(), &said);
    assert_eq!(all[2], ["frustration critical -0.9000", "escalation critical -0.9000"]);
}

#[test]
fn what_has_no_score_changes_no_mood_but_its_phrases_count() {
    let mut live = Live::default();
    for _ in 0..3 {
        live = step(live, &AlertRules::default(), "", Some(&scored(-0.6, 10))).0;
    }
    let (after, alerts) = step(live.clone(), &AlertRules::default(), "eh", None);
    assert_eq!((after, alerts), (live.clone(), vec![]));
    let (_, alerts) = step(live, &AlertRules::default(), "lawyer", None);
    assert_eq!(alerts.iter().map(word).collect::<Vec<_>>(), ["escalation critical -0.6000"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn of_every_kind_raising_and_clearing_take_turns(
        said in proptest::collection::vec(
            (-10_000..=10_000_i32, 0..60_u32, proptest::sample::select(vec![
                "hm", "i don't follow", "i'll sue you", "",
            ])),
            0..60,
        ),
    ) {
        let rules = AlertRules { satisfaction: true, ..AlertRules::default() };
        let mut live = Live::default();
        let mut open: std::collections::BTreeMap<AlertKind, AlertSeverity> = Default::default();
        for (score, tokens, text) in said {
            let one = scored(f64::from(score) / 1e4, tokens);
            let (next, alerts) = step(live, &rules, text, Some(&one));
            live = next;
            for alert in alerts {
                match alert {
                    Alert::Raised { kind, severity, .. } => {
                        let was = open.insert(kind, severity);
                        prop_assert!(was.is_none_or(|was| was < severity));
                        let usual = match kind {
                            Frustration => severity >= Warning,
                            Satisfaction => severity == Info,
                            Confusion => severity == Warning,
                            Escalation => severity == Critical,
                        };
                        prop_assert!(usual);
                    }
                    Alert::Cleared { kind, .. } => {
                        prop_assert!(kind != Escalation && open.remove(&kind).is_some());
                    }
                }
            }
            let rolling = live.rolling().map_or(0.0, Score::to_f64);
            prop_assert!(!open.contains_key(&Frustration) || rolling <= -0.2);
            prop_assert!(open.contains_key(&Frustration) || rolling >= -0.5);
        }
    }
}
