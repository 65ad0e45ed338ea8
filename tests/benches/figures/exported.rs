//! What a file of all calls costs: how many rows a second are written, how much memory that takes,
//! and how fast it is given out.

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use domain::Timestamp;
use serde_json::{Value, json};

use crate::home::Home;
use crate::server::Server;

const EXPORTS: &str = "/api/v1/analytics/exports";
/// All that the center has had, which is 100 days.
const DAYS_MS: i64 = 399 * 24 * 3_600_000;
const MIB: f64 = 1_048_576.0;

/// Writes a file in each format, and prints.
pub async fn run(home: &Home, server: &Server) -> anyhow::Result<()> {
    println!("| calls as | rows | MiB | rows/s | peak MiB (at rest) | given out, MiB/s |");
    println!("|---|---|---|---|---|---|");
    for format in ["csv", "jsonl"] {
        let rest = server.memory()?.now_mib;
        server.forget_peak()?;
        let (from, to) = (home.until.plus_ms(-DAYS_MS), home.until.plus_ms(24 * 3_600_000));
        let body = json!({ "report": "call_facts", "format": format, "from": from, "to": to });
        let made = server.post(EXPORTS, format, &body).await?;
        let path = format!("{EXPORTS}/{}", made.get("id").and_then(Value::as_str).context("id")?);
        let export = loop {
            let export = server.json(&path).await?;
            let status = export.get("status").and_then(Value::as_str).context("a status")?;
            ensure!(["queued", "running", "completed"].contains(&status), "{export}");
            if status == "completed" {
                break export;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        let at = |name: &str| {
            let text = export.get(name).and_then(Value::as_str).context("an instant")?;
            anyhow::Ok(text.parse::<Timestamp>()?)
        };
        let took = at("ended_at")?.since_ms(at("started_at")?) as f64 / 1e3;
        let rows = export.get("rows").and_then(Value::as_f64).context("rows")?;
        let peak = server.memory()?.peak_mib;
        let began = Instant::now();
        let bytes = server.size(&format!("{path}/file")).await?;
        let out = bytes as f64 / MIB / began.elapsed().as_secs_f64();
        println!(
            "| {format} | {rows} | {:.0} | {:.0} | {peak:.0} ({rest:.0}) | {out:.0} |",
            bytes as f64 / MIB,
            rows / took,
        );
    }
    Ok(())
}
