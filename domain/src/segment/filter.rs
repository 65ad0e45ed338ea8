//! Whom a segment means: conditions on what is known of a contact without knowing who it is, joined
//! by `all`, `any` and `not`.
//!
//! A condition is true or false of everybody: of somebody of whom the field is not known, every
//! comparison is false, and `ne` is true.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::words::words;

/// Which contacts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Filter {
    /// Those to whom all of it applies.
    All(Vec<Filter>),
    /// Those to whom any of it applies.
    Any(Vec<Filter>),
    /// Those to whom it does not.
    Not(Box<Filter>),
    /// Those to whom this applies.
    #[serde(untagged)]
    Is(Condition),
}

/// What applies to a contact. The kinds have no field with an operator in common, so that what was
/// written is read as the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "a field, what it is asked, and with what it is compared")]
pub enum Condition {
    /// A word is this one, or is not.
    Word { field: Word, op: OneWord, value: String },
    /// A word is one of these.
    Words { field: Word, op: OneOf, value: Vec<String> },
    /// A number is as large.
    Number { field: Number, op: Order, value: u32 },
    /// A number is this one, or is not.
    Exactly { field: Number, op: Same, value: u32 },
    /// A moment was or comes before or after this one.
    Instant { field: Instant, op: Order, value: Timestamp },
    /// Whether it is known at all.
    There { field: Optional, op: There, value: bool },
}

words! {
    /// What is a word.
    Word {
        /// Where they stand; not `removed`.
        Status,
        /// The campaign that calls them.
        CampaignId,
        /// A tag that they bear: one of all of theirs.
        Tag,
        /// What it came to, where it is over.
        Outcome,
        /// The time zone that was said of them.
        TimeZone,
        /// The language that was said of them.
        Language,
    }
    /// What is a number.
    Number {
        /// 0 to 99.
        Priority,
        /// How many attempts count since they were reset last.
        Attempts,
    }
    /// What is a moment.
    Instant {
        /// Since when they are there.
        CreatedAt,
        /// When they can be called next.
        NextAttemptAt,
    }
    /// What may not be known of somebody.
    Optional {
        /// What it came to, where it is over.
        Outcome,
        /// The time zone that was said of them.
        TimeZone,
        /// The language that was said of them.
        Language,
        /// When they can be called next.
        NextAttemptAt,
    }
    /// How a word is compared with one.
    OneWord {
        /// It is this one.
        Eq,
        /// It is not.
        Ne,
    }
    /// How a word is compared with several.
    OneOf {
        /// It is one of them.
        In,
    }
    /// Whether a number is another one.
    Same {
        /// It is.
        Eq,
        /// It is not.
        Ne,
    }
    /// How what has an order is compared.
    Order {
        /// Less, or before.
        Lt,
        /// Not more, or not after.
        Lte,
        /// More, or after.
        Gt,
        /// Not less, or not before.
        Gte,
    }
    /// Whether there is something.
    There {
        /// There is, or is not.
        Exists,
    }
}
