//! The facts that this process acts on, out of a page of the log.

use chrono::{DateTime, Utc};
use domain::call::CallEvent;
use domain::{DecidedEvent, Timestamp};
use event_store::EventRef;
use sqlx::PgConnection;
use uuid::Uuid;

use super::super::error::TelephonyError;

/// What a page of the log asks for, column by column.
#[derive(Debug, Default)]
pub(super) struct Facts {
    initiated: Columns,
    end_requested: Columns,
    ended: Columns,
}

#[derive(Debug, Default)]
struct Columns {
    orgs: Vec<Uuid>,
    calls: Vec<Uuid>,
    events: Vec<Uuid>,
    correlations: Vec<Uuid>,
    positions: Vec<i64>,
    at: Vec<DateTime<Utc>>,
}

impl Columns {
    fn take(&mut self, event: &EventRef<'_>) {
        self.orgs.push(event.org_id);
        self.calls.push(event.aggregate_id);
        self.events.push(event.event_id);
        self.correlations.push(event.correlation_id);
        self.positions.push(event.position);
        self.at.push(Timestamp::from_millis(event.occurred_at_ms).into());
    }
}

impl Facts {
    /// Takes a fact of a call. One that this program does not know stops the work: it may be one
    /// that should be acted on.
    pub(super) fn take(&mut self, event: &EventRef<'_>) -> Result<(), TelephonyError> {
        if !CallEvent::known(event.event_type, event.event_version) {
            let (kind, version) = (event.event_type, event.event_version);
            let words = format!("the event at {}: {kind} version {version}", event.position);
            return Err(TelephonyError::Stored(words));
        }
        match event.event_type {
            "CallInitiated" => self.initiated.take(event),
            "CallEndRequested" => self.end_requested.take(event),
            "CallEnded" => self.ended.take(event),
            _ => {}
        }
        Ok(())
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.initiated.calls.len() + self.end_requested.calls.len() + self.ended.calls.len()
    }

    /// Keeps them, in the order in which a call goes through them. The end of a call also
    /// gives its number back.
    pub(super) async fn keep(
        &self,
        connection: &mut PgConnection,
        timeout_ms: i64,
    ) -> Result<(), sqlx::Error> {
        if !self.initiated.calls.is_empty() {
            queue(connection, &self.initiated, timeout_ms).await?;
        }
        if !self.end_requested.calls.is_empty() {
            request_end(connection, &self.end_requested).await?;
        }
        if !self.ended.calls.is_empty() {
            end(connection, &self.ended).await?;
        }
        Ok(())
    }
}

async fn queue(
    connection: &mut PgConnection,
    facts: &Columns,
    timeout_ms: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO dial_submissions \
           (org_id, call_id, event_id, correlation_id, position, initiated_at, timeout_at) \
         SELECT org, call, event, correlation, position, at, at + $7 * interval '1 ms' \
         FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[], \
                     $6::timestamptz[]) u(org, call, event, correlation, position, at) \
         ON CONFLICT DO NOTHING",
    )
    .bind(&facts.orgs)
    .bind(&facts.calls)
    .bind(&facts.events)
    .bind(&facts.correlations)
    .bind(&facts.positions)
    .bind(&facts.at)
    .bind(timeout_ms)
    .execute(connection)
    .await?;
    Ok(())
}

async fn request_end(connection: &mut PgConnection, facts: &Columns) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE dial_submissions s SET end_requested_at = u.at, end_event_id = u.event, \
           end_correlation = u.correlation \
         FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::timestamptz[]) \
              u(org, call, event, correlation, at) \
         WHERE s.org_id = u.org AND s.call_id = u.call AND s.end_requested_at IS NULL",
    )
    .bind(&facts.orgs)
    .bind(&facts.calls)
    .bind(&facts.events)
    .bind(&facts.correlations)
    .bind(&facts.at)
    .execute(connection)
    .await?;
    Ok(())
}

async fn end(connection: &mut PgConnection, facts: &Columns) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE dial_submissions s SET ended_at = u.at \
         FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) u(org, call, at) \
         WHERE s.org_id = u.org AND s.call_id = u.call AND s.ended_at IS NULL",
    )
    .bind(&facts.orgs)
    .bind(&facts.calls)
    .bind(&facts.at)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "DELETE FROM dial_reservations r USING unnest($1::uuid[], $2::uuid[]) u(org, call) \
         WHERE r.org_id = u.org AND r.call_id = u.call",
    )
    .bind(&facts.orgs)
    .bind(&facts.calls)
    .execute(connection)
    .await?;
    Ok(())
}
