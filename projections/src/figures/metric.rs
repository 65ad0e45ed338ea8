//! What a figure is made of. All arithmetic is in whole milliseconds and counts; what is rounded,
//! is rounded last and half to even.

use serde::{Serialize, Serializer};
use utoipa::ToSchema;

const HOUR_MS: i64 = 3_600_000;

/// A figure and what it was made of.
///
/// A ratio and a mean have a numerator and a denominator, so that they can be
/// added up over cells: Σ numerator / Σ denominator. A count and a sum have a
/// numerator only. A percentile and a maximum have neither: they cannot be
/// added up.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct Metric {
    /// The figure; `null` where it is not defined, as a ratio over nothing.
    #[serde(serialize_with = "plain")]
    pub value: Option<f64>,
    /// What the value is made of, in the same unit.
    #[serde(serialize_with = "plain")]
    pub numerator: Option<f64>,
    /// What it was divided by.
    #[serde(serialize_with = "plain")]
    pub denominator: Option<f64>,
    /// How many facts it rests on.
    pub n: i64,
}

/// A whole number is written without a fraction.
fn plain<S: Serializer>(figure: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    match figure {
        None => serializer.serialize_none(),
        Some(figure) if figure.fract() == 0.0 && figure.abs() < 9e15 =>
        {
            #[expect(clippy::as_conversions, reason = "whole and below 2^53, just checked")]
            serializer.serialize_i64(*figure as i64)
        }
        Some(figure) => serializer.serialize_f64(*figure),
    }
}

/// How many.
pub(super) fn count(count: i64, n: i64) -> Metric {
    let figure = Some(float(count));
    Metric { value: figure, numerator: figure, denominator: None, n }
}

/// A part of a whole, or one count by another.
pub(crate) fn ratio(numerator: i64, denominator: i64) -> Metric {
    let value = rounded(numerator, denominator, 1_000_000).map(|ratio| float(ratio) / 1e6);
    let (top, bottom) = (Some(float(numerator)), Some(float(denominator)));
    Metric { value, numerator: top, denominator: bottom, n: denominator }
}

/// A mean of milliseconds, in seconds.
pub(super) fn mean(sum_ms: i64, n: i64) -> Metric {
    let value = rounded(sum_ms, n, 1).map(|mean| float(mean) / 1e3);
    let (top, bottom) = (Some(float(sum_ms) / 1e3), Some(float(n)));
    Metric { value, numerator: top, denominator: bottom, n }
}

/// A part of some time, both in milliseconds; of so many stretches.
pub(super) fn share(part_ms: i64, whole_ms: i64, n: i64) -> Metric {
    let (top, bottom) = (Some(float(part_ms) / 1e3), Some(float(whole_ms) / 1e3));
    Metric { numerator: top, denominator: bottom, n, ..ratio(part_ms, whole_ms) }
}

/// So many in so many milliseconds, by the hour.
pub(super) fn hourly(count: i64, ms: i64) -> Metric {
    let value = rounded(count.saturating_mul(HOUR_MS), ms, 1_000_000).map(|rate| float(rate) / 1e6);
    let hours = float(ms) / float(HOUR_MS);
    Metric { value, numerator: Some(float(count)), denominator: Some(hours), n: count }
}

/// An amount; of so many things that cost it.
pub(super) fn money(minor: Option<i64>, n: i64) -> Metric {
    let figure = minor.map(float);
    Metric { value: figure, numerator: figure, denominator: None, n }
}

/// An amount by a count.
pub(super) fn each(minor: Option<i64>, n: i64) -> Metric {
    let value = minor.and_then(|minor| ratio(minor, n).value);
    Metric { value, numerator: minor.map(float), denominator: Some(float(n)), n }
}

/// A mean of ten-thousandths.
pub(super) fn score(sum: i64, n: i64) -> Metric {
    let value = rounded(sum, n, 1).map(|mean| float(mean) / 1e4);
    Metric { value, numerator: Some(float(sum) / 1e4), denominator: Some(float(n)), n }
}

/// A sum of milliseconds, in seconds.
pub(super) fn total(sum_ms: i64, n: i64) -> Metric {
    let figure = Some(float(sum_ms) / 1e3);
    Metric { value: figure, numerator: figure, denominator: None, n }
}

/// A maximum or a percentile of milliseconds, in seconds.
pub(super) fn extreme(ms: Option<f64>, n: i64) -> Metric {
    let value = ms.map(|ms| ms.round_ties_even() / 1e3);
    Metric { value, numerator: None, denominator: None, n }
}

/// `numerator * scale / denominator`, half to even; nothing over nothing.
fn rounded(numerator: i64, denominator: i64, scale: i64) -> Option<i64> {
    if denominator <= 0 {
        return None;
    }
    let (top, bottom) = (i128::from(numerator) * i128::from(scale), i128::from(denominator));
    let (whole, rest) = (top.div_euclid(bottom), top.rem_euclid(bottom));
    let up = 2 * rest > bottom || (2 * rest == bottom && whole % 2 != 0);
    i64::try_from(whole + i128::from(up)).ok()
}

#[expect(clippy::as_conversions, reason = "counts and ms below 2^53 are exact as floats")]
pub(super) fn float(whole: i64) -> f64 {
    whole as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_rounded_half_to_even_and_only_at_the_end() {
        assert_eq!(rounded(4, 7, 1_000_000), Some(571_429));
        assert_eq!(rounded(1, 2, 1), Some(0));
        assert_eq!(rounded(3, 2, 1), Some(2));
        assert_eq!(rounded(5, 2, 1), Some(2));
        assert_eq!(rounded(1, 2_000_000, 1_000_000), Some(0));
        assert_eq!(rounded(3, 2_000_000, 1_000_000), Some(2));
        assert_eq!(mean(950_000, 3).value, Some(316.667));
        assert_eq!(extreme(Some(500.5), 1).value, Some(0.5));
    }

    #[test]
    fn nothing_over_nothing_is_null_and_whole_numbers_have_no_fraction() {
        let text = serde_json::to_string(&ratio(0, 0)).unwrap_or_default();
        assert_eq!(text, r#"{"value":null,"numerator":0,"denominator":0,"n":0}"#);
        let text = serde_json::to_string(&ratio(3, 4)).unwrap_or_default();
        assert_eq!(text, r#"{"value":0.75,"numerator":3,"denominator":4,"n":4}"#);
        let text = serde_json::to_string(&count(7, 7)).unwrap_or_default();
        assert_eq!(text, r#"{"value":7,"numerator":7,"denominator":null,"n":7}"#);
    }
}
