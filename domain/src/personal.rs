//! Personal data: known only on its way in, sealed from the log on.
//!
//! Sealing happens in the codec in front of the log, per data subject; an
//! aggregate never needs a key to apply an event. Destroying a subject's key
//! erases everything that was sealed with it.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};

use crate::SubjectId;

/// What can be a personal field: it has a text, and shows it only when asked.
pub trait PersonalText: Clone + PartialEq {
    /// The text itself.
    fn expose(&self) -> &str;
}

/// A text that a person wrote or that is about a person; prints as `[personal]`.
#[derive(Clone, PartialEq, Eq)]
pub struct FreeText(String);

impl FreeText {
    /// Wraps a text that [`crate::text`] has found in order.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }
}

impl PersonalText for FreeText {
    fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for FreeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[personal]")
    }
}

/// A sealed text, as it stands in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SealedText(String);

impl SealedText {
    /// The token.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for SealedText {
    fn from(token: String) -> Self {
        Self(token)
    }
}

impl fmt::Display for SealedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Gets whose a personal field is and its text, and answers what takes its place; `None` leaves it
/// as it is.
pub type Sealer<'s> = dyn FnMut(SubjectId, &str) -> Option<SealedText> + 's;

/// A personal field.
///
/// It can be written down only once it is sealed: serializing a known value is
/// an error, so that no path around the codec leaks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Personal<T> {
    /// On its way in.
    Known {
        /// Whose key will seal it.
        subject: SubjectId,
        /// The value.
        value: T,
    },
    /// As the log has it.
    Sealed(SealedText),
    /// Gone, with the key of its subject.
    Erased,
}

impl<T: PersonalText> Personal<T> {
    /// A value that is about this person.
    #[must_use]
    pub fn known(subject: SubjectId, value: T) -> Self {
        Self::Known { subject, value }
    }

    /// Seals a known value; leaves everything else as it is.
    pub fn seal(&mut self, seal: &mut Sealer<'_>) {
        if let Self::Known { subject, value } = self
            && let Some(sealed) = seal(*subject, value.expose())
        {
            *self = Self::Sealed(sealed);
        }
    }
}

impl<T> Serialize for Personal<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Known { .. } => Err(ser::Error::custom("personal data that is not sealed")),
            Self::Sealed(token) => token.serialize(serializer),
            Self::Erased => serializer.serialize_none(),
        }
    }
}

impl<'de, T> Deserialize<'de> for Personal<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let token = Option::<SealedText>::deserialize(deserializer)?;
        Ok(token.map_or(Self::Erased, Self::Sealed))
    }
}

/// Reads an optional personal field that is there: `null` in it says erased,
/// which is not the same as a field that never was. With `#[serde(default)]`.
pub(crate) fn present<'de, D, T>(deserializer: D) -> Result<Option<Personal<T>>, D::Error>
where
    D: Deserializer<'de>,
{
    Personal::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn personal_data_is_written_only_sealed_and_never_printed() {
        let subject = SubjectId::from(Uuid::from_u128(1));
        let mut note = Personal::known(subject, FreeText::new("canary".to_owned()));
        assert!(serde_json::to_string(&note).is_err());
        assert!(!format!("{note:?}").contains("canary"));
        note.seal(&mut |_, _| None);
        assert!(serde_json::to_string(&note).is_err(), "it is as it was");
        note.seal(&mut |whose, text| Some(SealedText::from(format!("{whose}:{}", text.len()))));
        let written = serde_json::to_string(&note).unwrap_or_default();
        assert_eq!(written, format!("\"{subject}:6\""));
        assert_eq!(serde_json::from_str::<Personal<FreeText>>(&written).ok(), Some(note));
        assert_eq!(serde_json::from_str::<Personal<FreeText>>("null").ok(), Some(Personal::Erased));
    }
}
