//! What it costs to score what people say: our engine, with its words, beside the bare crate, and
//! finding out in which language it is, on one core, in interleaved rounds over the same texts.
//!
//! ```console
//! $ cargo bench -p tests --bench sentiment
//! ```
//!
//! The texts are segments of real calls and sentences of real reviews. Beforehand it stops unless
//! both engines say the same of every text.
#![allow(clippy::expect_used, clippy::as_conversions, missing_docs)]

use std::hint::black_box;
use std::io::Read as _;
use std::time::Instant;

use anyhow::Context as _;
use domain::sentiment::{Engine as _, Score, Vader, language_of};
use flate2::read::GzDecoder;
use serde_json::Value;
use vader_parity::SentimentIntensityAnalyzer;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/");
const ROUNDS: usize = 15;

fn main() -> anyhow::Result<()> {
    // `cargo bench` passes `--bench`; any other word is a mistake.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    anyhow::ensure!(words.is_empty(), "there is nothing to choose: {words:?}");
    let began = Instant::now();
    let ours = Vader::new();
    println!("a lexicon is read in {:.1} ms", began.elapsed().as_secs_f64() * 1e3);
    let bare = SentimentIntensityAnalyzer::new();
    measure("segments of calls", &segments()?, &ours, &bare)?;
    measure("sentences of reviews", &reviews()?, &ours, &bare)
}

fn measure(
    name: &str,
    texts: &[String],
    ours: &Vader,
    bare: &SentimentIntensityAnalyzer,
) -> anyhow::Result<()> {
    let score = |text: &str| ours.score(text, Some("en")).map(|scored| scored.score).ok();
    for text in texts {
        let compound = Score::from_f64(bare.polarity_scores(text).compound);
        anyhow::ensure!(score(text) == compound, "two scores of one text");
    }
    let mut rates = [vec![], vec![], vec![]];
    for _ in 0..ROUNDS {
        let [of_bare, of_ours, of_language] = &mut rates;
        of_bare.push(rate(texts, |text| bare.polarity_scores(text)));
        of_ours.push(rate(texts, |text| ours.score(text, Some("en"))));
        of_language.push(rate(texts, |text| language_of(text, None, None)));
    }
    let [of_bare, of_ours, of_language] = rates.map(median);
    println!("{} {name}, per second on one core, median of {ROUNDS} rounds:", texts.len());
    println!("  the bare crate: {of_bare:.0}");
    println!("  our engine, with hits, triggers and confidence: {of_ours:.0}");
    println!("  the language of a text: {of_language:.0}");
    println!("  ratio of our engine to the bare crate: {:.3}", of_ours / of_bare);
    Ok(())
}

/// Texts per second.
fn rate<T>(texts: &[String], does: impl Fn(&str) -> T) -> f64 {
    let began = Instant::now();
    for text in texts {
        black_box(does(text));
    }
    texts.len() as f64 / began.elapsed().as_secs_f64()
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_unstable_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or(f64::NAN)
}

fn unpacked(name: &str) -> anyhow::Result<String> {
    let mut text = String::new();
    let packed = std::fs::File::open(format!("{DATA}{name}"))?;
    GzDecoder::new(packed).read_to_string(&mut text)?;
    Ok(text)
}

fn segments() -> anyhow::Result<Vec<String>> {
    let mut texts = Vec::new();
    for line in unpacked("switchboard-sample/sw_calls.jsonl.gz")?.lines() {
        let call: Value = serde_json::from_str(line)?;
        let segments = call.get("segments").and_then(Value::as_array).context("segments")?;
        let text = |segment: &Value| segment.get("clean")?.as_str().map(ToOwned::to_owned);
        texts.extend(segments.iter().filter_map(text));
    }
    Ok(texts)
}

fn reviews() -> anyhow::Result<Vec<String>> {
    let reviews = unpacked("vader-groundtruth/amazonReviewSnippets_GroundTruth.txt.gz")?;
    Ok(reviews
        .lines()
        .filter_map(|line| line.splitn(3, '\t').nth(2))
        .map(ToOwned::to_owned)
        .collect())
}
