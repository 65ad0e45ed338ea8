//! A campaign that a bank has really had, brought in as a list from another dialer.

use std::collections::BTreeMap;
use std::io::Read as _;

use flate2::read::GzDecoder;
use serde_json::{Value, json};

use super::http_imports::import;
use super::http_kit::Server;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/uci-bank-marketing/");

fn read(name: &str) -> Vec<u8> {
    std::fs::read(format!("{DATA}{name}")).expect("the file")
}

/// The list as another dialer would hand it over. The data have no numbers: the n-th row has one
/// that is kept for fiction.
fn list() -> String {
    let mut text = String::new();
    let packed = read("bank-additional.csv.gz");
    GzDecoder::new(packed.as_slice()).read_to_string(&mut text).expect("it is packed");
    let mut rows = csv::ReaderBuilder::new().delimiter(b';').from_reader(text.as_bytes());
    let mut list = String::from("phone,tries,result,labels\n");
    for (row, number) in rows.deserialize::<BTreeMap<String, String>>().zip(1..) {
        let row = row.expect("a row");
        let result = if row["y"] == "yes" { "sale" } else { "not_interested" };
        let (tries, previous) = (&row["campaign"], &row["poutcome"]);
        list += &format!("+1500555{number:04},{tries},{result},test;previous:{previous}\n");
    }
    list
}

/// The contacts, attempts and conversions of some rows of the reference.
fn share(reference: &Value) -> Value {
    json!({ "contacts": reference["contacts"], "attempts": reference["attempts_total"],
            "conversions": reference["conversions"] })
}

fn sum(shares: &[&Value]) -> Value {
    let of = |name: &str| shares.iter().filter_map(|share| share[name].as_i64()).sum::<i64>();
    json!({ "contacts": of("contacts"), "attempts": of("attempts"),
            "conversions": of("conversions") })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_figures_of_the_bank_are_those_of_its_reference() {
    let expected: Value =
        serde_json::from_slice(&read("bank-additional.expected.json")).expect("JSON");
    let server = Server::start().await;
    let campaign = server.campaign(server.token(), "Term deposits").await;
    let options = json!({ "campaign_id": campaign, "mapping": {
        "phone": ["phone"], "attempts": ["tries"], "outcome": ["result"], "tags": ["labels"]
    } });
    let made = import(&server, server.token(), ("bank.csv", &list()), options).await;
    assert_eq!(made.status, 202, "{}", made.body);
    let path = made.header("location");
    let over = server.until(path, |import| import["ended_at"].is_string()).await;
    assert_eq!((&over["status"], &over["created"]), (&json!("completed"), &json!(4_119)), "{over}");
    server.settle().await;
    let stats = server.get(&format!("/api/v1/campaigns/{campaign}/stats")).await.body;
    let total = &expected["total"];
    assert_eq!(
        (&stats["contacts"], &stats["called"], &stats["attempts"], &stats["conversions"]),
        (&total["contacts"], &total["contacts"], &total["attempts_total"], &total["conversions"])
    );
    let rate = stats["conversion_rate"].as_f64().expect("a rate");
    assert!((rate - total["conversion_rate"].as_f64().expect("a rate")).abs() < 5e-7, "{rate}");
    for previous in ["failure", "nonexistent", "success"] {
        let tag = format!("previous:{previous}");
        assert_eq!(stats["by_tag"][tag], share(&expected["by_poutcome"][previous]), "{previous}");
    }
    assert_eq!(stats["by_tag"]["test"]["contacts"], total["contacts"]);
    let by_attempts = stats["by_attempts"].as_object().expect("figures");
    for (name, from, to) in [
        ("1", 1, 1),
        ("2", 2, 2),
        ("3", 3, 3),
        ("4-5", 4, 5),
        ("6-10", 6, 10),
        ("11+", 11, u32::MAX),
    ] {
        let within =
            |tries: &str| tries.parse::<u32>().is_ok_and(|tries| (from..=to).contains(&tries));
        let shares: Vec<_> =
            by_attempts.iter().filter(|(tries, _)| within(tries)).map(|(_, share)| share).collect();
        assert_eq!(sum(&shares), share(&expected["by_attempts"][name]), "{name}");
    }
    server.stop().await;
}
