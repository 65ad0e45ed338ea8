//! The rules of docs/STYLE.md that a program can hold.

use std::path::{Path, PathBuf};

const FILE: usize = 400;
const FUNCTION: usize = 70;
const COLUMNS: usize = 100;
const SQL: usize = 80;

const ROOMS: [&str; 9] = [
    "api",
    "database",
    "domain",
    "event-store",
    "migrations",
    "processes",
    "projections",
    "replay-tool",
    "tests",
];

struct File {
    path: PathBuf,
    text: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn files(ending: &str) -> Vec<File> {
    let root = root();
    let mut open: Vec<PathBuf> = ROOMS.iter().map(|room| root.join(room)).collect();
    let mut found = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let name = path.file_name().and_then(|name| name.to_str());
            if name.is_some_and(|name| name != "target" && !name.starts_with('.')) {
                let entries = std::fs::read_dir(&path).expect("a folder");
                open.extend(entries.map(|entry| entry.expect("an entry").path()));
            }
        } else if path.extension().is_some_and(|is| is == ending) {
            let text = std::fs::read_to_string(&path).expect("a text");
            let path = path.strip_prefix(&root).expect("inside").to_owned();
            found.push(File { path, text });
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    assert!(found.len() > 10, "only {} files end in {ending}", found.len());
    found
}

/// Holds a rule against files and tells every breach at once.
fn hold(files: &[File], rule: impl Fn(&File) -> Vec<String>) {
    let breaches: Vec<String> = files
        .iter()
        .flat_map(|file| {
            let path = file.path.display().to_string();
            rule(file).into_iter().map(move |breach| format!("{path}: {breach}"))
        })
        .collect();
    assert!(breaches.is_empty(), "\n{}", breaches.join("\n"));
}

fn long(text: &str, most: usize) -> Vec<String> {
    let lines = text.lines().count();
    if lines < most { vec![] } else { vec![format!("{lines} lines, to be under {most}")] }
}

/// A text in quotes may be longer than a line, as rustfmt sees it too.
fn wide(text: &str) -> Vec<String> {
    let wide = text.lines().enumerate().filter(|(_, line)| {
        let rest: String = line.chars().skip(COLUMNS).collect();
        let quotes = line.chars().take(COLUMNS).filter(|letter| *letter == '"').count();
        !rest.is_empty() && quotes.is_multiple_of(2) && !rest.starts_with('"')
    });
    wide.map(|(number, _)| format!("line {} is too wide", number + 1)).collect()
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Functions from their `fn` to the brace that closes them, as rustfmt sets them.
fn long_functions(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let Some(place) = words.iter().position(|word| *word == "fn") else { continue };
        let modifier = |word: &&str| word.starts_with("pub") || matches!(*word, "async" | "const");
        if !words.iter().take(place).all(|word| modifier(word) || word.starts_with("in")) {
            continue;
        }
        let closes = |line: &&str| indent(line) == indent(lines[start]) && line.trim() == "}";
        let ends = |line: &&str| closes(line) || line.trim_end().ends_with(';');
        let first = lines[start..].iter().take_while(|line| !line.contains('{') && !ends(line));
        let opened = start + first.count();
        if lines.get(opened).is_none_or(|line| !line.contains('{')) {
            continue;
        }
        let length = lines[start..].iter().position(closes).unwrap_or(0) + 1;
        if length >= FUNCTION {
            let name = words.get(place + 1).copied().unwrap_or_default();
            found.push(format!("{name} has {length} lines, to be under {FUNCTION}"));
        }
    }
    found
}

/// Catch-alls beside arms over the events of a call.
fn catch_alls(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let Some((pattern, _)) = line.trim().split_once(" =>") else { continue };
        let pattern = pattern.split(" if ").next().unwrap_or_default();
        if !pattern.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_') {
            continue;
        }
        let mut before = lines[..number].iter().rev();
        let arms = before
            .by_ref()
            .take_while(|other| other.trim().is_empty() || indent(other) >= indent(line));
        let over_events = |arm: &&str| {
            indent(arm) == indent(line)
                && arm.trim().trim_start_matches("| ").starts_with("CallEvent::")
        };
        if arms.into_iter().any(over_events) {
            found.push(format!("line {} passes over events that it does not name", number + 1));
        }
    }
    found
}

