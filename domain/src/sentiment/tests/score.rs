//! Numbers of four decimals.

use proptest::prelude::*;

use super::*;

#[test]
fn a_score_is_the_nearest_of_four_decimals_and_nothing_else() {
    assert_eq!(Score::from_f64(0.440_44).unwrap().ten_thousandths(), 4_404);
    assert_eq!(Score::from_f64(-0.000_04), Some(Score::ZERO));
    for none in [f64::NAN, f64::INFINITY, 2.000_1, -3.0] {
        assert_eq!(Score::from_f64(none), None);
    }
    assert_eq!((Score::new(90_000), Score::new(i32::MIN)), (number(2.0), number(-2.0)));
}

#[test]
fn a_score_is_written_as_a_number_and_printed_with_four_decimals() {
    let written = |score| serde_json::to_string(&number(score)).unwrap();
    assert_eq!([0.1, -0.5267, 1.0, 0.0].map(written), ["0.1", "-0.5267", "1.0", "0.0"]);
    assert_eq!(
        [0.1, -0.05, -1.2].map(|score| number(score).to_string()),
        ["0.1000", "-0.0500", "-1.2000"]
    );
    assert_eq!(serde_json::from_str::<Score>("1").unwrap(), number(1.0));
    for wrong in ["2.1", "\"0.1\"", "null", "1e300"] {
        assert!(serde_json::from_str::<Score>(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_mean_is_rounded_once_and_half_to_even() {
    let mean = |scores: &[i32]| {
        Mean::of(scores.iter().map(|score| (Score::new(*score), 1)))
            .score()
            .map(Score::ten_thousandths)
    };
    assert_eq!(
        (mean(&[0, 1]), mean(&[1, 2]), mean(&[0, -1]), mean(&[-1, -2])),
        (Some(0), Some(2), Some(0), Some(-2),)
    );
    assert_eq!((mean(&[1, 1, 0]), mean(&[-1, -1, 0])), (Some(1), Some(-1)));
    assert_eq!((mean(&[]), Mean::of([(number(0.5), 0)]).score()), (None, None));
}

proptest! {
    #[test]
    fn every_score_is_read_as_it_was_written(ten_thousandths in -20_000..=20_000) {
        let score = Score::new(ten_thousandths);
        let written = serde_json::to_string(&score).unwrap();
        prop_assert_eq!(serde_json::from_str::<Score>(&written).unwrap(), score);
        prop_assert!(written.len() <= "-0.1234".len(), "{}", written);
        prop_assert_eq!(score.to_string().parse::<f64>().unwrap(), score.to_f64());
    }
}
