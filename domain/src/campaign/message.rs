//! What somebody hears whom nobody speaks with: the words of a campaign, and the key that ends them
//! for good (domain/03 §3.3.1, §3.3.3).

use serde::{Deserialize, Serialize};

use super::pacing::Abandonment;
use super::settings::{CampaignChanges, CampaignSettings};
use super::words::CampaignMode;
use crate::call::{AmdMode, MessagePurpose};
use crate::{FieldFault, text};

/// The longest message, in characters: about half a minute.
const MAX_MESSAGE: usize = 500;
/// The key that is pressed by whoever is not to be called again, where nothing is said.
const OPT_OUT_KEY: char = '9';
/// So many characters are said within a second.
const CHARACTERS_A_SECOND: i64 = 15;
/// And it takes so long at least.
const SHORTEST_MS: i64 = 1_000;

/// What a campaign has to say that has nobody speak.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "utoipa", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Announcement {
    /// What is said to whoever answers, 1 to 500 characters in one line.
    #[cfg_attr(feature = "utoipa", schema(min_length = 1, max_length = 500))]
    pub message: String,
    /// Whoever presses it is not called again, one of `0` to `9`, `*` and `#`; `9` where nothing is
    /// said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "utoipa", schema(value_type = Option<String>, pattern = "^[0-9*#]$"))]
    pub opt_out_key: Option<char>,
    /// Whether a machine is told it too, after its beep; that needs `amd` `detect_message_end`.
    #[serde(default)]
    pub leave_on_machine: bool,
}

/// A message that is said in a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message<'c> {
    /// What is said.
    pub text: &'c str,
    /// The key that is listened for meanwhile.
    pub opt_out_key: char,
}

impl Message<'_> {
    /// How long it takes to say it, about.
    #[must_use]
    pub fn length_ms(&self) -> i64 {
        spoken_ms(self.text)
    }
}

/// How long it takes to say something: fifteen characters a second, at least one second.
#[must_use]
pub fn spoken_ms(text: &str) -> i64 {
    let characters = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    (characters.saturating_mul(1_000) / CHARACTERS_A_SECOND).max(SHORTEST_MS)
}

impl CampaignSettings {
    /// What somebody is told who answers a call that was dialed by itself, and finds nobody; none
    /// where they are told nothing. A call is what it was made for, whatever its campaign is now.
    #[must_use]
    pub fn message(&self, purpose: MessagePurpose) -> Option<Message<'_>> {
        let (text, key) = match purpose {
            MessagePurpose::Announcement => {
                let said = self.announcement.as_ref()?;
                (said.message.as_str(), said.opt_out_key)
            }
            MessagePurpose::SafeHarbor => {
                (self.abandonment.message.as_deref()?, self.abandonment.opt_out_key)
            }
        };
        Some(Message { text, opt_out_key: key.unwrap_or(OPT_OUT_KEY) })
    }

    /// Whether it says something of what nobody says.
    pub(super) fn speaks(&self) -> bool {
        let alone = self.mode == CampaignMode::Agentless;
        alone || self.announcement.is_some() || self.abandonment.speaks()
    }

    /// What it lacks to be heard by whom nobody speaks with.
    pub(super) fn unheard(&self) -> [(bool, &'static str, &'static str, &'static str); 3] {
        let ahead = matches!(self.mode, CampaignMode::Progressive | CampaignMode::Predictive);
        let alone = self.mode == CampaignMode::Agentless;
        let leaves = self.announcement.as_ref().is_some_and(|said| said.leave_on_machine);
        let regulated = self.abandonment.limit().is_some();
        [
            (
                ahead && regulated && self.abandonment.message.is_none(),
                "/abandonment/message",
                "no-safe-harbor-message",
                "whoever answers and finds no agent is told nothing",
            ),
            (
                alone && self.announcement.is_none(),
                "/announcement",
                "no-announcement",
                "there is nothing to be said to whoever answers",
            ),
            (
                alone && leaves && self.amd != AmdMode::DetectMessageEnd,
                "/amd",
                "no-message-end",
                "a machine is told something after its own message, whose end nobody waits for",
            ),
        ]
    }
}

impl CampaignChanges {
    /// The same of what is different.
    pub(super) fn speaks(&self) -> bool {
        let alone = self.mode == Some(CampaignMode::Agentless);
        let dropped = self.abandonment.as_ref().is_some_and(Abandonment::speaks);
        alone || self.announcement.is_some() || dropped
    }
}

impl Abandonment {
    fn speaks(&self) -> bool {
        self.message.is_some() || self.opt_out_key.is_some()
    }
}

impl Announcement {
    pub(super) fn checked(&self) -> Result<(), FieldFault> {
        speakable("/announcement/message", Some(&self.message))?;
        dialable("/announcement/opt_out_key", self.opt_out_key)
    }
}

/// Whether something can be said: one line of at most 500 characters.
pub(super) fn speakable(pointer: &'static str, said: Option<&str>) -> Result<(), FieldFault> {
    let line = said.map_or(Ok(()), |said| text::line(said, MAX_MESSAGE));
    FieldFault::of_text(pointer, line)
}

/// Whether a telephone has a key.
pub(super) fn dialable(pointer: &'static str, key: Option<char>) -> Result<(), FieldFault> {
    match key {
        None | Some('0'..='9' | '*' | '#') => Ok(()),
        Some(_) => Err(FieldFault::new(pointer, "invalid-value", "one of 0 to 9, * and #")),
    }
}
