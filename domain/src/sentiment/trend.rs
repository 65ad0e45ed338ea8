//! Where sentiment goes over weeks (domain/06 §6.9, the trend series).
//!
//! Everything is computed of whole numbers and divided once, at the end, so limits are met exactly
//! and the order of additions does not matter.

use std::collections::VecDeque;

use super::score::{Mean, Score};
use crate::words::words;

/// The moving mean looks at so many buckets that are not empty.
pub const MOVING: usize = 7;
/// And needs so many.
const MOVING_NEEDS: usize = 3;
/// A direction needs so many buckets that are not empty.
const NEEDS_BUCKETS: usize = 5;
/// And so many calls.
const NEEDS_CALLS: u64 = 30;
/// From this change on, between the first bucket and the last, there is a direction.
const NOTABLE: Score = Score::new(1_000);

words! {
    /// Where a series goes.
    TrendDirection {
        /// Up, by 0.1 at least from the first bucket to the last.
        Improving,
        /// Down, by 0.1 at least.
        Declining,
        /// Neither.
        Flat,
        /// Fewer than five buckets are not empty, or there are fewer than 30 calls.
        InsufficientData,
    }
}

/// The calls of a stretch of time, each of which counts once, whatever its length.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
    /// How many calls have a score.
    pub calls: u32,
    /// The sum of their scores, in ten-thousandths.
    pub sum: i64,
}

impl Bucket {
    /// Of these scores of calls.
    pub fn of(scores: impl IntoIterator<Item = Score>) -> Self {
        scores.into_iter().fold(Self::default(), |bucket, score| Self {
            calls: bucket.calls.saturating_add(1),
            sum: bucket.sum.saturating_add(i64::from(score.ten_thousandths())),
        })
    }

    /// The mean of its calls; nothing, where there are none.
    #[must_use]
    pub fn mean(&self) -> Option<Score> {
        Mean::of_sum(self.sum, self.calls.into()).score()
    }
}

/// What a series of buckets tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// For every bucket the mean over it and the buckets before it that are not empty, up to seven,
    /// weighted by their calls; nothing where it is empty itself, or there are fewer than three.
    pub moving: Vec<Option<Score>>,
    /// How much better a bucket is than the one before, by the line that fits best: ordinary
    /// least squares of the mean on the number of the bucket, weighted by calls, over buckets that
    /// are not empty. Nothing, where fewer than two are not.
    pub slope: Option<f64>,
    /// Where it goes.
    pub direction: TrendDirection,
}

/// What a series of buckets tells. Empty buckets are in it, for they take their time.
#[must_use]
pub fn series(buckets: &[Bucket]) -> Series {
    let line = Line::of(buckets);
    Series {
        moving: moving(buckets),
        slope: line.as_ref().map(Line::slope),
        direction: direction(buckets, line.as_ref()),
    }
}

fn moving(buckets: &[Bucket]) -> Vec<Option<Score>> {
    let mut last: VecDeque<&Bucket> = VecDeque::new();
    let mut at = |bucket| {
        last.push_back(bucket);
        last.drain(..last.len().saturating_sub(MOVING));
        if last.len() < MOVING_NEEDS {
            return None;
        }
        let sum = last.iter().fold(0_i64, |sum, bucket| sum.saturating_add(bucket.sum));
        Mean::of_sum(sum, last.iter().map(|bucket| i64::from(bucket.calls)).sum()).score()
    };
    let full = |bucket: &&Bucket| bucket.calls > 0;
    buckets
        .iter()
        .map(|bucket| Some(bucket).filter(full))
        .map(|full| full.and_then(&mut at))
        .collect()
}

/// The slope of the line that fits best, in ten-thousandths, as a fraction.
///
/// With n calls, x the number of a bucket, S its sum of scores and so n·y = S, it is
/// (Σn·ΣxS − Σnx·ΣS) / (Σn·Σnx² − (Σnx)²).
struct Line {
    rise: i128,
    run: i128,
}

impl Line {
    fn of(buckets: &[Bucket]) -> Option<Self> {
        let (mut n, mut nx, mut nxx, mut s, mut xs) = (0_i128, 0_i128, 0_i128, 0_i128, 0_i128);
        for (x, bucket) in (0_i128..).zip(buckets).filter(|(_, bucket)| bucket.calls > 0) {
            let (calls, sum) = (i128::from(bucket.calls), i128::from(bucket.sum));
            n += calls;
            nx += calls * x;
            nxx += calls * x * x;
            s += sum;
            xs += x * sum;
        }
        let run = n * nxx - nx * nx;
        (run > 0).then(|| Self { rise: n * xs - nx * s, run })
    }

    #[expect(clippy::as_conversions, clippy::cast_precision_loss)] // rounded once, at the end
    fn slope(&self) -> f64 {
        self.rise as f64 / self.run as f64 / 10_000.0
    }
}

fn direction(buckets: &[Bucket], line: Option<&Line>) -> TrendDirection {
    let full = buckets.iter().filter(|bucket| bucket.calls > 0);
    let calls: u64 = full.clone().map(|bucket| u64::from(bucket.calls)).sum();
    let Some(line) = line.filter(|_| full.count() >= NEEDS_BUCKETS && calls >= NEEDS_CALLS) else {
        return TrendDirection::InsufficientData;
    };
    let steps = i128::try_from(buckets.len().saturating_sub(1)).unwrap_or(i128::MAX);
    let notable = i128::from(NOTABLE.ten_thousandths()) * line.run;
    if line.rise.abs() * steps < notable {
        return TrendDirection::Flat;
    }
    if line.rise > 0 { TrendDirection::Improving } else { TrendDirection::Declining }
}
