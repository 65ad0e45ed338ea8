//! How the rows of a file are written.

/// How rows are written in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Delimited text with a header.
    Csv,
    /// One JSON object per line.
    Jsonl,
}

impl Format {
    /// What a file's name says (`.csv`, `.tsv`, `.jsonl`, `.ndjson`, with or without `.gz`);
    /// otherwise the first byte decides.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Format> {
        let lower = name.to_ascii_lowercase();
        let plain = lower.strip_suffix(".gz").unwrap_or(&lower);
        match plain.rsplit_once('.').map(|(_, extension)| extension) {
            Some("csv" | "tsv") => Some(Format::Csv),
            Some("jsonl" | "ndjson") => Some(Format::Jsonl),
            _ => None,
        }
    }
}
