//! What every query carries in its headers: the position that the read model
//! must have reached, and the version that the caller has already.

use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header, request::Parts};
use projections::freshness::{self, Reached};
use serde::Serialize;

use super::app::App;
use super::caller::Caller;
use super::command::{etag, single, version};
use super::problem::{MALFORMED_REQUEST, PROJECTION_LAGGING, Problem, unavailable};

/// How long to wait for a position where `Prefer` does not say.
const DEFAULT_WAIT: Duration = Duration::from_secs(1);
const MAX_WAIT: u64 = 5;

/// The head of a query.
pub struct Head {
    /// The verified caller.
    pub caller: Caller,
    min_position: Option<i64>,
    wait: Duration,
    if_none_match: Option<String>,
}

/// How fresh the rows of an answer are.
pub struct Freshness {
    position: i64,
    lag_ms: i64,
}

impl FromRequestParts<App> for Head {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, app).await?;
        let malformed = |words: &str| Problem::of(&MALFORMED_REQUEST).because(words);
        let min = single(&parts.headers, &HeaderName::from_static("x-min-position"))?;
        let min_position = min.map(|text| {
            let position = text.parse::<i64>().ok().filter(|position| *position >= 0);
            position.ok_or_else(|| malformed("X-Min-Position is a position of the log"))
        });
        let prefer = single(&parts.headers, &HeaderName::from_static("prefer"))?;
        let wait = prefer
            .into_iter()
            .flat_map(|text| text.split(','))
            .find_map(|preference| preference.trim().strip_prefix("wait=").map(str::parse::<u64>));
        let wait = match wait {
            None => DEFAULT_WAIT,
            Some(Ok(seconds)) if seconds <= MAX_WAIT => Duration::from_secs(seconds),
            Some(_) => return Err(malformed("Prefer: wait is a number of seconds from 0 to 5")),
        };
        let seen = single(&parts.headers, &header::IF_NONE_MATCH)?;
        let if_none_match = seen.map(str::to_owned);
        Ok(Self { caller, min_position: min_position.transpose()?, wait, if_none_match })
    }
}

impl Head {
    /// The same of an answer that rests on several projections: as fresh as the least fresh one.
    ///
    /// # Errors
    /// `projection-lagging`
    pub async fn all_fresh(&self, app: &App, projections: &[&str]) -> Result<Freshness, Problem> {
        if let Some(position) = self.min_position {
            for projection in projections {
                self.reached(app, projection, position).await?;
            }
        }
        let at = freshness::least_of(app.database(), projections).await;
        let at = at.map_err(|error| unavailable(&error))?;
        Ok(Freshness { position: at.position, lag_ms: at.lag_ms })
    }

    /// Waits until the projection has the position that was asked for, and
    /// says how fresh it is.
    ///
    /// # Errors
    /// `projection-lagging` where it does not get there in time.
    pub async fn fresh(&self, app: &App, projection: &str) -> Result<Freshness, Problem> {
        self.all_fresh(app, &[projection]).await
    }

    async fn reached(&self, app: &App, projection: &str, position: i64) -> Result<(), Problem> {
        let reached = freshness::wait_for(app.database(), projection, position, self.wait).await;
        match reached.map_err(|error| unavailable(&error))? {
            Reached::Reached => Ok(()),
            Reached::Lagging { at } => {
                let words = format!("{projection} is at position {at}");
                Err(Problem::of(&PROJECTION_LAGGING).because(words))
            }
        }
    }

    /// Whether the caller has the answer with exactly this tag already.
    #[must_use]
    pub fn has_tag(&self, current: &str) -> bool {
        self.if_none_match.as_deref().is_some_and(|seen| {
            let tag = |tag: &str| tag.trim().strip_prefix("W/").unwrap_or(tag.trim()) == current;
            seen == "*" || seen.split(',').any(tag)
        })
    }

    /// Whether the caller has this version already.
    #[must_use]
    pub fn has(&self, current: u64) -> bool {
        self.if_none_match.as_deref().is_some_and(|seen| {
            seen == "*"
                || seen.split(',').any(|tag| {
                    let tag = tag.trim();
                    version(tag.strip_prefix("W/").unwrap_or(tag)) == Some(current)
                })
        })
    }
}

impl Freshness {
    /// An answer with the headers that say how fresh it is.
    #[must_use]
    pub fn answer(&self, body: &impl Serialize) -> Response {
        self.label(axum::Json(body).into_response())
    }

    /// The same for a single resource, with its version.
    #[must_use]
    pub fn resource(&self, current: u64, body: &impl Serialize) -> Response {
        self.with_tag(&etag(current), body)
    }

    /// The same with the tag of an answer that has more than the resource.
    #[must_use]
    pub fn with_tag(&self, tag: &str, body: &impl Serialize) -> Response {
        self.tagged(tag, axum::Json(body).into_response())
    }

    /// The answer to a caller who has this version already.
    #[must_use]
    pub fn unchanged(&self, current: u64) -> Response {
        self.same(&etag(current))
    }

    /// The answer to a caller who has the answer with this tag already.
    #[must_use]
    pub fn same(&self, tag: &str) -> Response {
        self.tagged(tag, StatusCode::NOT_MODIFIED.into_response())
    }

    /// Up to which position the log is in it.
    #[must_use]
    pub fn position(&self) -> i64 {
        self.position
    }

    /// A whole answer with this tag.
    #[must_use]
    pub fn tagged(&self, tag: &str, mut response: Response) -> Response {
        if let Ok(tag) = HeaderValue::from_str(tag) {
            response.headers_mut().insert(header::ETAG, tag);
        }
        self.label(response)
    }

    fn label(&self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        headers.insert("x-projection-position", HeaderValue::from(self.position));
        headers.insert("x-projection-lag-ms", HeaderValue::from(self.lag_ms));
        response
    }
}
