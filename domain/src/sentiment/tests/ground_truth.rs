//! 7,908 sentences that twenty people each have rated, and what VADER for Python 3.3.2 says of
//! them: line by line, and how right it is.

use super::*;

const TWEETS: &[u8] =
    include_bytes!("../../../../tests/data/vader-groundtruth/tweets_GroundTruth.txt.gz");
const REVIEWS: &[u8] = include_bytes!(
    "../../../../tests/data/vader-groundtruth/amazonReviewSnippets_GroundTruth.txt.gz"
);
const PER_LINE: &[u8] =
    include_bytes!("../../../../tests/data/vader-groundtruth/vader-3.3.2-per-line.jsonl.gz");
const EXPECTED: &str = include_str!("../../../../tests/data/vader-groundtruth/expected.json");

/// A line: its set and number, how people rated it (−4 to 4), and how we do.
struct Line {
    set: &'static str,
    id: String,
    human: f64,
    ours: Score,
}

fn lines() -> Vec<Line> {
    let mut lines = Vec::new();
    for (set, packed) in [("tweets", TWEETS), ("amazonReviewSnippets", REVIEWS)] {
        for line in unpacked(packed).split('\n').filter(|line| !line.is_empty()) {
            let mut fields = line.trim_end_matches('\r').splitn(3, '\t');
            let id = fields.next().unwrap().to_owned();
            let human = fields.next().unwrap().parse().unwrap();
            let ours = VADER.score(fields.next().unwrap(), Some("en")).unwrap().score;
            lines.push(Line { set, id, human, ours });
        }
    }
    lines
}

static LINES: LazyLock<Vec<Line>> = LazyLock::new(lines);

#[test]
fn every_line_scores_as_the_edition_for_python_scores_it() {
    let theirs = unpacked(PER_LINE);
    let theirs: Vec<Value> =
        theirs.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((LINES.len(), theirs.len()), (7_908, 7_908));
    let mut others = Vec::new();
    for (line, theirs) in LINES.iter().zip(&theirs) {
        assert_eq!(
            (line.set, line.id.as_str()),
            (theirs["set"].as_str().unwrap(), theirs["id"].as_str().unwrap(),)
        );
        if line.ours.minus(number(theirs["compound"].as_f64().unwrap())) != Score::ZERO {
            others.push(format!("{} {}: {} and not {}", line.set, line.id, line.ours, theirs));
        }
    }
    assert!(others.is_empty(), "{} lines: {others:#?}", others.len());
}

fn pearson(one: &[f64], other: &[f64]) -> f64 {
    let mean = |of: &[f64]| of.iter().sum::<f64>() / count(of.len());
    let (mx, my) = (mean(one), mean(other));
    let products = one.iter().zip(other).map(|(x, y)| (x - mx) * (y - my)).sum::<f64>();
    let squares = |of: &[f64], mean: f64| of.iter().map(|x| (x - mean).powi(2)).sum::<f64>();
    products / (squares(one, mx) * squares(other, my)).sqrt()
}

/// Places in order, those of equals shared.
fn ranks(of: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..of.len()).collect();
    order.sort_by(|one, other| of[*one].total_cmp(&of[*other]));
    let mut ranks = vec![0.0; of.len()];
    let mut place = 0;
    for equals in order.chunk_by(|one, other| of[*one].total_cmp(&of[*other]).is_eq()) {
        for index in equals {
            ranks[*index] = count(2 * place + equals.len() - 1) / 2.0;
        }
        place += equals.len();
    }
    ranks
}

fn count(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap())
}

/// The class of a human rating: beyond ±0.5 of ±4.
fn rated(human: f64) -> Label {
    match human {
        human if human >= 0.5 => Label::Positive,
        human if human <= -0.5 => Label::Negative,
        _ => Label::Neutral,
    }
}

/// Precision, recall and their harmonic mean of one class, and how many lines people put into it.
fn of_class(lines: &[&Line], class: Label) -> Value {
    let thresholds = Thresholds::default();
    let both = |line: &&&Line| (rated(line.human), thresholds.label(line.ours)) == (class, class);
    let right = count(lines.iter().filter(both).count());
    let people = lines.iter().filter(|line| rated(line.human) == class).count();
    let said = lines.iter().filter(|line| thresholds.label(line.ours) == class).count();
    let (precision, recall) = (right / count(said), right / count(people));
    let f1 = 2.0 * right / (count(said) + count(people));
    serde_json::json!({ "n": people, "precision": precision, "recall": recall, "f1": f1 })
}

fn figures(lines: &[&Line]) -> Value {
    let human: Vec<f64> = lines.iter().map(|line| line.human).collect();
    let ours: Vec<f64> = lines.iter().map(|line| line.ours.to_f64()).collect();
    let clear: Vec<&&Line> = lines.iter().filter(|line| line.human.abs() >= 0.5).collect();
    let sign = |line: &&&&Line| {
        line.ours != Score::ZERO && (line.human > 0.0) == (line.ours > Score::ZERO)
    };
    let label = |line: &&&Line| Thresholds::default().label(line.ours) == rated(line.human);
    let classes = [Label::Positive, Label::Negative, Label::Neutral]
        .map(|class| (class.word(), of_class(lines, class)));
    let f1: f64 = classes.iter().map(|(_, class)| class["f1"].as_f64().unwrap()).sum();
    serde_json::json!({
        "lines": lines.len(),
        "pearson": pearson(&human, &ours),
        "spearman": pearson(&ranks(&human), &ranks(&ours)),
        "sign_accuracy_clear_polar":
            count(clear.iter().filter(sign).count()) / count(clear.len()),
        "clear_polar_n": clear.len(),
        "accuracy3": count(lines.iter().filter(label).count()) / count(lines.len()),
        "macro_f1": f1 / 3.0,
        "per_class": serde_json::Map::from_iter(
            classes.map(|(class, figures)| (class.to_owned(), figures))
        ),
        "mean_compound": ours.iter().sum::<f64>() / count(ours.len()),
        "compound_zero": lines.iter().filter(|line| line.ours == Score::ZERO).count(),
    })
}

fn alike(path: &str, ours: &Value, theirs: &Value) {
    match ours {
        Value::Object(fields) => {
            for (name, ours) in fields {
                alike(&format!("{path}/{name}"), ours, &theirs[name]);
            }
        }
        ours => {
            let decimals = if path.ends_with("mean_compound") { 6 } else { 4 };
            let (ours, theirs) = (ours.as_f64().unwrap(), theirs.as_f64().unwrap());
            let off = (ours - theirs).abs();
            assert!(off < 0.5 * 10_f64.powi(-decimals) + 1e-9, "{path}: {ours}, not {theirs}");
        }
    }
}

#[test]
fn the_engine_is_as_right_as_people_found_its_original_to_be() {
    let expected: Value = serde_json::from_str(EXPECTED).unwrap();
    for set in ["tweets", "amazonReviewSnippets"] {
        let lines: Vec<&Line> = LINES.iter().filter(|line| line.set == set).collect();
        alike(set, &figures(&lines), &expected["sets"][set]);
    }
}
