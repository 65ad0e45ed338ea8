//! What became of a batch whose connection was lost while it was being committed.

use std::time::Duration;

use super::item::Item;
use super::link::{Link, Session};

/// Between two tries to reach the server.
pub(super) const PAUSE: Duration = Duration::from_millis(50);

const EVENT: &str = "SELECT position FROM events
    WHERE org_id = $1 AND aggregate_type = $2 AND aggregate_id = $3 AND sequence = $4
    AND event_id = $5";
const KEY: &str = "SELECT count(*) FROM idempotency
    WHERE org_id = $1 AND actor = $2 AND operation = $3 AND key = $4 AND fingerprint = $5
    AND version = $6 AND status = $7 AND body = $8";

/// What was found out.
pub(super) enum Found {
    /// The whole batch is in the log, after this position.
    Committed(i64),
    /// Nothing of it is, and nothing will be.
    Nothing,
    /// The lost session may still be at work.
    Unknown,
}

/// Looks for one event of the batch, or for one answer where it has no events: a batch is in
/// the log as a whole or not at all. The lost session is ended first, so that it cannot
/// commit afterwards.
pub(super) async fn find(
    link: &mut Link,
    part: &[Item],
    session: Option<Session>,
) -> Result<Found, sqlx::Error> {
    if let Some(session) = session
        && !link.end(session).await?
    {
        return Ok(Found::Unknown);
    }
    let Ok((connection, _)) = link.ready().await else { return Ok(Found::Unknown) };
    for item in part {
        let Some(event) = item.events.first() else { continue };
        let find = sqlx::query_scalar(EVENT).bind(item.stream.org_id);
        let find = find.bind(item.stream.aggregate_type).bind(item.stream.aggregate_id);
        let find = find.bind(item.version.saturating_add(1)).bind(event.id);
        let position: Option<i64> = find.fetch_optional(connection).await?;
        return Ok(position.map_or(Found::Nothing, |first| Found::Committed(first - 1)));
    }
    for item in part {
        let Some(answer) = &item.answer else { continue };
        let find = sqlx::query_scalar(KEY).bind(item.stream.org_id).bind(&answer.key.actor);
        let find = find.bind(&answer.key.operation).bind(&answer.key.key);
        let find = find.bind(&answer.key.fingerprint[..]).bind(answer.version);
        let find = find.bind(i16::try_from(answer.reply.status).unwrap_or(i16::MAX));
        let kept: i64 = find.bind(&answer.reply.body).fetch_one(connection).await?;
        return Ok(if kept > 0 { Found::Committed(0) } else { Found::Nothing });
    }
    Ok(Found::Nothing)
}
