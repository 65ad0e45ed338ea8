//! CPU time of this process and of the server, from `/proc`.

use anyhow::Context;
use sqlx::PgPool;

/// Ticks per second in `/proc/*/stat`; Linux promises this to programs.
const TICKS: f64 = 100.0;

/// What the processor calls itself.
pub fn model() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = info.lines().find(|line| line.starts_with("model name"));
    line.and_then(|line| line.split(": ").nth(1)).unwrap_or("an unknown processor").to_owned()
}

/// How many cores there are.
pub fn cores() -> anyhow::Result<usize> {
    Ok(std::thread::available_parallelism()?.get())
}

/// CPU seconds that were used until now.
#[derive(Clone, Copy, Default)]
pub struct Used {
    /// By the process that asks.
    pub client: f64,
    /// By the postmaster and its children, those that are gone included.
    pub server: f64,
}

impl Used {
    /// From an earlier reading to this one.
    pub fn since(self, earlier: Self) -> Self {
        Self { client: self.client - earlier.client, server: self.server - earlier.server }
    }
}

/// The server that a pool is connected to.
#[derive(Clone, Copy)]
pub struct Server(u32);

impl Server {
    /// Finds its postmaster among the processes of this machine.
    pub async fn of(pool: &PgPool) -> anyhow::Result<Self> {
        let backend: i32 = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(pool).await?;
        let stat = stat(u32::try_from(backend)?).context("the server is not on this machine")?;
        Ok(Self(stat.parent))
    }

    /// What was used until now, by it and by the processes that ask.
    pub fn used(self, ask: &[u32]) -> Used {
        let (mut server, mut client) = (0.0, 0.0);
        for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
            let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
                continue;
            };
            let Some(stat) = stat(pid) else { continue };
            if pid == self.0 {
                server += stat.own + stat.children;
            } else if stat.parent == self.0 {
                server += stat.own;
            } else if ask.contains(&pid) {
                client += stat.own;
            }
        }
        Used { client, server }
    }
}

struct Stat {
    parent: u32,
    own: f64,
    children: f64,
}

fn stat(pid: u32) -> Option<Stat> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<&str> = text.rsplit_once(") ")?.1.split(' ').collect();
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    Some(Stat {
        parent: fields.get(1)?.parse().ok()?,
        own: (ticks(11)? + ticks(12)?) / TICKS,
        children: (ticks(13)? + ticks(14)?) / TICKS,
    })
}

/// The largest resident size of this process since [`forget_peak`], in MiB.
pub fn peak_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    kib.unwrap_or(f64::NAN) / 1024.0
}

/// Starts the measuring of the peak anew.
pub fn forget_peak() -> std::io::Result<()> {
    std::fs::write("/proc/self/clear_refs", "5")
}
