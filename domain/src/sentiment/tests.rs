//! How people feel in a call: the engine against its original, and figures against definitions.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod call;
mod engine;
mod ground_truth;
mod language;
mod live;
mod score;
mod switchboard;
mod trend;

use std::io::Read as _;
use std::sync::LazyLock;

use flate2::read::GzDecoder;
use serde_json::Value;

use super::*;

static VADER: LazyLock<Vader> = LazyLock::new(Vader::new);

fn unpacked(packed: &[u8]) -> String {
    let mut text = String::new();
    GzDecoder::new(packed).read_to_string(&mut text).unwrap();
    text
}

fn number(score: f64) -> Score {
    Score::from_f64(score).unwrap()
}

/// So many words with a score, two of which bear a meaning.
fn scored(score: f64, tokens: u32) -> Scored {
    let (score, confidence) = (number(score), Score::ZERO);
    Scored { score, confidence, tokens, hits: 2, triggers: vec![] }
}
