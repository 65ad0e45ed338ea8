//! How a campaign calls: what its administrators and supervisors set.

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::budget::Budget;
use super::goal::Goal;
use super::message::Announcement;
use super::pacing::{Abandonment, Pacing};
use super::words::{CampaignMode, Recency};
use crate::call::{AmdMode, RecordingPolicy};
use crate::calling_hours::{self, Window};
use crate::contact::AttemptRules;
use crate::patch::stated;
use crate::{AgentId, FieldFault, PhoneNumber, TeamId, Timestamp, text};

/// The longest name of a campaign, in characters.
const MAX_NAME: usize = 255;
/// The longest description of one, in characters.
const MAX_DESCRIPTION: usize = 1_000;
/// The teams and the agents that call for one, each.
const MAX_ASSIGNED: usize = 500;
/// The days on which nobody is called.
const MAX_HOLIDAYS: usize = 100;
/// How long a telephone may ring, in seconds.
const RING_SECONDS: std::ops::RangeInclusive<u16> = 5..=120;
/// How long an agent may look at a contact, in seconds.
const PREVIEW_SECONDS: std::ops::RangeInclusive<u16> = 10..=600;

/// How a campaign calls.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CampaignSettings {
    /// How it is called; unique among those that are not archived, whatever the letters' case.
    pub name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Who chooses whom to call.
    pub mode: CampaignMode,
    /// In which language, as in BCP 47.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Where it is at home; a name of the IANA database.
    pub time_zone: String,
    /// The number that is shown, in E.164; ours, nobody's personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller_id: Option<String>,
    /// What an agent says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub script: Option<String>,
    /// When it calls.
    #[serde(default)]
    pub schedule: Schedule,
    /// How long it lets a telephone ring, 5 to 120 seconds.
    pub ring_timeout_seconds: u16,
    /// How long an agent may look at a contact that they were given, 10 to 600 seconds.
    pub preview_seconds: u16,
    /// How often somebody is tried, and when again.
    #[serde(default)]
    pub attempts: AttemptRules,
    /// How fast it dials, where it dials by itself.
    pub pacing: Pacing,
    /// How many may be answered by nobody then.
    pub abandonment: Abandonment,
    /// What whoever answers is told, where nobody speaks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub announcement: Option<Announcement>,
    /// What it may cost; whatever it likes, where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<Budget>,
    /// What it is to reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goal: Option<Goal>,
    /// Whom it calls first of those who are as urgent.
    #[serde(default = "fifo", skip_serializing_if = "Recency::usual")]
    pub recency: Recency,
    /// Whether to find out if a machine answers.
    pub amd: AmdMode,
    /// Whether to record.
    pub record: RecordingPolicy,
    /// What calls of it can come to: codes of the catalog; all of them, where it names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dispositions: Option<Vec<String>>,
    /// Whose members call for it.
    #[serde(default)]
    pub teams: Vec<TeamId>,
    /// And who else.
    #[serde(default)]
    pub agents: Vec<AgentId>,
    /// The organization's own fields.
    #[serde(default)]
    pub metadata: Map<String, Value>,
}

fn fifo() -> Recency {
    Recency::Fifo
}

/// When a campaign calls.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "utoipa", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Schedule {
    /// From when on; at once, where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_at: Option<Timestamp>,
    /// Until when; then it is complete.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_at: Option<Timestamp>,
    /// At which hours, where the contact is; whenever the law allows, where there are none.
    pub windows: Vec<Window>,
    /// On which days nobody is called.
    #[cfg_attr(feature = "utoipa", schema(value_type = Vec<String>))]
    pub holidays: Vec<NaiveDate>,
}

