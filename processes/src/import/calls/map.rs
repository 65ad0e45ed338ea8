//! The map: which of their columns is which of our fields, and what their words mean.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use chrono_tz::Tz;
use domain::disposition::DispositionCatalog;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::failure::MapError;
use super::field::Field;
use super::text;

/// The most columns that `keep` may name.
pub(super) const MAX_KEPT: usize = 50;
/// The longest name (of a source, a column) in characters.
const MAX_NAME: usize = 120;
/// The most entries of one `[values]` table.
const MAX_VALUES: usize = 10_000;

/// Where a field's text comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// The column of this name.
    Column(String),
    /// The number of the row in its file.
    RowNumber,
    /// The same text for every row.
    Constant(String),
}

/// A parsed and checked map. What it does not name is not imported.
#[derive(Debug, Clone)]
pub struct ImportMap {
    pub(super) source: String,
    pub(super) delimiter: u8,
    pub(super) zone: Tz,
    pub(super) fields: BTreeMap<Field, Source>,
    pub(super) values: BTreeMap<Field, BTreeMap<String, String>>,
    pub(super) keep: Vec<String>,
    /// What calls can come to for whoever brings them in.
    pub(super) catalog: Arc<DispositionCatalog>,
}

impl ImportMap {
    /// Checks a map (TOML) in all but the codes that an organization has; the first thing wrong
    /// with it is the error.
    pub fn checked(text: &str) -> Result<(), MapError> {
        Parser { text, catalog: None }.map().map(drop)
    }

    /// Reads and checks a map for an organization that has this catalog.
    pub fn parse(text: &str, catalog: &DispositionCatalog) -> Result<ImportMap, MapError> {
        Parser { text, catalog: Some(catalog) }.map()
    }

    /// The name of the old system, part of every id.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The columns that the file must have, each once, with the map's key that names it.
    pub(super) fn columns(&self) -> Vec<(String, &str)> {
        let named = self.fields.iter().filter_map(|(field, source)| match source {
            Source::Column(column) => Some((format!("columns.{field}"), column.as_str())),
            Source::RowNumber | Source::Constant(_) => None,
        });
        let kept = self.keep.iter().map(|column| ("keep".to_owned(), column.as_str()));
        let mut columns: Vec<(String, &str)> = Vec::new();
        for (key, column) in named.chain(kept) {
            if !columns.iter().any(|(_, known)| *known == column) {
                columns.push((key, column));
            }
        }
        columns
    }
}

struct Parser<'t> {
    text: &'t str,
    catalog: Option<&'t DispositionCatalog>,
}

type Value<'t> = Spanned<DeValue<'t>>;

impl<'t> Parser<'t> {
    fn error(&self, span: Option<Range<usize>>, key: &str, reason: impl Into<String>) -> MapError {
        let line = span.map(|span| {
            self.text.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1
        });
        MapError { line, key: key.to_owned(), reason: reason.into() }
    }

    fn map(&self) -> Result<ImportMap, MapError> {
        let document = DeTable::parse(self.text)
            .map_err(|error| self.error(error.span(), "syntax", error.message()))?;
        let mut map = ImportMap {
            source: String::new(),
            delimiter: b',',
            zone: Tz::UTC,
            fields: BTreeMap::new(),
            values: BTreeMap::new(),
            keep: Vec::new(),
            catalog: Arc::new(self.catalog.cloned().unwrap_or_default()),
        };
        // The zone comes first: constants and values are checked with it.
        let mut tables: [Option<&Value<'_>>; 3] = [None; 3];
        for (key, value) in document.get_ref() {
            let [columns, values, constants] = &mut tables;
            match key.get_ref().as_ref() {
                "source" => map.source = self.source(value)?,
                "delimiter" => map.delimiter = self.delimiter(value)?,
                "time_zone" => map.zone = self.zone(value)?,
                "keep" => map.keep = self.keep(value)?,
                "columns" => *columns = Some(value),
                "values" => *values = Some(value),
                "constants" => *constants = Some(value),
                other => return Err(self.unknown_key(key.span(), other)),
            }
        }
        let [columns, values, constants] = tables;
        for (field, value) in self.entries("columns", columns)? {
            let source = self.column(field, value)?;
            map.fields.insert(field, source);
        }
        for (field, value) in self.entries("constants", constants)? {
            let key = format!("constants.{field}");
            if map.fields.contains_key(&field) {
                let reason = "the field has a column already; it is one or the other";
                return Err(self.error(Some(value.span()), &key, reason));
            }
            let text = self.constant(&key, field, value, map.zone)?;
            map.fields.insert(field, Source::Constant(text));
        }
        for (field, value) in self.entries("values", values)? {
            let table = self.values(&map, field, value)?;
            map.values.insert(field, table);
        }
        self.complete(&map)?;
        Ok(map)
    }

    fn unknown_key(&self, span: Range<usize>, key: &str) -> MapError {
        let reason = if key == "default_region" {
            "numbers are never guessed: they must be in E.164 form, so there is no default_region"
        } else if Field::named(key).is_some() {
            "a field belongs under [columns] or [constants]"
        } else {
            "there is no such key; known are source, delimiter, time_zone, keep, [columns], \
             [values.FIELD] and [constants]"
        };
        self.error(Some(span), key, reason)
    }

    /// The entries of a table whose keys are fields.
    fn entries<'a>(
        &self,
        name: &str,
        table: Option<&'a Value<'a>>,
    ) -> Result<Vec<(Field, &'a Value<'a>)>, MapError> {
        let Some(table) = table else { return Ok(Vec::new()) };
        let Some(entries) = table.get_ref().as_table() else {
            return Err(self.error(Some(table.span()), name, format!("must be a table, [{name}]")));
        };
        let mut fields = Vec::new();
        for (key, value) in entries {
            let name = format!("{name}.{}", key.get_ref());
            match Field::named(key.get_ref()) {
                Some(field) => fields.push((field, value)),
                None => return Err(self.unknown_field(key.span(), &name, key.get_ref())),
            }
        }
        Ok(fields)
    }

