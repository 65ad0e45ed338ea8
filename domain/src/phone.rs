//! Phone numbers in the international form of ITU-T E.164.

use std::fmt;

use crate::PersonalText;

/// A phone number: `+`, then 7 to 15 digits of which the first is not 0.
/// It prints as `[personal]`; [`PhoneNumber::as_str`] tells it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PhoneNumber(String);

/// A text is not a phone number. It is not repeated: it may be personal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected an international number such as +420777123456")]
pub struct PhoneNumberError;

/// Numbers that only an emergency service answers, in the forms people dial.
const EMERGENCY: [&str; 4] = ["911", "112", "999", "988"];
/// Prefixes of premium-rate services, which cost whoever dials them.
const PREMIUM: [&str; 12] = [
    "+1900", "+1976", "+4487", "+4490", "+4491", "+4498", "+49900", "+33899", "+420900", "+420906",
    "+420908", "+420909",
];

impl PhoneNumber {
    /// Spaces, `-`, `.`, `(` and `)` are removed, a leading `00` becomes `+`.
    ///
    /// # Errors
    /// [`PhoneNumberError`] for anything else. No national form is guessed.
    pub fn parse(text: &str) -> Result<Self, PhoneNumberError> {
        let mut number: String =
            text.trim().chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '(' | ')')).collect();
        if let Some(rest) = number.strip_prefix("00") {
            number = format!("+{rest}");
        }
        let digits = number.strip_prefix('+').ok_or(PhoneNumberError)?;
        let fits = (7..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|digit| digit.is_ascii_digit());
        if fits { Ok(Self(number)) } else { Err(PhoneNumberError) }
    }

    /// Whether a text, as it was dialed, is the number of an emergency service,
    /// with or without a country code.
    #[must_use]
    pub fn emergency(text: &str) -> bool {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let digits = digits.strip_prefix("00").unwrap_or(&digits);
        EMERGENCY.iter().any(|number| {
            digits
                .strip_suffix(number)
                .is_some_and(|code| code.len() <= 3 && !code.starts_with('0'))
        })
    }

    /// Whether it belongs to a premium-rate service.
    #[must_use]
    pub fn premium(&self) -> bool {
        PREMIUM.iter().any(|prefix| self.0.starts_with(prefix))
    }

    /// The number itself, `+420777123456`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PersonalText for PhoneNumber {
    fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[personal]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_normalized_and_never_guessed() {
        let normal = |text| PhoneNumber::parse(text).map(|number| number.0);
        assert_eq!(normal(" +420 777-123.456 "), Ok("+420777123456".to_owned()));
        assert_eq!(normal("00420777123456"), Ok("+420777123456".to_owned()));
        assert_eq!(normal("+1 (555) 010-0042"), Ok("+15550100042".to_owned()));
        for bad in ["", "+", "777123456", "+0777123456", "+123456", "+1234567890123456", "+42077x"]
        {
            assert_eq!(normal(bad), Err(PhoneNumberError), "{bad}");
        }
    }

    #[test]
    fn k15_emergency_numbers_are_known_in_every_spelling() {
        for number in ["911", "112", "+1911", "+1 911", "00420112", "+44999", "9-8-8", "+1988"] {
            assert!(PhoneNumber::emergency(number), "{number}");
        }
        for number in ["+420777120001", "+15550100911", "+420777000112", "", "12"] {
            assert!(!PhoneNumber::emergency(number), "{number}");
        }
    }

    #[test]
    fn a_number_does_not_print_itself() {
        assert_eq!(format!("{:?}", PhoneNumber::parse("+420777123456")), "Ok([personal])");
    }
}
