//! The program itself, as a person starts it: with a private cluster, killed,
//! started again, asked for what it cannot do, and stopped.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::TestDirectory;

/// Which columns the old system has.
const MAP: &str = "source = \"old\"
[columns]
source_id = \"id\"
started_at = \"start\"
direction = \"direction\"
";
/// A cluster is made, or recovers.
const PATIENCE: Duration = Duration::from_secs(120);

/// The program.
pub fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_voice-under-test"))
}

fn voice(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program());
    for name in ["DATABASE_URL", "VOICE_MODE", "VOICE_SECRETS", "VOICE_NO_DEMO"] {
        command.env_remove(name);
    }
    command.env_remove("VOICE_STRIPE_SECRET_KEY").env_remove("VOICE_STRIPE_WEBHOOK_SECRET");
    // Those who wait for something ask often.
    command.env("VOICE_USER_RATE", "100000").env("VOICE_ORGANIZATION_RATE", "100000");
    command.env("VOICE_DATA_DIR", data).env("VOICE_LISTEN", "127.0.0.1:0");
    command.arg("--no-install").args(arguments).stdin(Stdio::null());
    command
}

fn run(data: &Path, arguments: &[&str]) -> Output {
    voice(data, arguments).output().expect("it runs")
}

/// Its one sentence of complaint.
fn complaint(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let said = String::from_utf8(output.stderr.clone()).expect("UTF-8");
    assert_eq!(said.lines().count(), 1, "{said}");
    said
}

/// A server process. It does not outlive the test; dropped, it is killed.
pub struct Process {
    child: Child,
    pub ready: Value,
}

impl Process {
    pub fn start(data: &Path) -> Self {
        let out = File::create(data.with_extension("out")).expect("a file");
        let err = out.try_clone().expect("a file");
        let mut child = voice(data, &[]).stdout(out).stderr(err).spawn().expect("it starts");
        let end = Instant::now() + PATIENCE;
        loop {
            let ended = child.try_wait().expect("a process");
            let said = || fs::read_to_string(data.with_extension("out")).unwrap_or_default();
            assert!(ended.is_none(), "{ended:?}: {}", said());
            assert!(Instant::now() < end, "it is not ready: {}", said());
            // The file of a server that was killed names another process's token.
            let text = fs::read_to_string(data.join("ready.json")).unwrap_or_default();
            match serde_json::from_str(&text) {
                Ok(ready) if alive(&ready) => return Self { child, ready },
                _ => std::thread::yield_now(),
            }
        }
    }

    pub fn url(&self) -> &str {
        self.ready["url"].as_str().expect("a URL")
    }

    pub fn token(&self) -> &str {
        self.ready["token"].as_str().expect("a token")
    }

    async fn create(&self, key: &str) -> reqwest::Response {
        let request = reqwest::Client::new()
            .post(format!("{}/api/v1/calls", self.url()))
            .bearer_auth(self.token())
            .header("idempotency-key", key)
            .json(&json!({"to": "+420777120001"}));
        request.send().await.expect("an answer")
    }

    async fn calls(&self) -> Value {
        let url = format!("{}/api/v1/calls?include_total=true&limit=1", self.url());
        let answer = reqwest::Client::new().get(url).bearer_auth(self.token()).send().await;
        answer.expect("an answer").json().await.expect("JSON")
    }

    /// Waits until there are so many calls.
    async fn has_calls(&self, count: u64) {
        let end = Instant::now() + PATIENCE;
        loop {
            let calls = self.calls().await;
            if calls["total"] == count {
                return;
            }
            assert!(Instant::now() < end, "{calls}");
        }
    }

    fn stop(mut self) -> ExitStatus {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &pid]).status().expect("kill").success());
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("a process") {
                return status;
            }
            assert!(Instant::now() < end, "it does not stop");
            std::thread::yield_now();
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.child.kill().is_ok() {
            let _ = self.child.wait();
        }
    }
}

