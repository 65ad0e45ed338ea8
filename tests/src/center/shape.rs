//! What real calls look like: the data sets, read once.

use std::fs::File;
use std::io::Read as _;

use anyhow::Context as _;
use chrono::{DateTime, Datelike as _, Timelike as _, Utc};
use domain::Timestamp;
use domain::call_sentiment::{EngineVersion, Heard};
use domain::sentiment::{Engine as _, Phrases, Vader};
use domain::speech::Speaker;
use flate2::read::GzDecoder;
use serde_json::Value;

use crate::histories::Dice;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/");
/// How many calls an hour gets: from nowhere.
const HOURS: [u32; 24] =
    [1, 1, 1, 1, 1, 2, 6, 25, 60, 90, 100, 92, 70, 72, 88, 95, 90, 70, 45, 30, 20, 10, 4, 2];
/// A day of a weekend has one call where a Monday has so many: from nowhere.
const WEEKEND: u32 = 4;
const DAYS: [&str; 5] = ["mon", "tue", "wed", "thu", "fri"];

/// A contact of the bank's campaign.
#[derive(Clone, Copy, Debug)]
pub struct Contact {
    /// How long they talked.
    pub talk_seconds: u32,
    /// How many attempts it took.
    pub attempts: u32,
    /// Whether it was a sale.
    pub sold: bool,
    /// Whether a mobile number was called.
    pub mobile: bool,
}

/// What real calls look like.
#[derive(Debug)]
pub struct Shape {
    contacts: Vec<Contact>,
    /// Of each attempt that reached nobody, which of its contact's it was.
    missed: Vec<u32>,
    attempts: f64,
    /// From Monday.
    weekdays: [u32; 7],
    /// What was said in calls, as our engine hears it.
    said: Vec<Vec<Heard>>,
    by: EngineVersion,
}

impl Shape {
    /// Reads the data sets.
    ///
    /// # Errors
    /// They are not there, or not what they were.
    pub fn read() -> anyhow::Result<Self> {
        let engine = Vader::new();
        let (engine_name, version) = (engine.name().to_owned(), engine.version().to_owned());
        let by = EngineVersion { engine: engine_name, engine_version: version };
        let (contacts, weekdays) = contacts()?;
        let attempts = mean(contacts.iter().map(|contact| contact.attempts));
        let missed = contacts.iter().flat_map(|contact| 1..contact.attempts).collect();
        Ok(Self { contacts, missed, attempts, weekdays, said: said(&engine)?, by })
    }

    /// How many calls the hour that begins then gets, beside other hours.
    pub(super) fn weight(&self, at: Timestamp) -> f64 {
        let at = DateTime::<Utc>::from(at);
        let place = |number: u32| usize::try_from(number).unwrap_or(0);
        let hour = HOURS.get(place(at.hour())).copied().unwrap_or(0);
        let day = self.weekdays.get(place(at.weekday().num_days_from_monday())).copied();
        f64::from(hour) * f64::from(day.unwrap_or(0))
    }

    /// How busy an hour is, 1 at its busiest.
    pub(super) fn busy(at: Timestamp) -> f64 {
        let hour = usize::try_from(DateTime::<Utc>::from(at).hour()).unwrap_or(0);
        f64::from(HOURS.get(hour).copied().unwrap_or(0)) / 100.0
    }

    /// One of the bank's contacts.
    pub(super) fn contact(&self, dice: &mut Dice) -> Contact {
        let none = Contact { talk_seconds: 0, attempts: 1, sold: false, mobile: true };
        dice.one(&self.contacts).unwrap_or(none)
    }

    /// Which attempt at somebody it was that reached nobody.
    pub(super) fn missed(&self, dice: &mut Dice) -> u32 {
        dice.one(&self.missed).unwrap_or(1)
    }

    /// How many attempts a contact takes on average, the last of which reaches them.
    #[must_use]
    pub fn attempts(&self) -> f64 {
        self.attempts
    }

    /// How long they talk on average, in seconds.
    #[must_use]
    pub fn talk_seconds(&self) -> f64 {
        mean(self.contacts.iter().map(|contact| contact.talk_seconds))
    }

