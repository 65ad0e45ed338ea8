//! The statements on `dial_submissions`. Whatever commits the process to something, or takes
//! note of it, is bound to the lease.

use chrono::{DateTime, Utc};
use domain::{CallId, OrgId, Timestamp};
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

use super::super::error::TelephonyError;
use super::super::port::{Submission, Telephony};
use crate::lease::{Lease, fenced, held};

/// A row with what is owed for it.
#[derive(Clone, Debug, FromRow)]
pub(super) struct Owed {
    /// `dial`, `tell`, `end` or `time_out`.
    pub work: String,
    org_id: Uuid,
    call_id: Uuid,
    pub event_id: Uuid,
    pub correlation_id: Uuid,
    pub state: String,
    pub provider_call_id: Option<String>,
    pub reason: Option<String>,
    timeout_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
    end_requested_at: Option<DateTime<Utc>>,
    pub end_event_id: Option<Uuid>,
    pub end_correlation: Option<Uuid>,
}

impl Owed {
    pub(super) fn org(&self) -> OrgId {
        OrgId::from(self.org_id)
    }

    pub(super) fn call(&self) -> CallId {
        CallId::from(self.call_id)
    }

    pub(super) fn timeout_at(&self) -> Timestamp {
        self.timeout_at.into()
    }

    pub(super) fn finished_at(&self) -> Option<Timestamp> {
        self.finished_at.map(Timestamp::from)
    }

    pub(super) fn end_requested(&self) -> bool {
        self.end_requested_at.is_some()
    }
}

macro_rules! owed {
    ($work:literal, $rest:literal) => {
        concat!(
            "(SELECT '", $work, "' AS work, org_id, call_id, event_id, correlation_id, state, \
             provider_call_id, reason, timeout_at, finished_at, end_requested_at, end_event_id, \
             end_correlation FROM dial_submissions WHERE ", $rest, " LIMIT $2)"
        )
    };
}

