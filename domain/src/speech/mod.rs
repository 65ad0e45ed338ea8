//! Who spoke how long: talk, overlap, silence, turns and monologues of one call, from segments
//! with a speaker, a beginning and an end.
//!
//! The definitions are those by which the expected figures of twelve real calls were computed
//! (`tests/data/switchboard-sample`), and give these exactly:
//!
//! - *talk* of a speaker: the time in which at least one of their segments runs. Segments of one
//!   speaker that overlap count once.
//! - *overlap*: the time in which at least two speakers talk.
//! - *silence*: the time in which nobody talks, from the beginning of the call to its end, so
//!   before the first word and after the last one too. With two speakers, talk of the one, plus
//!   talk of the other, less overlap, plus silence, is the length of the call.
//! - *turns*: segments in the order of their beginnings, as they were given where two begin at
//!   once; as long as the speaker stays the same it is one turn.
//! - *longest monologue* of a speaker: segments of theirs between which they pause for at most
//!   [`PAUSE_MS`] are one, from its beginning to its end, pauses included. What others say in
//!   between does not end it: a listener who says "yeah" takes nobody's floor.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::words::words;

/// The longest pause within one monologue, in milliseconds.
///
/// The makers of the expected figures do not state it; of all values, those from 965 to 1,012 give
/// their figures.
pub const PAUSE_MS: u64 = 1_000;

words! {
    /// Who speaks in a call.
    Speaker {
        /// Whom the call is about.
        Customer,
        /// Who works for the organization.
        Agent,
        /// A machine that talks by itself.
        Assistant,
        /// Who listens in and may be heard.
        Supervisor,
        /// Announcements and menus.
        System,
    }
}

/// Somebody speaks from one moment to another, in milliseconds since the beginning of the call.
///
/// A segment that ends when it begins, or before, takes no time. It is still something that was
/// said: it counts as a segment and in the turns, and two segments around it may be one monologue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timed {
    /// Who.
    pub speaker: Speaker,
    /// From when.
    pub start_ms: u64,
    /// Until when; this moment itself is no longer in it.
    pub end_ms: u64,
}

/// How a call was shared between its speakers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Speech {
    /// How long the call was; nothing, where neither its length nor any segment is known.
    pub span_ms: Option<u64>,
    /// How long nobody talked; nothing, where the length of the call is not known.
    pub silence_ms: Option<u64>,
    /// The longest time in one piece in which nobody talked; nothing, where there was none.
    pub longest_silence_ms: Option<u64>,
    /// How long at least two talked at once.
    pub overlap_ms: u64,
    /// How often somebody began after somebody else, the first time included.
    pub turns: usize,
    /// Those who spoke. Whoever said nothing is not there.
    pub speakers: BTreeMap<Speaker, Spoken>,
}

/// What one speaker has of a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spoken {
    /// How many segments.
    pub segments: usize,
    /// How many turns.
    pub turns: usize,
    /// How long they talked.
    pub talk_ms: u64,
    /// Their longest monologue.
    pub longest_monologue_ms: u64,
}

impl Speech {
    /// The part of all talk that is a speaker's, 0 to 1; nothing, where nobody talked.
    ///
    /// Time in which two talk is talk of both, so the parts of all speakers are 1 together.
    #[must_use]
    #[expect(clippy::as_conversions, clippy::cast_precision_loss)] // 2^53 ms are 285,000 years
    pub fn talk_ratio(&self, speaker: Speaker) -> Option<f64> {
        let talk = |spoken: &Spoken| spoken.talk_ms;
        let all = self.speakers.values().map(talk).fold(0, u64::saturating_add);
        let own = self.speakers.get(&speaker).map_or(0, talk);
        (all > 0).then(|| own as f64 / all as f64)
    }
}

/// How a call was shared between its speakers, from its segments in any order.
///
/// A call is as long as it is said to be, and longer, where a segment ends later than that. Where
/// nothing is said, it ends with its last segment.
#[must_use]
pub fn speech(segments: &[Timed], duration_ms: Option<u64>) -> Speech {
    let mut ordered: Vec<Timed> = segments.to_vec();
    for segment in &mut ordered {
        segment.end_ms = segment.end_ms.max(segment.start_ms);
    }
    ordered.sort_by_key(|segment| segment.start_ms);

    let span_ms = ordered.iter().map(|segment| segment.end_ms).chain(duration_ms).max();
    let mut speech = Speech { span_ms, ..Speech::default() };
    let mut before = None;
    for segment in &ordered {
        let turn = usize::from(before.replace(segment.speaker) != Some(segment.speaker));
        let spoken = speech.speakers.entry(segment.speaker).or_default();
        spoken.segments += 1;
        spoken.turns += turn;
        speech.turns += turn;
    }
    let mut talk = Vec::new();
    for (speaker, spoken) in &mut speech.speakers {
        let own = ordered.iter().filter(|segment| segment.speaker == *speaker);
        let own: Vec<Piece> = own.map(|segment| (segment.start_ms, segment.end_ms)).collect();
        spoken.longest_monologue_ms = joined(&own, PAUSE_MS).iter().map(length).max().unwrap_or(0);
        let from = talk.len();
        talk.extend(joined(&own, 0).into_iter().filter(|piece| length(piece) > 0));
        spoken.talk_ms = talk.iter().skip(from).map(length).sum();
    }
    speech.overlap_ms = overlap(&talk);
    if let Some(span) = span_ms {
        let silences = silences(talk, span);
        speech.silence_ms = Some(silences.iter().sum());
        speech.longest_silence_ms = silences.into_iter().max();
    }
    speech
}

/// From when until when.
type Piece = (u64, u64);

fn length((start, end): &Piece) -> u64 {
    end - start
}

/// Pieces in the order of their beginnings, those joined between which there is at most so much.
fn joined(pieces: &[Piece], pause: u64) -> Vec<Piece> {
    let mut joined: Vec<Piece> = Vec::new();
    for (start, end) in pieces {
        match joined.last_mut() {
            Some((_, last)) if start.saturating_sub(*last) <= pause => *last = (*last).max(*end),
            _ => joined.push((*start, *end)),
        }
    }
    joined
}

/// How long at least two talk, from the pieces in which each of them does.
fn overlap(talk: &[Piece]) -> u64 {
    let mut edges: Vec<(u64, bool)> =
        talk.iter().flat_map(|(start, end)| [(*start, true), (*end, false)]).collect();
    edges.sort_unstable();
    let (mut overlap, mut talking, mut since) = (0, 0_usize, 0);
    for (at, begins) in edges {
        if talking > 1 {
            overlap += at - since;
        }
        talking = if begins { talking + 1 } else { talking.saturating_sub(1) };
        since = at;
    }
    overlap
}

/// Every time in which nobody talks, from the pieces in which somebody does.
fn silences(mut talk: Vec<Piece>, span: u64) -> Vec<u64> {
    talk.sort_unstable();
    let mut silences = Vec::new();
    let mut quiet = 0;
    for (start, end) in joined(&talk, 0).into_iter().chain([(span, span)]) {
        silences.extend((start > quiet).then(|| start - quiet));
        quiet = end;
    }
    silences
}
