//! Who spoke how long, as it is answered.

use domain::speech::{Speaker, Speech, Timed, speech};
use projections::transcripts::read::Timing;
use serde::Serialize;
use utoipa::ToSchema;

/// How a call was shared between its speakers, in ms. What nothing is known of is `null`.
#[derive(Serialize, ToSchema)]
pub struct SpeechReply {
    /// As long as the call was answered, or until its last segment ends where that is later.
    duration_ms: Option<u64>,
    /// How long nobody spoke.
    silence_ms: Option<u64>,
    longest_silence_ms: Option<u64>,
    /// How long at least two spoke at once.
    overlap_ms: u64,
    /// How often somebody began after somebody else, the first time included.
    turns: usize,
    /// Whoever has spoken: `customer`, `agent`, `assistant`, `supervisor`, `system`.
    speakers: Vec<SpokenReply>,
}

/// What one speaker has of a call.
#[derive(Serialize, ToSchema)]
pub struct SpokenReply {
    speaker: Speaker,
    segments: usize,
    turns: usize,
    words: u64,
    /// How long they spoke.
    talk_ms: u64,
    /// Their part of all talk, 0 to 1.
    talk_ratio: Option<f64>,
    /// The longest time in which they made no pause of more than a second.
    longest_monologue_ms: u64,
}

impl SpeechReply {
    /// From who spoke when in a call that was answered for so long.
    pub(super) fn of(timings: &[Timing], duration_ms: Option<u64>) -> Self {
        let ms = |ms: i32| u64::from(ms.unsigned_abs());
        let timed = |timing: &Timing| Timed {
            speaker: timing.speaker,
            start_ms: ms(timing.start_ms),
            end_ms: ms(timing.end_ms),
        };
        let spoken = speech(&timings.iter().map(timed).collect::<Vec<_>>(), duration_ms);
        let speakers = spoken.speakers.keys().map(|speaker| reply(&spoken, *speaker, timings));
        Self {
            duration_ms: spoken.span_ms,
            silence_ms: spoken.silence_ms,
            longest_silence_ms: spoken.longest_silence_ms,
            overlap_ms: spoken.overlap_ms,
            turns: spoken.turns,
            speakers: speakers.collect(),
        }
    }
}

fn reply(all: &Speech, speaker: Speaker, timings: &[Timing]) -> SpokenReply {
    let own = all.speakers.get(&speaker).copied().unwrap_or_default();
    let theirs = timings.iter().filter(|timing| timing.speaker == speaker);
    SpokenReply {
        speaker,
        segments: own.segments,
        turns: own.turns,
        words: theirs.map(|timing| u64::from(timing.words.unsigned_abs())).sum(),
        talk_ms: own.talk_ms,
        talk_ratio: all.talk_ratio(speaker),
        longest_monologue_ms: own.longest_monologue_ms,
    }
}
