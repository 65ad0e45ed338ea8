//! Payment card numbers, which no text may hold (limits.md §2).
//!
//! A card number has 13 to 19 digits, in one run or in groups with spaces or
//! dashes between them, and a check digit by Luhn. What is certainly something
//! else is let through: a phone number with its `+`, a UUID, and an instant that
//! is written in digits alone.

use std::borrow::Cow;

/// The digits that a card number can have.
const DIGITS: std::ops::RangeInclusive<usize> = 13..=19;
/// The most digits of a phone number (E.164).
const PHONE: usize = 15;
/// So many separators may stand between two groups of one number: `4242 - 4242`.
const GAP: usize = 4;
/// Names of fields that hold what only the card itself should say, without case
/// and separators; besides everything that begins with `cvv`.
const SECURITY_CODES: [&str; 9] = [
    "cvc",
    "cvc2",
    "cvccode",
    "cid",
    "cardnumber",
    "securitycode",
    "cardsecuritycode",
    "cardverificationcode",
    "cardverificationvalue",
];

/// Whether a field of this name would hold a card number or a card security code.
#[must_use]
pub fn names_card_data(name: &str) -> bool {
    let plain: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
    let plain = plain.to_lowercase();
    plain.starts_with("cvv") || SECURITY_CODES.contains(&plain.as_str())
}

/// Whether a text holds what looks like a payment card number.
#[must_use]
pub fn contains_card_number(text: &str) -> bool {
    card_number(text, separator).is_some()
}

/// The text, a `*` in the place of each digit of whatever looks like a payment card number: for
/// what was said, which nobody can take back. Whoever writes down speech puts a comma where
/// somebody breathes, so that one separates the groups of a number, too.
#[must_use]
pub fn without_card_numbers(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    // A `*` separates no groups, so that what is left has fewer digits each time.
    let spoken = |c: char| separator(c) || matches!(c, ',' | ';');
    while let Some(digits) = card_number(&text, spoken) {
        let masked = text
            .char_indices()
            .map(|(at, c)| if digits.iter().any(|digit| digit.at == at) { '*' } else { c });
        text = Cow::Owned(masked.collect());
    }
    text
}

/// The digits of the first card number in a text, with such separators between its groups.
fn card_number(text: &str, separator: fn(char) -> bool) -> Option<Vec<Digit>> {
    if text.chars().filter(|c| digit(*c).is_some()).count() < *DIGITS.start() {
        return None;
    }
    runs(text, separator).iter().find_map(Run::card)
}

/// A digit of a text.
#[derive(Clone, Copy)]
struct Digit {
    value: u8,
    /// Where it stands, in bytes.
    at: usize,
}

/// Groups of digits with nothing but separators between them.
#[derive(Default)]
struct Run {
    /// Whether a `+` stands in front.
    phone: bool,
    groups: Vec<Vec<Digit>>,
}

impl Run {
    /// The first card number in it.
    fn card(&self) -> Option<Vec<Digit>> {
        let digits: usize = self.groups.iter().map(Vec::len).sum();
        if self.phone && digits <= PHONE {
            return None;
        }
        (0..self.groups.len()).find_map(|first| self.card_from(first))
    }

    /// The card number that the groups from this one on begin with.
    fn card_from(&self, first: usize) -> Option<Vec<Digit>> {
        let mut digits = Vec::with_capacity(*DIGITS.end());
        for (count, group) in self.groups.iter().skip(first).enumerate() {
            digits.extend_from_slice(group);
            if digits.len() > *DIGITS.end() {
                return None;
            }
            let number: Vec<u8> = digits.iter().map(|digit| digit.value).collect();
            let candidate = if count == 0 { !instant(&number) } else { issued(&number) };
            if candidate && DIGITS.contains(&number.len()) && luhn(&number) {
                return Some(digits);
            }
        }
        None
    }
}

fn runs(text: &str, separator: fn(char) -> bool) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut run = Run::default();
    let mut gap = 0;
    let mut glued = false;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = if c.is_ascii_hexdigit() && !glued { uuid(rest) } else { None };
        glued = c.is_alphanumeric();
        if length.is_none()
            && let Some(value) = digit(c)
        {
            let digit = Digit { value, at: text.len() - rest.len() };
            if gap > 0 || run.groups.is_empty() {
                run.groups.push(Vec::new());
            }
            if let Some(group) = run.groups.last_mut() {
                group.push(digit);
            }
            gap = 0;
        } else if length.is_none() && separator(c) && gap < GAP {
            gap += 1;
        } else {
            runs.push(std::mem::take(&mut run));
            run.phone = c == '+';
            gap = 0;
        }
        rest = rest.get(length.unwrap_or(c.len_utf8())..).unwrap_or_default();
    }
    runs.push(run);
    runs
}

/// The length of the UUID that a text begins with.
fn uuid(text: &str) -> Option<usize> {
    const LENGTH: usize = 36;
    let ends = text.chars().nth(LENGTH).is_none_or(|c| !c.is_alphanumeric());
    let token = text.get(..LENGTH).filter(|token| ends && token.as_bytes().get(8) == Some(&b'-'));
    token.and_then(|token| uuid::Uuid::try_parse(token).ok()).map(|_| LENGTH)
}

/// A digit, be it a full-width or an Arabic one.
fn digit(c: char) -> Option<u8> {
    let offset = match c {
        '0'..='9' => u32::from('0'),
        '\u{0660}'..='\u{0669}' => 0x0660,
        '\u{06f0}'..='\u{06f9}' => 0x06f0,
        '\u{ff10}'..='\u{ff19}' => 0xff10,
        _ => return None,
    };
    u8::try_from(u32::from(c) - offset).ok()
}