/// What is different from now on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields of CampaignSettings")]
#[serde(default)]
pub struct CampaignChanges {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "stated")]
    pub description: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<CampaignMode>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "stated")]
    pub language: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "stated")]
    pub caller_id: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "stated")]
    pub script: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<Schedule>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ring_timeout_seconds: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preview_seconds: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempts: Option<AttemptRules>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pacing: Option<Pacing>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub abandonment: Option<Abandonment>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "stated")]
    pub announcement: Option<Option<Announcement>>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "stated")]
    pub budget: Option<Option<Budget>>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "stated")]
    pub goal: Option<Option<Goal>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recency: Option<Recency>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amd: Option<AmdMode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<RecordingPolicy>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "stated")]
    pub dispositions: Option<Option<Vec<String>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub teams: Option<Vec<TeamId>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agents: Option<Vec<AgentId>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Map<String, Value>>,
}

impl CampaignSettings {
    /// Whether a campaign can call like this.
    ///
    /// # Errors
    /// The first field that is wrong.
    pub fn checked(&self) -> Result<(), FieldFault> {
        FieldFault::of_text("/name", text::name(&self.name, MAX_NAME))?;
        if let Some(description) = &self.description {
            FieldFault::of_text("/description", text::line(description, MAX_DESCRIPTION))?;
        }
        let language = self.language.as_deref().map_or(Ok(()), text::language);
        FieldFault::of_text("/language", language)?;
        if self.time_zone.parse::<Tz>().is_err() {
            let words = "a time zone is a name of the IANA database such as Europe/Prague";
            return Err(FieldFault::new("/time_zone", "invalid-time-zone", words));
        }
        if let Some(number) = &self.caller_id {
            let known = PhoneNumber::parse(number).is_ok_and(|known| known.as_str() == number);
            if !known || PhoneNumber::emergency(number) {
                let words = "a number of ours such as +420777123456";
                return Err(FieldFault::new("/caller_id", "invalid-phone-number", words));
            }
        }
        let script = self.script.as_deref().map_or(Ok(()), text::note);
        FieldFault::of_text("/script", script)?;
        self.schedule.checked()?;
        within("/ring_timeout_seconds", self.ring_timeout_seconds, RING_SECONDS)?;
        within("/preview_seconds", self.preview_seconds, PREVIEW_SECONDS)?;
        self.attempts.checked()?;
        self.pacing.checked()?;
        self.abandonment.checked()?;
        self.announcement.as_ref().map_or(Ok(()), Announcement::checked)?;
        self.budget.as_ref().map_or(Ok(()), Budget::checked)?;
        self.goal.as_ref().map_or(Ok(()), Goal::checked)?;
        each_once("/dispositions", self.dispositions.as_deref().unwrap_or_default())?;
        each_once("/teams", &self.teams)?;
        each_once("/agents", &self.agents)?;
        FieldFault::of_text("/metadata", text::metadata(&self.metadata))
    }

    /// The change that somebody calls for it, or not any more.
    #[must_use]
    pub fn assigning(&self, agent: AgentId, calls: bool) -> CampaignChanges {
        let mut agents = self.agents.clone();
        if !calls {
            agents.retain(|known| *known != agent);
        } else if !agents.contains(&agent) {
            agents.push(agent);
        }
        CampaignChanges { agents: Some(agents), ..CampaignChanges::default() }
    }

    /// The same with what is different.
    #[must_use]
    pub fn with(&self, changes: &CampaignChanges) -> Self {
        let changes = changes.clone();
        Self {
            name: changes.name.unwrap_or_else(|| self.name.clone()),
            description: changes.description.unwrap_or_else(|| self.description.clone()),
            mode: changes.mode.unwrap_or(self.mode),
            language: changes.language.unwrap_or_else(|| self.language.clone()),
            time_zone: changes.time_zone.unwrap_or_else(|| self.time_zone.clone()),
            caller_id: changes.caller_id.unwrap_or_else(|| self.caller_id.clone()),
            script: changes.script.unwrap_or_else(|| self.script.clone()),
            schedule: changes.schedule.unwrap_or_else(|| self.schedule.clone()),
            ring_timeout_seconds: changes.ring_timeout_seconds.unwrap_or(self.ring_timeout_seconds),
            preview_seconds: changes.preview_seconds.unwrap_or(self.preview_seconds),
            attempts: changes.attempts.unwrap_or_else(|| self.attempts.clone()),
            pacing: changes.pacing.unwrap_or(self.pacing),
            abandonment: changes.abandonment.unwrap_or_else(|| self.abandonment.clone()),
            announcement: changes.announcement.unwrap_or_else(|| self.announcement.clone()),
            budget: changes.budget.unwrap_or_else(|| self.budget.clone()),
            goal: changes.goal.unwrap_or(self.goal),
            recency: changes.recency.unwrap_or(self.recency),
            amd: changes.amd.unwrap_or(self.amd),
            record: changes.record.unwrap_or(self.record),
            dispositions: changes.dispositions.unwrap_or_else(|| self.dispositions.clone()),
            teams: changes.teams.unwrap_or_else(|| self.teams.clone()),
            agents: changes.agents.unwrap_or_else(|| self.agents.clone()),
            metadata: changes.metadata.unwrap_or_else(|| self.metadata.clone()),
        }
    }