fn unfinished(text: &str) -> Vec<String> {
    let marks = ["TODO", "FIXME", "todo!(", "unimplemented!(", "dbg!("];
    let lines = text.lines().enumerate();
    lines
        .filter(|(_, line)| marks.iter().any(|mark| line.contains(mark)))
        .map(|(number, _)| format!("line {} is not finished", number + 1))
        .collect()
}

fn migration(text: &str) -> Vec<String> {
    let head: Vec<&str> = text.lines().take_while(|line| line.starts_with("-- ")).collect();
    let head = head.join("\n");
    let mut found = Vec::new();
    if !head.lines().next().is_some_and(|line| line.contains('?')) {
        found.push("its first line asks no question that the table answers".to_owned());
    }
    if !["alone", "obody"].iter().any(|word| head.contains(word)) {
        found.push("it does not begin with who alone writes".to_owned());
    }
    if !text
        .contains("SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);")
    {
        found.push("it does not run as the owner".to_owned());
    }
    found
}

/// This file names what it forbids.
fn others() -> Vec<File> {
    let mut files = files("rs");
    files.retain(|file| !file.path.ends_with("tests/suite/tidy.rs"));
    files
}

#[test]
fn files_functions_and_lines_are_short() {
    let code = files("rs");
    hold(&code, |file| long(&file.text, FILE));
    hold(&code, |file| wide(&file.text));
    hold(&code, |file| long_functions(&file.text));
    hold(&files("sql"), |file| long(&file.text, SQL));
}

#[test]
fn every_module_says_what_it_is() {
    hold(&files("rs"), |file| {
        let says = file.text.starts_with("//! ") && file.text.lines().next() != Some("//! x");
        if says { vec![] } else { vec!["it does not begin with //!".to_owned()] }
    });
}

#[test]
fn nothing_is_left_unfinished() {
    hold(&others(), |file| unfinished(&file.text));
    hold(&files("sql"), |file| unfinished(&file.text));
}

#[test]
fn no_event_is_passed_over_without_being_named() {
    let mut folds = others();
    folds.retain(|file| !file.path.starts_with("tests"));
    assert!(folds.iter().any(|file| file.text.contains("CallEvent::")), "no fold was found");
    hold(&folds, |file| catch_alls(&file.text));
}

#[test]
fn a_migration_begins_with_its_question_and_its_writer() {
    let mut migrations = files("sql");
    migrations.retain(|file| file.path.starts_with("migrations"));
    assert!(migrations.len() > 10, "only {} migrations", migrations.len());
    hold(&migrations, |file| migration(&file.text));
    hold(&migrations, |file| {
        let name = file.path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        let (stamp, words) = name.split_once('_').unwrap_or_default();
        let dated = stamp.len() == 14 && stamp.bytes().all(|digit| digit.is_ascii_digit());
        let named = dated && words.contains('_');
        if named { vec![] } else { vec!["it is not called YYYYMMDDHHMMSS_verb_object".to_owned()] }
    });
}

#[test]
fn the_rules_find_what_they_forbid() {
    assert!(
        long(&"x\n".repeat(399), FILE).is_empty() && !long(&"x\n".repeat(400), FILE).is_empty()
    );
    assert!(wide(&"x".repeat(100)).is_empty() && !wide(&"é".repeat(101)).is_empty());
    assert!(wide(&format!("x(\"{}\")", "y".repeat(100))).is_empty());
    let function = |lines: usize| {
        let body = "        x();\n".repeat(lines - 2);
        format!("impl A {{\n    pub(crate) async fn f(&self) {{\n{body}    }}\n}}\n")
    };
    assert!(long_functions(&function(69)).is_empty());
    assert_eq!(long_functions(&function(70)).len(), 1);
    let catch = "match e {\n    CallEvent::A => {\n        x\n    }\n    _ => y,\n}\n";
    assert_eq!(catch_alls(catch).len(), 1);
    assert_eq!(catch_alls(&catch.replace("_ =>", "other =>")).len(), 1);
    assert!(catch_alls(&catch.replace("CallEvent", "Other")).is_empty());
    assert!(catch_alls(&catch.replace("_ =>", "CallEvent::B =>")).is_empty());
    assert!(!unfinished("// TODO: later").is_empty() && unfinished("done").is_empty());
    let good = "-- Which? Written by x alone.\nSELECT set_config('role', \
                current_setting('voice.prefix') || '_owner', true);\n";
    assert!(migration(good).is_empty());
    assert_eq!(migration("CREATE TABLE t ();\n").len(), 3);
}
