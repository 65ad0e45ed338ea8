//! What does somebody have to know, and had to?
//!
//! Reads every event of alerts and alone writes the table `alerts`, a row for each time. It lags
//! behind the log as far as the health of the projection says, usually milliseconds. A batch costs
//! a statement for each of its facts, which are few.

pub mod read;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::alert::{Alert, AlertEvent, Told};
use domain::{Timestamp, UserId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{ApplyError, BoxFuture, Fact, Projection, Recorded, Tables};

/// The projection.
pub struct Alerts;

impl Projection for Alerts {
    fn name(&self) -> &'static str {
        "alerts"
    }

    fn version(&self) -> i32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["alerts"]
    }

    fn wants(&self, aggregate_type: &str, _event_type: &str) -> bool {
        aggregate_type == Alert::TYPE
    }

    fn apply<'a>(
        &'a self,
        tx: &'a mut PgConnection,
        batch: &'a [Arc<Recorded>],
        _tables: Tables,
    ) -> BoxFuture<'a, Result<(), ApplyError>> {
        Box::pin(async move {
            for recorded in batch {
                let Fact::Alert(event) = &recorded.event else { continue };
                write(tx, recorded, event).await?;
            }
            Ok(())
        })
    }
}

async fn write(
    tx: &mut PgConnection,
    recorded: &Recorded,
    event: &AlertEvent,
) -> Result<(), sqlx::Error> {
    let (org, id) = (recorded.org_id.uuid(), event.alert_id().uuid());
    match event {
        AlertEvent::AlertRaised { told, value, at, .. } => {
            raise(tx, recorded, (id, told), (*value, *at)).await
        }
        AlertEvent::AlertAcknowledged { by, at, .. } => {
            let at = DateTime::<Utc>::from(*at);
            let known = sqlx::query_file!("src/alerts/acknowledge.sql", org, id, by.uuid(), at);
            known.execute(tx).await.map(|_| ())
        }
        AlertEvent::AlertResolved { reason, by, at, .. } => {
            end(tx, (org, id), *at, (Some(reason.word()), *by)).await
        }
        AlertEvent::AlertExpired { at, .. } => end(tx, (org, id), *at, (None, None)).await,
    }
}

async fn raise(
    tx: &mut PgConnection,
    recorded: &Recorded,
    (id, told): (Uuid, &Told),
    (value, at): (f64, Timestamp),
) -> Result<(), sqlx::Error> {
    let raise = sqlx::query_file!(
        "src/alerts/raise.sql",
        recorded.org_id.uuid(),
        id,
        recorded.aggregate_id,
        told.rule_id.uuid(),
        &told.rule,
        told.metric.word(),
        told.operator.word(),
        told.threshold,
        told.window_seconds.and_then(|window| i32::try_from(window).ok()) as _,
        told.severity.word(),
        told.subject.kind.word(),
        &told.subject.id,
        told.subject.id.parse::<Uuid>().ok() as _,
        value,
        DateTime::<Utc>::from(at),
    );
    raise.execute(tx).await.map(|_| ())
}

async fn end(
    tx: &mut PgConnection,
    (org, id): (Uuid, Uuid),
    at: Timestamp,
    (reason, by): (Option<&'static str>, Option<UserId>),
) -> Result<(), sqlx::Error> {
    let (at, by) = (DateTime::<Utc>::from(at), by.map(UserId::uuid));
    let end = sqlx::query_file!("src/alerts/end.sql", org, id, at, reason as _, by as _);
    end.execute(tx).await.map(|_| ())
}
