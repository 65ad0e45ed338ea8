//! Other event stores, each a process of its own (`tests/peers`).

use std::process::Stdio;
use std::time::Duration;

use anyhow::Context;
use serde::Deserialize;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::contest::Round;

/// Which there are: what the program calls each, and how it is printed.
pub const PEERS: [(&str, &str); 3] = [
    ("esrs", "esrs 0.18"),
    ("disintegrate", "disintegrate-postgres 4"),
    ("es_entity", "es-entity 0.20"),
];

/// A peer that has been started.
pub struct Peer {
    /// The process.
    pub id: u32,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
    _child: Child,
}

#[derive(Deserialize)]
struct Answer {
    commands: u64,
    wall_us: u64,
    p50_us: u64,
    p99_us: u64,
}

/// Builds the program, where it is not.
pub async fn build() -> anyhow::Result<()> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("peers");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let target = ["--target-dir", "../../target/peers"];
    let mut build = Command::new(cargo);
    build.args(["build", "--release", "--locked"]).args(target).current_dir(folder);
    anyhow::ensure!(build.status().await?.success(), "the peers do not build");
    Ok(())
}

impl Peer {
    /// Starts one on a database; `None` where it does not run on this server, which it says itself.
    pub async fn start(name: &str, url: &str) -> anyhow::Result<Option<Self>> {
        let program = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/peers/release/peers");
        let mut child = Command::new(program)
            .args([name, url])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("the peers are not built")?;
        let input = child.stdin.take().context("a peer that does not listen")?;
        let output = child.stdout.take().context("a peer that does not speak")?;
        let id = child.id().context("a peer that is gone")?;
        let mut output = BufReader::new(output).lines();
        let ready = output.next_line().await?.is_some();
        Ok(ready.then_some(Self { id, input, output, _child: child }))
    }

    /// Has it drive so many callers.
    pub async fn drive(&mut self, callers: usize, time: Duration) -> anyhow::Result<Round> {
        let asked = format!("{callers} {}\n", time.as_millis());
        self.input.write_all(asked.as_bytes()).await?;
        let line = self.output.next_line().await?.context("the peer is gone")?;
        let Answer { commands, wall_us, p50_us, p99_us } = serde_json::from_str(&line)?;
        let (client_s, server_s, wal_bytes) = (0.0, 0.0, 0);
        Ok(Round { commands, wall_us, p50_us, p99_us, client_s, server_s, wal_bytes })
    }
}
