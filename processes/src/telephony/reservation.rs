//! A number is reserved before it is dialed (ADR 3): what the dial guards 10 and 12 rest on.
//!
//! *Architecture invariant:* of two calls to one number of an organization, whatever process
//! they come through, one alone finds the number free, until the other one has ended. Each
//! counts the calls under way after its own reservation is committed, so together they never
//! exceed the limit.

use chrono::{DateTime, Utc};
use database::{Database, Role};
use domain::call::{Call, DialVerdict, Leg};
use domain::{CallId, OrgId, SubjectId, Timestamp};
use sqlx::PgConnection;
use uuid::Uuid;

use super::error::TelephonyError;
use crate::commands::Commands;

/// How long a reservation waits for the call that it was made for.
pub(super) const UNMADE_MS: i64 = 60_000;
/// How often it is tried again because others took or gave back the number meanwhile.
const ATTEMPTS: usize = 8;

/// What was found when a number was reserved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reserved {
    /// What the dial guards need. The limit, the override, whether the number is not to be called
    /// and whether the provider answers are the caller's to set: until then no call at all is
    /// allowed.
    pub verdict: DialVerdict,
    /// Whether the reservation was made here and now. If the call is not made after all, it
    /// is to be given back by [`release`].
    pub fresh: bool,
}

/// Reserves the number of this person for this call, or finds out which call has it.
///
/// The same call may ask again. A reservation whose call has ended, or was not made within a
/// minute, is taken over.
///
/// # Errors
/// When the database or the log cannot be asked; then nothing may be dialed.
pub async fn reserve(
    commands: &Commands,
    database: &Database,
    org: OrgId,
    subject: SubjectId,
    call: CallId,
) -> Result<Reserved, TelephonyError> {
    let now = commands.clock().now();
    let mut connection = database.pool(Role::Process).acquire().await?;
    for _ in 0..ATTEMPTS {
        if insert(&mut connection, (org, subject, call), now).await? {
            return found(&mut connection, org, call, (false, true)).await;
        }
        let Some((holder, reserved_at)) = holder(&mut connection, org, subject).await? else {
            continue;
        };
        if holder == call {
            return found(&mut connection, org, call, (false, false)).await;
        }
        if !over(commands, org, holder, reserved_at).await? {
            return found(&mut connection, org, call, (true, false)).await;
        }
        if take_over(&mut connection, (org, subject, call), holder, now).await? {
            return found(&mut connection, org, call, (false, true)).await;
        }
    }
    Err(TelephonyError::Command("the number is taken and given back too often".to_owned()))
}

/// How many calls of an organization are under way, or about to be.
///
/// # Errors
/// When the database cannot be asked.
pub async fn live_calls(database: &Database, org: OrgId) -> Result<u32, TelephonyError> {
    let mut connection = database.pool(Role::Process).acquire().await?;
    let live: i64 = sqlx::query_scalar("SELECT count(*) FROM dial_reservations WHERE org_id = $1")
        .bind(org.uuid())
        .fetch_one(&mut *connection)
        .await?;
    Ok(u32::try_from(live).unwrap_or(u32::MAX))
}

/// Gives the number back, if it is this call that holds it.
///
/// # Errors
/// When the database cannot be asked; the reservation then lapses by itself.
pub async fn release(
    database: &Database,
    org: OrgId,
    subject: SubjectId,
    call: CallId,
) -> Result<(), TelephonyError> {
    let mut connection = database.pool(Role::Process).acquire().await?;
    sqlx::query(
        "DELETE FROM dial_reservations WHERE org_id = $1 AND subject_id = $2 AND call_id = $3",
    )
    .bind(org.uuid())
    .bind(subject.uuid())
    .bind(call.uuid())
    .execute(&mut *connection)
    .await?;
    Ok(())
}

