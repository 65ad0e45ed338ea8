//! Phone numbers as people write them.
//!
//! The numbering plans of the world, and the rules by which a national form becomes an
//! international one, are those of Google's libphonenumber in its Rust edition
//! `rlibphonenumber`. The better known crate `phonenumber` (0.3.10) was held with it against the
//! Python edition: of 35,966 written numbers of every region it made another valid number, which
//! is somebody else's, of 118 (with the default region US `+46 18 234 56 78` became
//! `+46 8 234 56 78`), took 109 invalid ones and refused 1,151 valid ones. `rlibphonenumber`
//! agreed on every one, and on what is valid also of 60,000 texts made at random.
//!
//! Two things are ours: a leading `00` is `+` everywhere, and see [`NumberRule::Plausible`].

use std::fmt;

use domain::PhoneNumber;
use domain::card::contains_card_number;
use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumber as Parsed, PhoneNumberFormat, PhoneNumberType,
};

use crate::import::value::Fault;

/// The longest text that is looked at, in bytes: nobody's number is longer.
const MAX_TEXT: usize = 120;

/// A country or territory that has a numbering plan.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Region(rlibphonenumber::Region);

impl Region {
    /// The region of an ISO 3166-1 alpha-2 code, in any case.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        let code = code.trim().to_ascii_uppercase();
        let region = code.parse::<rlibphonenumber::Region>().ok()?;
        let planned = PHONE_NUMBER_UTIL.get_country_code_for_region(region).is_some();
        planned.then_some(Self(region))
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Region({})", self.0)
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Which numbers are taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum NumberRule {
    /// An international number is taken when its country has numbers of that length: plans
    /// change faster than programs are brought up to date, and numbers that are kept for
    /// fiction and tests are in no plan. A national form is taken only when the plan has given
    /// out that very range: what is guessed has to be right.
    #[default]
    Plausible,
    /// Every number has to be in a range that its plan has given out.
    Assigned,
}

/// A number that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ReadNumber {
    pub(super) number: PhoneNumber,
    /// The extension that was written behind it, for which E.164 has no place.
    pub(super) extension: Option<String>,
}

/// Reads a number: in international form with `+` or `00`, or as it is dialed in the default
/// region, that region's own international prefix included.
pub(super) fn read(
    text: &str,
    region: Option<Region>,
    rule: NumberRule,
) -> Result<ReadNumber, Fault> {
    const EMERGENCY: &str = "numbers of emergency services are not dialed";
    const PREMIUM: &str = "numbers of premium-rate services are not dialed";
    let refused = |code, reason: &str| Err(Fault::new(code, reason));
    match international(text, region, rule) {
        Some((_, read)) if PhoneNumber::emergency(read.number.as_str()) => {
            refused("emergency-number", EMERGENCY)
        }
        Some((kind, read)) => {
            let premium = kind == PhoneNumberType::PremiumRate || read.number.premium();
            if premium { refused("premium-number", PREMIUM) } else { Ok(read) }
        }
        None if contains_card_number(text) => {
            refused("card-data", "the text holds what looks like a payment card number")
        }
        None if PhoneNumber::emergency(text) => refused("emergency-number", EMERGENCY),
        None if region.is_none() && !has_plus(text) => refused(
            "invalid-phone-number",
            "expected an international number such as +420777123456 (for numbers without a \
             country code say the default region)",
        ),
        None => refused("invalid-phone-number", "this is no phone number that can be dialed"),
    }
}

fn international(
    text: &str,
    region: Option<Region>,
    rule: NumberRule,
) -> Option<(PhoneNumberType, ReadNumber)> {
    if text.len() > MAX_TEXT {
        return None;
    }
    let text = without_fraction(text);
    // `00` is what most of the world dials for `+`, and means it in a file also where the
    // default region dials something else.
    let plus = || usable(&format!("+{}", text.strip_prefix("00")?), None, rule);
    usable(text, region, rule).or_else(plus)
}

fn usable(
    text: &str,
    region: Option<Region>,
    rule: NumberRule,
) -> Option<(PhoneNumberType, ReadNumber)> {
    let parsed = Parsed::parse(text, region.map(|region| region.0)).ok()?;
    let taken = match rule {
        NumberRule::Plausible if has_plus(text) => {
            parsed.is_possible_with_reason() == Ok(NumberLengthType::IsPossible)
        }
        NumberRule::Plausible | NumberRule::Assigned => parsed.is_valid(),
    };
    let number = PhoneNumber::parse(&parsed.format_as(PhoneNumberFormat::E164)).ok()?;
    let extension = Some(parsed.extension()).filter(|text| !text.is_empty()).map(str::to_owned);
    taken.then(|| (parsed.get_type(), ReadNumber { number, extension }))
}

/// Whether a `+` (or its full-width form) stands in front of the digits.
fn has_plus(text: &str) -> bool {
    let plus = |c: &char| matches!(c, '+' | '\u{ff0b}');
    text.chars().find(|c| plus(c) || c.is_numeric()).is_some_and(|c| plus(&c))
}

/// Without the `.0` that a table of floating point numbers leaves behind a number.
fn without_fraction(text: &str) -> &str {
    match text.strip_suffix(".0") {
        Some(whole) if whole.bytes().all(|byte| byte == b'+' || byte.is_ascii_digit()) => whole,
        _ => text,
    }
}
