//! Other event stores, each a process of its own (`tests/peers`).

use std::process::Stdio;
use std::time::Duration;

use anyhow::Context;
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
        let mut command = Command::new(program);
        command.args([name, url]);
        Self::spawn(command).await
    }

    /// Starts any program that says `ready`, and then drives as many callers for as long as a line
    /// says.
    pub async fn spawn(mut command: Command) -> anyhow::Result<Option<Self>> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("the program is not built")?;
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
        Ok(serde_json::from_str(&line)?)
    }
}
