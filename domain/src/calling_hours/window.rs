//! Windows of the week, in whatever zone somebody is called.

use std::{fmt, str::FromStr, sync::LazyLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use strum::VariantArray;

use crate::FieldFault;
use crate::words::words;

/// The most windows of a list.
pub const MAX_WINDOWS: usize = 50;

words! {
    /// A day of the week.
    Weekday {
        /// The first.
        Monday,
        /// The second.
        Tuesday,
        /// The third.
        Wednesday,
        /// The fourth.
        Thursday,
        /// The fifth.
        Friday,
        /// The sixth.
        Saturday,
        /// The seventh.
        Sunday,
    }
}

impl Weekday {
    /// The day of the week of a day, counted from 1970-01-01, which was a Thursday.
    pub(super) fn of_day(day: i64) -> Self {
        match day.saturating_add(3).rem_euclid(7) {
            0 => Self::Monday,
            1 => Self::Tuesday,
            2 => Self::Wednesday,
            3 => Self::Thursday,
            4 => Self::Friday,
            5 => Self::Saturday,
            _ => Self::Sunday,
        }
    }
}

/// A time on a clock at a wall, to the minute: `08:00`. `24:00` is the end of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOfDay(u16);

/// A text is not a time of day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a time of day such as 08:00, at most 24:00")]
pub struct TimeOfDayError;

impl TimeOfDay {
    /// The end of a day.
    pub const MIDNIGHT: Self = Self(24 * 60);

    /// Reads `HH:MM`, from `00:00` to `24:00`.
    ///
    /// # Errors
    /// [`TimeOfDayError`] for anything else.
    pub fn parse(text: &str) -> Result<Self, TimeOfDayError> {
        let digits = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        let (hours, minutes) =
            text.split_once(':').filter(|(h, m)| digits(h) && digits(m)).ok_or(TimeOfDayError)?;
        let number = |text: &str| text.parse::<u16>().map_err(|_| TimeOfDayError);
        let (hours, minutes) = (number(hours)?, number(minutes)?);
        let minute = hours * 60 + minutes;
        let fits = minutes < 60 && minute <= Self::MIDNIGHT.0;
        if fits { Ok(Self(minute)) } else { Err(TimeOfDayError) }
    }

    /// Minutes since the day began, 0 to 1440.
    #[must_use]
    pub const fn minutes(self) -> u16 {
        self.0
    }
}

impl FromStr for TimeOfDay {
    type Err = TimeOfDayError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl Serialize for TimeOfDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TimeOfDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(feature = "utoipa")]
impl utoipa::PartialSchema for TimeOfDay {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .pattern(Some("^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$"))
            .into()
    }
}

#[cfg(feature = "utoipa")]
impl utoipa::ToSchema for TimeOfDay {
    fn name() -> std::borrow::Cow<'static, str> {
        "TimeOfDay".into()
    }
}

/// The same hours of some days of the week: `from` until before `to`. It does not cross midnight:
/// a night is two windows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "utoipa", derive(utoipa::ToSchema), schema(as = CallingWindow))]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// On which days, each once.
    pub days: Vec<Weekday>,
    /// When it begins.
    pub from: TimeOfDay,
    /// When it is over; `24:00` is the end of the day.
    pub to: TimeOfDay,
}

/// Whether a list of windows can be set: 1 to 50 of them, each with a day and a time.
///
/// # Errors
/// What is wrong with the field that the pointer names: `empty`, `too-many`, `repeated` or
/// `out-of-range`.
pub fn checked(pointer: &'static str, windows: &[Window]) -> Result<(), FieldFault> {
    let fault = |reason, words| Err(FieldFault::new(pointer, reason, words));
    if windows.is_empty() {
        return fault("empty", "at least one window");
    }
    if windows.len() > MAX_WINDOWS {
        return fault("too-many", "at most 50 windows");
    }
    for window in windows {
        if window.days.is_empty() {
            return fault("empty", "a window has at least one day");
        }
        let mut rest = window.days.as_slice();
        while let Some((day, others)) = rest.split_first() {
            if others.contains(day) {
                return fault("repeated", "a window has each day once");
            }
            rest = others;
        }
        if window.from >= window.to {
            let words = "a window begins before it ends; one across midnight is two";
            return fault("out-of-range", words);
        }
    }
    Ok(())
}

static JURISDICTION: LazyLock<[Window; 1]> = LazyLock::new(|| {
    let mut days = Weekday::VARIANTS.to_vec();
    days.retain(|day| *day != Weekday::Sunday);
    [Window { days, from: TimeOfDay(8 * 60), to: TimeOfDay(21 * 60) }]
});

/// When the law lets people be called, unless a stricter rule is set: Monday to Saturday, 08:00
/// until before 21:00.
#[must_use]
pub fn jurisdiction() -> &'static [Window] {
    JURISDICTION.as_slice()
}
