//! A row as the call that it tells of.

use std::borrow::Cow;
use std::collections::BTreeMap;

use domain::call::{Direction, EndStatus};
use domain::card::contains_card_number;
use domain::disposition::Meaning;
use domain::{PhoneNumber, Timestamp};
use serde_json::{Map, Value};

use super::field::{self, Fault, Field};
use super::map::{ImportMap, Source};
use super::reader::{Cell, RawRow};
use super::rejection::Rejection;
use super::text::{
    MAX_ATTEMPTS, MAX_LABEL, MAX_SOURCE_ID, card_number, direction, disposition, phone, plain_text,
    tags,
};
use super::time;

const MAX_METADATA_BYTES: usize = 8 * 1_024;
const MAX_JSON_DEPTH: usize = 32;

/// What a row says, before the domain has judged it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ParsedCall {
    pub(super) row: u64,
    pub(super) line: u64,
    pub(super) source_id: String,
    pub(super) direction: Direction,
    pub(super) from: Option<PhoneNumber>,
    pub(super) to: Option<PhoneNumber>,
    pub(super) created_at: Timestamp,
    pub(super) answered_at: Option<Timestamp>,
    pub(super) ended_at: Timestamp,
    pub(super) end_status: EndStatus,
    pub(super) wait_ms: Option<i64>,
    pub(super) talk_ms: Option<i64>,
    pub(super) hold_ms: Option<i64>,
    pub(super) wrap_ms: Option<i64>,
    pub(super) agent: Option<String>,
    pub(super) queue: Option<String>,
    pub(super) campaign: Option<String>,
    pub(super) attempts: Option<i64>,
    pub(super) disposition: Option<String>,
    pub(super) meaning: Option<Box<Meaning>>,
    pub(super) resolved: Option<bool>,
    pub(super) rating: Option<i64>,
    pub(super) tags: Vec<String>,
    pub(super) test: bool,
    pub(super) metadata: Map<String, Value>,
}

/// Turns rows into calls by a map.
pub(super) struct RowParser {
    map: ImportMap,
    /// Where in the row the map's columns stand.
    places: BTreeMap<String, usize>,
}

impl RowParser {
    pub(super) fn new(map: ImportMap) -> Self {
        let places = map
            .columns()
            .into_iter()
            .zip(0..)
            .map(|((_, name), at)| (name.to_owned(), at))
            .collect();
        Self { map, places }
    }

    /// The call that the row tells of, or the first thing wrong with it.
    pub(super) fn parse(&self, row: &RawRow) -> Result<ParsedCall, Rejection> {
        Reading { parser: self, row }.call()
    }
}

/// One row under one map.
struct Reading<'a> {
    parser: &'a RowParser,
    row: &'a RawRow,
}

impl<'a> Reading<'a> {
    fn rejection(&self, field: Field, fault: Fault, value: &str) -> Rejection {
        let column = match self.parser.map.fields.get(&field) {
            Some(Source::Column(column)) => column.as_str(),
            Some(Source::RowNumber | Source::Constant(_)) | None => field.name(),
        };
        self.rejected(column, fault, value)
    }

    fn rejected(&self, column: &str, fault: Fault, value: &str) -> Rejection {
        let at = (self.row.number, self.row.line);
        Rejection::new(at, column, fault.code, fault.reason, value)
    }

