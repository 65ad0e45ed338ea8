//! Request bodies: strict JSON into the endpoint's own type.

use std::time::Duration;

use axum::extract::{FromRequest, Request};
use http::{HeaderMap, header};
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Segment;

use super::app::App;
use super::json;
use super::problem::{
    MALFORMED_REQUEST, PAYLOAD_TOO_LARGE, Problem, UNKNOWN_FIELD, UNSUPPORTED_ENCODING,
    UNSUPPORTED_MEDIA_TYPE, VALIDATION_FAILED, brief,
};
use super::shape::ByName;

/// The most bytes a JSON body may have.
pub const MAX_BODY: usize = 1 << 20;
/// The most bytes of a form with a file in it: 50 MiB for the file, and room for what is around it.
pub const MAX_FORM: usize = 51 << 20;

/// A parsed body, and its canonical form for the fingerprint.
pub struct Body<T> {
    /// The value.
    pub value: T,
    /// One spelling for everything that means the same.
    pub canonical: String,
}

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &App) -> Result<Self, Problem> {
        check_type(request.headers())?;
        let bytes = read(request, MAX_BODY).await?;
        parsed(&bytes)
    }
}

/// A body that may be missing altogether; then it is `{}`.
pub struct OptionalBody<T>(pub Body<T>);

impl<T: DeserializeOwned> FromRequest<App> for OptionalBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &App) -> Result<Self, Problem> {
        let headers = request.headers().clone();
        check_encoding(&headers)?;
        let bytes = read(request, MAX_BODY).await?;
        if bytes.is_empty() {
            return parsed(b"{}").map(Self);
        }
        check_type(&headers)?;
        parsed(&bytes).map(Self)
    }
}

/// A body that says nothing, of an operation that needs no more than its path.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoFields {}

/// What is there is stated, also as `null`.
pub(crate) fn stated<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: serde::Deserialize<'de>,
{
    serde::Deserialize::deserialize(deserializer).map(Some)
}

/// What is there is not `null`: the field can be changed, and not taken away.
pub(crate) fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: serde::Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// The same request, its body arrived whole.
///
/// # Errors
/// The body is too large, is framed badly, or does not come in time.
pub(super) async fn arrived(
    request: Request,
    most: usize,
    patience: Duration,
) -> Result<Request, Problem> {
    let (parts, body) = request.into_parts();
    let body = tokio::time::timeout(patience, read(Request::new(body), most)).await;
    let late = |_| Problem::of(&MALFORMED_REQUEST).because("the body did not arrive in time");
    Ok(Request::from_parts(parts, body.map_err(late)??.into()))
}

async fn read(request: Request, most: usize) -> Result<axum::body::Bytes, Problem> {
    axum::body::to_bytes(request.into_body(), most).await.map_err(|error| {
        if is_length_limit(&error) {
            Problem::of(&PAYLOAD_TOO_LARGE)
        } else {
            Problem::of(&MALFORMED_REQUEST).because("the body ended early or is framed badly")
        }
    })
}

fn is_length_limit(error: &axum::Error) -> bool {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        if error.to_string().contains("length limit exceeded") {
            return true;
        }
        cause = error.source();
    }
    false
}

fn check_encoding(headers: &HeaderMap) -> Result<(), Problem> {
    match headers.contains_key(header::CONTENT_ENCODING) {
        true => Err(Problem::of(&UNSUPPORTED_ENCODING)),
        false => Ok(()),
    }
}

