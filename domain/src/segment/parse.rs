//! A filter as somebody writes it, looked at closely: what is wrong is pointed at.

use chrono_tz::Tz;
use serde_json::{Map, Value};
use strum::VariantArray;
use uuid::Uuid;

use super::filter::{
    Condition, Filter, Instant, Number, OneOf, OneWord, Optional, Order, Same, Word,
};
use crate::contact::ContactStatus;
use crate::text;

/// How deep a filter is at most; a condition alone is one deep.
pub const MAX_DEPTH: usize = 5;
/// How many conditions a filter has at most.
pub const MAX_CONDITIONS: usize = 50;
/// How many values a condition has at most.
pub const MAX_VALUES: usize = 50;
/// The longest outcome.
const MAX_OUTCOME: usize = 64;

/// What is wrong with a filter, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{words}")]
pub struct FilterFault {
    /// JSON Pointer from the filter on.
    pub pointer: String,
    /// Which rule, for a program.
    pub reason: &'static str,
    /// Which rule, for a person.
    pub words: String,
}

type Parsed<T> = Result<T, FilterFault>;

impl Filter {
    /// A filter as somebody writes it.
    ///
    /// # Errors
    /// The first thing that is wrong with it, and where.
    pub fn parse(value: &Value) -> Parsed<Self> {
        Reader { at: Vec::new(), conditions: 0 }.filter(value, 1)
    }
}

/// Where it is read, and how many conditions there were.
struct Reader {
    at: Vec<String>,
    conditions: usize,
}

impl Reader {
    fn fault<T>(&self, reason: &'static str, words: impl Into<String>) -> Parsed<T> {
        let pointer = self.at.iter().flat_map(|step| ["/", step.as_str()]).collect();
        Err(FilterFault { pointer, reason, words: words.into() })
    }

    /// Reads one step further on.
    fn within<T>(&mut self, step: &str, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        self.at.push(step.to_owned());
        let read = read(self);
        self.at.pop();
        read
    }

    fn filter(&mut self, value: &Value, depth: usize) -> Parsed<Filter> {
        if depth > MAX_DEPTH {
            return self.fault("too-deep", words("it is nested deeper than", MAX_DEPTH));
        }
        let object = match value.as_object() {
            Some(object) => object,
            None => return self.fault("invalid-type", "an object with all, any, not or field"),
        };
        match object.iter().next() {
            Some((joint, inner)) if object.len() == 1 => match joint.as_str() {
                "all" => Ok(Filter::All(self.within("all", |at| at.each(inner, depth))?)),
                "any" => Ok(Filter::Any(self.within("any", |at| at.each(inner, depth))?)),
                "not" => {
                    let inner = self.within("not", |at| at.filter(inner, depth + 1))?;
                    Ok(Filter::Not(Box::new(inner)))
                }
                _ => self.condition(object).map(Filter::Is),
            },
            _ => self.condition(object).map(Filter::Is),
        }
    }

    fn each(&mut self, value: &Value, depth: usize) -> Parsed<Vec<Filter>> {
        let Some(inner) = value.as_array() else {
            return self.fault("invalid-type", "an array of filters");
        };
        if inner.is_empty() {
            return self.fault("empty", "one filter at least");
        }
        let read = |(number, inner): (usize, &Value)| {
            self.within(&number.to_string(), |at| at.filter(inner, depth + 1))
        };
        inner.iter().enumerate().map(read).collect()
    }

    fn condition(&mut self, object: &Map<String, Value>) -> Parsed<Condition> {
        self.conditions += 1;
        if self.conditions > MAX_CONDITIONS {
            return self.fault("too-many", words("there are more conditions than", MAX_CONDITIONS));
        }
        let known = ["field", "op", "value"];
        if let Some(other) = object.keys().find(|name| !known.contains(&name.as_str())) {
            let words = "a condition has field, op and value; filters are joined by one of all, \
                         any and not";
            return self.within(&escaped(other), |at| at.fault("unknown-field", words));
        }
        let missing = |name: &&str| !object.contains_key(*name);
        if let Some(name) = known.into_iter().find(missing) {
            return self.within(name, |at| at.fault("missing", "it has to be there"));
        }
        let field = object.get("field").and_then(Value::as_str).unwrap_or_default();
        let op = object.get("op").and_then(Value::as_str).unwrap_or_default();
        let value = object.get("value").unwrap_or(&Value::Null);
        self.compared(field, op, value)
    }

