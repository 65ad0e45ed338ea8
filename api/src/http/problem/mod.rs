//! Refusals as HTTP: a problem document (RFC 9457) is the one place where
//! they become status codes.
//!
//! A handler returns `Err(Problem)`; the outermost layer
//! ([`super::layers::finish`]) adds what only it knows, `instance` and
//! `trace_id`, and writes the body.

mod failure;
mod kind;

use axum::response::{IntoResponse, Response};
use domain::FieldFault;
use event_store::StoredReply;
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

pub use self::failure::{
    by_field, by_kind, from_failure, keyring_failed, log_failed, mismatch, refused, stored_refusal,
    telephony_failed, unavailable,
};
pub use self::kind::*;

/// At most so many fields are pointed to in one answer.
const MAX_ERRORS: usize = 20;
/// The most characters of a message that a library has written.
const MAX_MESSAGE: usize = 160;
/// A longer path is cut in `instance`.
const MAX_INSTANCE: usize = 512;

/// What is wrong with one field.
#[derive(Clone, Debug, serde::Serialize, ToSchema)]
pub struct FieldError {
    /// JSON Pointer to the field, or `?name` for a query parameter.
    pub pointer: String,
    /// What kind of fault, for a program.
    pub code: String,
    /// What is wrong, for a person.
    pub message: String,
}

impl FieldError {
    /// What the domain says of a field.
    #[must_use]
    pub fn of(fault: &FieldFault) -> Self {
        Self {
            pointer: fault.pointer.to_owned(),
            code: fault.reason.to_owned(),
            message: fault.words.clone(),
        }
    }
}

