//! What every command carries in its headers: the idempotency key, the
//! expected version, and who answers for it.

use axum::extract::{FromRequestParts, MatchedPath};
use event_store::IdempotencyKey;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header, request::Parts};
use sha2::{Digest, Sha256};

use super::app::App;
use super::caller::Caller;
use super::problem::{
    IDEMPOTENCY_KEY_INVALID, IDEMPOTENCY_KEY_REQUIRED, MALFORMED_REQUEST, Problem,
};
use super::trace::Trace;

/// The longest idempotency key.
const MAX_KEY: usize = 255;

/// The head of a command.
pub struct Head {
    /// The verified caller.
    pub caller: Caller,
    /// The request's trace.
    pub trace: Trace,
    /// The version that the caller has seen, from `If-Match: "v7"`.
    pub if_match: Option<u64>,
    key: Option<String>,
    operation: String,
    target: String,
}

impl Head {
    /// The key under which this command happens once, with the fingerprint of
    /// the concrete path and the canonical body.
    #[must_use]
    pub fn idempotency(&self, canonical: &str) -> Option<IdempotencyKey> {
        let key = self.key.clone()?;
        let mut fingerprint = Sha256::new();
        fingerprint.update(self.target.as_bytes());
        fingerprint.update([0]);
        fingerprint.update(canonical.as_bytes());
        Some(IdempotencyKey {
            actor: self.caller.user.to_string(),
            operation: self.operation.clone(),
            key,
            fingerprint: fingerprint.finalize().into(),
        })
    }

    /// The key, where there is one.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// The key of an operation that needs one.
    ///
    /// # Errors
    /// `idempotency-key-required`.
    pub fn required_key(&self) -> Result<&str, Problem> {
        let link = HeaderValue::from_static(
            "</problems/idempotency-key-required>; rel=\"help\"; type=\"text/html\"",
        );
        let missing =
            || Problem::of(&IDEMPOTENCY_KEY_REQUIRED).with_header(header::LINK, link.clone());
        self.key.as_deref().ok_or_else(missing)
    }
}

impl FromRequestParts<App> for Head {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, app).await?;
        super::query::none(parts.uri.query())?;
        let trace = parts.extensions.get::<Trace>().copied();
        let template = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str);
        let post = parts.method == Method::POST;
        Ok(Self {
            caller,
            trace: trace.ok_or_else(|| Problem::fault(&"a request without a trace"))?,
            if_match: if_match(&parts.headers)?,
            key: if post { key(&parts.headers)? } else { None },
            operation: format!("{} {}", parts.method, template.unwrap_or_default()),
            target: parts.uri.path().to_owned(),
        })
    }
}

/// The only value of a header, or nothing.
pub(crate) fn single<'h>(
    headers: &'h HeaderMap,
    name: &HeaderName,
) -> Result<Option<&'h str>, Problem> {
    let malformed =
        || Problem::of(&MALFORMED_REQUEST).because(format!("{name} must be there once, in ASCII"));
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(malformed());
    }
    value.to_str().map(Some).map_err(|_| malformed())
}

fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let invalid = || Problem::of(&IDEMPOTENCY_KEY_INVALID);
    let name = HeaderName::from_static("idempotency-key");
    let Some(value) = single(headers, &name).map_err(|_| invalid())? else { return Ok(None) };
    let bare = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
    let visible = bare.bytes().all(|byte| byte.is_ascii_graphic());
    if bare.is_empty() || bare.len() > MAX_KEY || !visible {
        return Err(invalid());
    }
    Ok(Some(bare.to_owned()))
}

fn if_match(headers: &HeaderMap) -> Result<Option<u64>, Problem> {
    match single(headers, &header::IF_MATCH)? {
        None | Some("*") => Ok(None),
        Some(tag) => version(tag).map(Some).ok_or_else(|| {
            Problem::of(&MALFORMED_REQUEST).because("If-Match has the form \"v7\", with the quotes")
        }),
    }
}

/// The version in an entity tag `"v7"`. What is answered with it may have a version of its own,
/// which comes after it (`"v7-t3"`) and is nothing to whoever changes the resource.
pub(super) fn version(tag: &str) -> Option<u64> {
    let both = tag.strip_prefix("\"v")?.strip_suffix('"')?;
    let digits = match both.split_once('-') {
        None => both,
        Some((digits, beside)) => {
            let plain = beside.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            Some(digits).filter(|_| plain && !beside.is_empty())?
        }
    };
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    if plain { digits.parse().ok() } else { None }
}

/// The entity tag of a version.
#[must_use]
pub fn etag(version: u64) -> String {
    format!("\"v{version}\"")
}