    fn compared(&mut self, field: &str, op: &str, value: &Value) -> Parsed<Condition> {
        if let (Ok(field), Ok(op)) = (field.parse(), op.parse()) {
            let value = self.within("value", |at| match value.as_bool() {
                Some(there) => Ok(there),
                None => at.fault("invalid-type", "true or false"),
            })?;
            return Ok(Condition::There { field, op, value });
        }
        let known = field.parse::<Optional>().is_ok();
        if let Ok(field) = field.parse() {
            return self.word(field, (op, known), value);
        }
        if let Ok(field) = field.parse() {
            return self.number(field, op, value);
        }
        if let Ok(field) = field.parse() {
            return self.instant(field, (op, known), value);
        }
        let fields = [listed::<Word>(), listed::<Number>(), listed::<Instant>()].join(", ");
        self.within("field", |at| at.fault("invalid-value", ["one of ", &fields].concat()))
    }

    fn no_op(&mut self, known: &str, optional: bool) -> Parsed<Condition> {
        let more = if optional { " or exists" } else { "" };
        self.within("op", |at| at.fault("invalid-value", ["one of ", known, more].concat()))
    }

    fn word(
        &mut self,
        field: Word,
        (op, optional): (&str, bool),
        value: &Value,
    ) -> Parsed<Condition> {
        if let Ok(op) = op.parse::<OneWord>() {
            let value = self.within("value", |at| at.known_word(field, value))?;
            return Ok(Condition::Word { field, op, value });
        }
        let Ok(op) = op.parse::<OneOf>() else {
            return self.no_op("eq, ne, in", optional);
        };
        let value = self.within("value", |at| {
            let Some(values) = value.as_array() else {
                return at.fault("invalid-type", "an array");
            };
            if values.is_empty() {
                return at.fault("empty", "one value at least");
            }
            if values.len() > MAX_VALUES {
                return at.fault("too-many", words("there are more values than", MAX_VALUES));
            }
            let read = |(number, value): (usize, &Value)| {
                at.within(&number.to_string(), |at| at.known_word(field, value))
            };
            values.iter().enumerate().map(read).collect::<Parsed<Vec<String>>>()
        })?;
        Ok(Condition::Words { field, op, value })
    }

    /// A word that somebody can have there.
    fn known_word(&self, field: Word, value: &Value) -> Parsed<String> {
        let Some(word) = value.as_str() else { return self.fault("invalid-type", "a text") };
        let said = match field {
            Word::Status => {
                let status = word.parse::<ContactStatus>();
                let can = status.is_ok_and(|status| status != ContactStatus::Removed);
                can.then_some(()).ok_or("a state of contacts that are on a list".to_owned())
            }
            Word::CampaignId => {
                word.parse::<Uuid>().map(|_| ()).map_err(|_| "the id of a campaign".to_owned())
            }
            Word::Tag => text::tags(&[word.to_owned()]).map_err(|error| error.to_string()),
            Word::Outcome => text::line(word, MAX_OUTCOME).map_err(|error| error.to_string()),
            Word::TimeZone => {
                let words = "a name of the IANA database such as Europe/Prague";
                word.parse::<Tz>().map(|_| ()).map_err(|_| words.to_owned())
            }
            Word::Language => text::language(word).map_err(|error| error.to_string()),
        };
        match said {
            Ok(()) => Ok(word.to_owned()),
            Err(words) => self.fault("invalid-value", words),
        }
    }

    fn number(&mut self, field: Number, op: &str, value: &Value) -> Parsed<Condition> {
        let whole = |at: &mut Self| match value.as_u64().map(u32::try_from) {
            Some(Ok(number)) => Ok(number),
            _ => at.fault("invalid-type", "a whole number that is not negative"),
        };
        if let Ok(op) = op.parse::<Same>() {
            let value = self.within("value", whole)?;
            return Ok(Condition::Exactly { field, op, value });
        }
        let Ok(op) = op.parse::<Order>() else {
            return self.no_op("eq, ne, lt, lte, gt, gte", false);
        };
        let value = self.within("value", whole)?;
        Ok(Condition::Number { field, op, value })
    }

    fn instant(
        &mut self,
        field: Instant,
        (op, optional): (&str, bool),
        value: &Value,
    ) -> Parsed<Condition> {
        let Ok(op) = op.parse::<Order>() else {
            return self.no_op("lt, lte, gt, gte", optional);
        };
        let value = self.within("value", |at| match serde_json::from_value(value.clone()) {
            Ok(instant) => Ok(instant),
            Err(_) => at.fault("invalid-value", "an instant as in RFC 3339"),
        })?;
        Ok(Condition::Instant { field, op, value })
    }
}

fn words(what: &str, most: usize) -> String {
    [what, " ", &most.to_string()].concat()
}

/// A name as a step of a JSON Pointer.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// The words of a kind.
fn listed<W: VariantArray + Into<&'static str> + Copy>() -> String {
    let words: Vec<&str> = W::VARIANTS.iter().map(|word| (*word).into()).collect();
    words.join(", ")
}
