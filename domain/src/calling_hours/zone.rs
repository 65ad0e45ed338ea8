//! Which zones a number's owner may be in, as far as the number tells.

use chrono_tz::Tz;

use super::{countries, north_america};
use crate::PhoneNumber;

/// Every zone that a number may be called in: all of its country's or, of +1, all of the state's,
/// the province's or the country's to which its area code belongs. An area code that is not
/// known has those of the fifty states. Nothing, where the number is at no place, as a number
/// free of charge or of a satellite is.
///
/// A number tells where it was given out. Who took it elsewhere needs a zone of their own.
#[must_use]
pub fn zones_of(number: &PhoneNumber) -> Vec<Tz> {
    let digits = number.as_str().trim_start_matches('+');
    let zones = match digits.strip_prefix('1') {
        Some(national) => {
            let area = national.get(..3).and_then(|area| area.parse().ok());
            area.map_or(north_america::FIFTY_STATES, north_america::zones)
        }
        None => countries::zones(digits),
    };
    zones.to_vec()
}
