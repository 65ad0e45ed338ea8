//! The sentiment of a call, by hand.

use proptest::prelude::*;

use super::*;
use crate::speech::Speaker::{Agent, Customer};

fn said(speaker: crate::speech::Speaker, seq: u32, scored: Option<Scored>) -> Utterance {
    Utterance { seq, speaker, scored }
}

/// What the customer says, with its words.
fn customer(scores: &[(f64, u32)]) -> Vec<Utterance> {
    let one = |(seq, (score, tokens)): (u32, &(f64, u32))| {
        said(Customer, seq, Some(scored(*score, *tokens)))
    };
    (0..).zip(scores).map(one).collect()
}

fn of(utterances: &[Utterance]) -> Assessment {
    assess(utterances, &Thresholds::default())
}

fn trend(scores: &[f64]) -> CallTrend {
    let scores: Vec<(f64, u32)> = scores.iter().map(|score| (*score, 10)).collect();
    of(&customer(&scores)).trend
}

/// Σ w·s = 5 − 10 + 0 − 6.4 + 0.1 = −11.3, Σ w·|s| = 21.5, Σ w = 10 + 50 + 5 + 8 + 1 = 74. Ten hits
/// give 1 − e^(−10/3) = 0.964326.
#[test]
fn a_call_by_hand() {
    let call = of(&[
        said(Customer, 1, Some(scored(0.5, 10))),
        said(Agent, 2, Some(scored(-0.3, 20))),
        said(Customer, 3, Some(scored(-0.2, 60))),
        said(Customer, 4, None),
        said(Customer, 5, Some(scored(0.0, 5))),
        said(Customer, 6, Some(scored(-0.8, 8))),
        said(Agent, 7, None),
        said(Customer, 8, Some(scored(0.1, 1))),
    ]);
    let customer = Sentiment {
        score: number(-0.1527),
        label: Label::Negative,
        confidence: number(0.5068),
        intensity: number(0.2905),
        utterances: 5,
    };
    assert_eq!(call.customer, Some(customer));
    let agent = call.by_speaker[&Agent];
    assert_eq!((agent.score, agent.label, agent.utterances), (number(-0.3), Label::Negative, 1));
    let [opening, middle, closing] = [-0.0833, 0.0, -0.7].map(Score::from_f64);
    assert_eq!(call.phases, Some(Phases { opening, middle, closing }));
    assert_eq!(call.trend, CallTrend::Declining);
    assert_eq!(call.critical_moments, [CriticalMoment { seq: 6, delta: number(-0.7) }]);
}

#[test]
fn a_call_of_which_nothing_is_scored_has_no_sentiment() {
    let silent = Assessment {
        customer: None,
        by_speaker: Default::default(),
        phases: None,
        trend: CallTrend::InsufficientData,
        critical_moments: vec![],
    };
    assert_eq!(of(&[]), silent);
    assert_eq!(of(&[said(Customer, 1, None), said(Agent, 2, None)]), silent);
    assert_eq!(
        of(&customer(&[(0.0, 0), (0.0, 0)])),
        silent,
        "without words nothing weighs anything"
    );
    let agent = of(&[said(Agent, 1, Some(scored(0.9, 9)))]);
    assert!(agent.customer.is_none() && agent.by_speaker.contains_key(&Agent));
}

#[test]
fn phases_are_thirds_and_a_trend_needs_four() {
    let phases = |scores: &[f64]| {
        let scores: Vec<(f64, u32)> = scores.iter().map(|score| (*score, 10)).collect();
        of(&customer(&scores)).phases.map(|phases| {
            [phases.opening, phases.middle, phases.closing].map(|phase| phase.map(Score::to_f64))
        })
    };
    assert_eq!(phases(&[0.1, 0.2]), None);
    assert_eq!(phases(&[0.1, 0.2, 0.3]), Some([Some(0.1), Some(0.2), Some(0.3)]));
    assert_eq!(phases(&[0.1, 0.3, 0.5, 0.7]), Some([Some(0.2), None, Some(0.6)]));
    assert_eq!(phases(&[0.1, 0.3, 0.9, 0.5, 0.7]), Some([Some(0.2), Some(0.9), Some(0.6)]));
    let seven = [0.1, 0.2, 0.3, 0.9, 0.4, 0.5, 0.6];
    assert_eq!(phases(&seven), Some([Some(0.2), Some(0.9), Some(0.5)]));
    assert_eq!(trend(&[-1.0, 0.0, 1.0]), CallTrend::InsufficientData);
}

