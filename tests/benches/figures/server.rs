//! The server as a customer runs it, in a process of its own.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use reqwest::Client;
use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(120);

/// A server process. It does not outlive this one.
pub struct Server {
    child: Child,
    client: Client,
    url: String,
    token: String,
    put_off: AtomicU64,
}

/// How much of it is in memory.
pub struct Memory {
    pub now_mib: f64,
    pub peak_mib: f64,
}

/// What was answered.
pub struct Answer {
    pub body: Value,
    pub position: i64,
    pub bytes: usize,
}

impl Server {
    /// Starts one on a directory, and waits until it is ready.
    pub async fn start(dir: &Path) -> anyhow::Result<Self> {
        Self::start_with(dir, &[]).await
    }

    /// The same with more settings.
    pub async fn start_with(dir: &Path, settings: &[(&str, String)]) -> anyhow::Result<Self> {
        let _ = fs::remove_file(dir.join("ready.json"));
        let out = File::create(dir.join("server.out"))?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_voice-under-test"));
        for name in ["DATABASE_URL", "VOICE_MODE", "VOICE_SECRETS"] {
            command.env_remove(name);
        }
        command
            .env("VOICE_DATA_DIR", dir)
            .env("VOICE_LISTEN", "127.0.0.1:0")
            .env("VOICE_NO_DEMO", "1")
            // Those who measure ask often.
            .env("VOICE_USER_RATE", "100000")
            .env("VOICE_ORGANIZATION_RATE", "100000")
            .envs(settings.iter().map(|(name, value)| (name, value)))
            .arg("--no-install")
            .stdin(Stdio::null())
            .stdout(out.try_clone()?)
            .stderr(out);
        let mut child = command.spawn().context("the server does not start")?;
        let end = Instant::now() + PATIENCE;
        let ready: Value = loop {
            ensure!(child.try_wait()?.is_none(), "it ended: see server.out in {}", dir.display());
            ensure!(Instant::now() < end, "it is not ready");
            let text = fs::read_to_string(dir.join("ready.json")).unwrap_or_default();
            match serde_json::from_str(&text) {
                Ok(ready) => break ready,
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        };
        let text = |name: &str| ready.get(name).and_then(Value::as_str).map(str::to_owned);
        let (url, token) = (text("url").context("a URL")?, text("token").context("a token")?);
        let client = Client::builder().timeout(Duration::from_secs(60)).build()?;
        Ok(Self { child, client, url, token, put_off: AtomicU64::new(0) })
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// The administrator's.
    pub fn token(&self) -> String {
        self.token.clone()
    }

    /// Asks as the administrator, and again where the server has too much to do; that is counted.
    pub async fn get(&self, path: &str) -> anyhow::Result<Answer> {
        let begun = Instant::now();
        let (headers, text) = loop {
            let request = self.client.get(format!("{}{path}", self.url)).bearer_auth(&self.token);
            let response = request.send().await?;
            let (status, headers) = (response.status(), response.headers().clone());
            let text = response.text().await?;
            if status == 503 && begun.elapsed() < PATIENCE {
                self.put_off.fetch_add(1, Ordering::SeqCst);
                continue;
            }
            ensure!(status == 200, "{path}: {status} {text}");
            break (headers, text);
        };
        let position = headers.get("x-projection-position").and_then(|at| at.to_str().ok());
        let position = position.and_then(|at| at.parse().ok()).context("a position")?;
        Ok(Answer { body: serde_json::from_str(&text)?, position, bytes: text.len() })
    }

    /// Asks as the administrator for what has no position, once.
    pub async fn json(&self, path: &str) -> anyhow::Result<Value> {
        let request = self.client.get(format!("{}{path}", self.url)).bearer_auth(&self.token);
        Ok(request.send().await?.error_for_status()?.json().await?)
    }

    /// Has something done.
    pub async fn post(&self, path: &str, key: &str, body: &Value) -> anyhow::Result<Value> {
        let request = self.client.post(format!("{}{path}", self.url)).bearer_auth(&self.token);
        let request = request.header("idempotency-key", key).json(body);
        Ok(request.send().await?.error_for_status()?.json().await?)
    }

    /// How many bytes are answered.
    pub async fn size(&self, path: &str) -> anyhow::Result<usize> {
        let request = self.client.get(format!("{}{path}", self.url)).bearer_auth(&self.token);
        let mut response = request.send().await?.error_for_status()?;
        let mut size = 0;
        while let Some(chunk) = response.chunk().await? {
            size += chunk.len();
        }
        Ok(size)
    }

    /// How often it had too much to do (503).
    pub fn put_off(&self) -> u64 {
        self.put_off.load(Ordering::SeqCst)
    }

    pub fn memory(&self) -> anyhow::Result<Memory> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let mib = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name)).context("a line")?;
            let kib: f64 = line.split_whitespace().nth(1).context("a number")?.parse()?;
            anyhow::Ok(kib / 1024.0)
        };
        Ok(Memory { now_mib: mib("VmRSS:")?, peak_mib: mib("VmHWM:")? })
    }

    /// Starts the measuring of the peak anew.
    pub fn forget_peak(&self) -> anyhow::Result<()> {
        Ok(fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5")?)
    }

    /// Stops it in order.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        let pid = self.child.id().to_string();
        ensure!(Command::new("kill").args(["-INT", &pid]).status()?.success(), "kill");
        let end = Instant::now() + PATIENCE;
        while self.child.try_wait()?.is_none() {
            ensure!(Instant::now() < end, "it does not stop");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.child.kill().is_ok() {
            let _ = self.child.wait();
        }
    }
}
