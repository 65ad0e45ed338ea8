//! What stands between the fields of CSV.

/// A delimiter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delimiter {
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// The tab character.
    Tab,
    /// `|`
    Pipe,
}

impl Delimiter {
    /// Every delimiter; where a header leaves it open, the first one that it allows.
    pub const ALL: [Self; 4] = [Self::Comma, Self::Semicolon, Self::Tab, Self::Pipe];

    /// The delimiter of this name or of this character.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "," | "comma" => Some(Self::Comma),
            ";" | "semicolon" => Some(Self::Semicolon),
            "\t" | "\\t" | "tab" => Some(Self::Tab),
            "|" | "pipe" => Some(Self::Pipe),
            _ => None,
        }
    }

    /// The character.
    #[must_use]
    pub fn as_char(self) -> char {
        char::from(self.byte())
    }

    pub(super) fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Pipe => b'|',
        }
    }

    /// What a file's first line says about it; spreadsheets write `sep=;` in front.
    pub(super) fn said(line: &[u8]) -> Option<Self> {
        let value = line.strip_prefix(b"sep=").or_else(|| line.strip_prefix(b"SEP="))?;
        let found =
            Self::ALL.into_iter().find(|delimiter| value.first() == Some(&delimiter.byte()));
        found.filter(|_| value.get(1..).is_some_and(|rest| rest.trim_ascii().is_empty()))
    }

    /// The delimiter that stands most often in a header, outside of quotes.
    pub(super) fn of_header(line: &[u8]) -> Self {
        let mut counts = [0_usize; 4];
        let mut quoted = false;
        for byte in line {
            quoted ^= *byte == b'"';
            for (count, delimiter) in counts.iter_mut().zip(Self::ALL) {
                *count += usize::from(!quoted && *byte == delimiter.byte());
            }
        }
        let mut best = (0, Self::Comma);
        for (count, delimiter) in counts.into_iter().zip(Self::ALL) {
            if count > best.0 {
                best = (count, delimiter);
            }
        }
        best.1
    }
}
