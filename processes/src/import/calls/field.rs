//! The fields a map may fill, and how the text of each is read.

use std::fmt;

pub(super) use crate::import::value::{Fault, whole};

macro_rules! fields {
    ($($variant:ident $name:literal $doc:literal;)*) => {
        /// A field of an imported call.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field { $(#[doc = $doc] $variant,)* }

        impl Field {
            /// Every field, in the order of the documentation.
            pub const ALL: &'static [Field] = &[$(Field::$variant,)*];

            /// The name that a map uses.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Field::$variant => $name,)* }
            }
        }
    };
}

fields! {
    SourceId "source_id" "The old system's name for the call; `#` stands for the row number.";
    Direction "direction" "`inbound` or `outbound`.";
    From "from" "The calling number, E.164.";
    To "to" "The called number, E.164.";
    StartedAt "started_at" "The instant at which the call began.";
    Date "date" "The day on which it began, YYYY-MM-DD.";
    Time "time" "The time of day at which it began.";
    Year "year" "The year, 1970 to 2100.";
    Month "month" "The month, 1 to 12 or its English name.";
    Day "day" "The day of the month.";
    Answered "answered" "Whether it was answered.";
    AnsweredAt "answered_at" "The instant at which it was answered; empty when it was not.";
    WaitSeconds "wait_seconds" "From the start to the answer (or to giving up).";
    TalkSeconds "talk_seconds" "Time spent talking, holds not counted.";
    HoldSeconds "hold_seconds" "Time spent on hold.";
    WrapSeconds "wrap_seconds" "Work after the call.";
    Agent "agent" "The old system's name for the agent.";
    Queue "queue" "The old system's name for the queue.";
    Campaign "campaign" "The old system's name for the campaign.";
    Attempts "attempts" "Which attempt at this person it was, from 1.";
    Disposition "disposition" "A code of the disposition catalog.";
    Resolved "resolved" "Whether the matter was resolved.";
    Rating "rating" "The caller's rating, 1 to 5.";
    Tags "tags" "Tags, separated by `;` or `|`.";
    Test "test" "Whether it was a test call.";
}

impl Field {
    /// The field of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Field> {
        Self::ALL.iter().copied().find(|field| field.name() == name)
    }

    /// Whether this is one of the fields that say when the call began.
    pub(super) fn is_start(self) -> bool {
        matches!(
            self,
            Self::StartedAt | Self::Date | Self::Time | Self::Year | Self::Month | Self::Day
        )
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The longest duration that is believed: 30 days.
pub(super) const MAX_DURATION_MS: i64 = 30 * 86_400_000;

/// `true/false`, `yes/no`, `y/n`, `t/f`, `1/0` in any case.
pub(super) fn boolean(text: &str) -> Result<bool, Fault> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "y" | "t" | "1" => Ok(true),
        "false" | "no" | "n" | "f" | "0" => Ok(false),
        _ => Err(Fault::new(
            "invalid-value",
            "expected true or false (also yes/no, y/n, 1/0); other texts need a [values] table",
        )),
    }
}

/// Seconds (whole or decimal) or `[h:]mm:ss`, as milliseconds.
pub(super) fn duration_ms(text: &str) -> Result<i64, Fault> {
    let malformed = || {
        Fault::new(
            "invalid-duration",
            "expected seconds (whole or decimal, not negative) or [h:]mm:ss",
        )
    };
    let parts: Vec<&str> = text.split(':').collect();
    let (hours, minutes, seconds) = match parts.as_slice() {
        [seconds] => ("0", "0", *seconds),
        [minutes, seconds] => ("0", *minutes, *seconds),
        [hours, minutes, seconds] => (*hours, *minutes, *seconds),
        _ => return Err(malformed()),
    };
    let (hours, minutes) = (digits(hours), digits(minutes));
    let (Some(hours), Some(minutes), Some(millis)) = (hours, minutes, decimal_millis(seconds))
    else {
        return Err(malformed());
    };
    if (parts.len() == 3 && minutes > 59) || (parts.len() > 1 && millis >= 60_000) {
        return Err(malformed());
    }
    let total = hours
        .checked_mul(3_600_000)
        .and_then(|ms| minutes.checked_mul(60_000).and_then(|more| ms.checked_add(more)))
        .and_then(|ms| ms.checked_add(millis));
    match total {
        Some(total) if total <= MAX_DURATION_MS => Ok(total),
        _ => Err(Fault::new("out-of-range", "a duration may be at most 30 days")),
    }
}

/// At most 12 digits as a number.
fn digits(text: &str) -> Option<i64> {
    let plain = (1..=12).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// `12`, `12.5` or `.5` seconds as milliseconds, rounded half up.
fn decimal_millis(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let whole = if whole.is_empty() && text.len() > 1 { 0 } else { digits(whole)? };
    if fraction.is_empty() || fraction.len() > 30 {
        return None;
    }
    // Four digits are enough to round to three.
    let head: String = fraction.chars().chain("0000".chars()).take(4).collect();
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let tenths = digits(&head)?;
    whole.checked_mul(1_000)?.checked_add((tenths + 5) / 10)
}

/// 1 to 12, or an English month name, whole or its first three letters, in any case.
pub(super) fn month(text: &str) -> Result<u32, Fault> {
    const NAMES: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let lower = text.to_ascii_lowercase();
    let named = NAMES
        .iter()
        .zip(1_u32..)
        .find(|(name, _)| **name == lower || name.get(..3) == Some(lower.as_str()));
    let value = match named {
        Some((_, number)) => Some(number),
        None => whole(text, 1, 12).ok().and_then(|number| u32::try_from(number).ok()),
    };
    value.ok_or_else(|| {
        Fault::new("invalid-date", "expected a month from 1 to 12 or an English month name")
    })
}