/// Gives back what was reserved for calls that have ended, or were never made.
pub(super) async fn sweep(
    commands: &Commands,
    database: &Database,
    limit: i64,
) -> Result<usize, TelephonyError> {
    let before = commands.clock().now().plus_ms(-UNMADE_MS);
    let mut connection = database.pool(Role::Process).acquire().await?;
    let old: Vec<(Uuid, Uuid, Uuid, DateTime<Utc>)> = sqlx::query_as(
        "SELECT r.org_id, r.subject_id, r.call_id, r.reserved_at FROM dial_reservations r \
         LEFT JOIN dial_submissions s USING (org_id, call_id) \
         WHERE r.reserved_at <= $1 AND (s.call_id IS NULL OR s.ended_at IS NOT NULL) \
         ORDER BY r.reserved_at LIMIT $2",
    )
    .bind(DateTime::<Utc>::from(before))
    .bind(limit)
    .fetch_all(&mut *connection)
    .await?;
    drop(connection);
    let mut swept = 0;
    for (org, subject, call, reserved_at) in old {
        let (org, call) = (OrgId::from(org), CallId::from(call));
        if over(commands, org, call, reserved_at.into()).await? {
            release(database, org, SubjectId::from(subject), call).await?;
            swept += 1;
        }
    }
    Ok(swept)
}

async fn insert(
    connection: &mut PgConnection,
    (org, subject, call): (OrgId, SubjectId, CallId),
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "INSERT INTO dial_reservations (org_id, subject_id, call_id, reserved_at) \
         VALUES ($1, $2, $3, $4) ON CONFLICT (org_id, subject_id) DO NOTHING",
    )
    .bind(org.uuid())
    .bind(subject.uuid())
    .bind(call.uuid())
    .bind(DateTime::<Utc>::from(now))
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

async fn holder(
    connection: &mut PgConnection,
    org: OrgId,
    subject: SubjectId,
) -> Result<Option<(CallId, Timestamp)>, sqlx::Error> {
    let row: Option<(Uuid, DateTime<Utc>)> = sqlx::query_as(
        "SELECT call_id, reserved_at FROM dial_reservations \
         WHERE org_id = $1 AND subject_id = $2",
    )
    .bind(org.uuid())
    .bind(subject.uuid())
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|(call, at)| (CallId::from(call), at.into())))
}

async fn take_over(
    connection: &mut PgConnection,
    (org, subject, call): (OrgId, SubjectId, CallId),
    from: CallId,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "UPDATE dial_reservations SET call_id = $3, reserved_at = $4 \
         WHERE org_id = $1 AND subject_id = $2 AND call_id = $5",
    )
    .bind(org.uuid())
    .bind(subject.uuid())
    .bind(call.uuid())
    .bind(DateTime::<Utc>::from(now))
    .bind(from.uuid())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether the call that holds a number needs it no more, as the log knows it.
async fn over(
    commands: &Commands,
    org: OrgId,
    holder: CallId,
    reserved_at: Timestamp,
) -> Result<bool, TelephonyError> {
    Ok(match commands.state::<Call>(org, holder.uuid()).await? {
        Some((call, _)) => call.leg() == Leg::Ended,
        None => commands.clock().now().since_ms(reserved_at) > UNMADE_MS,
    })
}

async fn found(
    connection: &mut PgConnection,
    org: OrgId,
    call: CallId,
    (duplicate_live, fresh): (bool, bool),
) -> Result<Reserved, TelephonyError> {
    let live: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM dial_reservations WHERE org_id = $1 AND call_id <> $2",
    )
    .bind(org.uuid())
    .bind(call.uuid())
    .fetch_one(connection)
    .await?;
    let live_calls = u32::try_from(live).unwrap_or(u32::MAX);
    let verdict = DialVerdict {
        suppressed: false,
        live_calls,
        max_live_calls: 0,
        duplicate_live,
        override_duplicate: false,
        provider_back_in_seconds: None,
        agent_busy: false,
    };
    Ok(Reserved { verdict, fresh })
}
