//! What Azure's conversation analysis takes as its input, and what Azure's speech service is
//! brought into: `analysisInput.conversations[0].conversationItems` (REST API 2023-04-01,
//! `TranscriptConversationItem`). `tests/data/azure-conversation` has one of the vendor's own.
//!
//! - The speaker is the item's `role`, where there is one, or else its `participantId`: `agent` or
//!   `customer`, in small letters or large.
//! - The text is `text`, the form with marks and capitals. `lexical`, `itn` and `maskedItn` are the
//!   same words written otherwise.
//! - Times are in ticks of 100 ns: of the item as a whole (`conversationItemLevelTiming`), or from
//!   the first to the last of its words (`audioTimings`), or nowhere, as in a chat: then nothing is
//!   known of who spoke how long, and only the order is kept.
//! - The vendor's document says nothing of how sure it is.
//!
//! Fields that are not named here are the vendor's business and may be there.

use serde::Deserialize;

use super::object::{Object, read};
use super::{Conversation, FormatError, checked_count, checked_language, fault};
use crate::speech::Speaker;
use crate::transcript::{MAX_OFFSET_MS, NewSegment};

/// Ticks of 100 ns within a millisecond.
const TICKS: u64 = 10_000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    analysis_input: Object<Input>,
}

#[derive(Deserialize)]
struct Input {
    conversations: Vec<Object<Call>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Call {
    language: Option<String>,
    conversation_items: Vec<Object<Item>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    id: Option<String>,
    participant_id: String,
    role: Option<String>,
    text: String,
    audio_timings: Option<Vec<Object<Timing>>>,
    conversation_item_level_timing: Option<Object<Timing>>,
}

#[derive(Deserialize)]
struct Timing {
    offset: u64,
    duration: u64,
}

/// The one call of a document of Azure's.
///
/// # Errors
/// The first thing that is wrong, with a pointer to it.
pub fn from_azure(document: &str) -> Result<Conversation, FormatError> {
    const CONVERSATIONS: &str = "/analysisInput/conversations";
    let document: Document = read(document.strip_prefix('\u{feff}').unwrap_or(document))?;
    let mut conversations = document.analysis_input.0.conversations.into_iter();
    let (Some(Object(call)), None) = (conversations.next(), conversations.next()) else {
        return Err(FormatError::new(
            CONVERSATIONS,
            "not-one",
            "expected exactly one conversation",
        ));
    };
    let at = format!("{CONVERSATIONS}/0");
    let language = checked_language(&at, call.language)?;
    checked_count(&format!("{at}/conversationItems"), call.conversation_items.len())?;
    let items = call.conversation_items.into_iter().enumerate();
    let segment =
        |(number, Object(item))| segment(&format!("{at}/conversationItems/{number}"), number, item);
    Ok(Conversation { language, segments: items.map(segment).collect::<Result<_, _>>()? })
}

fn segment(at: &str, number: usize, item: Item) -> Result<NewSegment, FormatError> {
    let (speaker, span) = (speaker(at, &item)?, times(at, &item)?);
    // Without times nothing else tells two of them apart.
    let id = item.id.or_else(|| span.is_none().then(|| format!("item-{number}")));
    let said = NewSegment::parse(speaker, span.unwrap_or_default(), &item.text, None, id);
    said.map_err(|wrong| {
        fault(wrong, |field| match field {
            "provider_segment_id" => format!("{at}/id"),
            field => format!("{at}/{field}"),
        })
    })
}

fn speaker(at: &str, item: &Item) -> Result<Speaker, FormatError> {
    let (field, name) = match &item.role {
        Some(role) => ("role", role),
        None => ("participantId", &item.participant_id),
    };
    match name.to_ascii_lowercase().as_str() {
        "agent" => Ok(Speaker::Agent),
        "customer" => Ok(Speaker::Customer),
        _ => {
            let words = "expected agent or customer";
            Err(FormatError::new(&format!("{at}/{field}"), "invalid-value", words))
        }
    }
}

fn times(at: &str, item: &Item) -> Result<Option<(u32, u32)>, FormatError> {
    let (field, timings) = match (&item.conversation_item_level_timing, &item.audio_timings) {
        (Some(timing), _) => ("conversationItemLevelTiming", std::slice::from_ref(timing)),
        (None, Some(timings)) => ("audioTimings", timings.as_slice()),
        (None, None) => return Ok(None),
    };
    let start = timings.iter().map(|timing| timing.0.offset).min();
    let end = timings.iter().map(|timing| timing.0.offset.saturating_add(timing.0.duration)).max();
    let (Some(start), Some(end)) = (start, end) else { return Ok(None) };
    let at = format!("{at}/{field}");
    Ok(Some((ms(&at, start / TICKS)?, ms(&at, end / TICKS)?)))
}

/// A moment of a call.
fn ms(at: &str, ms: u64) -> Result<u32, FormatError> {
    let words = "a call lasts no longer than a day";
    let ms = u32::try_from(ms).ok().filter(|ms| *ms <= MAX_OFFSET_MS);
    ms.ok_or_else(|| FormatError::new(at, "out-of-range", words))
}
