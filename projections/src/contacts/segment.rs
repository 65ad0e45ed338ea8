//! The contacts that a segment means at this moment.
//!
//! A filter is joined in any way that somebody likes, so that no one statement says it, and a
//! program within the database that reads it for each row is a hundred times as slow. So the
//! statement is put together: of static text alone, which is all that [`Text::say`] takes. What
//! somebody has written goes in as a value.
//!
//! Every condition is true or false, never unknown, so that `not` means all the others.

use chrono::{DateTime, Utc};
use database::Database;
use domain::OrgId;
use domain::segment::{Condition, Filter, Instant, Number, OneWord, Optional, Order, Same, Word};
use sqlx::postgres::Postgres;
use sqlx::{Encode, QueryBuilder, Type};
use uuid::Uuid;

use super::read::{ContactFilter, ContactPlace};
use crate::RuntimeError;
use crate::reading::planned;

/// A contact as it is kept: its id, its version and what it folds to.
pub(super) type Kept = (Uuid, i64, String);

/// How many contacts a segment means: those that were taken off a list are in none.
///
/// # Errors
/// The database is away.
pub async fn count(database: &Database, org: OrgId, filter: &Filter) -> Result<i64, RuntimeError> {
    let mut text = Text::begin("SELECT count(*) FROM contacts WHERE org_id = ", org);
    text.say(" AND status <> 'removed' AND ");
    text.meant(filter);
    let mut tx = planned(database, org).await?;
    let count = text.0.build_query_scalar().persistent(false);
    Ok(count.fetch_one(&mut *tx).await?)
}

/// At most `limit` contacts of a segment to whom the rest of a filter applies, too, after a place,
/// newest first.
pub(super) async fn list(
    database: &Database,
    org: OrgId,
    (segment, filter): (&Filter, &ContactFilter),
    after: Option<&ContactPlace>,
    limit: i64,
) -> Result<Vec<Kept>, RuntimeError> {
    let rows = "SELECT contact_id, version, state::text FROM contacts WHERE org_id = ";
    let mut text = Text::begin(rows, org);
    text.say(" AND status <> 'removed'");
    let statuses: Vec<&'static str> = filter.statuses.iter().map(|status| status.word()).collect();
    if !statuses.is_empty() {
        text.with(" AND status = ANY (", statuses, ")");
    }
    if let Some(campaign) = filter.campaign {
        text.with(" AND campaign_id = ", campaign.uuid(), "");
    }
    if let Some(tag) = filter.tag.clone() {
        text.with(" AND ", tag, " = ANY (tags)");
    }
    if let Some(due_before) = filter.due_before {
        text.with(" AND due_at < ", DateTime::<Utc>::from(due_before), "");
    }
    if let Some(subject) = filter.subject {
        text.with(" AND subject_id = ", subject.uuid(), "");
    }
    if let Some(ids) = filter.ids.clone() {
        text.with(" AND contact_id = ANY (", ids, ")");
    }
    if let Some(place) = after {
        text.with(" AND (created_at, contact_id) < (", DateTime::<Utc>::from(place.created_at), "");
        text.with(", ", place.id, ")");
    }
    text.say(" AND ");
    text.meant(segment);
    text.with(" ORDER BY created_at DESC, contact_id DESC LIMIT ", limit, "");
    let mut tx = planned(database, org).await?;
    // There are as many statements as filters: none is kept.
    let rows = text.0.build_query_as::<Kept>().persistent(false);
    Ok(rows.fetch_all(&mut *tx).await?)
}

/// A statement on its way.
struct Text(QueryBuilder<'static, Postgres>);

impl Text {
    /// Every statement asks for one organization first.
    fn begin(text: &'static str, org: OrgId) -> Self {
        let mut begun = Self(QueryBuilder::new(text));
        begun.0.push_bind(org.uuid());
        begun
    }

    /// Nothing but what stands in the program.
    fn say(&mut self, text: &'static str) {
        self.0.push(text);
    }

    /// A value between two texts.
    fn with<V>(&mut self, before: &'static str, value: V, behind: &'static str)
    where
        V: Encode<'static, Postgres> + Type<Postgres> + 'static,
    {
        self.say(before);
        self.0.push_bind(value);
        self.say(behind);
    }

    fn meant(&mut self, filter: &Filter) {
        match filter {
            Filter::All(filters) => self.joined(filters, ("true", " AND ")),
            Filter::Any(filters) => self.joined(filters, ("false", " OR ")),
            Filter::Not(filter) => {
                self.say("NOT (");
                self.meant(filter);
                self.say(")");
            }
            Filter::Is(condition) => self.condition(condition),
        }
    }

    fn joined(&mut self, filters: &[Filter], (none, joint): (&'static str, &'static str)) {
        self.say("(");
        for (number, filter) in filters.iter().enumerate() {
            self.say(if number == 0 { "" } else { joint });
            self.meant(filter);
        }
        self.say(if filters.is_empty() { none } else { "" });
        self.say(")");
    }

    fn condition(&mut self, condition: &Condition) {
        match condition {
            Condition::Word { field, op, value } => {
                self.say(match op {
                    OneWord::Eq => "",
                    OneWord::Ne => "NOT ",
                });
                self.word(*field, std::slice::from_ref(value));
            }
            Condition::Words { field, value, .. } => self.word(*field, value),
            Condition::Exactly { field, op, value } => {
                self.say(number(*field));
                let same = match op {
                    Same::Eq => " = ",
                    Same::Ne => " <> ",
                };
                self.with(same, i64::from(*value), "");
            }
            Condition::Number { field, op, value } => {
                self.say(number(*field));
                self.with(order(*op), i64::from(*value), "");
            }
            Condition::Instant { field, op, value } => {
                self.say("COALESCE(");
                self.say(instant(*field));
                self.with(order(*op), DateTime::<Utc>::from(*value), ", false)");
            }
            Condition::There { field, value, .. } => {
                self.say(optional(*field));
                self.say(if *value { " IS NOT NULL" } else { " IS NULL" });
            }
        }
    }

    /// Whether a word is one of these.
    fn word(&mut self, field: Word, words: &[String]) {
        let one_of = match field {
            Word::Status => "COALESCE(status = ANY (",
            Word::CampaignId => {
                // What is no id is no campaign's.
                let ids: Vec<Uuid> = words.iter().filter_map(|word| word.parse().ok()).collect();
                return self.with("campaign_id = ANY (", ids, ")");
            }
            Word::Tag => "COALESCE(tags && (",
            Word::Outcome => "COALESCE(outcome = ANY (",
            Word::TimeZone => "COALESCE(time_zone = ANY (",
            Word::Language => "COALESCE(language = ANY (",
        };
        self.with(one_of, words.to_vec(), "), false)");
    }
}

fn number(field: Number) -> &'static str {
    match field {
        Number::Priority => "priority",
        Number::Attempts => "tried",
    }
}

fn instant(field: Instant) -> &'static str {
    match field {
        Instant::CreatedAt => "created_at",
        Instant::NextAttemptAt => "due_at",
    }
}

fn optional(field: Optional) -> &'static str {
    match field {
        Optional::Outcome => "outcome",
        Optional::TimeZone => "time_zone",
        Optional::Language => "language",
        Optional::NextAttemptAt => "due_at",
    }
}

fn order(op: Order) -> &'static str {
    match op {
        Order::Lt => " < ",
        Order::Lte => " <= ",
        Order::Gt => " > ",
        Order::Gte => " >= ",
    }
}
