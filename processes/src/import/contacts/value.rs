//! The texts of single cells as the values of a contact.

use chrono_tz::{TZ_VARIANTS, Tz};
use domain::EmailAddress;
use domain::card::contains_card_number;
use domain::contact::Conclusion;
use domain::disposition::DispositionCatalog;
use domain::text::{self, TextError};
use serde_json::{Map, Value};

use crate::import::value::{Fault, whole};

/// The most attempts of another system.
const MAX_ATTEMPTS: i64 = 1_000;
/// The highest priority.
const MAX_PRIORITY: i64 = 99;

fn of_text(checked: Result<(), TextError>) -> Result<(), Fault> {
    checked.map_err(|error| Fault::new(error.reason(), error.to_string()))
}

/// One line, at most 256 characters.
pub(super) fn line(line: &str) -> Result<String, Fault> {
    of_text(text::line(line, text::MAX_LINE))?;
    Ok(line.to_owned())
}

pub(super) fn email(address: &str) -> Result<EmailAddress, Fault> {
    // An address may look like anything, but not like the number of a card.
    if contains_card_number(address) {
        of_text(Err(TextError::Card))?;
    }
    EmailAddress::parse(address).map_err(|error| Fault::new("invalid-email", error.to_string()))
}

/// An IANA name, in any case and with spaces for its underscores.
pub(super) fn time_zone(name: &str) -> Result<Tz, Fault> {
    let plain = name.replace(' ', "_");
    let exact = plain.parse::<Tz>().ok();
    let same = |zone: &&Tz| zone.name().eq_ignore_ascii_case(&plain);
    exact.or_else(|| TZ_VARIANTS.iter().find(same).copied()).ok_or_else(|| {
        Fault::new("invalid-time-zone", "expected an IANA time zone such as Europe/Prague")
    })
}

/// A BCP 47 tag (`en`, `pt-BR`, `zh-Hant-TW`), in its usual case; `_` is taken for `-`.
pub(super) fn language(tag: &str) -> Result<String, Fault> {
    let refused =
        || Fault::new("invalid-language", "expected a BCP 47 language tag such as en or pt-BR");
    let mut parts = Vec::new();
    for (place, part) in tag.split(['-', '_']).enumerate() {
        let fits = part.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && (1..=8).contains(&part.len())
            && (place > 0 || (2..=3).contains(&part.len()))
            && (place > 0 || part.bytes().all(|byte| byte.is_ascii_alphabetic()));
        if !fits || place > 7 {
            return Err(refused());
        }
        let lower = part.to_ascii_lowercase();
        let mut letters = lower.chars();
        parts.push(match (place, part.len(), letters.next()) {
            (1.., 2, _) => part.to_ascii_uppercase(),
            (1.., 4, Some(first)) => format!("{}{}", first.to_ascii_uppercase(), letters.as_str()),
            _ => lower,
        });
    }
    Ok(parts.join("-"))
}

/// 0 to 99; `3.0` is 3.
pub(super) fn priority(text: &str) -> Result<u8, Fault> {
    let value = whole(text, 0, MAX_PRIORITY).ok().and_then(|value| u8::try_from(value).ok());
    value.ok_or_else(|| {
        Fault::new("invalid-priority", format!("expected a whole number from 0 to {MAX_PRIORITY}"))
    })
}

/// 0 to 1000; `3.0` is 3.
pub(super) fn attempts(text: &str) -> Result<u32, Fault> {
    let value = whole(text, 0, MAX_ATTEMPTS).ok().and_then(|value| u32::try_from(value).ok());
    value.ok_or_else(|| {
        Fault::new("invalid-attempts", format!("expected a whole number from 0 to {MAX_ATTEMPTS}"))
    })
}

/// A code of the catalog of dispositions, retired or not: it tells of what was.
pub(super) fn outcome(text: &str, catalog: &DispositionCatalog) -> Result<Conclusion, Fault> {
    match catalog.find(text) {
        Some(entry) => {
            let conversion = entry.meaning().conversion;
            Ok(Conclusion { code: entry.code.clone(), conversion })
        }
        None => Err(Fault::new("unknown-outcome", "the catalog has no such disposition")),
    }
}

/// The tags of one cell: the texts of a JSON list, or what `,`, `;` and `|` stand between.
/// Repeated ones count once.
pub(super) fn tags(cell: &Value, tags: &mut Vec<String>) -> Result<(), Fault> {
    let parts: Vec<&str> = match cell {
        Value::Array(items) => {
            items.iter().map(Value::as_str).collect::<Option<_>>().ok_or_else(|| {
                Fault::new("not-a-text", "expected tags: texts, or a list of texts")
            })?
        }
        Value::String(text) => text.split([',', ';', '|']).collect(),
        _ => return Err(Fault::new("not-a-text", "expected tags: texts, or a list of texts")),
    };
    if contains_card_number(&parts.join(" ")) {
        of_text(Err(TextError::Card))?;
    }
    for tag in parts.iter().map(|tag| tag.trim()).filter(|tag| !tag.is_empty()) {
        of_text(text::line(tag, text::MAX_TAG))?;
        if !tags.iter().any(|known| known == tag) {
            if tags.len() >= text::MAX_TAGS {
                of_text(Err(TextError::TooMany(text::MAX_TAGS)))?;
            }
            tags.push(tag.to_owned());
        }
    }
    Ok(())
}

/// Fields of one's own: together at most 8 KiB as JSON.
pub(super) fn custom(fields: &Map<String, Value>) -> Result<(), Fault> {
    of_text(text::metadata(fields))
}
