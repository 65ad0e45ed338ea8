//! The one function that appends, and what its failures mean.

use sqlx::PgConnection;

use super::columns::{Answers, Events};
use super::item::Item;
use crate::idempotency::instant;

/// A batch of events. The part for answers costs as much as a small batch, so it is only there
/// where there are answers.
const APPEND: &str = concat!(include_str!("../sql/append_events.sql"), "SELECT base FROM head");
const APPEND_AND_KEEP: &str = concat!(
    include_str!("../sql/append_events.sql"),
    include_str!("../sql/append_answers.sql"),
    "SELECT base FROM head"
);
const KEEP: &str = include_str!("../sql/keep.sql");

/// The unique keys that decide: of a stream, and of an answer.
const OURS: [&str; 2] = ["events_stream", "idempotency_key"];

/// Where and when a batch is appended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stamp {
    pub epoch: i64,
    pub recorded_at_ms: i64,
    pub keys_expire_at_ms: i64,
}

/// Why a batch was not appended.
#[derive(Debug)]
pub(super) enum Trouble {
    /// A stream or a key in it is taken, or it stood in another's way.
    Taken,
    /// Something in it can never be stored.
    Poison(String),
    /// There is no room on the disk.
    Full,
    /// The database does not do it now.
    Refuses(String),
    /// The database will not do it for any batch.
    Broken(String),
    /// The connection is lost; whether it was appended is not known.
    Lost(String),
}

/// Appends a batch in one statement and says which position was the last before it; `None`
/// where the log's epoch has moved.
pub(super) async fn append(
    connection: &mut PgConnection,
    items: &[Item],
    stamp: Stamp,
) -> Result<Option<i64>, Trouble> {
    let answers = Answers::of(items);
    let expiry = instant(stamp.keys_expire_at_ms);
    let appended = if items.iter().all(|item| item.events.is_empty()) {
        let statement = sqlx::query_scalar(KEEP).bind(stamp.epoch).bind(expiry);
        answers.bind(statement).fetch_optional(connection).await
    } else {
        let events = Events::of(items, stamp.recorded_at_ms);
        let (count, root) = (events.count(), events.root());
        let text = if answers.none() { APPEND } else { APPEND_AND_KEEP };
        let statement = sqlx::query_scalar(text).bind(count).bind(&root[..]);
        let statement = statement.bind(stamp.epoch).bind(instant(stamp.recorded_at_ms));
        let statement = events.bind(statement);
        if answers.none() {
            statement.fetch_optional(connection).await
        } else {
            answers.bind(statement.bind(expiry)).fetch_optional(connection).await
        }
    };
    appended.map_err(|error| trouble(&error))
}

/// Whether the connection can be used after this, and what became of the statement. What the
/// server answers with an error has been rolled back, unless it was about to close.
pub(super) fn trouble(error: &sqlx::Error) -> Trouble {
    let words = error.to_string();
    match error {
        sqlx::Error::Database(database) => {
            let state = database.code().unwrap_or_default();
            match &*state {
                "23505" if OURS.contains(&database.constraint().unwrap_or_default()) => {
                    Trouble::Taken
                }
                "40001" | "40P01" => Trouble::Taken,
                "23505" => Trouble::Broken(words),
                "53100" => Trouble::Full,
                "57014" | "55P03" => Trouble::Refuses(words),
                "25006" | "25P02" => Trouble::Lost(words),
                state => match state.get(..2) {
                    Some("57" | "08" | "58" | "F0" | "26" | "0A") => Trouble::Lost(words),
                    Some("53") => Trouble::Refuses(words),
                    Some("42" | "28" | "3D" | "3F") => Trouble::Broken(words),
                    _ => Trouble::Poison(words),
                },
            }
        }
        sqlx::Error::Encode(_) => Trouble::Poison(words),
        _ => Trouble::Lost(words),
    }
}
