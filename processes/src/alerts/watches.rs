//! The statements on `alert_watches` and `alert_organizations`, bound to the lease.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use database::{Database, DatabaseError, Role};
use domain::alert::AlertSubject;
use domain::alert_rule::{SubjectType, Watch};
use domain::{AlertRuleId, OrgId, Timestamp};
use sqlx::PgConnection;
use uuid::Uuid;

use super::EvaluatorError;
use crate::clock::utc;
use crate::lease::{Lease, fenced, held};

/// So many facts of the log are looked through at once for whose they are.
const PAGE: i64 = 50_000;
/// For so long after its last fact an organization is looked at: the longest window, and an hour.
const ACTIVE_MS: i64 = 25 * 3_600_000;

/// Which rule, and what it is about.
pub(super) type Key = (AlertRuleId, AlertSubject);

/// What a rule remembers of a subject, and when the rule became as it was then.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Known {
    pub watch: Watch,
    pub rule_at: Option<Timestamp>,
}

/// Reads the log to its end, for whose facts there are.
pub(super) async fn follow(
    database: &Database,
    lease: &mut Lease,
    now: Timestamp,
) -> Result<(), EvaluatorError> {
    let pool = database.pool(Role::Process);
    loop {
        let mut tx = pool.transaction().await?;
        let from = lease.position;
        let head: i64 = sqlx::query_scalar("SELECT coalesce(max(position), 0) FROM log_head")
            .fetch_one(&mut *tx)
            .await?;
        let to = head.min(from + PAGE);
        if to <= from {
            return Ok(());
        }
        sqlx::query(fenced!(
            "INSERT INTO alert_organizations (org_id, active_at) \
             SELECT DISTINCT e.org_id, $4::timestamptz FROM held, events e \
             WHERE e.position > $5 AND e.position <= $6 \
             ON CONFLICT (org_id) DO UPDATE SET active_at = excluded.active_at"
        ))
        .bind(lease.name)
        .bind(lease.owner)
        .bind(lease.epoch)
        .bind(utc(now))
        .bind(from)
        .bind(to)
        .execute(&mut *tx)
        .await?;
        lease.advance(&mut tx, to).await?;
        tx.commit().await.map_err(DatabaseError::from)?;
        lease.position = to;
        if to == head {
            return Ok(());
        }
    }
}

/// The organizations in which something has happened lately, or of which something is remembered.
pub(super) async fn due(database: &Database, now: Timestamp) -> Result<Vec<OrgId>, EvaluatorError> {
    let mut connection = database.pool(Role::Process).acquire().await?;
    let orgs: Vec<Uuid> = sqlx::query_scalar(
        "SELECT org_id FROM alert_organizations WHERE active_at > $1 \
         UNION SELECT org_id FROM alert_watches ORDER BY 1",
    )
    .bind(utc(now.plus_ms(-ACTIVE_MS)))
    .fetch_all(&mut *connection)
    .await?;
    Ok(orgs.into_iter().map(OrgId::from).collect())
}

type Row = (
    Uuid,
    String,
    String,
    Option<DateTime<Utc>>,
    i16,
    bool,
    DateTime<Utc>,
    DateTime<Utc>,
    Option<DateTime<Utc>>,
);

/// What is remembered of an organization.
pub(super) async fn of(
    database: &Database,
    org: OrgId,
) -> Result<BTreeMap<Key, Known>, EvaluatorError> {
    let mut connection = database.pool(Role::Process).acquire().await?;
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT rule_id, subject_type, subject_id, rule_at, hits, told, looked_at, valued_at, \
                quiet_until \
         FROM alert_watches WHERE org_id = $1",
    )
    .bind(org.uuid())
    .fetch_all(&mut *connection)
    .await?;
    Ok(rows.into_iter().filter_map(known).collect())
}

fn known(row: Row) -> Option<(Key, Known)> {
    let (rule, kind, id, rule_at, hits, told, looked_at, valued_at, quiet_until) = row;
    // A newer server may watch more.
    let kind: SubjectType = kind.parse().ok()?;
    let watch = Watch {
        hits: u8::try_from(hits).unwrap_or_default(),
        told,
        looked_at: looked_at.into(),
        valued_at: valued_at.into(),
        quiet_until: quiet_until.map(Timestamp::from),
    };
    let known = Known { watch, rule_at: rule_at.map(Timestamp::from) };
    Some(((AlertRuleId::from(rule), AlertSubject { kind, id }), known))
}