    fn unknown_field(&self, span: Range<usize>, key: &str, name: &str) -> MapError {
        if matches!(name, "keep" | "source" | "delimiter" | "time_zone") {
            let reason = "belongs to the top of the map, before the first [table]";
            return self.error(Some(span), key, reason);
        }
        let known: Vec<&str> = Field::ALL.iter().map(|field| field.name()).collect();
        let reason = format!("there is no such field; known are {}", known.join(", "));
        self.error(Some(span), key, reason)
    }

    fn text(&self, key: &str, value: &Value<'_>) -> Result<String, MapError> {
        match value.get_ref().as_str() {
            Some(text) => Ok(text.to_owned()),
            None => Err(self.error(Some(value.span()), key, "must be a text in quotes")),
        }
    }

    fn name(&self, key: &str, value: &Value<'_>) -> Result<String, MapError> {
        let text = self.text(key, value)?.trim().to_owned();
        let reason = if text.is_empty() {
            "must not be empty".to_owned()
        } else if text.chars().count() > MAX_NAME {
            format!("must have at most {MAX_NAME} characters")
        } else if text.chars().any(char::is_control) {
            "must not have control characters".to_owned()
        } else {
            return Ok(text);
        };
        Err(self.error(Some(value.span()), key, reason))
    }

    fn source(&self, value: &Value<'_>) -> Result<String, MapError> {
        let source = self.name("source", value)?;
        if domain::card::contains_card_number(&source) {
            let reason = "looks like a card number, which is never stored";
            return Err(self.error(Some(value.span()), "source", reason));
        }
        Ok(source)
    }

    fn delimiter(&self, value: &Value<'_>) -> Result<u8, MapError> {
        let text = self.text("delimiter", value)?;
        match text.as_bytes() {
            [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\r' | b'\n' | 0) => Ok(*byte),
            _ => {
                let reason = "must be one ASCII character, not a quote or a line break";
                Err(self.error(Some(value.span()), "delimiter", reason))
            }
        }
    }

    fn zone(&self, value: &Value<'_>) -> Result<Tz, MapError> {
        let name = self.text("time_zone", value)?;
        name.parse().map_err(|_| {
            let reason = format!("`{name}` is not an IANA time zone such as Europe/Lisbon");
            self.error(Some(value.span()), "time_zone", reason)
        })
    }

    fn keep(&self, value: &Value<'_>) -> Result<Vec<String>, MapError> {
        let wrong = || self.error(Some(value.span()), "keep", "must be a list of column names");
        let mut columns: Vec<String> = Vec::new();
        for item in value.get_ref().as_array().ok_or_else(wrong)?.iter() {
            let column = self.name("keep", item)?;
            if columns.contains(&column) {
                return Err(self.error(Some(item.span()), "keep", format!("`{column}` twice")));
            }
            columns.push(column);
        }
        if columns.len() > MAX_KEPT {
            let reason = format!("at most {MAX_KEPT} columns can be kept");
            return Err(self.error(Some(value.span()), "keep", reason));
        }
        Ok(columns)
    }

    fn column(&self, field: Field, value: &Value<'_>) -> Result<Source, MapError> {
        let name = self.name(&format!("columns.{field}"), value)?;
        Ok(if field == Field::SourceId && name == "#" {
            Source::RowNumber
        } else {
            Source::Column(name)
        })
    }

    fn constant(
        &self,
        key: &str,
        field: Field,
        value: &Value<'_>,
        zone: Tz,
    ) -> Result<String, MapError> {
        if field == Field::SourceId {
            let reason = "every call needs a source_id of its own: name a column, or \"#\"";
            return Err(self.error(Some(value.span()), key, reason));
        }
        let text = match value.get_ref().as_array() {
            Some(items) if field == Field::Tags => {
                let tags: Result<Vec<String>, MapError> =
                    items.iter().map(|item| self.text(key, item)).collect();
                tags?.join(";")
            }
            _ => self.scalar(key, value)?,
        };
        self.checked(key, field, value, text, zone)
    }

    fn checked(
        &self,
        key: &str,
        field: Field,
        value: &Value<'_>,
        text: String,
        zone: Tz,
    ) -> Result<String, MapError> {
        let text = text.trim().to_owned();
        match text::check(field, &text, (zone, self.catalog)) {
            Ok(()) => Ok(text),
            Err(fault) => Err(self.error(Some(value.span()), key, fault.reason)),
        }
    }

    /// A text, number, truth value or date, as the text that a cell would hold.
    fn scalar(&self, key: &str, value: &Value<'_>) -> Result<String, MapError> {
        let text = match value.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            DeValue::Boolean(truth) => Some(truth.to_string()),
            DeValue::Integer(number) => {
                i64::from_str_radix(number.as_str(), number.radix()).ok().map(|n| n.to_string())
            }
            DeValue::Float(number) => Some(number.as_str().to_owned()),
            DeValue::Datetime(at) => Some(at.to_string()),
            DeValue::Array(_) | DeValue::Table(_) => None,
        };
        text.ok_or_else(|| {
            let reason = "must be a single text, number, truth value or date";
            self.error(Some(value.span()), key, reason)
        })
    }