/// A refusal on its way to the caller.
#[derive(Clone, Debug)]
pub struct Problem(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    kind: &'static Kind,
    members: Map<String, Value>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// The document as the OpenAPI description shows it.
#[derive(ToSchema)]
#[schema(as = Problem)]
#[expect(dead_code, reason = "only its schema is used; the document is written as a JSON map")]
pub struct ProblemDocument {
    /// `urn:kraliki:problem:<code>`
    r#type: String,
    title: String,
    status: u16,
    /// The stable name of the kind of problem.
    code: String,
    detail: Option<String>,
    /// The path that was asked for.
    instance: String,
    /// 32 hexadecimal digits that find this request in the server's log.
    trace_id: String,
    errors: Option<Vec<FieldError>>,
    current_state: Option<String>,
    allowed_commands: Option<Vec<String>>,
    current_version: Option<i64>,
    retry_after_seconds: Option<u32>,
    /// Which rule refused.
    reason: Option<String>,
}

impl Problem {
    /// A problem of this kind, with nothing more to say.
    #[must_use]
    pub fn of(kind: &'static Kind) -> Self {
        let mut problem = Self(Box::new(Inner { kind, members: Map::new(), headers: Vec::new() }));
        if kind.status == StatusCode::SERVICE_UNAVAILABLE {
            problem = problem.retry_after(1);
        }
        if kind.status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer error=\"invalid_token\"");
            problem = problem.with_header(header::WWW_AUTHENTICATE, scheme);
        }
        problem
    }

    /// Adds words about this occurrence.
    #[must_use]
    pub fn because(self, detail: impl Into<String>) -> Self {
        self.with("detail", Value::String(detail.into()))
    }

    /// Adds a member.
    #[must_use]
    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.0.members.insert(name.to_owned(), value);
        self
    }

    /// Adds a header.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    /// Says when to ask again, in the header and in the body.
    #[must_use]
    pub fn retry_after(self, seconds: u32) -> Self {
        self.with("retry_after_seconds", json!(seconds))
            .with_header(header::RETRY_AFTER, HeaderValue::from(seconds))
    }

    /// Points to fields. Only the first 20 are kept.
    #[must_use]
    pub fn with_errors(self, errors: &[FieldError]) -> Self {
        let kept: Vec<&FieldError> = errors.iter().take(MAX_ERRORS).collect();
        self.with("errors", json!(kept))
    }

    /// A problem with one field, which is pointed to.
    #[must_use]
    pub fn at(kind: &'static Kind, pointer: &str, code: &str, message: impl Into<String>) -> Self {
        let message: String = message.into();
        Self::of(kind).because(message.clone()).with_errors(&[FieldError {
            pointer: pointer.chars().take(256).collect(),
            code: code.to_owned(),
            message,
        }])
    }

    /// A problem with one query parameter.
    #[must_use]
    pub fn query(name: &str, message: impl Into<String>) -> Self {
        Self::at(&INVALID_QUERY, &format!("?{name}"), "invalid-value", message)
    }

    /// The same of a question that came in a body: its fields are pointed to.
    #[must_use]
    pub fn in_body(mut self) -> Self {
        if *self.0.kind == INVALID_QUERY {
            self.0.kind = &VALIDATION_FAILED;
        }
        let errors = self.0.members.get_mut("errors").and_then(Value::as_array_mut);
        for pointer in errors.into_iter().flatten().filter_map(|error| error.get_mut("pointer")) {
            if let Some(name) = pointer.as_str().and_then(|text| text.strip_prefix('?')) {
                *pointer = json!(format!("/{name}"));
            }
        }
        self
    }

    /// The one answer to what does not exist, belongs to others or has a
    /// malformed id.
    #[must_use]
    pub fn not_found() -> Self {
        Self::of(&NOT_FOUND)
    }

    /// A fault of ours. What happened goes to the log, not to the caller.
    #[must_use]
    pub fn fault(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(error = %error, "a request failed by a fault of ours");
        Self::of(&INTERNAL)
    }

    /// Which kind of problem this is.
    #[must_use]
    pub fn kind(&self) -> &'static Kind {
        self.0.kind
    }

    /// As it is kept with an idempotency key: without `instance` and `trace_id`.
    #[must_use]
    pub fn stored(&self) -> StoredReply {
        let mut members = self.0.members.clone();
        members.insert("code".to_owned(), json!(self.0.kind.slug));
        let body = Value::Object(members).to_string().into_bytes();
        StoredReply { status: self.0.kind.status.as_u16(), body, etag: None, location: None }
    }

    /// The twin of [`Problem::stored`].
    #[must_use]
    pub fn from_stored(body: &[u8]) -> Self {
        let Ok(Value::Object(mut members)) = serde_json::from_slice(body) else {
            return Self::fault(&"a stored refusal is not a JSON object");
        };
        let kind = members.remove("code").and_then(|code| Kind::find(code.as_str()?));
        let Some(kind) = kind else {
            return Self::fault(&"a stored refusal has no known code");
        };
        members.into_iter().fold(Self::of(kind), |problem, (name, value)| {
            if name == "retry_after_seconds" { problem } else { problem.with(&name, value) }
        })
    }

    /// The whole document.
    #[must_use]
    pub fn document(&self, instance: &str, trace_id: &str) -> Value {
        let kind = self.0.kind;
        let mut document = Map::new();
        document.insert("type".to_owned(), json!(kind.urn()));
        document.insert("title".to_owned(), json!(kind.title));
        document.insert("status".to_owned(), json!(kind.status.as_u16()));
        document.insert("code".to_owned(), json!(kind.slug));
        let detail = self.0.members.get("detail").cloned();
        document.insert("detail".to_owned(), detail.unwrap_or_else(|| json!(kind.text)));
        let instance: String = instance.chars().take(MAX_INSTANCE).collect();
        document.insert("instance".to_owned(), json!(instance));
        document.insert("trace_id".to_owned(), json!(trace_id));
        for (name, value) in self.0.members.iter().filter(|(name, _)| *name != "detail") {
            document.insert(name.clone(), value.clone());
        }
        Value::Object(document)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.0.kind.status.into_response();
        for (name, value) in &self.0.headers {
            response.headers_mut().insert(name.clone(), value.clone());
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// A message that a library has written, which may list every word there is: as many whole words
/// as one reads, and that there are more.
#[must_use]
pub(super) fn brief(message: &str) -> String {
    if message.chars().count() <= MAX_MESSAGE {
        return message.to_owned();
    }
    let kept: String = message.chars().take(MAX_MESSAGE).collect();
    let whole = kept.rfind(' ').and_then(|end| kept.get(..end)).unwrap_or(&kept);
    format!("{} …", whole.trim_end_matches(','))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_message_ends_with_a_whole_word() {
        assert_eq!(brief("expected one of `a`, `b`"), "expected one of `a`, `b`");
        let words = "expected one of ".to_owned() + &"`number`, ".repeat(20);
        assert_eq!(
            brief(&words),
            "expected one of ".to_owned() + &["`number`"; 14].join(", ") + " …"
        );
        assert_eq!(brief(&"ž".repeat(200)), "ž".repeat(160) + " …");
    }
}
