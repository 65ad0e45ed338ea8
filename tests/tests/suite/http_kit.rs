//! A server with a database of its own, and a caller who looks closely at
//! every answer.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use api::people::Person;
use api::{Running, Settings, Voice};
use domain::Role;
use event_store::{Actor, ActorKind, Context, Keyring, Log, LogSettings};
use processes::{Clock, Commands, SystemClock, SystemIds};
use projections::freshness::{Reached, wait_for};
use projections::registry;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tests::{TestDatabase, TestDirectory};
use uuid::Uuid;

use super::at_work::AtWork;
use super::http_stream_kit::told;

/// How long anything may take to become true.
const PATIENCE: Duration = Duration::from_secs(60);

/// The facts with which every log begins: the demo's organization, people, agents and team.
pub const PEOPLE: i64 = 14;

/// A server in this process.
pub struct Server {
    running: Running,
    client: Client,
    test: TestDatabase,
    directory: TestDirectory,
}

/// What was answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    headers: HeaderMap,
    /// `null` where the body is no JSON.
    pub body: Value,
    pub text: String,
}

/// The body of a request to dial.
pub fn call_to(number: &str) -> Value {
    json!({ "to": number })
}

impl Server {
    /// Starts one that has read what is in the log to begin with.
    pub async fn start() -> Self {
        let server = Self::start_with(|_| {}).await;
        server.settle().await;
        server
    }