    fn values(
        &self,
        map: &ImportMap,
        field: Field,
        value: &Value<'_>,
    ) -> Result<BTreeMap<String, String>, MapError> {
        let name = format!("values.{field}");
        let Some(entries) = value.get_ref().as_table() else {
            let reason = format!("must be a table, [{name}]");
            return Err(self.error(Some(value.span()), &name, reason));
        };
        if !matches!(map.fields.get(&field), Some(Source::Column(_))) {
            let reason = format!("columns.{field} names no column whose values it could map");
            return Err(self.error(Some(value.span()), &name, reason));
        }
        if entries.len() > MAX_VALUES {
            let reason = format!("at most {MAX_VALUES} values can be mapped");
            return Err(self.error(Some(value.span()), &name, reason));
        }
        let mut table = BTreeMap::new();
        for (theirs, ours) in entries {
            let key = format!("{name}.{:?}", theirs.get_ref());
            let text = self.scalar(&key, ours)?;
            let text = self.checked(&key, field, ours, text, map.zone)?;
            if table.insert(theirs.get_ref().trim().to_owned(), text).is_some() {
                return Err(self.error(Some(theirs.span()), &key, "stands here twice"));
            }
        }
        Ok(table)
    }

    /// What must be there, and what excludes what.
    fn complete(&self, map: &ImportMap) -> Result<(), MapError> {
        let has = |field: Field| map.fields.contains_key(&field);
        let missing = |key: &str, reason: &str| Err(self.error(None, key, reason));
        if map.source.is_empty() {
            return missing("source", "is required: the name of the old system");
        }
        if !has(Field::SourceId) {
            let reason = "is required: a column, or \"#\" for the number of the row";
            return missing("columns.source_id", reason);
        }
        if !has(Field::Direction) {
            let reason = "is required under [columns] or [constants]: inbound or outbound";
            return missing("direction", reason);
        }
        if has(Field::Answered) && has(Field::AnsweredAt) {
            let reason = "answered and answered_at exclude each other";
            return missing("columns.answered_at", reason);
        }
        let parts = [Field::Year, Field::Month, Field::Day];
        let split = parts.iter().any(|part| has(*part));
        if has(Field::StartedAt) {
            let other =
                map.fields.keys().find(|field| field.is_start() && **field != Field::StartedAt);
            return match other {
                Some(other) => {
                    let reason = format!("started_at and {other} exclude each other");
                    missing(&format!("columns.{other}"), &reason)
                }
                None => Ok(()),
            };
        }
        if has(Field::Date) && split {
            return missing("columns.date", "date excludes year, month and day");
        }
        if let Some(part) = parts.iter().find(|part| split && !has(**part)) {
            let reason = "is missing: year, month and day go together";
            return missing(&format!("columns.{part}"), reason);
        }
        if !has(Field::Date) && !split {
            let reason =
                "the start is required: started_at, or date (and time), or year, month, day";
            return missing("columns.started_at", reason);
        }
        Ok(())
    }
}
