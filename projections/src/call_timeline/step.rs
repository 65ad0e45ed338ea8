//! What a fact is in the timeline of a call: of what it is, its public name, and one sentence.

use domain::call::Call;
use domain::call_sentiment::CallSentiment;
use domain::payment::Payment;
use domain::transcript::Transcript;

use super::others::{felt, paid, said};
use super::{kind, summary};
use crate::Fact;

/// A step of a call.
pub(super) struct Step {
    /// The type of the aggregate of which it is a fact.
    pub about: &'static str,
    /// The dotted name under which it is known outside.
    pub kind: &'static str,
    /// One sentence, without personal data.
    pub summary: String,
}

/// Whether a fact can be a step of a call. What is said there one after the other is in the
/// transcript, and what was felt with each in the scores.
pub(super) fn wanted(aggregate_type: &str, event_type: &str) -> bool {
    match aggregate_type {
        Call::TYPE | Payment::TYPE => true,
        Transcript::TYPE => event_type != "TranscriptSegmentAppended",
        CallSentiment::TYPE => event_type != "UtterancesScored",
        _ => false,
    }
}

/// The step that a fact is, where it is one.
pub(super) fn step(fact: &Fact) -> Option<Step> {
    let (about, (kind, summary)) = match fact {
        Fact::Call(event) => (Call::TYPE, (kind(event), summary(event))),
        Fact::Transcript(event) => (Transcript::TYPE, said(event)?),
        Fact::Sentiment(event) => (CallSentiment::TYPE, felt(event)?),
        Fact::Payment(event) => (Payment::TYPE, paid(event)),
        _ => return None,
    };
    Some(Step { about, kind, summary })
}