/// Whether somebody listens there.
fn alive(ready: &Value) -> bool {
    let address = ready["url"].as_str().and_then(|url| url.strip_prefix("http://"));
    address.is_some_and(|address| std::net::TcpStream::connect(address).is_ok())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_killed_goes_on_and_stops_in_order() {
    let directory = TestDirectory::create();
    let data = directory.path().join("data");
    let server = Process::start(&data);
    let mode = fs::metadata(data.join("ready.json")).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(server.ready["docs_url"], format!("{}/docs", server.url()));
    assert!(server.ready["database_url"].as_str().is_some_and(|url| url.starts_with("postgres")));
    assert!(data.join("secrets/development").exists(), "no production server takes these");
    server.has_calls(301).await;
    assert_eq!(server.create("k").await.status(), 202);
    let token = server.token().to_owned();
    drop(server);
    assert!(data.join("ready.json").exists(), "it was killed");

    let server = Process::start(&data);
    assert_ne!(server.token(), token);
    server.has_calls(302).await;
    let second = run(&data, &[]);
    assert!(complaint(&second).contains("another voice serves"), "{second:?}");
    assert!(data.join("ready.json").exists());

    let imported = import(directory.path(), &data);
    assert_eq!(imported.status.code(), Some(2), "{imported:?}");
    let report = fs::read_to_string(directory.path().join("calls.csv.rejected.csv"));
    assert!(report.expect("a report").lines().nth(1).is_some_and(|row| row.starts_with("2,")));
    server.has_calls(303).await;

    kill_postgres(&data);
    let end = Instant::now() + PATIENCE;
    loop {
        // The first call still talks where the simulator was killed with it: 409 is an answer.
        let answer = server.create("after").await;
        let (status, problem) = (answer.status().as_u16(), answer.text().await.expect("a body"));
        if matches!(status, 202 | 409) {
            break;
        }
        assert_eq!(status, 503, "{problem}");
        assert!(Instant::now() < end, "{problem}");
    }

    assert!(server.stop().success());
    assert!(!data.join("ready.json").exists());
    assert!(!data.join("postgres/data/postmaster.pid").exists());
    // Without a server it goes the same way.
    assert_eq!(import(directory.path(), &data).status.code(), Some(2));
    assert!(!data.join("postgres/data/postmaster.pid").exists());
}

/// The database dies, as by a lack of memory.
fn kill_postgres(data: &Path) {
    let pid = fs::read_to_string(data.join("postgres/data/postmaster.pid")).expect("a server");
    let pid = pid.lines().next().expect("its number");
    assert!(Command::new("kill").args(["-KILL", pid]).status().expect("kill").success());
}

fn import(directory: &Path, data: &Path) -> Output {
    let (calls, map) = (directory.join("calls.csv"), directory.join("map.toml"));
    fs::write(&map, MAP).expect("written");
    let mut file = File::create(&calls).expect("a file");
    writeln!(file, "id,start,direction").expect("written");
    writeln!(file, "1,2024-05-01T10:00:00Z,inbound").expect("written");
    writeln!(file, "2,never,inbound").expect("written");
    let (calls, map) = (calls.display().to_string(), map.display().to_string());
    run(data, &["import", "calls", &calls, "--map", &map])
}

#[test]
fn what_cannot_be_is_said_in_one_sentence() {
    let directory = TestDirectory::create();
    let data = directory.path().join("data");
    let said = |arguments: &[&str]| complaint(&run(&data, arguments));
    assert!(said(&["--mode", "production"]).contains("DATABASE_URL"));
    fs::create_dir_all(data.join("secrets")).expect("a directory");
    fs::write(data.join("secrets/development"), "").expect("a note");
    let nowhere = "postgres://nobody@127.0.0.1:1/none";
    assert!(said(&["--database-url", nowhere]).contains("VOICE_SMTP_URL"));
    let open = ["--smtp-url", "smtp://mail.example", "--database-url", nowhere];
    assert!(said(&open).contains("?tls=required"));
    let mail = ["--smtp-url", "smtps://127.0.0.1:1", "--app-url", "https://app", "--database-url"];
    let mailing = |database: &str| said(&[&mail[..], &[database]].concat());
    assert!(mailing(nowhere).contains("made by a development server"));
    fs::remove_dir_all(data.join("secrets")).expect("removed");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    assert!(said(&["--listen", &address]).contains(&format!("{address} is in use")));
    assert!(said(&["--listen", "nowhere"]).contains("nobody can listen on nowhere"));
    assert!(mailing("mysql://x").contains("DATABASE_URL"));
    assert!(mailing(nowhere).contains("can not be reached"));
    let wrong = ["--smtp-url", "http://x"];
    assert!(said(&wrong).contains("VOICE_SMTP_URL"), "{}", said(&wrong));
    assert!(!data.join("postgres").exists(), "nothing was started");

    let map = directory.path().join("map.toml");
    let map_name = map.display().to_string();
    let import = |file: &str| said(&["import", "calls", file, "--map", &map_name]);
    assert!(import("nothing.csv").contains("map.toml"));
    fs::write(&map, "source = 1").expect("written");
    assert!(import("nothing.csv").contains("map.toml"));
    fs::write(&map, MAP).expect("written");
    assert!(import("nothing.csv").contains("nothing.csv"));
    assert!(import(&directory.path().display().to_string()).contains("is a directory"));
    assert!(!data.join("postgres").exists(), "nothing was started");
}
