//! The peer's rebuild: `QueryReplay` into a `GenericQuery`, on a slice of the
//! same events that it can manage in reasonable time.

use std::sync::Arc;
use std::time::Instant;

use cqrs_es::persist::{GenericQuery, QueryReplay};
use cqrs_es::{EventEnvelope, View};
use domain::Decider;
use domain::call::Call;
use postgres_es::{PostgresEventRepository, PostgresViewRepository};
use serde::{Deserialize, Serialize};
use tests::TestDatabase;

use crate::stock;

const EVENTS: i64 = 20_000;

/// The call as the peer's view folds it.
#[derive(Debug, Default, Serialize, Deserialize)]
struct CallView {
    call: Call,
}

impl View<Call> for CallView {
    fn update(&mut self, event: &EventEnvelope<Call>) {
        self.call.evolve(&event.payload);
    }
}

/// How many events were replayed, and how many per second.
pub async fn rate(home: &TestDatabase) -> anyhow::Result<(i64, f64)> {
    let pool = stock::pool(&home.superuser()).await?;
    sqlx::raw_sql("TRUNCATE stock.events, stock.call_view").execute(&pool).await?;
    let copied = sqlx::query(
        "INSERT INTO stock.events
         SELECT aggregate_type, aggregate_id::text, sequence, event_type, event_version::text,
                payload, metadata
         FROM public.events WHERE position <= $1",
    );
    let copied = i64::try_from(copied.bind(EVENTS).execute(&pool).await?.rows_affected())?;
    let views = Arc::new(PostgresViewRepository::<CallView, Call>::new("call_view", pool.clone()));
    let query = GenericQuery::new(views);
    let replay = QueryReplay::new(PostgresEventRepository::new(pool.clone()), query);
    let began = Instant::now();
    replay.replay_all().await?;
    let took = began.elapsed();
    let views: i64 =
        sqlx::query_scalar("SELECT count(*) FROM stock.call_view").fetch_one(&pool).await?;
    anyhow::ensure!(views > 0, "the peer wrote no view");
    Ok((copied, copied as f64 / took.as_secs_f64()))
}
