//! A row as the contact that it tells of, or as everything that is wrong with it.

use std::fmt;
use std::sync::Arc;

use chrono_tz::Tz;
use domain::contact::Conclusion;
use domain::disposition::DispositionCatalog;
use domain::{EmailAddress, PhoneNumber};
use serde_json::{Map, Value};

use super::cell::Cell;
use super::fault::{FileFault, RowFault};
use super::file::ContactFile;
use super::mapping::{Mapping, MappingError};
use super::number::{self, NumberRule, ReadNumber, Region};
use super::raw::RawRow;
use super::target::Target;
use super::value;
use crate::import::object::text_of;
use crate::import::value::{Fault, listed, short};

/// The most fields of one's own.
pub const MAX_CUSTOM: usize = 50;
/// The most faults that are told of one row.
pub const MAX_FAULTS: usize = 20;

/// One row: a contact, or what is wrong with it, which is at least one thing.
pub type RowRead = Result<ContactRow, Vec<RowFault>>;

/// A contact as a row tells of it. What a row does not say is none; nothing is made up.
///
/// Values are kept as they stand there, also those that a spreadsheet would take for a formula:
/// [`crate::import::escaped_for_csv`] is for their way out.
#[derive(Clone, PartialEq)]
pub struct ContactRow {
    /// The row's number: rows of the file from 1, the header and blank lines not counted.
    pub row: u64,
    /// The line of the file on which the row begins, from 1.
    pub line: u64,
    /// The number to call.
    pub number: PhoneNumber,
    /// The extension that was written behind the number.
    pub extension: Option<String>,
    /// The name, at most 256 characters.
    pub name: Option<String>,
    /// The e-mail address.
    pub email: Option<EmailAddress>,
    /// The time zone.
    pub time_zone: Option<Tz>,
    /// The language, as a BCP 47 tag.
    pub language: Option<String>,
    /// The priority, 0 to 99.
    pub priority: Option<u8>,
    /// The tags, each once.
    pub tags: Vec<String>,
    /// How often another system has called them, 0 to 1000.
    pub attempts: Option<u32>,
    /// What that came to, where it is over with them.
    pub outcome: Option<Conclusion>,
    /// Fields of one's own, at most 8 KiB: texts, or what they were in JSON.
    pub custom: Map<String, Value>,
}

impl fmt::Debug for ContactRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut row = f.debug_struct("ContactRow");
        row.field("row", &self.row).field("line", &self.line).finish_non_exhaustive()
    }
}

/// A column of the mapping, and where it stands in CSV.
type Column = (String, Option<usize>);

/// Turns rows into contacts by a mapping.
pub(super) struct RowParser {
    columns: Vec<(Target, Vec<Column>)>,
    region: Option<Region>,
    rule: NumberRule,
    catalog: Arc<DispositionCatalog>,
}

impl RowParser {
    /// Holds a mapping against the header of a file, where it has one.
    pub(super) fn new(
        mapping: &Mapping,
        header: Option<&[String]>,
        file: &ContactFile,
    ) -> Result<Self, FileFault> {
        if !mapping.has_phone() {
            return Err(MappingError::NoPhone.into());
        }
        let mut columns = Vec::new();
        for (target, names) in mapping.fields() {
            let mut placed = Vec::with_capacity(names.len());
            for name in names {
                let place = header.map(|header| place(header, target, name)).transpose()?;
                placed.push((name.clone(), place));
            }
            columns.push((target.clone(), placed));
        }
        let (region, rule, catalog) =
            (file.default_region, file.numbers, Arc::clone(&file.catalog));
        Ok(Self { columns, region, rule, catalog })
    }

    /// Whether a column is named.
    pub(super) fn names(&self, column: &str) -> bool {
        self.columns.iter().any(|(_, columns)| columns.iter().any(|(name, _)| name == column))
    }

    /// The contact that a row tells of.
    pub(super) fn parse(&self, row: RawRow) -> RowRead {
        let faults = Vec::new();
        Reading { parser: self, row, faults }.contact()
    }

    fn columns(&self, target: &Target) -> &[Column] {
        let found = self.columns.iter().find(|(known, _)| known == target);
        found.map_or(&[], |(_, columns)| columns.as_slice())
    }
}

/// The place of a column that a mapping names.
fn place(header: &[String], target: &Target, name: &str) -> Result<usize, FileFault> {
    let mut places = header.iter().enumerate().filter(|(_, known)| *known == name);
    match (places.next(), places.next()) {
        (Some((place, _)), None) => Ok(place),
        (Some(_), Some(_)) => {
            Err(FileFault::DuplicateColumn { target: target.to_string(), column: short(name) })
        }
        (None, _) => Err(FileFault::UnknownColumn {
            target: target.to_string(),
            column: short(name),
            known: listed(header),
        }),
    }
}

/// One row under one mapping.
struct Reading<'a> {
    parser: &'a RowParser,
    row: RawRow,
    faults: Vec<RowFault>,
}

