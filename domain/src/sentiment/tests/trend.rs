//! A series of calls over time.

use proptest::prelude::*;

use super::*;
use TrendDirection::{Declining, Flat, Improving, InsufficientData};

fn buckets(buckets: &[(u32, i64)]) -> Vec<Bucket> {
    buckets.iter().map(|(calls, sum)| Bucket { calls: *calls, sum: *sum }).collect()
}

/// So many calls per bucket, all of one score.
fn even(calls: u32, scores: &[i64]) -> Vec<Bucket> {
    scores.iter().map(|score| Bucket { calls, sum: score * i64::from(calls) }).collect()
}

/// The expected figures are those of Python's `fractions` by the textbook formula: the slope is
/// Σ n(x − x̄)(y − ȳ) / Σ n(x − x̄)².
#[test]
fn a_series_has_the_figures_that_fractions_give() {
    let of = series(&buckets(&[
        (4, 1_234),
        (0, 0),
        (9, -5_000),
        (2, 3_001),
        (7, 700),
        (1, 9_999),
        (0, 0),
        (12, -20_000),
        (5, 2_500),
        (6, 14_400),
        (3, -777),
        (8, 16_000),
    ]));
    let moving = [-0.0051, -0.0003, 0.0432, 0.0, -0.0288, -0.0189, 0.0133, 0.0273, 0.0543];
    let mut expected = vec![None; 3];
    expected.extend(moving.map(Score::from_f64));
    expected[6] = None;
    assert_eq!(of.moving, expected);
    assert!((of.slope.unwrap() - 0.013_950_002_630_748_184).abs() < 1e-15);
    assert_eq!(of.direction, Improving);
}

#[test]
fn calls_count_once_in_their_bucket() {
    let bucket = Bucket::of([0.5, -0.1, 0.2].map(number));
    assert_eq!((bucket, bucket.mean()), (Bucket { calls: 3, sum: 6_000 }, Some(number(0.2))));
    assert_eq!(Bucket::default().mean(), None);
}

#[test]
fn there_is_no_line_through_fewer_than_two_points() {
    let nothing = Series { moving: vec![], slope: None, direction: InsufficientData };
    assert_eq!(series(&[]), nothing);
    assert_eq!(series(&buckets(&[(90, 9_000)])).slope, None);
    let one = series(&buckets(&[(0, 0), (90, 9_000), (0, 0), (0, 0), (0, 0), (0, 0)]));
    assert_eq!((one.slope, one.direction), (None, InsufficientData));
}

#[test]
fn a_direction_is_a_tenth_from_end_to_end_and_no_ten_thousandth_less() {
    let direction = |buckets: &[Bucket]| series(buckets).direction;
    assert_eq!(direction(&even(6, &[0, 250, 500, 750, 1_000])), Improving);
    assert_eq!(direction(&even(6, &[0, 250, 500, 750, 999])), Flat);
    assert_eq!(direction(&even(6, &[1_000, 750, 500, 250, 0])), Declining);
    assert_eq!(direction(&even(6, &[999, 750, 500, 250, 0])), Flat);
    // An empty bucket takes its time: the same line goes on for one more step.
    let mut longer = even(6, &[0, 250, 500, 750, 999]);
    longer.push(Bucket::default());
    assert_eq!(direction(&longer), Improving);
}

#[test]
fn a_direction_needs_five_buckets_and_thirty_calls() {
    let rise = [0, 2_000, 4_000, 6_000, 8_000];
    let direction = |buckets: &[Bucket]| series(buckets).direction;
    assert_eq!(direction(&even(6, &rise)), Improving);
    assert_eq!(direction(&even(6, &rise[..4])), InsufficientData);
    let mut fewer = even(6, &rise);
    fewer[0] = Bucket { calls: 5, sum: 0 };
    assert_eq!(direction(&fewer), InsufficientData, "29 calls");
    let mut padded = even(60, &rise[..4]);
    padded.extend([Bucket::default(); 9]);
    assert_eq!(direction(&padded), InsufficientData, "empty buckets are none of the five");
}

#[test]
fn the_moving_mean_looks_at_seven_buckets_by_their_calls() {
    let moving = |buckets: &[Bucket]| series(buckets).moving;
    let of = |scores: &[f64]| -> Vec<Option<Score>> {
        [None, None].into_iter().chain(scores.iter().map(|score| Some(number(*score)))).collect()
    };
    assert_eq!(moving(&even(1, &[0, 0, 3_000])), of(&[0.1]));
    assert_eq!(moving(&buckets(&[(1, 0), (1, 0), (2, 6_000)])), of(&[0.15]));
    let eight = even(1, &[7_000, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(moving(&eight)[6..], [Some(number(0.1)), Some(Score::ZERO)]);
}

#[test]
fn the_largest_series_breaks_nothing() {
    let most = Bucket { calls: u32::MAX, sum: i64::from(u32::MAX) * 10_000 };
    let mut buckets = vec![most; 10_000];
    assert_eq!(series(&buckets).slope, Some(0.0));
    buckets[0].sum = -most.sum;
    assert_eq!(series(&buckets).moving[2], Some(number(0.3333)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Against the textbook formula in floating point.
    #[test]
    fn the_slope_is_that_of_least_squares(
        points in proptest::collection::vec((0..40_u32, -10_000..=10_000_i64), 0..30),
    ) {
        let buckets: Vec<Bucket> = points
            .iter()
            .map(|(calls, mean)| Bucket { calls: *calls, sum: mean * i64::from(*calls) })
            .collect();
        let full: Vec<(f64, f64, f64)> = (0_u32..)
            .zip(&points)
            .filter(|(_, (calls, _))| *calls > 0)
            .map(|(x, (calls, mean))| {
                let mean = i32::try_from(*mean).unwrap();
                (f64::from(x), f64::from(*calls), f64::from(mean) / 1e4)
            })
            .collect();
        let slope = series(&buckets).slope;
        prop_assert_eq!(slope.is_some(), full.len() > 1);
        if let Some(slope) = slope {
            let n: f64 = full.iter().map(|(_, n, _)| n).sum();
            let x = full.iter().map(|(x, n, _)| n * x).sum::<f64>() / n;
            let y = full.iter().map(|(_, n, y)| n * y).sum::<f64>() / n;
            let rise: f64 = full.iter().map(|(at, n, is)| n * (at - x) * (is - y)).sum();
            let run: f64 = full.iter().map(|(at, n, _)| n * (at - x).powi(2)).sum();
            prop_assert!((slope - rise / run).abs() < 1e-9, "{} and not {}", slope, rise / run);
        }
    }
}
