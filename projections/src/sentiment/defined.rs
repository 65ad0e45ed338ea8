//! What the figures of trends mean (domain/06 §6.9), as `GET /analytics/definitions` says it.

use crate::figures::read::Base;
use crate::figures::table::{Meaning, Unit};

/// Each figure of a bucket of `GET /sentiment/trends`, and of its series.
pub const TRENDS: [Meaning; 10] = [
    score("mean", "Σ score / calls with a score; each call counts once"),
    score("median", "The median of the scores, interpolated."),
    score("p10", "The 10th percentile of the scores, interpolated."),
    score("p90", "The 90th percentile of the scores, interpolated."),
    score("sd", "The standard deviation of the scores, of all of them."),
    share("positive_share", "Calls with the label `positive` / calls with a score"),
    share("neutral_share", "Calls with the label `neutral` / calls with a score"),
    share("negative_share", "Calls with the label `negative` / calls with a score"),
    score(
        "ma",
        "The moving mean: that of the last 7 buckets that are not empty, this one included, \
         weighted by their calls; there are 3 at least.",
    ),
    score(
        "slope",
        "Of the line through the means of the buckets that are not empty, by least squares weighted \
         by their calls: by how much a bucket is better than the one before. `direction` is \
         `improving` or `declining` where |slope| × (buckets − 1) ≥ 0.1, else `flat`; \
         `insufficient_data` with fewer than 5 buckets that are not empty, or 30 calls.",
    ),
];

const fn score(name: &'static str, formula: &'static str) -> Meaning {
    of(name, formula, Unit::Score)
}

const fn share(name: &'static str, formula: &'static str) -> Meaning {
    of(name, formula, Unit::Ratio)
}

/// None of them says what it divides: the calls of a bucket stand in `n`.
const fn of(name: &'static str, formula: &'static str, unit: Unit) -> Meaning {
    let (numerator, denominator, bases) = (None, None, &[Base::Mood]);
    Meaning { name, formula, unit, numerator, denominator, bases }
}
