//! How a team is run: what its administrators and supervisors set.

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::call::WrapUp;
use crate::patch::stated;
use crate::{FieldFault, TeamId, text};

/// The longest name of a team, in characters.
pub const MAX_NAME: usize = 255;
/// The longest description of one, in characters.
pub const MAX_DESCRIPTION: usize = 1_000;
/// The most members that a team may be allowed.
pub const MAX_MEMBERS: u16 = 500;
/// Spans of a day in which a team works.
const MAX_SPANS: usize = 8;

/// How a team is run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TeamSettings {
    /// How it is called; unique in the organization, whatever the letters' case.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// The team that it is part of.
    pub parent_team_id: Option<TeamId>,
    /// In which zone its hours are; a name of the IANA database.
    pub time_zone: String,
    /// When it works.
    pub working_hours: WorkingHours,
    /// How many members it may have, 1 to 500.
    pub max_members: u16,
    /// What its members can do where nothing else is said of them.
    pub skills_default: Vec<String>,
    /// The time after a call, where the call's queue or campaign has no other.
    pub wrap_up: Option<WrapUp>,
}

/// What is different from now on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields of TeamSettings")]
#[serde(default)]
pub struct TeamChanges {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "stated")]
    pub description: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "stated")]
    pub parent_team_id: Option<Option<TeamId>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub working_hours: Option<WorkingHours>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_members: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skills_default: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "stated")]
    pub wrap_up: Option<Option<WrapUp>>,
}

/// When a team works, in its own zone: spans of each day of the week.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "utoipa", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
#[expect(missing_docs, reason = "the days of the week")]
pub struct WorkingHours {
    pub mon: Vec<Span>,
    pub tue: Vec<Span>,
    pub wed: Vec<Span>,
    pub thu: Vec<Span>,
    pub fri: Vec<Span>,
    pub sat: Vec<Span>,
    pub sun: Vec<Span>,
}

/// A span of a day, from `HH:MM` until before `HH:MM`; `24:00` is its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "utoipa", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// When it begins.
    pub from: String,
    /// When it ends.
    pub to: String,
}

impl WorkingHours {
    fn checked(&self) -> Result<(), FieldFault> {
        for (day, pointer) in [
            (&self.mon, "/working_hours/mon"),
            (&self.tue, "/working_hours/tue"),
            (&self.wed, "/working_hours/wed"),
            (&self.thu, "/working_hours/thu"),
            (&self.fri, "/working_hours/fri"),
            (&self.sat, "/working_hours/sat"),
            (&self.sun, "/working_hours/sun"),
        ] {
            let fault = |words| FieldFault::new(pointer, "invalid-hours", words);
            if day.len() > MAX_SPANS {
                return Err(fault("a day has at most 8 spans"));
            }
            let mut end = 0;
            for (place, span) in day.iter().enumerate() {
                let (Some(from), Some(to)) = (minute(&span.from), minute(&span.to)) else {
                    return Err(fault("a span is from \"HH:MM\" to \"HH:MM\", at most \"24:00\""));
                };
                if from >= to || (place > 0 && from < end) {
                    return Err(fault("spans begin before they end, and follow one another"));
                }
                end = to;
            }
        }
        Ok(())
    }
}

/// The minute of the day of `HH:MM`.
fn minute(text: &str) -> Option<u16> {
    let digits = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    let (hours, minutes) = text.split_once(':').filter(|(h, m)| digits(h) && digits(m))?;
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let minute = hours * 60 + minutes;
    (minutes < 60 && minute <= 24 * 60).then_some(minute)
}

impl TeamSettings {
    /// Whether a team can be run like this.
    ///
    /// # Errors
    /// The first field that is wrong.
    pub fn checked(&self) -> Result<(), FieldFault> {
        FieldFault::of_text("/name", text::name(&self.name, MAX_NAME))?;
        if let Some(description) = &self.description {
            FieldFault::of_text("/description", text::line(description, MAX_DESCRIPTION))?;
        }
        if self.time_zone.parse::<Tz>().is_err() {
            let words = "a time zone is a name of the IANA database such as Europe/Prague";
            return Err(FieldFault::new("/time_zone", "invalid-time-zone", words));
        }
        self.working_hours.checked()?;
        if !(1..=MAX_MEMBERS).contains(&self.max_members) {
            let words = "from 1 to 500 members";
            return Err(FieldFault::new("/max_members", "out-of-range", words));
        }
        FieldFault::of_text("/skills_default", text::tags(&self.skills_default))?;
        self.wrap_up.map_or(Ok(()), |wrap_up| wrap_up.checked())
    }

    /// The same with what is different.
    #[must_use]
    pub fn with(&self, changes: &TeamChanges) -> Self {
        let TeamChanges {
            name,
            description,
            parent_team_id,
            time_zone,
            working_hours,
            max_members,
            skills_default,
            wrap_up,
        } = changes.clone();
        Self {
            name: name.unwrap_or_else(|| self.name.clone()),
            description: description.unwrap_or_else(|| self.description.clone()),
            parent_team_id: parent_team_id.unwrap_or(self.parent_team_id),
            time_zone: time_zone.unwrap_or_else(|| self.time_zone.clone()),
            working_hours: working_hours.unwrap_or_else(|| self.working_hours.clone()),
            max_members: max_members.unwrap_or(self.max_members),
            skills_default: skills_default.unwrap_or_else(|| self.skills_default.clone()),
            wrap_up: wrap_up.unwrap_or(self.wrap_up),
        }
    }
}