impl Reading<'_> {
    fn contact(mut self) -> RowRead {
        let number = self.number();
        let name = self.name();
        let email = self.read(&Target::Email, value::email);
        let time_zone = self.read(&Target::TimeZone, value::time_zone);
        let language = self.read(&Target::Language, value::language);
        let priority = self.read(&Target::Priority, value::priority);
        let attempts = self.read(&Target::Attempts, value::attempts);
        let catalog = Arc::clone(&self.parser.catalog);
        let outcome = self.read(&Target::Outcome, |text| value::outcome(text, &catalog));
        let tags = self.tags();
        let custom = self.custom();
        let (row, line) = self.row.at;
        let mut faults = self.row.faults;
        faults.append(&mut self.faults);
        match number {
            Some(ReadNumber { number, extension }) if faults.is_empty() => Ok(ContactRow {
                row,
                line,
                number,
                extension,
                name,
                email,
                time_zone,
                language,
                priority,
                tags,
                attempts,
                outcome,
                custom,
            }),
            _ => {
                faults.truncate(MAX_FAULTS);
                Err(faults)
            }
        }
    }

    fn fault(&mut self, column: &str, fault: Fault) {
        let Fault { code, reason } = fault;
        self.faults.push(RowFault::new(self.row.at, Some(&short(column)), code, reason));
    }

    /// The cells of a field that are not blank, with their columns; what is wrong with them
    /// themselves has been told.
    fn cells(&mut self, target: &Target) -> (Vec<(String, Value)>, bool) {
        let (mut cells, mut whole) = (Vec::new(), true);
        let parser = self.parser;
        for (name, place) in parser.columns(target) {
            match self.row.cells.get(*place, name) {
                Cell::Blank => {}
                Cell::Text(text) => cells.push((name.clone(), Value::String(text))),
                Cell::Json(json) => cells.push((name.clone(), json)),
                Cell::Unreadable => whole = false,
                Cell::TooLong => {
                    whole = false;
                    self.fault(name, Fault::new("too-long", "the field is longer than 64 KiB"));
                }
            }
        }
        (cells, whole)
    }

    /// The first cell of a field that is not blank, as a text.
    fn text(&mut self, target: &Target) -> Option<(String, String)> {
        let (cells, _) = self.cells(target);
        let (column, cell) = cells.into_iter().next()?;
        match cell {
            Value::String(text) => Some((column, text)),
            Value::Array(_) | Value::Object(_) => {
                self.fault(&column, Fault::new("not-a-text", "expected a text"));
                None
            }
            other => Some((column, text_of(&other))),
        }
    }

    fn read<T>(
        &mut self,
        target: &Target,
        read: impl FnOnce(&str) -> Result<T, Fault>,
    ) -> Option<T> {
        let (column, text) = self.text(target)?;
        match read(&text) {
            Ok(value) => Some(value),
            Err(fault) => {
                self.fault(&column, fault);
                None
            }
        }
    }

    fn number(&mut self) -> Option<ReadNumber> {
        let (cells, whole) = self.cells(&Target::Phone);
        if cells.is_empty() && whole {
            let column = self.parser.columns(&Target::Phone).first().map(|(name, _)| name.clone());
            let fault = Fault::new("phone-missing", "every contact needs a phone number");
            self.fault(&column.unwrap_or_default(), fault);
            return None;
        }
        let (region, rule) = (self.parser.region, self.parser.rule);
        self.read(&Target::Phone, |text| number::read(text, region, rule))
    }

    /// The whole name, or the first and the last one.
    fn name(&mut self) -> Option<String> {
        let whole = self.read(&Target::Name, value::line);
        let first = self.read(&Target::FirstName, value::line);
        let last = self.read(&Target::LastName, value::line);
        if whole.is_some() {
            return whole;
        }
        let parts: Vec<String> = first.into_iter().chain(last).collect();
        let joined = Some(parts.join(" ")).filter(|name| !name.is_empty())?;
        match value::line(&joined) {
            Ok(name) => Some(name),
            Err(fault) => {
                let columns = self.parser.columns(&Target::LastName);
                let column = columns.first().map(|(name, _)| name.clone()).unwrap_or_default();
                self.fault(&column, fault);
                None
            }
        }
    }

    fn tags(&mut self) -> Vec<String> {
        let mut tags = Vec::new();
        for (column, cell) in self.cells(&Target::Tags).0 {
            if let Err(fault) = value::tags(&cell, &mut tags) {
                self.fault(&column, fault);
            }
        }
        tags
    }

    /// Each field of one's own by itself, then all of them together.
    fn custom(&mut self) -> Map<String, Value> {
        let mut fields = Map::new();
        let parser = self.parser;
        let before = self.faults.len();
        for (target, _) in &parser.columns {
            let Target::Custom(key) = target else { continue };
            let Some((column, cell)) = self.cells(target).0.into_iter().next() else { continue };
            let alone = Map::from_iter([(key.clone(), cell.clone())]);
            match value::custom(&alone) {
                Ok(()) => {
                    fields.insert(key.clone(), cell);
                }
                Err(fault) => self.fault(&column, fault),
            }
        }
        if self.faults.len() == before
            && let Err(Fault { code, .. }) = value::custom(&fields)
        {
            let words = "the custom fields are together longer than 8 KiB";
            self.faults.push(RowFault::new(self.row.at, None, code, words));
        }
        fields
    }
}