    /// The first version of the facts that can say what is said here.
    pub(super) fn version(&self) -> i16 {
        match self {
            _ if self.goal.is_some() || !self.recency.usual() => 4,
            _ if self.speaks() => 3,
            _ if self.dispositions.is_none() => 2,
            _ => 1,
        }
    }

    /// The fields that stay as they are while a campaign calls, and are other ones in `next`.
    #[must_use]
    pub(super) fn locked(&self, next: &Self) -> Vec<&'static str> {
        let fields = [
            ("mode", self.mode != next.mode),
            ("language", self.language != next.language),
            ("time_zone", self.time_zone != next.time_zone),
            ("caller_id", self.caller_id != next.caller_id),
            ("script", self.script != next.script),
            ("abandonment", self.abandonment != next.abandonment),
            ("announcement", self.announcement != next.announcement),
            ("amd", self.amd != next.amd),
            ("record", self.record != next.record),
            ("dispositions", self.dispositions != next.dispositions),
            ("metadata", self.metadata != next.metadata),
        ];
        fields.into_iter().filter(|(_, other)| *other).map(|(name, _)| name).collect()
    }
}

impl CampaignChanges {
    /// The first version of the facts that can say what is said here.
    pub(super) fn version(&self) -> i16 {
        match self {
            _ if self.goal.is_some() || self.recency.is_some() => 4,
            _ if self.speaks() => 3,
            _ if self.dispositions == Some(None) => 2,
            _ => 1,
        }
    }
}

impl Schedule {
    fn checked(&self) -> Result<(), FieldFault> {
        for (pointer, at) in
            [("/schedule/start_at", self.start_at), ("/schedule/end_at", self.end_at)]
        {
            if at.is_some_and(|at| !at.in_range()) {
                return Err(FieldFault::new(pointer, "out-of-range", "in the years 1970 to 2100"));
            }
        }
        if let (Some(start), Some(end)) = (self.start_at, self.end_at)
            && end <= start
        {
            return Err(FieldFault::new("/schedule/end_at", "out-of-range", "after it begins"));
        }
        if !self.windows.is_empty() {
            calling_hours::checked("/schedule/windows", &self.windows)?;
        }
        if self.holidays.len() > MAX_HOLIDAYS {
            let words = format!("at most {MAX_HOLIDAYS} days");
            return Err(FieldFault::new("/schedule/holidays", "too-many", words));
        }
        Ok(())
    }
}

fn within(
    pointer: &'static str,
    seconds: u16,
    range: std::ops::RangeInclusive<u16>,
) -> Result<(), FieldFault> {
    if range.contains(&seconds) {
        return Ok(());
    }
    let words = format!("from {} to {} seconds", range.start(), range.end());
    Err(FieldFault::new(pointer, "out-of-range", words))
}

fn each_once<T: Ord>(pointer: &'static str, ids: &[T]) -> Result<(), FieldFault> {
    if ids.len() > MAX_ASSIGNED {
        let words = format!("at most {MAX_ASSIGNED}");
        return Err(FieldFault::new(pointer, "too-many", words));
    }
    let different: std::collections::BTreeSet<&T> = ids.iter().collect();
    if different.len() < ids.len() {
        return Err(FieldFault::new(pointer, "repeated", "each once"));
    }
    Ok(())
}
