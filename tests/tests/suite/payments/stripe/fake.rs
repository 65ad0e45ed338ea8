//! A stand-in for Stripe on this machine: it keeps money, remembers keys as Stripe does, refuses
//! what it does not know, and signs what it tells.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State as Shared;
use axum::http::{HeaderMap, Method, Response, Uri};
use futures::stream;
use hmac::{Hmac, KeyInit, Mac};
use processes::payments::StripeSecret;
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::task::JoinHandle;

use super::state::{Reply, State};

pub const KEY: &str = "sk_test_of_a_stand_in";
pub const SECRET: &str = "whsec_of_a_stand_in";

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// It does not get there.
    LostBefore,
    /// It is done, and the answer breaks off.
    LostAfter,
    /// It is done, and nothing is answered for longer than anybody waits.
    Hangs,
    /// It is done, and the answer says that something is wrong: now and whenever it is asked again.
    Fails,
    /// This is answered, and nothing is done.
    Says(u16, &'static str),
}

/// One request, as it came.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: String,
    pub path: String,
    pub form: Vec<(String, String)>,
    pub key: Option<String>,
    pub version: Option<String>,
}

impl Asked {
    /// One of its fields.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.form.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

#[derive(Default)]
pub struct Inner {
    pub state: State,
    lines: VecDeque<Line>,
    asked: Vec<Asked>,
    told: u32,
}

/// The stand-in; it ends with the test.
pub struct Fake {
    pub url: String,
    inner: Arc<Mutex<Inner>>,
    task: JoinHandle<()>,
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Fake {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let inner = Arc::<Mutex<Inner>>::default();
        let router = Router::new().fallback(answer).with_state(inner.clone());
        let task =
            tokio::spawn(async move { axum::serve(listener, router).await.expect("it runs") });
        Self { url, inner, task }
    }

    /// A server asks it in Stripe's place.
    pub fn connect(&self, settings: &mut api::Settings) {
        settings.stripe_secret_key = Some(StripeSecret::from(KEY.to_owned()));
        settings.stripe_webhook_secret = Some(StripeSecret::from(SECRET.to_owned()));
        settings.stripe_url = self.url.clone();
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let now = now.expect("a time").as_secs();
        self.with(|state| state.now = i64::try_from(now).expect("a time"));
    }

    pub fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.inner.lock().unwrap().state)
    }

    /// What becomes of the next requests; of those after them, nothing odd.
    pub fn lines(&self, lines: impl IntoIterator<Item = Line>) {
        self.inner.lock().unwrap().lines.extend(lines);
    }

    /// What was asked since this was asked last.
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.inner.lock().unwrap().asked)
    }

    /// How much it has taken and not given back.
    pub fn balance(&self) -> i64 {
        self.with(|state| state.balance())
    }

    /// An event about an object, as it is sent.
    pub fn event(&self, kind: &str, object: Value) -> String {
        let mut inner = self.inner.lock().unwrap();
        inner.told += 1;
        json!({ "id": format!("evt_{}", inner.told), "object": "event", "type": kind,
                "api_version": "2025-03-31.basil", "created": 0, "livemode": false,
                "data": { "object": object }, "pending_webhooks": 1,
                "request": { "id": null, "idempotency_key": null } })
        .to_string()
    }
}

/// The header of an event that is sent at this second.
pub fn signature(body: &str, seconds: i64) -> String {
    signed_with(SECRET, body, seconds)
}

pub fn signed_with(secret: &str, body: &str, seconds: i64) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
    mac.update(format!("{seconds}.{body}").as_bytes());
    let code: String = mac.finalize().into_bytes().iter().map(|b| format!("{b:02x}")).collect();
    format!("t={seconds},v1={code}")
}

fn pairs(text: &str) -> Vec<(String, String)> {
    let url = reqwest::Url::parse(&format!("http://x/?{text}")).expect("a form");
    url.query_pairs().into_owned().collect()
}

async fn answer(
    Shared(inner): Shared<Arc<Mutex<Inner>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let header = |name: &str| Some(headers.get(name)?.to_str().expect("text").to_owned());
    let form = match method {
        Method::GET => pairs(uri.query().unwrap_or_default()),
        _ => {
            let form = "application/x-www-form-urlencoded";
            assert_eq!(header("content-type").as_deref(), Some(form));
            pairs(std::str::from_utf8(&body).expect("text"))
        }
    };
    let asked = Asked {
        method: method.to_string(),
        path: uri.path().to_owned(),
        form,
        key: header("idempotency-key"),
        version: header("stripe-version"),
    };
    let known = header("authorization") == Some(format!("Bearer {KEY}"));
    let (reply, line) = {
        let mut inner = inner.lock().unwrap();
        inner.asked.push(asked.clone());
        let line = inner.lines.pop_front();
        let reply = match (known, line) {
            (false, _) => Reply::error(401, json!({ "type": "invalid_request_error" })),
            (true, Some(Line::Says(status, body))) => Reply::text(status, body),
            (true, Some(Line::LostBefore)) => Reply::text(200, ""),
            (true, Some(Line::Fails)) => inner.state.fail(&asked),
            (true, _) => inner.state.ask(&asked),
        };
        (reply, line)
    };
    if line == Some(Line::Hangs) {
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
    let response = Response::builder().status(reply.status).header("request-id", "req_1");
    let response = match reply.replayed {
        true => response.header("idempotent-replayed", "true"),
        false => response,
    };
    let broken = matches!(line, Some(Line::LostBefore | Line::LostAfter));
    let body = match broken {
        false => Body::from(reply.body),
        true => {
            let cut = std::io::Error::other("the line is cut");
            Body::from_stream(stream::iter([Ok("{\"id\":"), Err(cut)]))
        }
    };
    response.body(body).expect("a response")
}