#[test]
fn a_difference_of_exactly_a_fifth_is_a_trend_and_a_ten_thousandth_less_is_none() {
    assert_eq!(trend(&[0.1, 0.1, 0.3, 0.3]), CallTrend::Improving);
    assert_eq!(trend(&[0.1, 0.1, 0.3, 0.2999]), CallTrend::Stable);
    assert_eq!(trend(&[0.3, 0.3, 0.1, 0.1]), CallTrend::Declining);
    assert_eq!(trend(&[0.3, 0.2999, 0.1, 0.1]), CallTrend::Stable);
}

#[test]
fn a_moment_is_critical_from_exactly_six_tenths_on() {
    let seqs = |scores: &[f64]| -> Vec<u32> {
        let scores: Vec<(f64, u32)> = scores.iter().map(|score| (*score, 10)).collect();
        of(&customer(&scores)).critical_moments.iter().map(|moment| moment.seq).collect()
    };
    assert_eq!(seqs(&[0.1, 0.3, -0.4]), [2]);
    assert_eq!(seqs(&[0.1, 0.3, -0.3999]), [0; 0]);
    assert_eq!(seqs(&[0.1, 0.3, 0.8, -0.9, -0.9]), [2, 3, 4]);
    assert_eq!(seqs(&[0.0, 1.0]), [0; 0], "there is no mean of two before it");
}

#[test]
fn labels_begin_at_their_thresholds() {
    let labels = |thresholds: &Thresholds| {
        [0.05, 0.0499, -0.0499, -0.05].map(|score| thresholds.label(number(score)))
    };
    let (positive, neutral, negative) = (Label::Positive, Label::Neutral, Label::Negative);
    assert_eq!(labels(&Thresholds::default()), [positive, neutral, neutral, negative]);
    let own = Thresholds { positive: number(0.04), negative: number(-0.3) };
    assert_eq!(labels(&own), [positive, positive, neutral, neutral]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Against the formulas in floating point.
    #[test]
    fn a_call_of_any_scores_is_within_a_rounding_of_its_formulas(
        scores in proptest::collection::vec((-10_000..=10_000_i32, 1..90_u32), 1..40),
    ) {
        let scores: Vec<(f64, u32)> =
            scores.iter().map(|(score, words)| (f64::from(*score) / 1e4, *words)).collect();
        let call = of(&customer(&scores));
        let mean = |scores: &[(f64, u32)]| {
            let weight = |words: &u32| f64::from((*words).min(50));
            let sum: f64 = scores.iter().map(|(score, words)| score * weight(words)).sum();
            sum / scores.iter().map(|(_, words)| weight(words)).sum::<f64>()
        };
        let near = |score: Option<Score>, number: f64| {
            score.is_some_and(|score| (score.to_f64() - number).abs() <= 0.500_001e-4)
        };
        prop_assert!(near(call.customer.map(|one| one.score), mean(&scores)));
        let n = scores.len();
        prop_assert_eq!(call.phases.is_some(), n >= 3);
        if let Some(phases) = call.phases {
            let third = n.div_ceil(3);
            prop_assert!(near(phases.opening, mean(&scores[..third])));
            prop_assert!(near(phases.closing, mean(&scores[n - third..])));
            prop_assert_eq!(phases.middle.is_some(), n > 2 * third);
        }
        let moments = scores.windows(3).filter(|three| {
            (three[2].0 - (three[0].0 + three[1].0) / 2.0).abs() >= 0.6 - 1e-9
        });
        prop_assert_eq!(call.critical_moments.len(), moments.count());
    }
}
