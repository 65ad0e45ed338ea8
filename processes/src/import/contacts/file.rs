//! What is said of a file before it is read.

use std::sync::Arc;

use domain::disposition::DispositionCatalog;

use super::delimiter::Delimiter;
use super::number::{NumberRule, Region};
use crate::import::format;

/// The most rows of a file.
pub const MAX_ROWS: u64 = 200_000;

/// How rows are written in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Delimited text with a header.
    Csv,
    /// One JSON object per line.
    Jsonl,
    /// One number per line, and nothing else: a column that is called `phone`.
    Lines,
}

impl Format {
    /// The format of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Csv, Self::Jsonl, Self::Lines].into_iter().find(|format| format.name() == name)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
            Self::Lines => "lines",
        }
    }

    /// What a file's name says (`.csv`, `.tsv`, `.jsonl`, `.ndjson`, `.txt`).
    #[must_use]
    pub fn of_file(name: &str) -> Option<Self> {
        match format::Format::of_name(name) {
            Some(format::Format::Csv) => Some(Self::Csv),
            Some(format::Format::Jsonl) => Some(Self::Jsonl),
            None => name.to_ascii_lowercase().ends_with(".txt").then_some(Self::Lines),
        }
    }

    /// Whether columns are found by their place in a header.
    pub(super) fn has_header(self) -> bool {
        self != Self::Jsonl
    }
}

/// How the bytes of a file stand for characters. A byte order mark decides, whatever was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// UTF-16, whose byte order the mark says; without a mark it is little-endian, unless the
    /// first byte is 0.
    Utf16,
    /// UTF-16, the low byte first.
    Utf16Le,
    /// UTF-16, the high byte first.
    Utf16Be,
    /// Latin-1, read as windows-1252: the two differ only where Latin-1 has the control
    /// characters 0x80 to 0x9f, which no list of people holds, and windows-1252 has `€`, `“`
    /// and `’`, which files that call themselves Latin-1 do hold. It is also what the WHATWG
    /// Encoding Standard makes of the label.
    Latin1,
}

impl Encoding {
    /// The encoding of this name (`utf-8`, `utf-16`, `utf-16le`, `utf-16be`, `latin-1`,
    /// `iso-8859-1`, `windows-1252`), in any case.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        match plain.to_ascii_lowercase().as_str() {
            "utf8" => Some(Self::Utf8),
            "utf16" => Some(Self::Utf16),
            "utf16le" => Some(Self::Utf16Le),
            "utf16be" => Some(Self::Utf16Be),
            "latin1" | "iso88591" | "windows1252" | "cp1252" => Some(Self::Latin1),
            _ => None,
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16 => "utf-16",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::Latin1 => "latin-1",
        }
    }
}

/// How a file of contacts is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactFile {
    /// How rows are written.
    pub format: Format,
    /// How characters are written; without it a byte order mark says so, or it is UTF-8.
    pub encoding: Option<Encoding>,
    /// What stands between the fields of CSV; without it the header says so.
    pub delimiter: Option<Delimiter>,
    /// Where numbers without a country code are from; without it there can be none.
    pub default_region: Option<Region>,
    /// Which numbers are taken.
    pub numbers: NumberRule,
    /// The most rows, usually [`MAX_ROWS`].
    pub max_rows: u64,
    /// What calls can come to for whoever brings the file in.
    pub catalog: Arc<DispositionCatalog>,
}

impl ContactFile {
    /// A file of this format, about which nothing else is known.
    #[must_use]
    pub fn new(format: Format) -> Self {
        Self {
            format,
            encoding: None,
            delimiter: None,
            default_region: None,
            numbers: NumberRule::default(),
            max_rows: MAX_ROWS,
            catalog: Arc::default(),
        }
    }
}
