//! The rows of the log by COPY BINARY, 10,000 in a transaction.

use futures::TryStreamExt;
use sqlx::PgConnection;

const ROWS: i64 = 10_000;

/// The first rows of the log as COPY has them.
pub async fn read(connection: &mut PgConnection, count: i64) -> anyhow::Result<Vec<Vec<u8>>> {
    let mut parts = Vec::new();
    for after in (0..count).step_by(usize::try_from(ROWS)?) {
        let until = count.min(after + ROWS);
        // COPY takes no parameters; the numbers are ours.
        let statement = format!(
            "COPY (SELECT * FROM events WHERE position > {after} AND position <= {until}
                   ORDER BY position) TO STDOUT (FORMAT binary)"
        );
        let mut stream = connection.copy_out_raw(&statement).await?;
        let mut bytes = Vec::new();
        while let Some(chunk) = stream.try_next().await? {
            bytes.extend_from_slice(&chunk);
        }
        parts.push(bytes);
    }
    Ok(parts)
}

/// Writes them into a table, a transaction each.
pub async fn send(
    connection: &mut PgConnection,
    parts: &[Vec<u8>],
    table: &str,
) -> anyhow::Result<()> {
    for part in parts {
        let into = format!("COPY {table} FROM STDIN (FORMAT binary)");
        let mut copy = connection.copy_in_raw(&into).await?;
        copy.send(part.as_slice()).await?;
        copy.finish().await?;
    }
    Ok(())
}
