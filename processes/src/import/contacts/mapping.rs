//! The mapping: which of a file's columns is which field of a contact.

use std::collections::BTreeMap;

use domain::card::names_card_data;
use domain::text;

use super::guess;
use super::row::MAX_CUSTOM;
use super::target::Target;
use crate::import::value::{short, tidy};

/// So many columns may be named for one field.
pub const MAX_COLUMNS_OF_A_FIELD: usize = 10;

/// Which columns fill which fields. What it does not name is not imported.
///
/// Where a field has more than one column, the first of them that is not blank counts; of tags
/// all of them do. A row of JSONL is looked into by a dot: `custom.city` is the key of that name
/// or, where there is none, the `city` of the object `custom`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapping {
    columns: BTreeMap<Target, Vec<String>>,
}

/// Why a mapping is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// It names no column of phone numbers.
    #[error("the mapping names no column for `phone`")]
    NoPhone,
    /// There is no such field.
    #[error(
        "a contact has no field `{0}`; it has phone, name, first_name, last_name, email, \
             time_zone, language, priority, tags, attempts, outcome and custom.<key>"
    )]
    UnknownField(String),
    /// A field is named twice.
    #[error("the mapping names `{0}` twice")]
    Repeated(String),
    /// A field has no column, too many, or one without a name.
    #[error("`{0}` needs 1 to {MAX_COLUMNS_OF_A_FIELD} columns, each with a name and each once")]
    Columns(String),
    /// There are too many fields of one's own.
    #[error("at most {MAX_CUSTOM} custom fields can be mapped")]
    TooManyCustom,
    /// The key of a field of one's own cannot be one.
    #[error("`{0}` cannot be the key of a custom field")]
    Key(String),
    /// The key of a field of one's own says that it would hold card data.
    #[error("card data is not accepted: `{0}`")]
    Card(String),
}

impl MappingError {
    /// A stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoPhone => "phone-not-mapped",
            Self::UnknownField(_) => "unknown-field",
            Self::Card(_) => "card-data",
            Self::Repeated(_) | Self::Columns(_) | Self::TooManyCustom | Self::Key(_) => {
                "invalid-mapping"
            }
        }
    }
}

impl Mapping {
    /// A mapping by the names of fields, each with its columns in the order of their weight.
    ///
    /// # Errors
    /// [`MappingError`]: the first thing that is wrong with it.
    pub fn parse<N, C>(fields: impl IntoIterator<Item = (N, C)>) -> Result<Self, MappingError>
    where
        N: AsRef<str>,
        C: IntoIterator<Item: AsRef<str>>,
    {
        let mut mapping = Self::default();
        for (name, columns) in fields {
            let name = name.as_ref();
            let target =
                Target::named(name).ok_or_else(|| MappingError::UnknownField(short(name)))?;
            check_key(&target)?;
            let mut named: Vec<String> = Vec::new();
            for column in columns {
                let column = tidy(column.as_ref());
                if column.is_empty()
                    || column.chars().count() > text::MAX_LINE
                    || named.contains(&column)
                    || named.len() >= MAX_COLUMNS_OF_A_FIELD
                {
                    return Err(MappingError::Columns(short(name)));
                }
                named.push(column);
            }
            if named.is_empty() {
                return Err(MappingError::Columns(short(name)));
            }
            if mapping.columns.insert(target, named).is_some() {
                return Err(MappingError::Repeated(short(name)));
            }
            if mapping.custom() > MAX_CUSTOM {
                return Err(MappingError::TooManyCustom);
            }
        }
        if mapping.has_phone() { Ok(mapping) } else { Err(MappingError::NoPhone) }
    }

    /// What the usual names in a header suggest; it may well know no column of phone numbers.
    /// A name that stands there twice suggests nothing.
    #[must_use]
    pub fn guess(header: &[String]) -> Self {
        let mut mapping = Self::default();
        let header: Vec<String> = header.iter().map(|column| tidy(column)).collect();
        for column in &header {
            if header.iter().filter(|other| *other == column).count() > 1 {
                continue;
            }
            let Some(target) = guess::target(column) else { continue };
            let fits = check_key(&target).is_ok()
                && (!matches!(target, Target::Custom(_)) || mapping.custom() < MAX_CUSTOM);
            if !fits {
                continue;
            }
            let columns = mapping.columns.entry(target).or_default();
            if columns.len() < MAX_COLUMNS_OF_A_FIELD {
                columns.push(column.clone());
            }
        }
        mapping
    }

    /// What it says of numbers alone.
    #[must_use]
    pub fn of_phones(mut self) -> Self {
        self.columns.retain(|target, _| *target == Target::Phone);
        self
    }

    /// Whether it says where the phone numbers are, without which there are no contacts.
    #[must_use]
    pub fn has_phone(&self) -> bool {
        self.columns.contains_key(&Target::Phone)
    }

    /// The columns of a field.
    #[must_use]
    pub fn columns(&self, target: &Target) -> &[String] {
        self.columns.get(target).map_or(&[], Vec::as_slice)
    }

    /// Every field that is filled, with its columns.
    pub fn fields(&self) -> impl Iterator<Item = (&Target, &[String])> {
        self.columns.iter().map(|(target, columns)| (target, columns.as_slice()))
    }

    fn custom(&self) -> usize {
        self.columns.keys().filter(|target| matches!(target, Target::Custom(_))).count()
    }
}

fn check_key(target: &Target) -> Result<(), MappingError> {
    let Target::Custom(key) = target else { return Ok(()) };
    if names_card_data(key) {
        return Err(MappingError::Card(short(key)));
    }
    text::name(key, text::MAX_LABEL).map_err(|_| MappingError::Key(short(key)))
}
