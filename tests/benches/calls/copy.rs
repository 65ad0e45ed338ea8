//! The raw limit: the rows of the log by COPY BINARY, 10,000 in a transaction,
//! into a table with the same columns and indexes.

use std::time::{Duration, Instant};

use futures::TryStreamExt;
use sqlx::{ConnectOptions, PgConnection};
use tests::TestDatabase;

use crate::Size;

const ROWS: i64 = 10_000;
const TRANSACTIONS: i64 = 20;

/// Events per second.
pub async fn rate(home: &TestDatabase, size: Size) -> anyhow::Result<f64> {
    let mut connection = home.superuser().connect().await?;
    let mut parts = Vec::new();
    for part in 0..TRANSACTIONS {
        parts.push(read(&mut connection, part * ROWS).await?);
    }
    let (mut events, mut took) = (0_u64, Duration::ZERO);
    for _ in 0..size.rounds {
        sqlx::raw_sql(
            "DROP TABLE IF EXISTS raw_events; CREATE TABLE raw_events (LIKE events INCLUDING ALL)",
        )
        .execute(&mut connection)
        .await?;
        let began = Instant::now();
        for part in &parts {
            let into = "COPY raw_events FROM STDIN (FORMAT binary)";
            let mut copy = connection.copy_in_raw(into).await?;
            copy.send(part.as_slice()).await?;
            events += copy.finish().await?;
        }
        took += began.elapsed();
    }
    sqlx::raw_sql("DROP TABLE raw_events").execute(&mut connection).await?;
    Ok(events as f64 / took.as_secs_f64())
}

async fn read(connection: &mut PgConnection, after: i64) -> anyhow::Result<Vec<u8>> {
    // COPY takes no parameters; the number is ours.
    let statement = format!(
        "COPY (SELECT * FROM events WHERE position > {after} ORDER BY position LIMIT {ROWS})
         TO STDOUT (FORMAT binary)"
    );
    let mut stream = connection.copy_out_raw(&statement).await?;
    let mut bytes = Vec::new();
    while let Some(chunk) = stream.try_next().await? {
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
