//! Times, and on what machine.

use std::time::Duration;

use hdrhistogram::Histogram;

/// Its cores, its processor, and how busy it is.
pub fn machine() -> anyhow::Result<String> {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find(|line| line.starts_with("model name"));
    let model = model.and_then(|line| line.split(": ").nth(1)).unwrap_or("an unknown processor");
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load: Vec<&str> = load.split_whitespace().take(3).collect();
    let cores = std::thread::available_parallelism()?;
    Ok(format!("{cores} cores, {model}; load {}", load.join(" ")))
}

/// How long something took, many times.
pub struct Times(Histogram<u64>);

impl Times {
    pub fn new() -> anyhow::Result<Self> {
        Ok(Self(Histogram::new_with_bounds(1, 600_000_000, 3)?))
    }

    pub fn record(&mut self, took: Duration) -> anyhow::Result<()> {
        Ok(self.0.record(u64::try_from(took.as_micros())?.max(1))?)
    }

    /// In ms.
    pub fn at(&self, quantile: f64) -> f64 {
        self.0.value_at_quantile(quantile) as f64 / 1_000.0
    }

    pub fn count(&self) -> u64 {
        self.0.len()
    }
}
