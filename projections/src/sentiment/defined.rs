//! What the figures of trends mean (domain/06 §6.9), as `GET /analytics/definitions` says it.

use crate::figures::read::Base;
use crate::figures::table::{Meaning, Unit};

/// Each figure of a bucket of `GET /sentiment/trends`, and of its series.
pub const TRENDS: [Meaning; 10] = [
    Meaning {
        numerator: Some("Σ score"),
        denominator: Some("calls with a score"),
        ..score("mean", "Σ score / calls with a score; each call counts once")
    },
    score("median", "The median of the scores, interpolated."),
    score("p10", "The 10th percentile of the scores, interpolated."),
    score("p90", "The 90th percentile of the scores, interpolated."),
    score("sd", "The standard deviation of the scores, of all of them."),
    share("positive_share", "Positive calls / calls with a score", "positive calls"),
    share("neutral_share", "Neutral calls / calls with a score", "neutral calls"),
    share("negative_share", "Negative calls / calls with a score", "negative calls"),
    score(
        "ma",
        "The moving mean: that of the last 7 buckets that are not empty, this one included, \
         weighted by their calls; `null` where this one is empty, or they are fewer than 3.",
    ),
    score(
        "slope",
        "Of the line through the means of the buckets that are not empty, by least squares weighted \
         by their calls: by how much a bucket is better than the one before; `null` where fewer \
         than 2 are not empty. `direction` is `improving` or `declining` where |slope| × (all \
         buckets − 1) ≥ 0.1, else `flat`; `insufficient_data` with fewer than 5 buckets that are \
         not empty, or 30 calls.",
    ),
];

const fn score(name: &'static str, formula: &'static str) -> Meaning {
    of(name, formula, Unit::Score)
}

const fn share(name: &'static str, formula: &'static str, of_them: &'static str) -> Meaning {
    let (numerator, denominator) = (Some(of_them), Some("calls with a score"));
    Meaning { numerator, denominator, ..of(name, formula, Unit::Ratio) }
}

const fn of(name: &'static str, formula: &'static str, unit: Unit) -> Meaning {
    let (numerator, denominator, bases) = (None, None, &[Base::Mood]);
    Meaning { name, formula, unit, numerator, denominator, bases }
}
