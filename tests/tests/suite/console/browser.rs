//! A real browser, driven as WebDriver (W3C) says.

use std::io::Write;
use std::process::Stdio;
use std::str::FromStr;
use std::time::{Duration, Instant};

use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use reqwest::Url;
use serde_json::{Value, json};
use tests::TestDirectory;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

const PATIENCE: Duration = Duration::from_secs(60);
/// What is wrong with a page for whoever uses a keyboard or a screen reader.
const AUDIT: &str = include_str!("audit.js");

/// A browser with a window of its own and no history.
pub(super) struct Browser {
    client: Client,
    driver: Child,
    address: String,
    _profile: TestDirectory,
}

/// Light or dark.
#[derive(Clone, Copy, Debug)]
pub(super) enum Scheme {
    Light,
    Dark,
}

/// What the page has told its console: errors of scripts, and what the policy has blocked.
#[derive(Debug)]
struct Told;

impl WebDriverCompatibleCommand for Told {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, <Url as FromStr>::Err> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(json!({ "type": "browser" }).to_string()))
    }
}

fn program(name: &str) -> Option<std::path::PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

impl Browser {
    /// Starts one at this address. `None`, with a line that everybody sees, where this machine has
    /// none; where `VOICE_BROWSER=required`, that is an error.
    pub async fn open(address: &str, scheme: Scheme) -> Option<Self> {
        let (driver, chromium) = (program("chromedriver"), program("chromium"));
        let Some((driver, chromium)) = driver.zip(chromium) else {
            let required = std::env::var("VOICE_BROWSER").is_ok_and(|wanted| wanted == "required");
            assert!(!required, "no chromium and chromedriver on this machine");
            // Not by a macro: what those print of a test that passes is not shown.
            let line = "\nSKIPPED: a story of the console, for want of chromium and chromedriver\n";
            std::io::stderr().write_all(line.as_bytes()).expect("a line");
            return None;
        };
        let profile = TestDirectory::create();
        let (driver, at) = started(driver).await;
        let dark = matches!(scheme, Scheme::Dark);
        let args = json!([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--window-size=1280,1000",
            format!("--blink-settings=preferredColorScheme={}", i32::from(!dark)),
            format!("--user-data-dir={}", profile.path().display()),
        ]);
        let wanted = json!({
            "goog:chromeOptions": { "binary": chromium, "args": args },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let wanted = wanted.as_object().expect("an object").clone();
        let client = ClientBuilder::new(connector()).capabilities(wanted).connect(&at).await;
        let client = client.expect("a browser");
        Some(Self { client, driver, address: address.to_owned(), _profile: profile })
    }

    /// The window.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Goes to a page.
    pub async fn go(&self, path: &str) {
        self.client.goto(&format!("http://{}{path}", self.address)).await.expect("a page");
    }

    /// Where one is.
    pub async fn path(&self) -> String {
        let url = self.client.current_url().await.expect("an address");
        url.as_str().split_once(&self.address).expect("this server").1.to_owned()
    }

    /// The text of what fits a selector.
    pub async fn text(&self, selector: &str) -> String {
        let found = self.client.wait().at_most(PATIENCE).for_element(Locator::Css(selector)).await;
        let found = found.unwrap_or_else(|error| panic!("{selector}: {error}"));
        found.text().await.expect("a text")
    }

    /// Waits until a text is as it should be.
    pub async fn until(&self, selector: &str, fits: impl Fn(&str) -> bool) -> String {
        let end = Instant::now() + PATIENCE;
        loop {
            // What is swapped meanwhile is found again.
            let script = "return document.querySelector(arguments[0])?.textContent ?? null";
            let found = self.run(script, vec![json!(selector)]).await;
            match found.as_str() {
                Some(text) if fits(text) => return text.to_owned(),
                text => assert!(Instant::now() < end, "{selector} stays {text:?}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Clicks what fits a selector.
    pub async fn click(&self, selector: &str) {
        let found = self.client.find(Locator::Css(selector)).await;
        let found = found.unwrap_or_else(|error| panic!("{selector}: {error}"));
        found.click().await.expect("a click");
    }

    /// Presses keys on what has the focus.
    pub async fn press(&self, keys: &str) {
        let focused = self.client.active_element().await.expect("a focus");
        focused.send_keys(keys).await.expect("keys");
    }

    /// Runs a script.
    pub async fn run(&self, script: &str, given: Vec<Value>) -> Value {
        self.client.execute(script, given).await.expect("a script")
    }

    /// Looks at the page closely: no script has failed, nothing was blocked, and everybody can use
    /// it. Keeps a picture of it where `VOICE_SCREENSHOTS` names a folder.
    pub async fn inspect(&self, name: &str) {
        let told = self.client.issue_cmd(Told).await.expect("what was told");
        let failed = |line: &&Value| line["level"] == "SEVERE" && line["source"] != "network";
        let failed: Vec<_> = told.as_array().expect("lines").iter().filter(failed).collect();
        assert!(failed.is_empty(), "{name}: {failed:#?}");
        let faults = self.run(AUDIT, vec![]).await;
        assert_eq!(faults, json!([]), "{name}: {faults:#}");
        if let Some(folder) = std::env::var_os("VOICE_SCREENSHOTS") {
            let picture = self.client.screenshot().await.expect("a picture");
            let file = std::path::Path::new(&folder).join(format!("{name}.png"));
            std::fs::write(file, picture).expect("kept");
        }
    }

    /// Closes it.
    pub async fn close(self) {
        let Self { client, mut driver, .. } = self;
        client.close().await.expect("closed");
        driver.kill().await.expect("ended");
    }
}

fn connector() -> hyper_util::client::legacy::connect::HttpConnector {
    hyper_util::client::legacy::connect::HttpConnector::new()
}

/// Starts a driver on a port that is free.
async fn started(driver: std::path::PathBuf) -> (Child, String) {
    let mut driver = Command::new(driver)
        .arg("--port=0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("a driver");
    let mut lines = BufReader::new(driver.stdout.take().expect("its words")).lines();
    loop {
        let line = lines.next_line().await.expect("a line").expect("a driver that lives");
        if let Some((_, port)) = line.split_once("successfully on port ") {
            // It goes on talking, and must not wait for somebody to listen.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return (driver, format!("http://127.0.0.1:{}", port.trim_end_matches('.')));
        }
    }
}