    /// Starts one with other settings.
    pub async fn start_with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::start_on(TestDatabase::create().await, TestDirectory::create(), change).await
    }

    /// Starts one on a database and in a directory that are there.
    pub async fn start_on(
        test: TestDatabase,
        directory: TestDirectory,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        Self::start_by(Arc::new(SystemClock), (test, directory), change).await
    }

    /// The same at eleven on a Wednesday morning in Prague, when people can be called.
    pub async fn start_at_work() -> Self {
        let given = (TestDatabase::create().await, TestDirectory::create());
        let server = Self::start_by(Arc::new(AtWork::begin()), given, |_| {}).await;
        server.settle().await;
        server
    }

    pub async fn start_by(
        clock: Arc<dyn Clock>,
        (test, directory): (TestDatabase, TestDirectory),
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let mut settings = Settings::in_directory(directory.path().to_owned());
        settings.database_url = Some(test.url());
        settings.secrets = Some(test.secrets_dir().to_owned());
        settings.role_prefix = test.role_prefix();
        settings.cheap_passwords = true;
        (settings.user_rate, settings.organization_rate) = (100_000, 100_000);
        // A test that waits for what rules of alerts see says so.
        (settings.entry_rate, settings.alerts.tick_ms) = (100_000, 3_600_000);
        change(&mut settings);
        let running = Voice::start(&settings, clock, Arc::new(SystemIds)).await;
        let running = running.unwrap_or_else(|error| panic!("the server does not start: {error}"));
        let client = Client::builder().timeout(PATIENCE).build().expect("a client");
        Self { running, client, test, directory }
    }

    /// Stops it in order.
    pub async fn stop(self) {
        self.running.stop().await;
    }

    /// Stops it in order, and keeps what it had.
    pub async fn stopped(self) -> (TestDatabase, TestDirectory) {
        self.running.stop().await;
        (self.test, self.directory)
    }

    /// The token that is valid.
    pub fn token(&self) -> &str {
        self.running.token().expect("a token in development")
    }

    /// Where it listens, without the scheme.
    pub fn address(&self) -> &str {
        self.running.url().strip_prefix("http://").expect("http")
    }

    /// Where Stripe tells something.
    pub fn webhooks(&self) -> &str {
        self.running.webhooks().expect("stripe is connected")
    }

    /// Its database.
    pub fn test(&self) -> &TestDatabase {
        &self.test
    }

    /// Its data directory.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Asks with these headers alone.
    pub async fn bare(
        &self,
        method: &str,
        path: &str,
        body: Option<Vec<u8>>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = self.client.request(method, format!("{}{path}", self.running.url()));
        for (name, value) in headers {
            let name: HeaderName = name.parse().expect("a name");
            let value = HeaderValue::from_bytes(value.as_bytes()).expect("a value");
            request = request.header(name, value);
        }
        if let Some(body) = body {
            request = request.body(body);
        }
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = told(response).await;
        let body = serde_json::from_str(&text).unwrap_or_default();
        Answer { status, headers, body, text }
    }

    /// Asks with the token and a text as the body.
    pub async fn raw(
        &self,
        method: &str,
        path: &str,
        body: impl AsRef<[u8]>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let authorization = format!("Bearer {}", self.token());
        let mut all = vec![("authorization", authorization.as_str())];
        if !headers.iter().any(|(name, _)| *name == "content-type") {
            all.push(("content-type", "application/json"));
        }
        all.extend(headers);
        self.bare(method, path, Some(body.as_ref().to_vec()), &all).await
    }

    /// Asks with the token.
    pub async fn send(
        &self,
        method: &str,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> Answer {
        match body {
            Some(body) => self.raw(method, path, body.to_string(), headers).await,
            None => {
                let authorization = format!("Bearer {}", self.token());
                let mut all = vec![("authorization", authorization.as_str())];
                all.extend(headers);
                self.bare(method, path, None, &all).await
            }
        }
    }

    /// Reads with the token.
    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None, &[]).await
    }

    /// Reads a page without a token.
    pub async fn text(&self, path: &str) -> String {
        let answer = self.bare("GET", path, None, &[]).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        answer.text
    }

    /// Asks for a call.
    pub async fn create(&self, key: &str, body: Value) -> Answer {
        self.send("POST", "/api/v1/calls", Some(body), &[("idempotency-key", key)]).await
    }

    /// Reads until what is read is as it should be.
    pub async fn until(&self, path: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let end = Instant::now() + PATIENCE;
        let mut position = 0;
        loop {
            // The read models move on before the next look, so nobody spins.
            let wanted = (position + 1).to_string();
            let headers = [("x-min-position", wanted.as_str()), ("prefer", "wait=1")];
            let headers = if position == 0 { &[][..] } else { &headers[..] };
            let answer = self.send("GET", path, None, headers).await;
            if answer.status == 200 {
                if fits(&answer.body) {
                    return answer.body;
                }
                position = answer.header("x-projection-position").parse().unwrap_or(0_i64);
            }
            assert!(Instant::now() < end, "{path} stays {}: {}", answer.status, answer.text);
            tokio::task::yield_now().await;
        }
    }

    /// The id of a campaign, a draft.
    pub async fn campaign(&self, token: &str, name: &str) -> String {
        let body = json!({ "name": name, "mode": "manual", "time_zone": "Europe/Prague" });
        let made = self.with(token, "POST", "/api/v1/campaigns", Some(body)).await;
        assert_eq!(made.status, 201, "{}", made.body);
        made.body["id"].as_str().expect("an id").to_owned()
    }

    /// The id of a call to this number that has ended by itself.
    pub async fn ended_call(&self, number: &str) -> String {
        // The shortest time that it may ring where nobody answers.
        let body = json!({ "to": number, "ring_timeout_seconds": 5 });
        let made = self.create(&format!("ended{number}"), body).await;
        assert_eq!(made.status, 202, "{}", made.body);
        let call = self.until(made.header("location"), |call| call["ended_at"].is_string()).await;
        call["id"].as_str().expect("an id").to_owned()
    }

    /// Waits until every read model has everything that is in the log.
    pub async fn settle(&self) {
        let ready = self.get("/health/ready").await;
        let head = ready.body["head"].as_i64().expect("a head");
        for projection in registry() {
            let name = projection.name();
            let reached = wait_for(self.test.database(), name, head, PATIENCE).await;
            assert_eq!(reached.expect("a position"), Reached::Reached, "{name}");
        }
    }

    /// Nothing was stored.
    pub async fn has_no_calls(&self) {
        self.settle().await;
        let calls = self.get("/api/v1/calls?include_total=true").await;
        assert_eq!(calls.body["total"], 0, "{}", calls.body);
        let ready = self.get("/health/ready").await;
        assert_eq!(ready.body["head"], PEOPLE, "{}", ready.body);
    }
}

