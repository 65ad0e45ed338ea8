//! The texts of single fields as values; the same rules for cells and for the map's own words.

use chrono_tz::Tz;
use domain::PhoneNumber;
use domain::call::Direction;
use domain::card::contains_card_number;
use domain::disposition::DispositionCatalog;

use super::field::{self, Fault, Field};
use super::time;

pub(super) const MAX_SOURCE_ID: usize = 256;
pub(super) const MAX_LABEL: usize = 120;
pub(super) const MAX_ATTEMPTS: i64 = 10_000;
const MAX_TAG: usize = 64;
const MAX_TAGS: usize = 50;

/// Whether a text (of the map) is a value of the field; an empty one stands for none.
pub(super) fn check(
    field: Field,
    text: &str,
    (zone, catalog): (Tz, Option<&DispositionCatalog>),
) -> Result<(), Fault> {
    if text.is_empty() {
        return Ok(());
    }
    match field {
        Field::SourceId => plain_text(text, MAX_SOURCE_ID).map(drop),
        Field::Direction => direction(text).map(drop),
        Field::From | Field::To => phone(text).map(drop),
        Field::StartedAt | Field::AnsweredAt => time::instant(text, zone).map(drop),
        Field::Date => time::date(text).map(drop),
        Field::Time => time::time_of_day(text).map(drop),
        Field::Year => field::whole(text, 1_970, 2_100).map(drop),
        Field::Month => field::month(text).map(drop),
        Field::Day => field::whole(text, 1, 31).map(drop),
        Field::Answered | Field::Resolved | Field::Test => field::boolean(text).map(drop),
        Field::WaitSeconds | Field::TalkSeconds | Field::HoldSeconds | Field::WrapSeconds => {
            field::duration_ms(text).map(drop)
        }
        Field::Agent | Field::Queue | Field::Campaign => plain_text(text, MAX_LABEL).map(drop),
        Field::Attempts => field::whole(text, 1, MAX_ATTEMPTS).map(drop),
        Field::Disposition => match catalog {
            Some(catalog) => disposition(text, catalog).map(drop),
            None => Ok(()),
        },
        Field::Rating => field::whole(text, 1, 5).map(drop),
        Field::Tags => tags(text).map(drop),
    }
}

pub(super) fn direction(text: &str) -> Result<Direction, Fault> {
    match text.to_ascii_lowercase().as_str() {
        "inbound" => Ok(Direction::Inbound),
        "outbound" => Ok(Direction::Outbound),
        _ => Err(Fault::new("invalid-value", "expected inbound or outbound")),
    }
}

pub(super) fn phone(text: &str) -> Result<PhoneNumber, Fault> {
    PhoneNumber::parse(text).map_err(|_| {
        Fault::new("invalid-phone-number", "expected an international number such as +15550100042")
    })
}

/// A code of the catalog, retired or not: it tells of what was.
pub(super) fn disposition(text: &str, catalog: &DispositionCatalog) -> Result<String, Fault> {
    if catalog.find(text).is_some() {
        return Ok(text.to_owned());
    }
    let known: Vec<&str> = catalog.entries().iter().map(|entry| entry.code.as_str()).collect();
    let reason = format!("the catalog has no such code; it has {}", known.join(", "));
    Err(Fault::new("unknown-disposition", reason))
}

pub(super) fn plain_text(text: &str, most: usize) -> Result<String, Fault> {
    if contains_card_number(text) {
        return Err(card_number());
    }
    if text.chars().any(char::is_control) {
        return Err(Fault::new("control-character", "control characters are refused"));
    }
    if text.chars().count() > most {
        return Err(Fault::new("text-too-long", format!("at most {most} characters")));
    }
    Ok(text.to_owned())
}

pub(super) fn card_number() -> Fault {
    Fault::new("card-data-not-accepted", "the text holds what looks like a card number")
}

pub(super) fn tags(text: &str) -> Result<Vec<String>, Fault> {
    let mut tags: Vec<String> = Vec::new();
    for tag in text.split([';', '|']).map(str::trim).filter(|tag| !tag.is_empty()) {
        let tag = plain_text(tag, MAX_TAG)?;
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    if contains_card_number(text) {
        return Err(card_number());
    }
    if tags.len() > MAX_TAGS {
        return Err(Fault::new("too-many-tags", format!("at most {MAX_TAGS} tags")));
    }
    Ok(tags)
}
