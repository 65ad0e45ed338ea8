//! The statements on `provider_inbox`, and what it tells `dial_submissions`.

use chrono::{DateTime, Utc};
use domain::{CallId, OrgId, Timestamp};
use sha2::{Digest, Sha256};
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

use super::super::port::ProviderCallback;

/// What became of a callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Received,
    Applied,
    Stale,
    Unknown,
    Unmatched,
    Orphaned,
    Conflict,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Applied => "applied",
            Self::Stale => "stale",
            Self::Unknown => "unknown",
            Self::Unmatched => "unmatched",
            Self::Orphaned => "orphaned",
            Self::Conflict => "conflict",
        }
    }

    fn waits(self) -> bool {
        matches!(self, Self::Received | Self::Unmatched)
    }
}

/// A callback as it is kept.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub id: Uuid,
    pub org: OrgId,
    pub provider: String,
    pub account: String,
    pub provider_call_id: String,
    pub kind: String,
    pub dedup_key: String,
    pub call: Option<CallId>,
    pub status: String,
    pub provider_at: Timestamp,
    pub duration_seconds: Option<u32>,
    pub answered_by: Option<String>,
    pub sip_code: Option<u16>,
    pub received_at: Timestamp,
}

impl Row {
    pub(super) fn of(id: Uuid, callback: ProviderCallback, received_at: Timestamp) -> Self {
        let dedup_key = match callback.sequence {
            Some(sequence) => format!("sequence:{sequence}"),
            None => digest(&callback),
        };
        Self {
            id,
            dedup_key,
            org: callback.org,
            provider: callback.provider.to_owned(),
            account: callback.account,
            provider_call_id: callback.provider_call_id,
            kind: callback.kind.to_owned(),
            call: callback.call,
            status: callback.status,
            provider_at: callback.at,
            duration_seconds: callback.duration_seconds,
            answered_by: callback.answered_by,
            sip_code: callback.sip_code,
            received_at,
        }
    }
}

/// The SHA-256 of the parameters in the order of their names.
fn digest(callback: &ProviderCallback) -> String {
    let parameters = [
        ("answered_by", callback.answered_by.clone()),
        ("call", callback.call.map(|call| call.to_string())),
        ("duration", callback.duration_seconds.map(|seconds| seconds.to_string())),
        ("sip_code", callback.sip_code.map(|code| code.to_string())),
        ("status", Some(callback.status.clone())),
        ("timestamp", Some(callback.at.to_string())),
    ];
    let mut sha = Sha256::new();
    for (name, value) in parameters {
        if let Some(value) = value {
            sha.update(format!("{}:{name}={}:{value};", name.len(), value.len()));
        }
    }
    format!("sha256:{}", hex::encode(sha.finalize()))
}

#[derive(FromRow)]
struct Stored {
    id: Uuid,
    org_id: Uuid,
    provider: String,
    account: String,
    provider_call_id: String,
    callback_kind: String,
    dedup_key: String,
    call_id: Option<Uuid>,
    status: String,
    provider_at: DateTime<Utc>,
    duration_seconds: Option<i64>,
    answered_by: Option<String>,
    sip_code: Option<i32>,
    received_at: DateTime<Utc>,
}

impl From<Stored> for Row {
    fn from(stored: Stored) -> Self {
        Self {
            id: stored.id,
            org: OrgId::from(stored.org_id),
            provider: stored.provider,
            account: stored.account,
            provider_call_id: stored.provider_call_id,
            kind: stored.callback_kind,
            dedup_key: stored.dedup_key,
            call: stored.call_id.map(CallId::from),
            status: stored.status,
            provider_at: stored.provider_at.into(),
            duration_seconds: stored.duration_seconds.and_then(|s| u32::try_from(s).ok()),
            answered_by: stored.answered_by,
            sip_code: stored.sip_code.and_then(|code| u16::try_from(code).ok()),
            received_at: stored.received_at.into(),
        }
    }
}