impl Answer {
    /// A header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The code of a problem, or nothing.
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    /// It is a whole problem document of this kind.
    pub fn is_problem(&self, status: u16, slug: &str) {
        let body = &self.body;
        assert_eq!((self.status, self.code()), (status, slug), "{}", self.text);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(body["type"], format!("urn:kraliki:problem:{slug}"));
        assert_eq!(body["status"], status);
        assert!(self.text.len() <= 4096, "{}", self.text);
        for member in ["title", "detail", "instance"] {
            assert!(body[member].as_str().is_some_and(|text| !text.is_empty()), "{}", self.text);
        }
        assert_eq!(body["trace_id"].as_str().map(str::len), Some(32));
    }

    /// The body without what names this very request.
    pub fn without_occurrence(&self) -> Value {
        let mut body = self.body.clone();
        if let Some(members) = body.as_object_mut() {
            members.remove("instance");
            members.remove("trace_id");
        }
        body
    }
}

/// Somebody who has signed in.
pub struct SignedIn {
    pub access: String,
    pub refresh: String,
    pub user: String,
}

impl Server {
    /// Its demo's people, one of each role.
    pub fn people(&self) -> &[Person] {
        self.running.people()
    }

    /// Signs one of the demo's people in.
    pub async fn sign_in(&self, role: Role) -> SignedIn {
        let person = self.people().iter().find(|person| person.role == role).expect("a person");
        self.enter(&person.email, &person.password).await
    }

    /// Signs somebody in.
    pub async fn enter(&self, email: &str, password: &str) -> SignedIn {
        let body = json!({ "email": email, "password": password });
        let answer = self.open("/api/v1/auth/login", body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let text = |name: &str| answer.body[name].as_str().expect("a text").to_owned();
        let user = answer.body["user"]["id"].as_str().expect("an id").to_owned();
        SignedIn { access: text("access_token"), refresh: text("refresh_token"), user }
    }

    /// Asks without a token.
    pub async fn open(&self, path: &str, body: Value) -> Answer {
        let json = [("content-type", "application/json")];
        self.bare("POST", path, Some(body.to_string().into()), &json).await
    }

    /// Asks with somebody's token.
    pub async fn with(&self, token: &str, method: &str, path: &str, body: Option<Value>) -> Answer {
        let authorization = format!("Bearer {token}");
        let headers = [
            ("authorization", authorization.as_str()),
            ("content-type", "application/json"),
            ("idempotency-key", "kit"),
        ];
        let headers = match &body {
            None => &headers[..1],
            Some(_) if path == "/api/v1/calls" => &headers[..],
            Some(_) => &headers[..2],
        };
        self.bare(method, path, body.map(|body| body.to_string().into()), headers).await
    }
}

/// Commands into the log of a server, past HTTP.
pub async fn commands(server: &Server) -> Commands {
    let test = server.test();
    let (database, secrets) = (test.database().clone(), test.secrets());
    let log = Log::open(&database, LogSettings::default()).await.expect("a log");
    let keyring = Keyring::new(&database, secrets.key("key-encryption"));
    Commands::new(log, keyring, Arc::new(SystemClock))
}

/// In an organization, in nobody's name.
pub fn context(org_id: Uuid) -> Context {
    let actor = Actor { kind: ActorKind::System, id: "test".to_owned(), role: None };
    Context { org_id, actor, correlation_id: org_id, causation_id: None, source: "test" }
}
