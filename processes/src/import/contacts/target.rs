//! The fields of a contact that a column can fill.

use std::fmt;

/// A field of a contact.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// The number to call. Every mapping names it.
    Phone,
    /// The whole name.
    Name,
    /// The first name, where the whole one is not there.
    FirstName,
    /// The last name, where the whole one is not there.
    LastName,
    /// The e-mail address.
    Email,
    /// The time zone, by its IANA name.
    TimeZone,
    /// The language, by its BCP 47 tag.
    Language,
    /// The priority, 0 to 99.
    Priority,
    /// Tags, separated by `,`, `;` or `|`.
    Tags,
    /// How often another system has called them.
    Attempts,
    /// What that came to, where it is over with them: a code of the catalog of dispositions.
    Outcome,
    /// A field of one's own, by its key.
    Custom(String),
}

impl Target {
    /// The targets that have no key.
    pub(super) const PLAIN: [(&'static str, Self); 11] = [
        ("phone", Self::Phone),
        ("name", Self::Name),
        ("first_name", Self::FirstName),
        ("last_name", Self::LastName),
        ("email", Self::Email),
        ("time_zone", Self::TimeZone),
        ("language", Self::Language),
        ("priority", Self::Priority),
        ("tags", Self::Tags),
        ("attempts", Self::Attempts),
        ("outcome", Self::Outcome),
    ];

    /// The target of this name: `phone`, `name`, `first_name`, `last_name`, `email`,
    /// `time_zone`, `language`, `priority`, `tags`, `attempts`, `outcome` or `custom.<key>`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        if let Some(key) = name.strip_prefix("custom.") {
            return (!key.is_empty()).then(|| Self::Custom(key.to_owned()));
        }
        let plain = Self::PLAIN.into_iter().find(|(known, _)| *known == name);
        plain.map(|(_, target)| target)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Custom(key) = self {
            return write!(f, "custom.{key}");
        }
        let plain = Self::PLAIN.into_iter().find(|(_, target)| target == self);
        f.write_str(plain.map_or("", |(name, _)| name))
    }
}