/// Keeps a callback; `false` when it had been told before.
pub(super) async fn insert(
    connection: &mut PgConnection,
    row: &Row,
    state: State,
    next_attempt_at: Timestamp,
) -> Result<bool, sqlx::Error> {
    let received_at = DateTime::<Utc>::from(row.received_at);
    let done = sqlx::query(
        "INSERT INTO provider_inbox (org_id, provider, account, provider_call_id, \
           callback_kind, dedup_key, id, call_id, status, provider_at, duration_seconds, \
           answered_by, sip_code, received_at, state, next_attempt_at, settled_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) \
         ON CONFLICT (org_id, provider, account, provider_call_id, callback_kind, dedup_key) \
         DO NOTHING",
    )
    .bind(row.org.uuid())
    .bind(&row.provider)
    .bind(&row.account)
    .bind(&row.provider_call_id)
    .bind(&row.kind)
    .bind(&row.dedup_key)
    .bind(row.id)
    .bind(row.call.map(|call| call.uuid()))
    .bind(&row.status)
    .bind(DateTime::<Utc>::from(row.provider_at))
    .bind(row.duration_seconds.map(i64::from))
    .bind(&row.answered_by)
    .bind(row.sip_code.map(i32::from))
    .bind(received_at)
    .bind(state.word())
    .bind(state.waits().then(|| DateTime::<Utc>::from(next_attempt_at)))
    .bind((!state.waits()).then_some(received_at))
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes callbacks that are due and puts their next attempt off, oldest first. Whoever else
/// looks at the same moment takes others.
pub(super) async fn take_due(
    connection: &mut PgConnection,
    now: Timestamp,
    next_attempt_at: Timestamp,
    limit: i64,
) -> Result<Vec<Row>, sqlx::Error> {
    let rows: Vec<Stored> = sqlx::query_as(
        "UPDATE provider_inbox i SET attempts = i.attempts + 1, next_attempt_at = $2 \
         FROM (SELECT id FROM provider_inbox \
               WHERE state IN ('received', 'unmatched') AND next_attempt_at <= $1 \
               ORDER BY next_attempt_at LIMIT $3 FOR UPDATE SKIP LOCKED) due \
         WHERE i.id = due.id \
         RETURNING i.id, i.org_id, i.provider, i.account, i.provider_call_id, \
           i.callback_kind, i.dedup_key, i.call_id, i.status, i.provider_at, \
           i.duration_seconds, i.answered_by, i.sip_code, i.received_at",
    )
    .bind(DateTime::<Utc>::from(now))
    .bind(DateTime::<Utc>::from(next_attempt_at))
    .bind(limit)
    .fetch_all(connection)
    .await?;
    let mut rows: Vec<Row> = rows.into_iter().map(Row::from).collect();
    rows.sort_by_key(|row| (row.received_at, row.id));
    Ok(rows)
}

/// When the next callback is due.
pub(super) async fn next_due(
    connection: &mut PgConnection,
) -> Result<Option<Timestamp>, sqlx::Error> {
    let next: Option<DateTime<Utc>> = sqlx::query_scalar(
        "SELECT min(next_attempt_at) FROM provider_inbox WHERE state IN ('received', 'unmatched')",
    )
    .fetch_one(connection)
    .await?;
    Ok(next.map(Timestamp::from))
}

/// The call that the provider means by its own name for it.
pub(super) async fn call_of(
    connection: &mut PgConnection,
    row: &Row,
) -> Result<Option<CallId>, sqlx::Error> {
    let call: Option<Uuid> = sqlx::query_scalar(
        "SELECT call_id FROM dial_submissions \
         WHERE org_id = $1 AND provider = $2 AND account = $3 AND provider_call_id = $4",
    )
    .bind(row.org.uuid())
    .bind(&row.provider)
    .bind(&row.account)
    .bind(&row.provider_call_id)
    .fetch_optional(connection)
    .await?;
    Ok(call.map(CallId::from))
}

/// Says what became of a callback.
pub(super) async fn settle(
    connection: &mut PgConnection,
    id: Uuid,
    call: Option<CallId>,
    state: State,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE provider_inbox SET state = $2, call_id = coalesce($3, call_id), \
           settled_at = $4, next_attempt_at = CASE WHEN $5 THEN next_attempt_at END \
         WHERE id = $1",
    )
    .bind(id)
    .bind(state.word())
    .bind(call.map(|call| call.uuid()))
    .bind((!state.waits()).then(|| DateTime::<Utc>::from(now)))
    .bind(state.waits())
    .execute(connection)
    .await?;
    Ok(())
}

/// The provider still knows this call, and by which name: an ambiguous request is resolved.
pub(super) async fn heard_of(
    connection: &mut PgConnection,
    row: &Row,
    call: CallId,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE dial_submissions SET observed_at = $3, \
           provider = coalesce(provider, $4), account = coalesce(account, $5), \
           provider_call_id = coalesce(provider_call_id, $6) \
         WHERE org_id = $1 AND call_id = $2",
    )
    .bind(row.org.uuid())
    .bind(call.uuid())
    .bind(DateTime::<Utc>::from(now))
    .bind(&row.provider)
    .bind(&row.account)
    .bind(&row.provider_call_id)
    .execute(connection)
    .await?;
    Ok(())
}
