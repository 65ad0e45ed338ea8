//! How people feel in a call (domain/06 §6.9, domain/04 §4.17).
//!
//! An [`Engine`] scores what somebody said; everything else follows from its scores: the call by
//! speaker and phase ([`assess`]), the call while it goes on ([`Live`]), and a series of
//! calls over time ([`series`]). Scores have four decimals and are kept as whole numbers
//! ([`Score`]): the same transcript gives the same bytes on every machine.

mod call;
mod engine;
mod language;
mod live;
mod score;
#[cfg(test)]
mod tests;
mod trend;
mod vader;

pub use call::{
    Assessment, CallTrend, CriticalMoment, Label, MOST_WEIGHT, Phases, Sentiment, Thresholds,
    Utterance, assess, weight,
};
pub use engine::{Engine, NoScore, Scored, Trigger};
pub use language::{MIN_LETTERS, language_of, language_of_call};
pub use live::{Alert, AlertKind, AlertRules, AlertSeverity, Live, Phrases, WINDOW};
pub use score::{Mean, Score};
pub use trend::{Bucket, MOVING, Series, TrendDirection, series};
pub use vader::Vader;