/// What is owed now, at most `limit` of each kind, the longest owed first.
pub(super) async fn owed(
    connection: &mut PgConnection,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Owed>, sqlx::Error> {
    sqlx::query_as(concat!(
        owed!("dial", "state = 'queued' AND ended_at IS NULL ORDER BY position"),
        " UNION ALL ",
        owed!("tell", "recorded_at IS NULL AND finished_at IS NOT NULL ORDER BY finished_at"),
        " UNION ALL ",
        owed!(
            "end",
            "end_requested_at IS NOT NULL AND end_sent_at IS NULL AND ended_at IS NULL \
             AND provider_call_id IS NOT NULL ORDER BY end_requested_at"
        ),
        " UNION ALL ",
        owed!(
            "time_out",
            "timeout_at <= $1 AND ended_at IS NULL AND timed_out_at IS NULL \
             AND observed_at IS NULL AND state IN ('ambiguous', 'expired') ORDER BY timeout_at"
        ),
    ))
    .bind(DateTime::<Utc>::from(now))
    .bind(limit)
    .fetch_all(connection)
    .await
}

/// When a call will be given up next, and whether an end waits for its provider.
pub(super) async fn next_due(
    connection: &mut PgConnection,
) -> Result<(Option<Timestamp>, bool), sqlx::Error> {
    let (next, ends): (Option<DateTime<Utc>>, bool) = sqlx::query_as(
        "SELECT (SELECT min(timeout_at) FROM dial_submissions WHERE ended_at IS NULL \
                   AND timed_out_at IS NULL AND observed_at IS NULL \
                   AND state IN ('ambiguous', 'expired')), \
                EXISTS (SELECT 1 FROM dial_submissions WHERE end_requested_at IS NOT NULL \
                   AND end_sent_at IS NULL AND ended_at IS NULL \
                   AND provider_call_id IS NOT NULL)",
    )
    .fetch_one(connection)
    .await?;
    Ok((next.map(Timestamp::from), ends))
}

/// What an earlier term was asking when it ended: nobody knows the answer, and the question
/// is never repeated.
pub(super) async fn recover(
    connection: &mut PgConnection,
    lease: &Lease,
    now: Timestamp,
) -> Result<u64, sqlx::Error> {
    let done = sqlx::query(fenced!(
        "UPDATE dial_submissions SET state = 'ambiguous', reason = 'interrupted', \
           finished_at = $4, recorded_at = $4 FROM held WHERE state = 'dialing'"
    ))
    .bind(lease.name)
    .bind(lease.owner)
    .bind(lease.epoch)
    .bind(DateTime::<Utc>::from(now))
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// Commits to asking for these calls, before anybody is asked, and says for which. Those that
/// are missing are no longer queued, or the lease is lost.
pub(super) async fn claim(
    connection: &mut PgConnection,
    lease: &Lease,
    rows: &[&Owed],
    provider: &dyn Telephony,
    (now, timeout_at): (Timestamp, Timestamp),
) -> Result<Vec<CallId>, sqlx::Error> {
    let orgs: Vec<Uuid> = rows.iter().map(|row| row.org_id).collect();
    let calls: Vec<Uuid> = rows.iter().map(|row| row.call_id).collect();
    let claimed: Vec<Uuid> = sqlx::query_scalar(fenced!(
        "UPDATE dial_submissions s SET state = 'dialing', dialing_at = $6, timeout_at = $7, \
           provider = $8, account = $9 \
         FROM held, unnest($4::uuid[], $5::uuid[]) u(org, call) \
         WHERE s.org_id = u.org AND s.call_id = u.call AND s.state = 'queued' \
           AND s.end_requested_at IS NULL AND s.ended_at IS NULL \
         RETURNING s.call_id"
    ))
    .bind(lease.name)
    .bind(lease.owner)
    .bind(lease.epoch)
    .bind(orgs)
    .bind(calls)
    .bind(DateTime::<Utc>::from(now))
    .bind(DateTime::<Utc>::from(timeout_at))
    .bind(provider.provider())
    .bind(provider.account())
    .fetch_all(connection)
    .await?;
    Ok(claimed.into_iter().map(CallId::from).collect())
}

/// Keeps what the provider answered. Nothing more is owed for an answer that nobody knows.
pub(super) async fn answered(
    connection: &mut PgConnection,
    lease: &Lease,
    row: &Owed,
    answer: &Submission,
    now: Timestamp,
) -> Result<(), TelephonyError> {
    let (state, provider_call_id, reason) = match answer {
        Submission::Submitted(name) => ("submitted", Some(name), None),
        Submission::Rejected(reason) => ("rejected", None, Some(reason.as_str())),
        Submission::NotAsked(reason) => ("withdrawn", None, Some(reason.as_str())),
        Submission::Ambiguous => ("ambiguous", None, Some("no_answer")),
    };
    let done = sqlx::query(fenced!(
        "UPDATE dial_submissions SET state = $6, reason = $8, finished_at = $9, \
           provider_call_id = coalesce(provider_call_id, $7), \
           recorded_at = CASE WHEN $6 = 'ambiguous' THEN $9 END \
         FROM held WHERE org_id = $4 AND call_id = $5 AND state = 'dialing'"
    ))
    .bind(lease.name)
    .bind(lease.owner)
    .bind(lease.epoch)
    .bind(row.org_id)
    .bind(row.call_id)
    .bind(state)
    .bind(provider_call_id)
    .bind(reason)
    .bind(DateTime::<Utc>::from(now))
    .execute(connection)
    .await?;
    Ok(held(done.rows_affected())?)
}

/// A queued call for which nobody will be asked: `withdrawn` or `expired`.
pub(super) async fn drop_queued(
    connection: &mut PgConnection,
    lease: &Lease,
    row: &Owed,
    (state, reason): (&str, Option<&str>),
    now: Timestamp,
) -> Result<(), TelephonyError> {
    let done = sqlx::query(fenced!(
        "UPDATE dial_submissions SET state = $6, reason = $7, finished_at = $8, \
           recorded_at = CASE WHEN $6 = 'expired' THEN $8 END \
         FROM held WHERE org_id = $4 AND call_id = $5 AND state = 'queued'"
    ))
    .bind(lease.name)
    .bind(lease.owner)
    .bind(lease.epoch)
    .bind(row.org_id)
    .bind(row.call_id)
    .bind(state)
    .bind(reason)
    .bind(DateTime::<Utc>::from(now))
    .execute(connection)
    .await?;
    Ok(held(done.rows_affected())?)
}

/// What was done for a row.
#[derive(Clone, Copy, Debug)]
pub(super) enum Done {
    Told,
    EndSent,
    TimedOut,
}

/// Takes note of what was done for a row.
pub(super) async fn note(
    connection: &mut PgConnection,
    lease: &Lease,
    row: &Owed,
    done: Done,
    now: Timestamp,
) -> Result<(), TelephonyError> {
    let statement = match done {
        Done::Told => fenced!(
            "UPDATE dial_submissions SET recorded_at = $6 FROM held \
             WHERE org_id = $4 AND call_id = $5"
        ),
        Done::EndSent => fenced!(
            "UPDATE dial_submissions SET end_sent_at = $6 FROM held \
             WHERE org_id = $4 AND call_id = $5"
        ),
        Done::TimedOut => fenced!(
            "UPDATE dial_submissions SET timed_out_at = $6 FROM held \
             WHERE org_id = $4 AND call_id = $5"
        ),
    };
    let done = sqlx::query(statement)
        .bind(lease.name)
        .bind(lease.owner)
        .bind(lease.epoch)
        .bind(row.org_id)
        .bind(row.call_id)
        .bind(DateTime::<Utc>::from(now))
        .execute(connection)
        .await?;
    Ok(held(done.rows_affected())?)
}
