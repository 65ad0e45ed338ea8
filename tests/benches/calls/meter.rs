//! What a round uses: CPU of whoever sends and of the server, and bytes of the write-ahead log.

use sqlx::PgPool;

use crate::contest::Round;
use crate::cpu::Server;

/// Reads it before a round and after it.
#[derive(Clone)]
pub struct Meter {
    server: Server,
    pool: PgPool,
}

impl Meter {
    /// Of the server that a pool is connected to.
    pub async fn of(pool: &PgPool) -> anyhow::Result<Self> {
        Ok(Self { server: Server::of(pool).await?, pool: pool.clone() })
    }

    /// A round with what these processes have used for it, and the server.
    pub async fn round(
        &self,
        processes: &[u32],
        drive: impl Future<Output = anyhow::Result<Round>>,
    ) -> anyhow::Result<Round> {
        let (wal, used) = (self.wal().await?, self.server.used(processes));
        let round = drive.await?;
        let used = self.server.used(processes).since(used);
        let wal_bytes = self.wal().await? - wal;
        Ok(Round { client_s: used.client, server_s: used.server, wal_bytes, ..round })
    }

    async fn wal(&self) -> anyhow::Result<i64> {
        let end = "SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint";
        Ok(sqlx::query_scalar(end).fetch_one(&self.pool).await?)
    }
}
