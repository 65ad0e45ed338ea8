//! The documents say what the code does: the catalog of events is generated,
//! and no link leads nowhere.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What each fact means, from the comments on the variants of an event enum.
fn meanings(source: &str) -> BTreeMap<String, String> {
    let mut meanings = BTreeMap::new();
    let mut words = Vec::new();
    for line in source.lines() {
        let indented = line.starts_with("    ") && !line.starts_with("     ");
        let line = line.trim();
        match line.strip_prefix("/// ") {
            Some(comment) if indented => words.push(comment.to_owned()),
            _ if indented && line.starts_with(|c: char| c.is_ascii_uppercase()) => {
                let name: String = line.chars().take_while(char::is_ascii_alphanumeric).collect();
                meanings.insert(name, words.join(" "));
                words.clear();
            }
            _ => words.clear(),
        }
    }
    meanings
}

fn catalog() -> String {
    let mut text = String::from(
        "# Events\n\nEvery fact that was ever released, with an example of its payload as it is \
         stored. Generated from the\ndomain and its golden files; \
         `VOICE_WRITE_DOCS=1 cargo test --workspace the_catalog_of_events` writes it.\n\
         Values that begin with `sealed` stand for sealed personal data.\n",
    );
    for aggregate in [
        "agent",
        "alert",
        "alert_rule",
        "call",
        "call_sentiment",
        "campaign",
        "contact",
        "disposition",
        "dnc",
        "export",
        "import_batch",
        "organization",
        "payment",
        "security",
        "segment",
        "team",
        "transcript",
        "user",
    ] {
        write!(text, "\n## {aggregate}\n").expect("a string");
        events(&root().join("domain/src").join(aggregate), &mut text);
    }
    text
}

/// The events of an aggregate, from its folder.
fn events(folder: &Path, text: &mut String) {
    let meanings = meanings(&read(&folder.join("event.rs")));
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder.join("golden"))
        .expect("the golden files")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    for file in files {
        let name = file.file_stem().and_then(|stem| stem.to_str()).expect("a name").to_owned();
        let (event, version) = name.rsplit_once(".v").expect("Type.v1.json");
        let meaning = meanings.get(event).unwrap_or_else(|| panic!("{event} is no event"));
        let payload: serde_json::Value = serde_json::from_str(&read(&file)).expect("JSON");
        let shown = serde_json::to_string_pretty(&payload[event]).expect("JSON");
        write!(text, "\n### {event}, version {version}\n\n{meaning}\n\n```json\n{shown}\n```\n")
            .expect("a string");
    }
}

#[test]
fn the_catalog_of_events_is_the_one_that_the_code_makes() {
    let path = root().join("docs/EVENTS.md");
    let made = catalog();
    if std::env::var_os("VOICE_WRITE_DOCS").is_some() {
        std::fs::write(&path, &made).expect("written");
    }
    assert!(read(&path) == made, "docs/EVENTS.md is old; VOICE_WRITE_DOCS=1 writes it anew");
}

fn documents() -> Vec<PathBuf> {
    let mut found = vec![root().join("README.md")];
    let mut open = vec![root().join("docs")];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            match path.extension().and_then(|ending| ending.to_str()) {
                None if path.is_dir() => open.push(path),
                Some("md") => found.push(path),
                _ => {}
            }
        }
    }
    found
}

#[test]
fn no_link_leads_nowhere() {
    let mut checked = 0;
    for document in documents() {
        let text = read(&document);
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if link.contains("://") || link.starts_with('#') {
                continue;
            }
            let file = link.split('#').next().unwrap_or_default();
            let target = document.parent().expect("a folder").join(file);
            assert!(target.exists(), "{}: {link}", document.display());
            checked += 1;
        }
    }
    assert!(checked > 10, "only {checked} links were found");
}

#[test]
fn every_decision_is_listed() {
    let list = read(&root().join("docs/adr/README.md"));
    for document in documents() {
        let name = document.file_name().and_then(|name| name.to_str()).expect("a name");
        if document.parent().is_some_and(|folder| folder.ends_with("adr")) && name != "README.md" {
            assert!(list.contains(name), "{name} is not in docs/adr/README.md");
        }
    }
}
