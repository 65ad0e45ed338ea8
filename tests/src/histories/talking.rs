//! Random histories of what was said in calls, and of how people felt.

use domain::call_sentiment::{CallSentiment, EngineVersion, Heard, SentimentCommand};
use domain::sentiment::{AlertKind, NoScore, Phrases, Score, Scored, Thresholds, Trigger};
use domain::speech::Speaker;
use domain::transcript::{NewSegment, Transcript, TranscriptCommand, TranscriptSource};
use domain::{RunId, SubjectId, Timestamp, UserId};
use processes::Commands;
use uuid::Uuid;

use super::people::ask;
use super::{Dice, History};

/// Something is said in a call and written down, some of it twice or wrongly.
pub(super) async fn talk(
    commands: &Commands,
    history: &History,
    dice: &mut Dice,
    at: Timestamp,
) -> anyhow::Result<i64> {
    let (id, subject) = (history.call.uuid(), SubjectId::from(history.call.uuid()));
    let mut head = 0;
    for part in 0..dice.below(5) {
        let command = match dice.below(8) {
            0 => TranscriptCommand::Complete { at },
            1 => TranscriptCommand::Fail { reason: "gone".to_owned(), at },
            2 | 3 => {
                let seq = u32::try_from(dice.below(6))?;
                let (text, by) = ("as it was said".to_owned(), "kit".to_owned());
                TranscriptCommand::Correct { seq, text, by, at }
            }
            _ => {
                let segments = (0..dice.below(4)).map(|_| said(dice)).collect::<Result<_, _>>()?;
                let language = (part == 0 && dice.chance(50)).then(|| "en".to_owned());
                let (source, complete) = (TranscriptSource::Stt, dice.chance(10));
                TranscriptCommand::Append { subject, source, language, segments, complete, at }
            }
        };
        head = ask::<Transcript>(commands, history, id, command).await?.max(head);
    }
    Ok(head)
}

fn said(dice: &mut Dice) -> anyhow::Result<NewSegment> {
    let speaker = dice.one(&[Speaker::Customer, Speaker::Agent]).unwrap_or(Speaker::System);
    let start = u32::try_from(dice.below(60) * 1_000)?;
    let span = (start, start + u32::try_from(dice.below(5_000))?);
    let (confidence, id) = (dice.chance(50).then_some(0.5), dice.chance(50));
    let id = id.then(|| format!("segment-{}", dice.below(9)));
    Ok(NewSegment::parse(speaker, span, "what was said", confidence, id)?)
}

/// An engine hears a call, looks at it, and somebody knows.
pub(super) async fn feel(
    commands: &Commands,
    history: &History,
    dice: &mut Dice,
    at: Timestamp,
) -> anyhow::Result<i64> {
    let id = history.call.uuid();
    let mut head = 0;
    let mut last = 0;
    for _ in 0..dice.below(6) {
        let engine_version = if dice.chance(70) { "1" } else { "2" }.to_owned();
        let by = EngineVersion { engine: "kit".to_owned(), engine_version };
        let count = u32::try_from(dice.below(4))?;
        let heard = (1..=count).map(|seq| heard(dice, last + seq)).collect();
        last += count;
        let (thresholds, over) = (Thresholds::default(), dice.chance(30));
        let command = match dice.below(4) {
            0 | 1 => {
                let (language, satisfaction) = (Some("en".to_owned()), true);
                SentimentCommand::Hear { by, language, heard, satisfaction, thresholds, at }
            }
            2 if dice.chance(10) => SentimentCommand::End { at },
            2 => SentimentCommand::Compute {
                run_id: RunId::from(Uuid::from_u128((u128::from(dice.roll()) << 64) | 1)),
                by,
                transcript_version: dice.below(9) + 1,
                language: Some("en".to_owned()),
                heard,
                thresholds,
                over,
                at,
            },
            _ => {
                let kinds = [AlertKind::Frustration, AlertKind::Escalation, AlertKind::Confusion];
                let kind = dice.one(&kinds).unwrap_or(AlertKind::Satisfaction);
                let by = UserId::from(id);
                let seq = u32::try_from(dice.below(6))?;
                SentimentCommand::Acknowledge { kind, seq, by, at }
            }
        };
        head = ask::<CallSentiment>(commands, history, id, command).await?.max(head);
    }
    Ok(head)
}

fn heard(dice: &mut Dice, seq: u32) -> Heard {
    let speaker = dice.one(&[Speaker::Customer, Speaker::Customer, Speaker::Agent]);
    let score = i32::try_from(dice.below(20_001)).unwrap_or(0) - 10_000;
    let impact = Score::new(score);
    let scored = Scored {
        score: Score::new(if dice.chance(50) { score } else { -9_000 }),
        confidence: Score::new(5_000),
        tokens: 9,
        hits: 1,
        triggers: vec![Trigger { term: "word".to_owned(), impact }],
    };
    let unknown = dice.chance(20);
    Heard {
        seq,
        speaker: speaker.unwrap_or(Speaker::Agent),
        scored: if unknown { Err(NoScore::LanguageUnsupported) } else { Ok(scored) },
        phrases: Phrases { confusion: dice.chance(20), escalation: dice.chance(10) },
    }
}
