//! The formulas (domain/06 §6.3, §6.4, §6.7, §6.8): each is written once, here,
//! over sums that can be added up. All arithmetic is in whole milliseconds and
//! counts; what is rounded, is rounded last and half to even.

use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use super::query::{CallMetricsQuery, SlMethod};

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

/// Sums over calls and queue segments: whatever the formulas need. Times in ms.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Sums {
    /// Calls, by the instant that they were made.
    pub calls: i64,
    pub answered_calls: i64,
    pub contacts: i64,
    pub conversions: i64,
    /// Of these, those that are not over.
    pub live: i64,
    /// Handled calls, by the end of the handling.
    pub handled: i64,
    pub talk_ms: i64,
    pub talk_p50_ms: Option<f64>,
    pub talk_p95_ms: Option<f64>,
    pub talk_p95_nearest_ms: Option<f64>,
    pub hold_ms: i64,
    pub held: i64,
    pub wrap_ms: i64,
    pub wrapped: i64,
    pub handle_ms: i64,
    /// Judged calls, by the answer.
    pub resolution_known: i64,
    pub resolved: i64,
    pub rated: i64,
    pub rating: i64,
    pub satisfied: i64,
    /// Closed queue segments, by the instant that the wait began.
    pub answered: i64,
    pub abandoned: i64,
    pub short_abandoned: i64,
    pub flowed_out: i64,
    /// Of these, those that waited at most X.
    pub answered_in_time: i64,
    pub abandoned_in_time: i64,
    pub flowed_out_in_time: i64,
    pub answered_wait_ms: i64,
    pub longest_wait_ms: Option<i64>,
    /// Segments that are not closed.
    pub waiting: i64,
}

/// The figures of a cell.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Metrics {
    /// Calls, by `created_at`.
    pub calls: Metric,
    /// Those that were answered.
    pub answered_calls: Metric,
    /// N: closed queue segments, by `queued_at`.
    pub offered: Metric,
    /// A: an agent took the call.
    pub answered: Metric,
    /// B: the caller left while waiting, short abandons included.
    pub abandoned: Metric,
    /// (B − S) / (N − S), or B / N with `include_short_abandons`.
    pub abandonment_rate: Metric,
    /// A / N
    pub answer_rate: Metric,
    /// Σ wait over A / A, in seconds.
    pub asa_seconds: Metric,
    /// A(X) / (A + B − S) and its variants.
    pub service_level: Metric,
    /// The longest wait of a closed segment, in seconds.
    pub longest_wait_seconds: Metric,
    /// Σ talk of handled calls, by the end of the handling, in seconds.
    pub talk_seconds_sum: Metric,
    /// Σ talk / handled calls
    pub talk_seconds_mean: Metric,
    /// The median, interpolated.
    pub talk_seconds_p50: Metric,
    /// The 95th percentile, interpolated.
    pub talk_seconds_p95: Metric,
    /// The 95th percentile by nearest rank.
    pub talk_seconds_p95_nearest: Metric,
    /// Σ hold / handled calls that were on hold
    pub hold_seconds_mean: Metric,
    /// Σ wrap-up / handled calls whose wrap-up is known, be it 0
    pub wrap_seconds_mean: Metric,
    /// Σ (talk + hold + wrap-up) / handled calls
    pub handle_seconds_mean: Metric,
    /// Calls of which it was said that they solved the matter, by `answered_at`.
    pub resolved: Metric,
    /// Of those of which it was said whether they did.
    pub resolution_rate: Metric,
    /// Calls with a disposition that is a conversion, by `created_at`.
    pub conversions: Metric,
    /// Of those that reached a person.
    pub conversion_rate: Metric,
    /// Ratings of 4 or 5 / ratings, by `answered_at`
    pub csat: Metric,
    /// Σ rating / ratings
    pub rating_mean: Metric,
    /// Calls that were rated.
    pub rated: Metric,
}

impl Metrics {
    pub(super) fn of(sums: &Sums, query: &CallMetricsQuery) -> Self {
        let offered = sums.answered + sums.abandoned + sums.flowed_out;
        let short = if query.include_short_abandons { 0 } else { sums.short_abandoned };
        Self {
            calls: count(sums.calls, sums.calls),
            answered_calls: count(sums.answered_calls, sums.calls),
            offered: count(offered, offered),
            answered: count(sums.answered, offered),
            abandoned: count(sums.abandoned, offered),
            abandonment_rate: ratio(sums.abandoned - short, offered - short),
            answer_rate: ratio(sums.answered, offered),
            asa_seconds: mean(sums.answered_wait_ms, sums.answered),
            service_level: service_level(sums, offered, short, query),
            longest_wait_seconds: extreme(sums.longest_wait_ms.map(float), offered),
            talk_seconds_sum: total(sums.talk_ms, sums.handled),
            talk_seconds_mean: mean(sums.talk_ms, sums.handled),
            talk_seconds_p50: extreme(sums.talk_p50_ms, sums.handled),
            talk_seconds_p95: extreme(sums.talk_p95_ms, sums.handled),
            talk_seconds_p95_nearest: extreme(sums.talk_p95_nearest_ms, sums.handled),
            hold_seconds_mean: mean(sums.hold_ms, sums.held),
            wrap_seconds_mean: mean(sums.wrap_ms, sums.wrapped),
            handle_seconds_mean: mean(sums.handle_ms, sums.handled),
            resolved: count(sums.resolved, sums.resolution_known),
            resolution_rate: ratio(sums.resolved, sums.resolution_known),
            conversions: count(sums.conversions, sums.contacts),
            conversion_rate: ratio(sums.conversions, sums.contacts),
            csat: ratio(sums.satisfied, sums.rated),
            rating_mean: ratio(sums.rating, sums.rated),
            rated: count(sums.rated, sums.rated),
        }
    }
}

fn service_level(sums: &Sums, offered: i64, short: i64, query: &CallMetricsQuery) -> Metric {
    match query.sl_method {
        SlMethod::Dequeue => {
            let left = sums.answered_in_time + sums.abandoned_in_time + sums.flowed_out_in_time;
            ratio(left, offered)
        }
        SlMethod::Standard => {
            let abandoned = if query.include_abandons { sums.abandoned - short } else { 0 };
            let flowed_out = if query.include_flow_outs { sums.flowed_out } else { 0 };
            ratio(sums.answered_in_time, sums.answered + abandoned + flowed_out)
        }
    }
}

fn count(count: i64, n: i64) -> Metric {
    let figure = Some(float(count));
    Metric { value: figure, numerator: figure, denominator: None, n }
}

fn ratio(numerator: i64, denominator: i64) -> Metric {
    let value = rounded(numerator, denominator, 1_000_000).map(|ratio| float(ratio) / 1e6);
    let (top, bottom) = (Some(float(numerator)), Some(float(denominator)));
    Metric { value, numerator: top, denominator: bottom, n: denominator }
}

/// A mean of milliseconds, in seconds.
fn mean(sum_ms: i64, n: i64) -> Metric {
    let value = rounded(sum_ms, n, 1).map(|mean| float(mean) / 1e3);
    let (top, bottom) = (Some(float(sum_ms) / 1e3), Some(float(n)));
    Metric { value, numerator: top, denominator: bottom, n }
}

/// A sum of milliseconds, in seconds.
fn total(sum_ms: i64, n: i64) -> Metric {
    let figure = Some(float(sum_ms) / 1e3);
    Metric { value: figure, numerator: figure, denominator: None, n }
}

/// A maximum or a percentile of milliseconds, in seconds.
fn extreme(ms: Option<f64>, n: i64) -> Metric {
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
fn float(whole: i64) -> f64 {
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
