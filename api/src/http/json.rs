//! Strict JSON: what a lenient parser would let pass is refused.
//!
//! Duplicate keys, more than 32 levels, lone surrogates, trailing bytes, NaN
//! and infinities are no JSON here (400). Strings come out NFC-normalized.
//! Control characters, card numbers, card security codes and integers that a
//! double cannot hold are found with a pointer to the place (422).

use std::fmt;

use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::problem::{CARD_DATA_NOT_ACCEPTED, MALFORMED_REQUEST, Problem, VALIDATION_FAILED};

/// Levels of arrays and objects.
const MAX_DEPTH: u8 = 32;
/// Elements of one array, members of one object.
const MAX_ELEMENTS: usize = 1000;
/// The largest integer that every JSON reader holds exactly.
const MAX_INTEGER: u64 = (1 << 53) - 1;
/// 2^53, where whole numbers begin to be missing among fractions.
const MAX_FRACTION: f64 = 9_007_199_254_740_992.0;
/// No field of any operation takes a longer text, in bytes; it is refused
/// before anybody looks into it.
const MAX_TEXT: usize = 64 * 1024;

/// Fields whose digits are no card: phone numbers and ids, at the top level.
const EXEMPT: [&str; 5] = ["to", "from", "contact_id", "campaign_id", "agent_id"];
/// Secrets, of which only a hash is kept: digits that look like a card keep nobody out.
const SECRET: [&str; 5] = ["password", "old_password", "new_password", "token", "refresh_token"];
/// What was said, which is kept without its card numbers ([`domain::transcript`]).
const SPOKEN: &str = "segments[].text";
/// Fields in which a line may end.
const MULTILINE: [&str; 3] = ["note", "text", "texts[].text"];

/// Parses a body.
///
/// # Errors
/// `malformed-request`, with the place.
pub fn parse(body: &[u8]) -> Result<Value, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = Node { depth: 0 }.deserialize(&mut reader);
    let value = value.and_then(|value| reader.end().map(|()| value));
    value.map_err(|error| Problem::of(&MALFORMED_REQUEST).because(describe(&error)))
}

/// The parser's words without the parts of the body that they may quote.
fn describe(error: &serde_json::Error) -> String {
    let what = error.to_string();
    let what = what.split(" at line ").next().unwrap_or_default();
    format!("{what} at line {}, column {}", error.line(), error.column())
}

struct Node {
    depth: u8,
}

