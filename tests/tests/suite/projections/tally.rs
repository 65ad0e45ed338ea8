//! A projection that shows every event applied twice or never: it adds up.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use projections::{ApplyError, BoxFuture, Projection, Recorded, Tables};
use sqlx::PgConnection;
use uuid::Uuid;

/// Counts the events of every stream and adds up their positions. Not
/// idempotent on purpose.
pub struct Tally {
    /// Stands still for ever after writing the rows of a batch that reaches
    /// this position, as a process that is killed there.
    pub hang_at: Arc<AtomicI64>,
    /// Where it stood still; 0 while it has not.
    pub hung: Arc<AtomicI64>,
    /// Refuses this position.
    pub refuse: i64,
}

impl Default for Tally {
    fn default() -> Self {
        Self { hang_at: Arc::new(AtomicI64::new(i64::MAX)), hung: Arc::default(), refuse: 0 }
    }
}

impl Projection for Tally {
    fn name(&self) -> &'static str {
        "tally"
    }

    fn version(&self) -> i32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["tally"]
    }

    fn wants(&self, aggregate_type: &str, event_type: &str) -> bool {
        aggregate_type == "call" && event_type != "CallTagged"
    }

    fn apply<'a>(
        &'a self,
        tx: &'a mut PgConnection,
        batch: &'a [Arc<Recorded>],
        _tables: Tables,
    ) -> BoxFuture<'a, Result<(), ApplyError>> {
        Box::pin(async move {
            if batch.iter().any(|event| event.position == self.refuse) {
                let reason = "it is refused".to_owned();
                return Err(ApplyError::Event { position: self.refuse, reason });
            }
            let orgs: Vec<Uuid> = batch.iter().map(|event| event.org_id.uuid()).collect();
            let ids: Vec<Uuid> = batch.iter().map(|event| event.aggregate_id).collect();
            let positions: Vec<i64> = batch.iter().map(|event| event.position).collect();
            sqlx::query(
                "INSERT INTO tally (org_id, id, n, total)
                 SELECT o, i, count(*), sum(p) FROM unnest($1::uuid[], $2::uuid[], $3::bigint[])
                 AS u(o, i, p) GROUP BY o, i
                 ON CONFLICT (org_id, id) DO UPDATE
                 SET n = tally.n + excluded.n, total = tally.total + excluded.total",
            )
            .bind(orgs)
            .bind(ids)
            .bind(&positions)
            .execute(tx)
            .await?;
            let last = positions.iter().copied().max().unwrap_or(0);
            if last >= self.hang_at.load(Ordering::SeqCst) {
                self.hung.store(last, Ordering::SeqCst);
                std::future::pending::<()>().await;
            }
            Ok(())
        })
    }
}
