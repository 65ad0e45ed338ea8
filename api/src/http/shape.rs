//! Objects are objects: serde's own reader takes an array for one, its elements in the order in
//! which the fields are declared, which no document of ours promises. And words are words: it takes
//! an object of one for it, too.

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{Deserializer, Error as _, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Error, Value};

/// A value that is read by the names of its fields alone, at every depth.
///
/// What serde buffers first (`tag`, `untagged`, `flatten`) is out of its sight: types of bodies
/// have none of that.
pub(super) struct ByName(pub(super) Value);

impl<'de> IntoDeserializer<'de, Error> for ByName {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl ByName {
    fn object<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Array(_) => Err(Error::invalid_type(Unexpected::Seq, &visitor)),
            Value::Object(_) => self.deserialize_any(visitor),
            // A map of JSON would take `null` for an empty one.
            plain => plain.deserialize_map(visitor),
        }
    }
}

impl<'de> Deserializer<'de> for ByName {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Array(values) => {
                let mut values = SeqDeserializer::new(values.into_iter().map(ByName));
                let value = visitor.visit_seq(&mut values)?;
                values.end().map(|()| value)
            }
            Value::Object(members) => {
                let members = members.into_iter().map(|(name, value)| (name, ByName(value)));
                let mut members = MapDeserializer::new(members);
                let value = visitor.visit_map(&mut members)?;
                members.end().map(|()| value)
            }
            plain => plain.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.object(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.object(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.0 {
            // `{"agent": null}` would be the word `agent`.
            Value::Object(_) => Err(Error::invalid_type(Unexpected::Map, &visitor)),
            word => word.deserialize_enum(name, variants, visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct identifier ignored_any
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Serialize};
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize, Serialize)]
    #[serde(deny_unknown_fields)]
    struct Money {
        amount_minor: i64,
        currency: String,
    }

    #[derive(Debug, PartialEq, Deserialize, Serialize)]
    #[serde(rename_all = "snake_case")]
    enum Way {
        Whole,
        Part,
    }

    #[derive(Debug, PartialEq, Deserialize, Serialize)]
    struct Cents(i64);

    #[derive(Debug, PartialEq, Deserialize, Serialize)]
    struct All {
        one: Option<Money>,
        many: Vec<Money>,
        by_name: BTreeMap<String, Money>,
        ways: Vec<Way>,
        cents: Cents,
        pair: (u8, Option<bool>),
        free: Value,
        share: f64,
    }

    fn all() -> Value {
        let money = json!({"amount_minor": 100, "currency": "EUR"});
        json!({
            "one": money,
            "many": [money],
            "by_name": {"a": money},
            "ways": ["whole", "part"],
            "cents": 5,
            "pair": [1, null],
            "free": [{"a": [1, 2.5, "x"]}],
            "share": 1,
        })
    }

    #[test]
    fn what_is_an_object_everywhere_is_read_as_serde_reads_it() {
        let read = All::deserialize(ByName(all())).unwrap();
        assert_eq!(read, serde_json::from_value(all()).unwrap());
        let without = with("/one", Value::Null);
        assert_eq!(All::deserialize(ByName(without)).unwrap().one, None);
    }

    #[test]
    fn an_array_is_no_object_however_deep_it_stands() {
        let places = ["/one", "/many/0", "/by_name/a"];
        for place in places {
            let value = with(place, json!([100, "EUR"]));
            assert!(All::deserialize(&value).is_ok(), "the control at {place}");
            refused(place, value);
        }
        for plain in [json!(null), json!(7), json!("EUR")] {
            assert!(serde_json::Map::deserialize(ByName(plain)).is_err());
        }
        let value = with("/ways/1", json!({"part": null}));
        assert!(All::deserialize(&value).is_ok(), "the control");
        let refusal = All::deserialize(ByName(value)).unwrap_err().to_string();
        assert!(refusal.starts_with("invalid type: map"), "{refusal}");
    }

    fn with(place: &str, other: Value) -> Value {
        let mut value = all();
        *value.pointer_mut(place).unwrap() = other;
        value
    }

    fn refused(place: &str, value: Value) {
        let refusal = All::deserialize(ByName(value)).unwrap_err().to_string();
        assert!(refusal.starts_with("invalid type: sequence"), "{place}: {refusal}");
    }
}
