//! Asks the API as any other program would, without leaving the process: pages show what their
//! reader may see, because they have it from the same door.

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tower::ServiceExt;

use super::refused::Refused;
use crate::http::client::Peer;
use crate::http::line::Line;

/// More than these nobody looks through to choose one.
const CHOICE: usize = 1_000;

/// The API of this process.
#[derive(Clone)]
pub(super) struct Api(Router);

/// Whoever looks at pages, as the API is told of them.
#[derive(Clone, Default)]
pub(super) struct Visitor {
    /// The access token; empty before somebody has signed in.
    pub token: String,
    /// What their browser calls itself: a session is bound to it.
    pub program: Option<HeaderValue>,
    /// The position in the log that they have to be shown, where they have just changed something.
    pub seen: Option<u64>,
    /// The request that they have sent, for the log.
    pub trace: Option<HeaderValue>,
    /// Where they are.
    pub peer: Option<Peer>,
    /// The connection that they have asked on.
    pub line: Option<Line>,
}

/// Somebody who has signed in, and the door through which they ask.
#[derive(Clone)]
pub(super) struct Reader {
    /// The door.
    pub api: Api,
    /// Who asks.
    pub visitor: Visitor,
}

/// A problem document, as far as a page tells of it.
#[derive(Clone, Deserialize)]
pub(super) struct Told {
    /// What it is.
    pub title: String,
    /// What is to be done.
    pub detail: Option<String>,
    /// Which fields are wrong.
    #[serde(default)]
    pub errors: Vec<Fault>,
}

/// A list of the API, or a page of one.
#[derive(Deserialize)]
pub(super) struct Listed<T> {
    /// What is in it.
    pub items: Vec<T>,
    /// Where it goes on.
    #[serde(default)]
    pub next_cursor: Option<String>,
}

/// A field that is wrong.
#[derive(Clone, Deserialize)]
pub(super) struct Fault {
    /// Which.
    pub pointer: String,
    /// Why.
    pub message: String,
}

impl Api {
    /// Asks the routes of the API.
    pub fn new(routes: Router) -> Self {
        Self(routes)
    }

    /// Sends one request. Only what this process cannot say as a request is an error.
    pub async fn send(
        &self,
        visitor: &Visitor,
        (method, path): (&str, &str),
        body: Option<Value>,
        resume: Option<&HeaderValue>,
    ) -> Result<Response, Refused> {
        let mut request = Request::builder().method(method).uri(path);
        if !visitor.token.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", visitor.token));
        }
        let told = [
            (header::USER_AGENT, visitor.program.as_ref()),
            (header::HeaderName::from_static("traceparent"), visitor.trace.as_ref()),
            (header::HeaderName::from_static("last-event-id"), resume),
        ];
        for (name, value) in told {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        if let Some(seen) = visitor.seen {
            request = request.header("x-min-position", seen);
        }
        let body = match body {
            None => Body::empty(),
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
        };
        let mut request = request.body(body).map_err(|error| Refused::fault(&error))?;
        if let Some(peer) = visitor.peer {
            request.extensions_mut().insert(peer);
        }
        if let Some(line) = visitor.line.clone() {
            request.extensions_mut().insert(line);
        }
        // A router answers everything; this error has no value.
        self.0.clone().oneshot(request).await.map_err(|error| Refused::fault(&error))
    }
}

impl Reader {
    /// Reads what is at a path of the API.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Refused> {
        let path = format!("/api/v1{path}");
        answered(self.api.send(&self.visitor, ("GET", &path), None, None).await?).await
    }

    /// A whole list.
    pub async fn all<T: DeserializeOwned>(&self, path: &str) -> Result<Vec<T>, Refused> {
        self.some(path, usize::MAX).await
    }

    /// A list to choose from: as many as one can look through.
    pub async fn choice<T: DeserializeOwned>(&self, path: &str) -> Result<Vec<T>, Refused> {
        self.some(path, CHOICE).await
    }

    async fn some<T: DeserializeOwned>(&self, path: &str, most: usize) -> Result<Vec<T>, Refused> {
        let Listed { mut items, next_cursor } = self.get(path).await?;
        items.extend(self.rest(path, next_cursor, most.saturating_sub(items.len())).await?);
        Ok(items)
    }

    /// What a list has after its first page, until there are so many.
    pub async fn rest<T: DeserializeOwned>(
        &self,
        path: &str,
        mut next: Option<String>,
        most: usize,
    ) -> Result<Vec<T>, Refused> {
        let mut rest = Vec::new();
        while let Some(cursor) = next.filter(|_| rest.len() < most) {
            let page: Listed<T> = self.get(&format!("{path}&cursor={cursor}")).await?;
            rest.extend(page.items);
            next = page.next_cursor;
        }
        Ok(rest)
    }

    /// What is at a path, or `None` where there is nothing.
    pub async fn find<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>, Refused> {
        match self.get(path).await {
            Ok(found) => Ok(Some(found)),
            Err(refused) if refused.status == StatusCode::NOT_FOUND => Ok(None),
            Err(refused) => Err(refused),
        }
    }
}

/// What the API has answered, or why it has not.
pub(super) async fn answered<T: DeserializeOwned>(response: Response) -> Result<T, Refused> {
    let status = response.status();
    let retry_after = response.headers().get(header::RETRY_AFTER).cloned();
    let body = response.into_body().collect().await.map_err(|error| Refused::fault(&error))?;
    let body = body.to_bytes();
    if status.is_success() {
        return serde_json::from_slice(&body).map_err(|error| Refused::fault(&error));
    }
    let told = serde_json::from_slice(&body).map_err(|error| Refused::fault(&error))?;
    Err(Refused { status, told, retry_after })
}