/// What people put between the groups of a number, line ends and what cannot be
/// seen included. A comma is not among them: it stands between numbers.
fn separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '-' | '.' | '/' | '_' | '\u{2010}'..='\u{2015}' | '\u{2212}')
        || matches!(c, '\u{00ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let doubled = if place % 2 == 1 { digit * 2 } else { *digit };
            u32::from(if doubled > 9 { doubled - 9 } else { doubled })
        })
        .sum();
    sum.is_multiple_of(10) && digits.iter().any(|digit| *digit != 0)
}

/// Whether any card network issues numbers with this beginning. Asked of groups,
/// where dates and amounts that stand side by side would else be taken for one.
fn issued(digits: &[u8]) -> bool {
    let prefix = digits.iter().take(4).fold(0_u32, |sum, digit| sum * 10 + u32::from(*digit));
    matches!(prefix, 2_200..=2_720 | 3_000..=6_999 | 8_100..=8_199)
}

/// Whether a run of digits is an instant: milliseconds, microseconds or nanoseconds
/// since 1970, or a date and a time without separators. No network issues cards of
/// 13, 16 or 19 digits that begin with 1.
fn instant(digits: &[u8]) -> bool {
    match (digits.len(), digits.first()) {
        (13, Some(1 | 2)) | (16 | 19, Some(1)) => return true,
        (14 | 17, _) => {}
        _ => return false,
    }
    let number = |from: usize, count: usize| {
        digits.iter().skip(from).take(count).fold(0_u32, |sum, digit| sum * 10 + u32::from(*digit))
    };
    (1_970..=2_100).contains(&number(0, 4))
        && (1..=12).contains(&number(4, 2))
        && (1..=31).contains(&number(6, 2))
        && number(8, 2) < 24
        && number(10, 2) < 60
        && number(12, 2) < 60
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m6_card_numbers_are_found_in_every_spelling() {
        for card in [
            "4242424242424242",
            "4242 4242 4242 4242",
            "4242-4242-4242-4242",
            "4242 - 4242 - 4242 - 4242",
            "4242\u{a0}4242\u{2013}4242 4242",
            "4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2",
            "\u{ff14}242424242424242",
            "pay with 378282246310005 today",
            "3782 822463 10005",
            "card:4222222222222.",
            "30569309025904",
            "5555555555554444/12",
            "my order 5 4242 4242 4242 4242 thanks",
            "6304000000000000000",
            "2223 0031 2200 3222",
            "+4242424242424242",
            "x4242424242424242x",
            "4242\n4242\r\n4242\n4242",
            "4242.4242.4242.4242",
            "4242/4242_4242    4242",
            "4242\u{200b}4242\u{200b}4242\u{200b}4242",
            "\u{664}\u{662}42424242424242",
        ] {
            assert!(contains_card_number(card), "{card}");
        }
    }

    #[test]
    fn s4_what_was_said_is_kept_without_its_card_numbers() {
        for (said, kept) in [
            ("it is 4242 4242 4242 4242, to 12/29", "it is **** **** **** ****, to 12/29"),
            ("4242424242424242 or 5555-5555-5555-4444", "**************** or ****-****-****-****"),
            ("\u{ff14}242424242424242.", "****************."),
            ("4242, 4242, 4242; 4242, ok", "****, ****, ****; ****, ok"),
            ("1, 2, 3 and 4", "1, 2, 3 and 4"),
            ("call +420777123456", "call +420777123456"),
            ("", ""),
        ] {
            assert_eq!(without_card_numbers(said), kept);
            assert!(!contains_card_number(&without_card_numbers(said)));
        }
        assert!(matches!(without_card_numbers("order 12345"), Cow::Borrowed(_)));
    }

    #[test]
    fn other_numbers_are_not_taken_for_cards() {
        for text in [
            "",
            "4242424242424241",
            "424242424242",
            "+420777123456",
            "+378282246310005",
            "+420 777 123 456, +420 777 123 457",
            "1772323200000",
            "1772323200008",
            "20260304100000",
            "2026-03-04T10:00:00.000Z",
            "2026-03-04 10:00:00 2026-03-05 11:00:00",
            "2026-03-04 2026-03-05",
            "0000000000000000",
            "01985c5e-4242-4242-8242-424242424242",
            "42424242-4242-4242-8242-424242424242",
            "42424242424242424242424242",
        ] {
            assert!(!contains_card_number(text), "{text}");
        }
    }

    #[test]
    fn fields_that_would_hold_card_data_are_known_by_name() {
        for name in ["cvv", "CVV2", "cvvCode", "cvv_code", "c-v-c", "card number", "CID"] {
            assert!(names_card_data(name), "{name}");
        }
        for name in ["", "code", "cidade", "card", "cv", "security"] {
            assert!(!names_card_data(name), "{name}");
        }
    }

    #[test]
    fn no_instant_of_a_long_time_is_a_card() {
        for day in 0..4_000_i64 {
            let at = crate::Timestamp::from_millis(1_000_000_000_000 + day * 432_061_725);
            assert!(!contains_card_number(&at.to_string()), "{at}");
            assert!(!contains_card_number(&at.millis().to_string()), "{at}");
        }
    }

    #[test]
    fn no_instant_in_microseconds_is_a_card_before_2033() {
        for day in 0..11_000_i64 {
            let micros = 1_000_000_000_000_000 + day * 86_412_345_678;
            assert!(!contains_card_number(&micros.to_string()), "{micros}");
        }
    }

    #[test]
    fn no_phone_number_is_a_card() {
        for number in 0..4_000_u64 {
            let text = format!("+{}", 420_777_000_000_000 + number * 37);
            assert!(!contains_card_number(&text), "{text}");
        }
    }
}