fn check_type(headers: &HeaderMap) -> Result<(), Problem> {
    check_encoding(headers)?;
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let one = values.next().filter(|_| values.next().is_none());
    let text = one.and_then(|value| value.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    let mut parts = text.split(';').map(str::trim);
    let json = matches!(parts.next(), Some("application/json" | "application/merge-patch+json"));
    let utf8 = parts.all(|parameter| match parameter.split_once('=') {
        Some(("charset", charset)) => charset.trim_matches('"') == "utf-8",
        _ => true,
    });
    if json && utf8 { Ok(()) } else { Err(Problem::of(&UNSUPPORTED_MEDIA_TYPE)) }
}

/// Strict JSON, nothing forbidden in it, and the right shape.
///
/// # Errors
/// What is wrong, with a pointer to the field.
pub(crate) fn parsed<T: DeserializeOwned>(bytes: &[u8]) -> Result<Body<T>, Problem> {
    let body = json::parse(bytes)?;
    json::inspect(&body)?;
    let canonical = json::canonical(&body);
    if !body.is_object() {
        let message = "the body is a JSON object";
        return Err(Problem::at(&VALIDATION_FAILED, "", "wrong-type", message));
    }
    let value = typed(body)?;
    Ok(Body { value, canonical })
}

fn typed<T: DeserializeOwned>(body: Value) -> Result<T, Problem> {
    serde_path_to_error::deserialize(ByName(body)).map_err(|error| {
        let message = error.inner().to_string();
        let place = pointer(error.path());
        let name = message.split('`').nth(1).unwrap_or_default();
        let message = brief(&message);
        if message.starts_with("unknown field") {
            let own = place.rsplit('/').next() == Some(json::escaped(name).as_str());
            let place = if own { place } else { format!("{place}/{}", json::escaped(name)) };
            return Problem::at(&UNKNOWN_FIELD, &place, "unknown-field", message);
        }
        if message.starts_with("missing field") {
            let place = format!("{place}/{}", json::escaped(name));
            return Problem::at(&VALIDATION_FAILED, &place, "required", message);
        }
        let code = if message.starts_with("invalid type") { "wrong-type" } else { "invalid-value" };
        Problem::at(&VALIDATION_FAILED, &place, code, message)
    })
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(format!("/{index}")),
            Segment::Map { key } => Some(format!("/{}", json::escaped(key))),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only the errors are looked at")]
    struct Inner {
        seconds: u16,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only the errors are looked at")]
    struct Outer {
        to: String,
        inner: Option<Inner>,
    }

    fn fault(body: &str) -> (String, String) {
        let problem = match parsed::<Outer>(body.as_bytes()) {
            Ok(_) => return ("ok".to_owned(), String::new()),
            Err(problem) => problem,
        };
        let document = problem.document("/", "");
        let pointer = document.pointer("/errors/0/pointer").and_then(Value::as_str);
        (problem.kind().slug.to_owned(), pointer.unwrap_or("none").to_owned())
    }

    #[test]
    fn a_refusal_points_to_the_field() {
        let expected = [
            (r#"{"to":"x"}"#, "ok", ""),
            (r#"{}"#, "validation-failed", "/to"),
            (r#"{"to":1}"#, "validation-failed", "/to"),
            (r#"{"to":"x","other":1}"#, "unknown-field", "/other"),
            (r#"{"to":"x","inner":{"seconds":"a"}}"#, "validation-failed", "/inner/seconds"),
            (r#"{"to":"x","inner":{"seconds":70000}}"#, "validation-failed", "/inner/seconds"),
            (r#"{"to":"x","inner":{"seconds":1,"a/b":2}}"#, "unknown-field", "/inner/a~1b"),
            (r#"{"to":"x","inner":[7]}"#, "validation-failed", "/inner"),
            (r#"{"to":"x","inner":{}}"#, "validation-failed", "/inner/seconds"),
            ("[]", "validation-failed", ""),
        ];
        for (body, slug, pointer) in expected {
            assert_eq!(fault(body), (slug.to_owned(), pointer.to_owned()), "{body}");
        }
    }

    #[tokio::test]
    async fn a_body_without_a_length_is_measured_while_it_comes() {
        for (size, slug) in [(MAX_BODY, None), (MAX_BODY + 1, Some("payload-too-large"))] {
            let bytes = vec![b'x'; size];
            let chunks: Vec<_> = bytes.chunks(10_000).map(<[u8]>::to_vec).collect();
            let chunks = chunks.into_iter().map(Ok::<_, std::convert::Infallible>);
            let stream = axum::body::Body::from_stream(futures::stream::iter(chunks));
            let read = arrived(Request::new(stream), MAX_BODY, Duration::from_secs(10)).await;
            assert_eq!(read.err().map(|problem| problem.kind().slug), slug);
        }
    }
}
