//! Fields of a change: not named, named with a value, or named as `null`.

use serde::{Deserialize, Deserializer};

/// What is there is stated, also as `null`.
pub(crate) fn stated<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}