/// Remembers what is to be remembered, and forgets the rest; all of it, or nothing where the lease
/// is somebody else's.
pub(super) async fn keep(
    database: &Database,
    (lease, org): (&Lease, OrgId),
    rows: &[(Key, Option<Known>)],
) -> Result<(), EvaluatorError> {
    let (kept, gone): (Vec<_>, Vec<_>) = rows.iter().partition(|(_, known)| known.is_some());
    if kept.is_empty() && gone.is_empty() {
        return Ok(());
    }
    let mut tx = database.pool(Role::Process).transaction().await?;
    if !kept.is_empty() {
        remember(&mut tx, (lease, org), &kept).await?;
    }
    if !gone.is_empty() {
        let (rules, kinds, ids) = keys(&gone);
        sqlx::query(fenced!(
            "DELETE FROM alert_watches w \
             USING held, unnest($5::uuid[], $6::text[], $7::text[]) g(rule, kind, id) \
             WHERE w.org_id = $4 AND w.rule_id = g.rule AND w.subject_type = g.kind \
               AND w.subject_id = g.id"
        ))
        .bind(lease.name)
        .bind(lease.owner)
        .bind(lease.epoch)
        .bind(org.uuid())
        .bind(rules)
        .bind(kinds)
        .bind(ids)
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await.map_err(DatabaseError::from)?;
    Ok(())
}

async fn remember(
    connection: &mut PgConnection,
    (lease, org): (&Lease, OrgId),
    kept: &[&(Key, Option<Known>)],
) -> Result<(), EvaluatorError> {
    let (rules, kinds, ids) = keys(kept);
    let known: Vec<Known> = kept.iter().filter_map(|(_, known)| *known).collect();
    let at = |of: fn(&Known) -> Option<Timestamp>| -> Vec<Option<DateTime<Utc>>> {
        known.iter().map(|known| of(known).map(utc)).collect()
    };
    let done = sqlx::query(fenced!(
        "INSERT INTO alert_watches (org_id, rule_id, subject_type, subject_id, rule_at, hits, \
                                    told, looked_at, valued_at, quiet_until) \
         SELECT $4, u.* FROM held, unnest($5::uuid[], $6::text[], $7::text[], $8::timestamptz[], \
             $9::smallint[], $10::boolean[], $11::timestamptz[], $12::timestamptz[], \
             $13::timestamptz[]) u \
         ON CONFLICT (org_id, rule_id, subject_type, subject_id) DO UPDATE SET \
             rule_at = excluded.rule_at, hits = excluded.hits, told = excluded.told, \
             looked_at = excluded.looked_at, valued_at = excluded.valued_at, \
             quiet_until = excluded.quiet_until"
    ))
    .bind(lease.name)
    .bind(lease.owner)
    .bind(lease.epoch)
    .bind(org.uuid())
    .bind(rules)
    .bind(kinds)
    .bind(ids)
    .bind(at(|known| known.rule_at))
    .bind(known.iter().map(|known| i16::from(known.watch.hits)).collect::<Vec<_>>())
    .bind(known.iter().map(|known| known.watch.told).collect::<Vec<_>>())
    .bind(at(|known| Some(known.watch.looked_at)))
    .bind(at(|known| Some(known.watch.valued_at)))
    .bind(at(|known| known.watch.quiet_until))
    .execute(connection)
    .await?;
    Ok(held(done.rows_affected())?)
}

/// The columns of keys.
fn keys<'k>(rows: &[&'k (Key, Option<Known>)]) -> (Vec<Uuid>, Vec<&'static str>, Vec<&'k str>) {
    let mut columns = (Vec::new(), Vec::new(), Vec::new());
    for ((rule, subject), _) in rows {
        columns.0.push(rule.uuid());
        columns.1.push(subject.kind.word());
        columns.2.push(subject.id.as_str());
    }
    columns
}
