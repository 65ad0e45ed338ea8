//! The same figures for programs, in `target/bench/calls-*.json`.

use serde_json::Value;

/// Keeps what a part has found.
pub fn keep(part: &str, found: &Value) {
    let folder = tests::target().join("bench");
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join(format!("calls-{part}.json"));
    std::fs::write(&file, format!("{found:#}\n")).expect("kept");
    println!("\nkept in {}", file.display());
}