    /// How many of a hundred contacts of the bank are a sale.
    #[must_use]
    pub fn sold_percent(&self) -> f64 {
        mean(self.contacts.iter().map(|contact| u32::from(contact.sold))) * 100.0
    }

    /// Some of what was said in one of the calls, one after the other.
    pub(super) fn stretch(&self, dice: &mut Dice, long: usize) -> &[Heard] {
        let calls = u64::try_from(self.said.len()).unwrap_or(0);
        let call = usize::try_from(dice.below(calls)).unwrap_or(0);
        let call = self.said.get(call).map(Vec::as_slice).unwrap_or_default();
        let last = u64::try_from(call.len().saturating_sub(long)).unwrap_or(0);
        let from = usize::try_from(dice.below(last + 1)).unwrap_or(0);
        call.get(from..call.len().min(from + long)).unwrap_or_default()
    }

    /// Who has heard it.
    pub(super) fn by(&self) -> &EngineVersion {
        &self.by
    }
}

fn contacts() -> anyhow::Result<(Vec<Contact>, [u32; 7])> {
    let text = unpacked("uci-bank-marketing/bank-additional.csv.gz")?;
    let mut rows = csv::ReaderBuilder::new().delimiter(b';').from_reader(text.as_bytes());
    let header = rows.headers()?.clone();
    let place = |name: &str| header.iter().position(|column| column == name).context("a column");
    let (talk, attempts, day) = (place("duration")?, place("campaign")?, place("day_of_week")?);
    let (sold, by) = (place("y")?, place("contact")?);
    let (mut contacts, mut weekdays) = (Vec::new(), [0; 7]);
    for row in rows.records() {
        let row = row?;
        let cell = |place: usize| row.get(place).context("a cell");
        contacts.push(Contact {
            talk_seconds: cell(talk)?.parse()?,
            attempts: cell(attempts)?.parse()?,
            sold: cell(sold)? == "yes",
            mobile: cell(by)? == "cellular",
        });
        let day = cell(day)?;
        let day = DAYS.iter().position(|known| *known == day).context("a weekday")?;
        *weekdays.get_mut(day).context("one of five")? += WEEKEND;
    }
    let monday = weekdays[0] / WEEKEND;
    (weekdays[5], weekdays[6]) = (monday, monday);
    Ok((contacts, weekdays))
}

fn said(engine: &Vader) -> anyhow::Result<Vec<Vec<Heard>>> {
    let mut calls = Vec::new();
    for line in unpacked("switchboard-sample/sw_calls.jsonl.gz")?.lines() {
        let call: Value = serde_json::from_str(line)?;
        let segments = call.get("segments").and_then(Value::as_array).context("segments")?;
        let mut heard = Vec::new();
        for (seq, segment) in (1..).zip(segments) {
            let text = segment.get("clean").and_then(Value::as_str).context("what was said")?;
            let first = segment.get("channel").and_then(Value::as_i64) == Some(1);
            let speaker = if first { Speaker::Agent } else { Speaker::Customer };
            let (scored, phrases) = (engine.score(text, Some("en")), Phrases::default());
            heard.push(Heard { seq, speaker, scored, phrases });
        }
        calls.push(heard);
    }
    Ok(calls)
}

fn unpacked(name: &str) -> anyhow::Result<String> {
    let path = format!("{DATA}{name}");
    let mut text = String::new();
    let packed = File::open(&path).with_context(|| path.clone())?;
    GzDecoder::new(packed).read_to_string(&mut text).context(path)?;
    Ok(text)
}

fn mean(numbers: impl Iterator<Item = u32>) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    for number in numbers {
        sum += f64::from(number);
        count += 1.0;
    }
    sum / count
}

/// Exact up to 2^53.
#[expect(clippy::as_conversions, reason = "counts of calls are below 2^53")]
pub(super) fn float(number: u64) -> f64 {
    number as f64
}

/// To the nearest; nothing below zero.
#[expect(clippy::as_conversions, reason = "it saturates")]
pub(super) fn whole(number: f64) -> u64 {
    number.round() as u64
}
