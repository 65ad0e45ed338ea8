//! What is known of somebody who is to be called.

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::patch::stated;
use crate::personal::present;
use crate::{EmailAddress, FieldFault, FreeText, Personal, PersonalText, Sealer, SubjectId, text};

/// The most fields of an organization's own.
pub const MAX_CUSTOM: usize = 50;
/// The highest priority.
pub const MAX_PRIORITY: u8 = 99;

/// What is known of a contact, sealed but for what it is called by.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// Their name.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub name: Option<Personal<FreeText>>,
    /// Their address.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub email: Option<Personal<EmailAddress>>,
    /// The organization's own fields, a JSON object.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub custom: Option<Personal<FreeText>>,
    /// In which zone they are, where that is known; a name of the IANA database.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Which language they speak, as in BCP 47.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// 0 to 99; higher goes first.
    pub priority: u8,
    /// Words to find them by.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// What is different from now on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields of Profile")]
#[serde(default)]
pub struct ProfileChanges {
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "stated")]
    pub name: Option<Option<Personal<FreeText>>>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "stated")]
    pub email: Option<Option<Personal<EmailAddress>>>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "stated")]
    pub custom: Option<Option<Personal<FreeText>>>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "stated")]
    pub time_zone: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "stated")]
    pub language: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
}

/// What somebody says of a contact: not sealed, not looked at yet.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "the fields of Profile")]
pub struct Said {
    pub name: Option<FreeText>,
    pub email: Option<EmailAddress>,
    pub custom: Option<Map<String, Value>>,
    pub time_zone: Option<String>,
    pub language: Option<String>,
    pub priority: u8,
    pub tags: Vec<String>,
}

impl Said {
    /// As it is kept, of this person.
    ///
    /// # Errors
    /// The field that is wrong.
    pub fn profile(self, subject: SubjectId) -> Result<Profile, FieldFault> {
        let profile = Profile {
            name: self.name.map(|name| Personal::known(subject, name)),
            email: self.email.map(|email| Personal::known(subject, email)),
            custom: self.custom.map(|fields| own(subject, &fields)).transpose()?,
            time_zone: self.time_zone,
            language: self.language,
            priority: self.priority,
            tags: self.tags,
        };
        profile.checked()?;
        Ok(profile)
    }
}

/// An organization's own fields, as they are kept.
///
/// # Errors
/// They are too many, too long, or hold what may not be held.
pub fn own(
    subject: SubjectId,
    fields: &Map<String, Value>,
) -> Result<Personal<FreeText>, FieldFault> {
    if fields.len() > MAX_CUSTOM {
        let words = format!("at most {MAX_CUSTOM} fields");
        return Err(FieldFault::new("/custom", "too-many", words));
    }
    FieldFault::of_text("/custom", text::metadata(fields))?;
    let written = Value::Object(fields.clone()).to_string();
    Ok(Personal::known(subject, FreeText::new(written)))
}

impl Profile {
    pub(super) fn each_personal(&mut self, seal: &mut Sealer<'_>) {
        for text in [&mut self.name, &mut self.custom].into_iter().flatten() {
            text.seal(seal);
        }
        if let Some(email) = &mut self.email {
            email.seal(seal);
        }
    }

    /// Whether it can be: what is sealed was looked at before it was.
    ///
    /// # Errors
    /// The field that is wrong.
    pub fn checked(&self) -> Result<(), FieldFault> {
        if let Some(Personal::Known { value, .. }) = &self.name {
            FieldFault::of_text("/name", text::line(value.expose(), text::MAX_LINE))?;
        }
        if self.time_zone.as_deref().is_some_and(|zone| zone.parse::<Tz>().is_err()) {
            let words = "a time zone is a name of the IANA database such as Europe/Prague";
            return Err(FieldFault::new("/time_zone", "invalid-time-zone", words));
        }
        let language = self.language.as_deref().map_or(Ok(()), text::language);
        FieldFault::of_text("/language", language)?;
        if self.priority > MAX_PRIORITY {
            return Err(FieldFault::new("/priority", "out-of-range", "from 0 to 99"));
        }
        FieldFault::of_text("/tags", text::tags(&self.tags))
    }

    /// The same with what is different.
    #[must_use]
    pub fn with(&self, changes: &ProfileChanges) -> Self {
        let ProfileChanges { name, email, custom, time_zone, language, priority, tags } =
            changes.clone();
        Self {
            name: name.unwrap_or_else(|| self.name.clone()),
            email: email.unwrap_or_else(|| self.email.clone()),
            custom: custom.unwrap_or_else(|| self.custom.clone()),
            time_zone: time_zone.unwrap_or_else(|| self.time_zone.clone()),
            language: language.unwrap_or_else(|| self.language.clone()),
            priority: priority.unwrap_or(self.priority),
            tags: tags.unwrap_or_else(|| self.tags.clone()),
        }
    }
}

impl ProfileChanges {
    pub(super) fn each_personal(&mut self, seal: &mut Sealer<'_>) {
        for text in [&mut self.name, &mut self.custom].into_iter().flatten().flatten() {
            text.seal(seal);
        }
        if let Some(Some(email)) = &mut self.email {
            email.seal(seal);
        }
    }
}