impl Node {
    fn deeper<E: serde::de::Error>(&self) -> Result<Node, E> {
        match self.depth.checked_add(1) {
            Some(depth) if depth <= MAX_DEPTH => Ok(Node { depth }),
            _ => Err(E::custom("more than 32 levels")),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Node {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        serde_json::Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(normalized(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        self.deeper::<A::Error>()?;
        while let Some(value) = elements.next_element_seed(self.deeper()?)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut values = Map::new();
        self.deeper::<A::Error>()?;
        while let Some(name) = members.next_key::<String>()? {
            let value = members.next_value_seed(self.deeper()?)?;
            if values.insert(normalized(&name), value).is_some() {
                return Err(A::Error::custom("a duplicate key"));
            }
        }
        Ok(Value::Object(values))
    }
}

/// NFC, without a copy where the text is in it already.
#[must_use]
pub fn normalized(text: &str) -> String {
    if is_nfc(text) { text.to_owned() } else { text.nfc().collect() }
}

/// Looks for what no field may hold.
///
/// # Errors
/// `card-data-not-accepted` or `validation-failed`, with a pointer.
pub fn inspect(body: &Value) -> Result<(), Problem> {
    inspect_at(body, "", "")
}

fn inspect_at(value: &Value, pointer: &str, field: &str) -> Result<(), Problem> {
    match value {
        Value::Null | Value::Bool(_) => Ok(()),
        Value::Number(number) => inspect_number(number, pointer),
        Value::String(text) => inspect_text(text, pointer, field),
        Value::Array(values) => {
            bounded(values.len(), pointer)?;
            let field = if field.is_empty() { String::new() } else { format!("{field}[]") };
            values.iter().enumerate().try_for_each(|(index, value)| {
                inspect_at(value, &format!("{pointer}/{index}"), &field)
            })
        }
        Value::Object(members) => {
            bounded(members.len(), pointer)?;
            members.iter().try_for_each(|(name, value)| {
                let place = format!("{pointer}/{}", escaped(name));
                inspect_name(name, value, &place)?;
                match field {
                    "" if pointer.is_empty() => inspect_at(value, &place, name),
                    "" => inspect_at(value, &place, ""),
                    field => inspect_at(value, &place, &format!("{field}.{name}")),
                }
            })
        }
    }
}

fn bounded(count: usize, pointer: &str) -> Result<(), Problem> {
    if count <= MAX_ELEMENTS {
        return Ok(());
    }
    let message = format!("at most {MAX_ELEMENTS} elements");
    Err(Problem::at(&VALIDATION_FAILED, pointer, "too-many", message))
}

fn inspect_name(name: &str, value: &Value, place: &str) -> Result<(), Problem> {
    if name.chars().any(char::is_control) {
        return Err(control(place));
    }
    let held = domain::card::names_card_data(name) && !value.is_null();
    if held || domain::card::contains_card_number(name) {
        return Err(card(place));
    }
    Ok(())
}

fn inspect_number(number: &serde_json::Number, pointer: &str) -> Result<(), Problem> {
    let message = "numbers lie between -(2^53 - 1) and 2^53 - 1";
    let beyond = || Problem::at(&VALIDATION_FAILED, pointer, "out-of-range", message);
    let magnitude = number.as_u64().or_else(|| number.as_i64().map(i64::unsigned_abs));
    let Some(magnitude) = magnitude else {
        // Beyond, a fraction has lost digits that somebody has written.
        let exact = number.as_f64().is_some_and(|number| number.abs() < MAX_FRACTION);
        return if exact { Ok(()) } else { Err(beyond()) };
    };
    if magnitude > MAX_INTEGER {
        return Err(beyond());
    }
    if domain::card::contains_card_number(&magnitude.to_string()) {
        return Err(card(pointer));
    }
    Ok(())
}

fn inspect_text(text: &str, pointer: &str, field: &str) -> Result<(), Problem> {
    if text.len() > MAX_TEXT {
        let message = format!("a text may have at most {MAX_TEXT} bytes");
        return Err(Problem::at(&VALIDATION_FAILED, pointer, "too-long", message));
    }
    let line_may_end = MULTILINE.contains(&field);
    let refused = |c: char| c.is_control() && !(line_may_end && matches!(c, '\n' | '\r' | '\t'));
    if text.chars().any(refused) {
        return Err(control(pointer));
    }
    let exempt = EXEMPT.contains(&field) || SECRET.contains(&field) || field == SPOKEN;
    if !exempt && domain::card::contains_card_number(text) {
        return Err(card(pointer));
    }
    Ok(())
}

fn control(pointer: &str) -> Problem {
    let message = "control characters are not accepted";
    Problem::at(&VALIDATION_FAILED, pointer, "control-character", message)
}

fn card(pointer: &str) -> Problem {
    let message = "this looks like payment card data";
    Problem::at(&CARD_DATA_NOT_ACCEPTED, pointer, "card-data", message)
}

/// A member's name inside a JSON Pointer.
#[must_use]
pub fn escaped(name: &str) -> String {
    let name: String = name.chars().take(64).collect();
    name.replace('~', "~0").replace('/', "~1")
}

/// The body in one spelling: members by name, no white space. Two bodies that
/// mean the same have the same canonical form.
#[must_use]
pub fn canonical(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut names: Vec<&String> = members.keys().collect();
            names.sort_unstable();
            let members: Vec<String> = names
                .into_iter()
                .filter_map(|name| {
                    let value = members.get(name)?;
                    Some(format!("{}:{}", Value::String(name.clone()), canonical(value)))
                })
                .collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(values) => {
            let values: Vec<String> = values.iter().map(canonical).collect();
            format!("[{}]", values.join(","))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;

    fn code(body: &str) -> &'static str {
        match parse(body.as_bytes()).and_then(|value| inspect(&value)) {
            Ok(()) => "ok",
            Err(problem) => problem.kind().slug,
        }
    }

    #[test]
    fn what_is_not_strict_json_is_malformed() {
        for body in [
            "",
            "{",
            "{\"a\":1,\"a\":2}",
            "{\"a\":{\"b\":1,\"b\":1}}",
            "{\"e\\u0301\":1,\"\\u00e9\":2}",
            "{} {}",
            "{\"a\":NaN}",
            "{\"a\":Infinity}",
            "{\"a\":1e999}",
            "{\"a\":\"\\ud800\"}",
            "{\"a\":\"\\udc00\"}",
            "{\"a\":1,}",
            "{'a':1}",
            "// x\n{}",
        ] {
            assert_eq!(code(body), "malformed-request", "{body}");
        }
        assert!(parse(b"{\"a\":\"\xff\"}").is_err());
    }

    #[test]
    fn the_depth_ends_at_32() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(code(&nested(32)), "ok");
        assert_eq!(code(&nested(33)), "malformed-request");
        assert_eq!(code(&nested(100_000)), "malformed-request");
    }

    #[test]
    fn no_text_holds_a_card_or_a_control_character() {
        assert_eq!(code("{\"note\":\"pay with 4111 1111 1111 1111\"}"), "card-data-not-accepted");
        assert_eq!(code("{\"m\":{\"x\":[4111111111111111]}}"), "card-data-not-accepted");
        assert_eq!(code("{\"m\":{\"cvv\":\"123\"}}"), "card-data-not-accepted");
        assert_eq!(code("{\"to\":\"4111111111111111\"}"), "ok");
        assert_eq!(code("{\"password\":\"a4111111111111111b\"}"), "ok");
        assert_eq!(code("{\"m\":{\"password\":\"4111111111111111\"}}"), "card-data-not-accepted");
        assert_eq!(code("{\"note\":\"two\\nlines\"}"), "ok");
        assert_eq!(code("{\"note\":\"\\u0000\"}"), "validation-failed");
        assert_eq!(code("{\"code\":\"a\\nb\"}"), "validation-failed");
        assert_eq!(code("{\"n\":9007199254740991}"), "ok");
        assert_eq!(code("{\"n\":9007199254740992}"), "validation-failed");
        let long = |length| code(&format!("{{\"m\":\"{}\"}}", "x".repeat(length)));
        assert_eq!((long(MAX_TEXT), long(MAX_TEXT + 1)), ("ok", "validation-failed"));
    }

    #[test]
    fn the_canonical_form_knows_no_order_and_no_white_space() {
        let one = parse(b"{ \"b\" : [1, {\"d\":2,\"c\":3}], \"a\": \"e\\u0301\" }").unwrap();
        let two = parse("{\"a\":\"\u{e9}\",\"b\":[1,{\"c\":3,\"d\":2}]}".as_bytes()).unwrap();
        assert_eq!(canonical(&one), canonical(&two));
    }
}
