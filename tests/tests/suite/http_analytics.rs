//! The bank's 4,521 calls, brought in by the program while the server runs,
//! come out of the API as the figures that were computed from the file alone.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::http_kit::{PEOPLE, Server};
use super::http_process::program;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

fn data(name: &str) -> String {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/uci-bank-marketing");
    data.join(name).display().to_string()
}

/// Brings the bank's calls in.
pub fn import(server: &Server) {
    let map = Path::new(env!("CARGO_MANIFEST_DIR")).join("../api/demo/map.toml");
    let said = import_calls(server, Path::new(&data("bank.csv.gz")), &map);
    assert!(said.starts_with("4521 rows") && said.contains("4521 imported"), "{said}");
}

/// Brings calls in by the program, and answers what it says.
pub fn import_calls(server: &Server, calls: &Path, map: &Path) -> String {
    let output = Command::new(program())
        .args(["import", "calls"])
        .args([calls, Path::new("--map"), map])
        .args(["--rejected", &server.directory().join("rejected.csv").display().to_string()])
        .env("VOICE_DATA_DIR", server.directory())
        .env("DATABASE_URL", server.test().url())
        .env("VOICE_SECRETS", server.test().secrets_dir())
        .env("VOICE_ROLE_PREFIX", server.test().role_prefix())
        .output()
        .expect("it runs");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The figures of the API are those of the file.
fn agree(metrics: &Value, expected: &Value, place: &str) {
    let value = |name: &str| metrics[name]["value"].as_f64().unwrap_or(f64::NAN);
    for (ours, theirs) in [
        ("calls", "contacts"),
        ("conversions", "conversions"),
        ("conversion_rate", "conversion_rate"),
        ("talk_seconds_sum", "talk_sum_s"),
        ("talk_seconds_mean", "talk_mean_s"),
        ("talk_seconds_p50", "talk_median_s"),
        ("talk_seconds_p95_nearest", "talk_p95_nearest_rank_s"),
    ] {
        let expected = expected[theirs].as_f64().expect("a number");
        // Seconds are answered with three decimals, ratios with six.
        let near = (value(ours) - expected).abs() <= 0.000_51;
        assert!(near, "{place} {ours}: {} is not {expected}", metrics[ours]);
    }
    let rate = &metrics["conversion_rate"];
    assert_eq!(rate["numerator"], expected["conversions"], "{place}");
    assert_eq!(rate["denominator"], expected["contacts"], "{place}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_reproduces_the_figures_of_the_bank() {
    let server = Server::start().await;
    import(&server);
    server.settle().await;
    let text = std::fs::read_to_string(data("bank.expected.json")).expect("the figures");
    let expected: Value = serde_json::from_str(&text).expect("JSON");

    let path = "/api/v1/analytics/calls?from=2009-01-01&to=2010-01-01&tz=Europe/Lisbon\
                &group_by=month&direction=outbound";
    let answer = server.get(path).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.body["tz"], "Europe/Lisbon");
    assert_eq!(answer.body["query"]["from"], "2009-01-01T00:00:00.000Z");
    assert_eq!(answer.body["query"]["sl_seconds"], 20);
    assert_eq!(answer.body["as_of"]["position"], 4521 + PEOPLE);
    agree(&answer.body["totals"], &expected["total"], "total");
    let series = answer.body["series"].as_array().expect("a series");
    assert_eq!(series.len(), 12);
    for (number, (cell, month)) in series.iter().zip(MONTHS).enumerate() {
        assert_eq!(cell["label"], format!("2009-{:02}", number + 1));
        agree(&cell["metrics"], &expected["by_month"][month], month);
    }
    let unknown = &answer.body["totals"]["service_level"];
    assert_eq!((&unknown["value"], &unknown["denominator"]), (&Value::Null, &Value::from(0)));

    for (query, total) in [("", 4521), ("&disposition=sale", 521), ("&min_duration_ms=3025000", 1)]
    {
        let path = format!("/api/v1/calls?include_total=true&limit=1{query}");
        let answer = server.get(&path).await;
        assert_eq!(answer.body["total"], total, "{query}: {}", answer.body);
    }
    server.stop().await;
}
