//! Numbers of four decimals, and means of them, without rounding on the way.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A number of four decimals from −2 to 2: a score or its parts, or the difference of two scores.
///
/// It is kept in ten-thousandths, so the same facts give the same bytes on every machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Score(i32);

const ONE: i32 = 10_000;
const MOST: i32 = 2 * ONE;

impl Score {
    /// Neither good nor bad.
    pub const ZERO: Self = Self(0);

    /// From ten-thousandths. What is beyond −2 or 2 is the nearer of them.
    #[must_use]
    pub const fn new(ten_thousandths: i32) -> Self {
        if ten_thousandths > MOST {
            return Self(MOST);
        }
        if ten_thousandths < -MOST { Self(-MOST) } else { Self(ten_thousandths) }
    }

    /// The nearest of four decimals, the even one of two that are as near; nothing, where it is
    /// no number or beyond −2 or 2.
    #[must_use]
    #[expect(clippy::as_conversions, clippy::cast_possible_truncation)] // it is within ±20000
    pub fn from_f64(number: f64) -> Option<Self> {
        let scaled = (number * f64::from(ONE)).round_ties_even();
        (scaled.abs() <= f64::from(MOST)).then_some(Self(scaled as i32))
    }

    /// How many ten-thousandths.
    #[must_use]
    pub const fn ten_thousandths(self) -> i32 {
        self.0
    }

    /// The nearest number that a computer has.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        f64::from(self.0) / f64::from(ONE)
    }

    /// How far from zero.
    #[must_use]
    pub const fn abs(self) -> Self {
        Self(self.0.abs())
    }

    /// How much more than another one.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self::new(self.0 - other.0)
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, decimals) = (self.0.abs() / ONE, self.0.abs() % ONE);
        write!(f, "{sign}{whole}.{decimals:04}")
    }
}

impl Serialize for Score {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.to_f64())
    }
}

impl<'de> Deserialize<'de> for Score {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = f64::deserialize(deserializer)?;
        Self::from_f64(number).ok_or_else(|| de::Error::custom("expected a number from -2 to 2"))
    }
}

#[cfg(feature = "utoipa")]
impl utoipa::PartialSchema for Score {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::Number)
            .minimum(Some(-2.0))
            .maximum(Some(2.0))
            .into()
    }
}

#[cfg(feature = "utoipa")]
impl utoipa::ToSchema for Score {
    fn name() -> std::borrow::Cow<'static, str> {
        "Score".into()
    }
}

/// A sum of scores by weight. It is exact: what is compared was never rounded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mean {
    sum: i64,
    weight: i64,
}

impl Mean {
    /// Of scores with their weights.
    pub fn of(scores: impl IntoIterator<Item = (Score, u32)>) -> Self {
        let mut mean = Self::default();
        for (score, weight) in scores {
            let weight = i64::from(weight);
            mean.sum = mean.sum.saturating_add(i64::from(score.0).saturating_mul(weight));
            mean.weight = mean.weight.saturating_add(weight);
        }
        mean
    }

    /// Of a sum of ten-thousandths that so many bear.
    pub(super) const fn of_sum(sum: i64, weight: i64) -> Self {
        Self { sum, weight }
    }

    /// It, to four decimals, half to even; nothing, where nothing weighs anything.
    #[must_use]
    pub fn score(self) -> Option<Score> {
        let rounded = divided(i128::from(self.sum), i128::from(self.weight))?;
        i32::try_from(rounded).ok().map(Score::new)
    }

    /// Which part of a sum of the same scores without their signs it is, 0 to 1; 1, where all of
    /// them are zero and nothing disagrees.
    #[expect(clippy::as_conversions, clippy::cast_precision_loss)] // far below 2^53
    pub(super) fn agreement(self, strength: Self) -> f64 {
        if strength.sum == 0 {
            return 1.0;
        }
        self.sum.saturating_abs() as f64 / strength.sum as f64
    }

    /// How much more it is than another one; nothing, where one of them is none.
    #[must_use]
    pub(super) fn minus(self, other: Self) -> Option<Difference> {
        let [sum, weight, others, their] =
            [self.sum, self.weight, other.sum, other.weight].map(i128::from);
        let over = weight * their;
        (over > 0).then_some(Difference { of: sum * their - others * weight, over })
    }
}

/// The difference of two means, as a fraction of ten-thousandths.
#[derive(Clone, Copy, Debug)]
pub(super) struct Difference {
    of: i128,
    over: i128,
}

impl Difference {
    /// Whether it is at least so much.
    pub(super) fn at_least(self, score: Score) -> bool {
        self.of >= i128::from(score.0) * self.over
    }

    /// Whether it is at most so much.
    pub(super) fn at_most(self, score: Score) -> bool {
        self.of <= i128::from(score.0) * self.over
    }

    /// It, to four decimals, half to even.
    pub(super) fn score(self) -> Score {
        let rounded = divided(self.of, self.over).and_then(|rounded| i32::try_from(rounded).ok());
        rounded.map_or(Score::ZERO, Score::new)
    }
}

/// A whole number of times, half to even.
fn divided(number: i128, by: i128) -> Option<i128> {
    if by <= 0 {
        return None;
    }
    let (whole, rest) = (number.div_euclid(by), number.rem_euclid(by));
    let up = match (rest * 2).cmp(&by) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => whole % 2 != 0,
        std::cmp::Ordering::Greater => true,
    };
    Some(whole + i128::from(up))
}
