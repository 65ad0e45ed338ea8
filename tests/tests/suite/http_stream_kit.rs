//! Reads streams of events as a browser does, one event after the other.

use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Response};
use serde_json::Value;
use tokio::time::timeout;

use super::http_kit::Server;

/// How long an event may take to come.
const PATIENCE: Duration = Duration::from_secs(20);

/// An event.
#[derive(Clone, Debug)]
pub struct Event {
    pub id: String,
    pub kind: String,
    pub data: Value,
}

/// A stream that is read.
pub struct Events {
    response: Response,
    read: String,
}

/// The body of an answer: of a stream the data of its first event.
pub async fn told(response: Response) -> String {
    let kind = response.headers().get("content-type").and_then(|kind| kind.to_str().ok());
    if kind != Some("text/event-stream") {
        return response.text().await.expect("a whole answer");
    }
    let mut events = Events { response, read: String::new() };
    events.next().await.map(|event| event.data.to_string()).unwrap_or_default()
}

impl Events {
    /// Opens a stream with somebody's token.
    pub async fn open(server: &Server, token: &str, path: &str, seen: Option<&str>) -> Self {
        let mut headers = HeaderMap::new();
        let authorization = format!("Bearer {token}");
        for (name, value) in [
            ("authorization", Some(authorization.as_str())),
            // As a browser asks, who takes nothing else.
            ("accept", Some("text/event-stream")),
            ("last-event-id", seen),
        ] {
            let Some(value) = value else { continue };
            let value = HeaderValue::from_str(value).expect("a value");
            headers.insert(name.parse::<HeaderName>().expect("a name"), value);
        }
        let url = format!("http://{}{path}", server.address());
        let response = Client::new().get(url).headers(headers).send().await.expect("an answer");
        assert_eq!(response.status().as_u16(), 200, "{path}");
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-store");
        Self { response, read: String::new() }
    }

    /// The next event; nothing at the end of the stream.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            let block = timeout(PATIENCE, self.block()).await.expect("an event in time")?;
            let field = |name: &str| {
                let mut lines = block.lines().filter_map(|line| line.strip_prefix(name));
                lines.next().map(str::to_owned).unwrap_or_default()
            };
            let data = field("data: ");
            if !data.is_empty() {
                let data = serde_json::from_str(&data).expect("JSON");
                return Some(Event { id: field("id: "), kind: field("event: "), data });
            }
        }
    }

    /// The first event that is as it should be.
    pub async fn until(&mut self, fits: impl Fn(&Value) -> bool) -> Event {
        loop {
            let event = self.next().await.expect("an event before the end");
            if fits(&event.data) {
                return event;
            }
        }
    }

    /// Reads to the end, which is not far.
    pub async fn end(&mut self) {
        let end = async { while self.next().await.is_some() {} };
        timeout(PATIENCE / 2, end).await.expect("an end");
    }

    /// Whether nothing is told for so long.
    pub async fn is_silent(&mut self, for_ms: u64) -> bool {
        timeout(Duration::from_millis(for_ms), self.next()).await.is_err()
    }

    /// What comes before the next empty line, which may be a comment.
    async fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.read.split_once("\n\n") {
                let block = block.to_owned();
                self.read = rest.to_owned();
                return Some(block);
            }
            let chunk = self.response.chunk().await.expect("an end in order")?;
            self.read.push_str(std::str::from_utf8(&chunk).expect("UTF-8"));
        }
    }
}