    fn cell(&self, column: &str) -> Option<&'a Cell> {
        let place = self.parser.places.get(column)?;
        self.row.cells.get(*place)?.as_ref()
    }

    /// The field's text after the map's `[values]`; none where nothing is said.
    fn text(&self, field: Field) -> Result<Option<Cow<'a, str>>, Rejection> {
        let map = &self.parser.map;
        let text: Cow<'a, str> = match map.fields.get(&field) {
            None => return Ok(None),
            Some(Source::RowNumber) => return Ok(Some(self.row.number.to_string().into())),
            Some(Source::Constant(text)) => text.as_str().into(),
            Some(Source::Column(column)) => {
                let text = self.cell(column).map_or("", |cell| cell.text.as_str());
                match map.values.get(&field) {
                    None => text.into(),
                    Some(values) => match values.get(text) {
                        Some(ours) => ours.as_str().into(),
                        None if text.is_empty() => "".into(),
                        None => {
                            let reason = format!("[values.{field}] does not map this value");
                            let fault = Fault::new("unmapped-value", reason);
                            return Err(self.rejection(field, fault, text));
                        }
                    },
                }
            }
        };
        Ok((!text.is_empty()).then_some(text))
    }

    fn read<T>(
        &self,
        field: Field,
        parse: impl FnOnce(&str) -> Result<T, Fault>,
    ) -> Result<Option<T>, Rejection> {
        let Some(text) = self.text(field)? else { return Ok(None) };
        match parse(&text) {
            Ok(value) => Ok(Some(value)),
            Err(fault) => Err(self.rejection(field, fault, &text)),
        }
    }

    fn required<T>(
        &self,
        field: Field,
        parse: impl FnOnce(&str) -> Result<T, Fault>,
    ) -> Result<T, Rejection> {
        let missing = || Fault::new("missing-value", format!("{field} is required"));
        self.read(field, parse)?.ok_or_else(|| self.rejection(field, missing(), ""))
    }

    fn call(&self) -> Result<ParsedCall, Rejection> {
        let source_id = self.required(Field::SourceId, |text| plain_text(text, MAX_SOURCE_ID))?;
        let direction = self.required(Field::Direction, direction)?;
        let created_at = self.started_at()?;
        let times = self.times(created_at)?;
        let catalog = &self.parser.map.catalog;
        let disposition = self.read(Field::Disposition, |text| disposition(text, catalog))?;
        let label = |text: &str| plain_text(text, MAX_LABEL);
        Ok(ParsedCall {
            row: self.row.number,
            line: self.row.line,
            source_id,
            direction,
            from: self.read(Field::From, phone)?,
            to: self.read(Field::To, phone)?,
            created_at,
            answered_at: times.answered_at,
            ended_at: times.ended_at,
            end_status: end_status(times.answered_at.is_some(), disposition.as_deref()),
            wait_ms: times.wait_ms,
            talk_ms: times.talk_ms,
            hold_ms: times.hold_ms,
            wrap_ms: self.read(Field::WrapSeconds, field::duration_ms)?,
            agent: self.read(Field::Agent, label)?,
            queue: self.read(Field::Queue, label)?,
            campaign: self.read(Field::Campaign, label)?,
            attempts: self.read(Field::Attempts, |text| field::whole(text, 1, MAX_ATTEMPTS))?,
            meaning: disposition.as_deref().and_then(|code| catalog.meaning(code)),
            disposition,
            resolved: self.read(Field::Resolved, field::boolean)?,
            rating: self.read(Field::Rating, |text| field::whole(text, 1, 5))?,
            tags: self.read(Field::Tags, tags)?.unwrap_or_default(),
            test: self.read(Field::Test, field::boolean)?.unwrap_or(false),
            metadata: self.metadata()?,
        })
    }

    fn started_at(&self) -> Result<Timestamp, Rejection> {
        let map = &self.parser.map;
        let has = |field: Field| map.fields.contains_key(&field);
        if has(Field::StartedAt) {
            return self.required(Field::StartedAt, |text| time::instant(text, map.zone));
        }
        let (day, blamed) = if has(Field::Date) {
            (self.required(Field::Date, time::date)?, Field::Date)
        } else {
            let year = self.required(Field::Year, |text| field::whole(text, 1_970, 2_100))?;
            let month = self.required(Field::Month, field::month)?;
            let day = self.required(Field::Day, |text| field::whole(text, 1, 31))?;
            let date = time::calendar_day(
                i32::try_from(year).unwrap_or(0),
                month,
                u32::try_from(day).unwrap_or(0),
            );
            let shown = || format!("{year}-{month}-{day}");
            (date.map_err(|fault| self.rejection(Field::Day, fault, &shown()))?, Field::Day)
        };
        let clock = self.read(Field::Time, time::time_of_day)?.unwrap_or_default();
        time::local_instant(day.and_time(clock), map.zone)
            .map_err(|fault| self.rejection(blamed, fault, &day.to_string()))
    }

    fn times(&self, created_at: Timestamp) -> Result<Times, Rejection> {
        let map = &self.parser.map;
        let wait_ms = self.read(Field::WaitSeconds, field::duration_ms)?;
        let talk_ms = self.read(Field::TalkSeconds, field::duration_ms)?;
        let hold_ms = self.read(Field::HoldSeconds, field::duration_ms)?;
        let mut times =
            Times { answered_at: None, ended_at: created_at, wait_ms, talk_ms, hold_ms };
        let talked = talk_ms.is_some_and(|ms| ms > 0);
        if map.fields.contains_key(&Field::AnsweredAt) {
            times.answered_at =
                self.read(Field::AnsweredAt, |text| time::instant(text, map.zone))?;
        } else if self.read(Field::Answered, field::boolean)?.unwrap_or(talked) {
            times.answered_at = Some(created_at.plus_ms(wait_ms.unwrap_or(0)));
        }
        if let (Some(answered_at), None) = (times.answered_at, wait_ms) {
            let waited = answered_at.since_ms(created_at);
            // Only a stated answer tells of a wait; a derived one adds nothing.
            if map.fields.contains_key(&Field::AnsweredAt) {
                times.wait_ms = Some(waited);
            }
        }
        let whole = [times.wait_ms, talk_ms, hold_ms].into_iter().flatten().sum();
        times.ended_at = created_at.plus_ms(whole);
        self.possible(created_at, &times)?;
        Ok(times)
    }

    /// An answer lies between the start and the end, and the end before 2101.
    fn possible(&self, created_at: Timestamp, times: &Times) -> Result<(), Rejection> {
        let answer = times.answered_at.unwrap_or(created_at);
        let wrong = if answer < created_at {
            Some("the call was answered before it began")
        } else if answer > times.ended_at {
            Some("the call was answered after its end (start + wait + talk + hold)")
        } else {
            None
        };
        if let Some(reason) = wrong {
            let fault = Fault::new("impossible-time", reason);
            return Err(self.rejection(Field::AnsweredAt, fault, &answer.to_string()));
        }
        if !time::is_in_range(times.ended_at.millis()) {
            let value = times.ended_at.to_string();
            return Err(self.rejection(Field::TalkSeconds, time::outside(), &value));
        }
        Ok(())
    }

    /// The kept columns: text as it stood there, JSON as it was.
    fn metadata(&self) -> Result<Map<String, Value>, Rejection> {
        let mut metadata = Map::new();
        let mut bytes = 0;
        for column in &self.parser.map.keep {
            let Some(cell) = self.cell(column) else { continue };
            let value = match &cell.json {
                Some(json) => json.clone(),
                None => Value::String(cell.text.clone()),
            };
            bytes += column.len() + cell.text.len();
            let fault = if contains_card_number(&cell.text) {
                Some(card_number())
            } else if cell.text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
            {
                Some(Fault::new("control-character", "control characters are refused"))
            } else if bytes > MAX_METADATA_BYTES {
                Some(Fault::new("text-too-long", "the kept columns exceed 8 KiB"))
            } else if is_too_deep(&value, MAX_JSON_DEPTH) {
                Some(Fault::new("malformed-json", "nested more than 32 levels deep"))
            } else {
                None
            };
            if let Some(fault) = fault {
                return Err(self.rejected(column, fault, &cell.text));
            }
            metadata.insert(column.clone(), value);
        }
        Ok(metadata)
    }
}

struct Times {
    answered_at: Option<Timestamp>,
    ended_at: Timestamp,
    wait_ms: Option<i64>,
    talk_ms: Option<i64>,
    hold_ms: Option<i64>,
}

/// How the leg ended, as far as history tells: what was answered was completed.
fn end_status(answered: bool, disposition: Option<&str>) -> EndStatus {
    match disposition {
        _ if answered => EndStatus::Completed,
        Some("busy") => EndStatus::Busy,
        Some("disconnected" | "invalid_number") => EndStatus::Failed,
        _ => EndStatus::NoAnswer,
    }
}

fn is_too_deep(value: &Value, left: usize) -> bool {
    match value {
        Value::Array(items) => left == 0 || items.iter().any(|item| is_too_deep(item, left - 1)),
        Value::Object(entries) => {
            left == 0 || entries.values().any(|item| is_too_deep(item, left - 1))
        }
        _ => false,
    }
}
