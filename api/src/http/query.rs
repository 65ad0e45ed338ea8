//! Query parameters: each at most once, none unknown, values strict.

use axum::extract::{FromRequestParts, Query as AxumQuery};
use http::Uri;
use http::request::Parts;
use serde::{Deserialize, Deserializer, de::DeserializeOwned, de::Error as _};

use super::app::App;
use domain::{Currency, Timestamp};

use super::problem::{INVALID_QUERY, INVALID_RANGE, Problem, brief};

/// A parsed query string.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let raw = parts.uri.query().unwrap_or_default();
        if !well_formed(raw) {
            return Err(Problem::of(&INVALID_QUERY).because("the query is not UTF-8 in % form"));
        }
        parsed(&parts.uri).map(Self)
    }
}

/// The parameters of an address.
///
/// # Errors
/// `invalid-query`, with the parameter.
pub(crate) fn parsed<T: DeserializeOwned>(uri: &Uri) -> Result<T, Problem> {
    AxumQuery::<T>::try_from_uri(uri).map(|AxumQuery(query)| query).map_err(|rejection| {
        let words = rejection.body_text();
        refused(words.rsplit_once("query string: ").map_or(&*words, |(_, end)| end))
    })
}

/// What serde says of a query, in words that name the parameter.
fn refused(words: &str) -> Problem {
    let named = words.split('`').nth(1).unwrap_or_default();
    for (fault, says) in [
        ("missing field", "it is required"),
        ("unknown field", "there is no such parameter here"),
        ("duplicate field", "it is there more than once; several values are separated by commas"),
    ] {
        if words.contains(fault) {
            return Problem::query(named, says);
        }
    }
    let (name, words) = words.split_once(": ").unwrap_or(("", words));
    let says = match words {
        words if words.contains("digit found") => "it is not a whole number",
        words if words.contains("number too") => "the number is out of range",
        words if words.contains("empty string") => "it is empty",
        words if words.contains("UUID") || words.starts_with("invalid length: ") => {
            "it is not an id"
        }
        words => words,
    };
    Problem::query(name, brief(says))
}

/// Commands and single resources know no query parameter.
///
/// # Errors
/// `invalid-query` when there is one.
pub fn none(raw: Option<&str>) -> Result<(), Problem> {
    match raw {
        None | Some("") => Ok(()),
        Some(_) => Err(Problem::of(&INVALID_QUERY).because("this operation has no parameters")),
    }
}

/// What a cursor is bound to: the list, and the parameters that choose its
/// From and to of a list.
///
/// # Errors
/// `invalid-range`
pub fn span(from: Option<Timestamp>, to: Option<Timestamp>) -> Result<(), Problem> {
    let outside = |at: Option<Timestamp>| at.is_some_and(|at| !at.in_range());
    let backwards = from.zip(to).is_some_and(|(from, to)| from >= to);
    if backwards || outside(from) || outside(to) {
        let words = "from lies before to, both in the years 1970 to 2100";
        return Err(Problem::at(&INVALID_RANGE, "?from", "invalid-range", words));
    }
    Ok(())
}

/// One of these words.
///
/// # Errors
/// `invalid-query`
pub fn word<T>(
    name: &str,
    text: Option<&str>,
    known: &[&str],
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, Problem> {
    let unknown = || Problem::query(name, format!("expected one of {}", known.join(", ")));
    text.map(|text| parse(text).ok_or_else(unknown)).transpose()
}

/// A currency that is asked for.
///
/// # Errors
/// `invalid-query`
pub fn currency(code: Option<&str>) -> Result<(), Problem> {
    match code {
        Some(code) if Currency::find(code).is_none() => {
            Err(Problem::query("currency", "no currency of ISO 4217"))
        }
        Some(_) | None => Ok(()),
    }
}

/// rows. How many rows a page has is free.
#[must_use]
pub fn filter_of(list: &str, raw: Option<&str>) -> String {
    let free = ["cursor", "limit", "include_total"];
    let mut parts: Vec<&str> = raw.unwrap_or_default().split('&').collect();
    parts.retain(|part| {
        let name = part.split_once('=').map_or(*part, |(name, _)| name);
        !part.is_empty() && !free.contains(&name)
    });
    parts.sort_unstable();
    format!("{list}?{}", parts.join("&"))
}

/// Every `%` is followed by two hexadecimal digits, and the bytes are UTF-8
/// without control characters.
fn well_formed(raw: &str) -> bool {
    let mut bytes = raw.bytes();
    let mut decoded = Vec::with_capacity(raw.len());
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
        let (Some(high), Some(low)) = (digit(bytes.next()), digit(bytes.next())) else {
            return false;
        };
        let Ok(byte) = u8::try_from(high * 16 + low) else { return false };
        decoded.push(byte);
    }
    String::from_utf8(decoded).is_ok_and(|text| !text.chars().any(char::is_control))
}

/// A parameter with several values, separated by commas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Several<T>(pub Vec<T>);

impl<T> Default for Several<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: std::str::FromStr> Deserialize<'de> for Several<T>
where
    T::Err: std::fmt::Display,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let values: Result<Vec<T>, _> = text.split(',').map(|part| part.trim().parse()).collect();
        let values = values.map_err(D::Error::custom)?;
        if values.len() > 100 {
            return Err(D::Error::custom("at most 100 values"));
        }
        Ok(Self(values))
    }
}

#[cfg(test)]
#[allow(clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_bound_to_the_filters_alone() {
        let one = filter_of("calls", Some("tag=a&limit=2&live=true"));
        assert_eq!(one, filter_of("calls", Some("live=true&cursor=x&tag=a")));
        assert_ne!(one, filter_of("calls", Some("live=true&tag=b")));
        assert_ne!(one, filter_of("timeline", Some("live=true&tag=a")));
        assert_eq!(filter_of("calls", None), filter_of("calls", Some("limit=5")));
    }

    #[tokio::test]
    async fn a_refusal_names_the_parameter() {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        #[expect(dead_code, reason = "only the refusals are looked at")]
        struct Asked {
            seconds: u16,
            #[serde(default)]
            ids: Several<uuid::Uuid>,
        }
        for (raw, name, says) in [
            ("", "?seconds", "required"),
            ("seconds=1&other=2", "?other", "no such"),
            ("seconds=1&seconds=2", "?seconds", "more than once"),
            ("seconds=-1", "?seconds", "whole number"),
            ("seconds=", "?seconds", "empty"),
            ("seconds=70000", "?seconds", "out of range"),
            ("seconds=1&ids=a", "?ids", "an id"),
        ] {
            let uri: http::Uri = format!("/?{raw}").parse().expect("a URI");
            let refused = AxumQuery::<Asked>::try_from_uri(&uri).map(|_| ()).map_err(|rejection| {
                let words = rejection.body_text();
                super::refused(words.rsplit_once("query string: ").expect("serde's words").1)
            });
            let document = refused.expect_err(raw).document("/", "");
            assert_eq!(document["errors"][0]["pointer"], name, "{raw}: {document}");
            let message = document["errors"][0]["message"].as_str().unwrap_or_default();
            assert!(message.contains(says), "{raw}: {document}");
        }
    }

    #[test]
    fn broken_percent_signs_and_control_characters_are_seen() {
        for (raw, fine) in [
            ("a=b&c=%C3%A9", true),
            ("a=%", false),
            ("a=%4", false),
            ("a=%zz", false),
            ("a=%ff", false),
            ("a=%00", false),
            ("a=%0a", false),
        ] {
            assert_eq!(well_formed(raw), fine, "{raw}");
        }
    }
}
