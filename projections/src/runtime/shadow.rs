//! The schema in which a projection is built anew, beside the live tables:
//! opened or found again, swapped in, cleared away.

use std::time::Duration;

use database::Pool;
use futures::future::try_join_all;
use serde::Serialize;
use sqlx::{Connection, PgConnection, Postgres, Transaction};

use super::{Projection, RuntimeError, checkpoint::Place, seat::connect};

/// A table that was not what its rebuild says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Difference {
    /// The table.
    #[sqlx(rename = "name")]
    pub table: String,
    /// Rows that only the live table had; a changed row counts here and there.
    pub live_only: i64,
    /// Rows that only the rebuilt table has.
    pub built_only: i64,
}

/// The live checkpoint.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub(super) struct Live {
    pub position: i64,
    pub version: i32,
}

/// A build: its number and its schema.
#[derive(Clone, Debug)]
pub(super) struct Shadow {
    pub name: String,
    pub build: i32,
    pub schema: String,
    tables: Vec<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    build: i32,
    version: i32,
    state: String,
    schema_name: Option<String>,
    lease_owner: Option<String>,
    leased: bool,
}

impl Shadow {
    /// Goes on with the build of this version that was left, or begins one.
    /// What older builds have left is cleared away.
    pub(super) async fn open(
        connection: &mut PgConnection,
        projection: &dyn Projection,
    ) -> Result<Self, RuntimeError> {
        let name = projection.name();
        let mut tx = connection.begin().await?;
        // One at a time: whoever opens a build of this projection holds this row.
        let last = "SELECT last_build FROM projection_checkpoints
                    WHERE name = $1 AND build = 0 FOR UPDATE";
        let mut last: i32 = sqlx::query_scalar(last).bind(name).fetch_one(&mut *tx).await?;
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT build, version, state, schema_name, lease_owner,
                    lease_owner IS NOT NULL AND lease_until > clock_timestamp() AS leased
             FROM projection_checkpoints WHERE name = $1 AND build > 0 ORDER BY build",
        )
        .bind(name)
        .fetch_all(&mut *tx)
        .await?;
        let mut found = None;
        for row in rows {
            last = last.max(row.build);
            let shadow = Self::of(projection, row.build, row.schema_name.unwrap_or_default());
            let current = row.state != "swapped" && row.version == projection.version();
            if current && found.is_none() && shadow.fits(&mut tx).await? {
                found = Some(shadow);
            } else if row.leased && row.state != "swapped" {
                let owner = row.lease_owner.unwrap_or_default();
                return Err(RuntimeError::Busy { name: name.to_owned(), owner });
            } else {
                shadow.clear(&mut tx).await?;
            }
        }
        let shadow = match found {
            Some(shadow) => shadow,
            None => Self::begin(&mut tx, projection, last + 1).await?,
        };
        tx.commit().await?;
        Ok(shadow)
    }

    /// The checkpoint of the build.
    pub(super) fn place(&self) -> Place {
        Place { name: self.name.clone(), build: self.build }
    }

    /// Indexes, and fresh statistics, so that the first queries after the swap plan well; of
    /// all tables at once. Whoever was stopped while doing it is waited for.
    pub(super) async fn finish(&self, pool: &Pool) -> Result<(), RuntimeError> {
        let finish = |table| async move {
            let mut connection = connect(pool, &[("lock_timeout", "0")]).await?;
            let finish = sqlx::query("SELECT projection_build_finish($1, ARRAY[$2])");
            finish.bind(&self.schema).bind(table).execute(&mut connection).await?;
            Ok::<(), RuntimeError>(())
        };
        try_join_all(self.tables.iter().map(finish)).await?;
        Ok(())
    }

    /// Where the live one stands now.
    pub(super) async fn live(&self, connection: &mut PgConnection) -> Result<Live, RuntimeError> {
        let live = "SELECT position, version FROM projection_checkpoints
                    WHERE name = $1 AND build = 0";
        Ok(sqlx::query_as(live).bind(&self.name).fetch_one(connection).await?)
    }

    /// Tables that differ from the live ones, by the snapshot of a connection.
    pub(super) async fn compare(
        &self,
        connection: &mut PgConnection,
    ) -> Result<Vec<Difference>, RuntimeError> {
        let compare = "SELECT name, live_only, built_only FROM projection_build_compare($1, $2)";
        let found: Vec<Difference> = sqlx::query_as(compare)
            .bind(&self.schema)
            .bind(&self.tables)
            .fetch_all(connection)
            .await?;
        Ok(found.into_iter().filter(|table| table.live_only + table.built_only > 0).collect())
    }

    /// Holds the live one by locking its checkpoint; says where it stands.
    pub(super) async fn lock_live(
        &self,
        pool: &Pool,
        patience: Duration,
    ) -> Result<(Transaction<'static, Postgres>, Live), RuntimeError> {
        let mut tx = pool.transaction().await?;
        let patience = format!("{}ms", patience.as_millis());
        sqlx::query("SELECT set_config('lock_timeout', $1, true)")
            .bind(patience)
            .execute(&mut *tx)
            .await?;
        let live = "SELECT position, version FROM projection_checkpoints
                    WHERE name = $1 AND build = 0 FOR UPDATE";
        let live = sqlx::query_as(live).bind(&self.name).fetch_one(&mut *tx).await?;
        Ok((tx, live))
    }

    /// Swaps the tables and hands the build's checkpoint to the live row. The
    /// lease's epoch moves too, so that a live worker, wherever it runs, starts
    /// again from the new tables; until it notices, it counts as alive.
    pub(super) async fn swap(
        &self,
        mut tx: Transaction<'static, Postgres>,
        epoch: i64,
    ) -> Result<(), RuntimeError> {
        let handed = sqlx::query(
            "UPDATE projection_checkpoints live
             SET position = b.position, event_id = b.event_id, version = b.version,
                 applied = b.applied, log_epoch = b.log_epoch, last_build = b.build,
                 state = 'running', reason = NULL, lease_epoch = live.lease_epoch + 1,
                 lease_owner = NULL, updated_at = clock_timestamp()
             FROM projection_checkpoints b
             WHERE live.name = $1 AND live.build = 0 AND b.name = $1 AND b.build = $2
               AND b.lease_epoch = $3
               AND b.position >= least(live.position, (SELECT max(position) FROM log_head))",
        );
        let handed = handed.bind(&self.name).bind(self.build).bind(epoch).execute(&mut *tx).await?;
        if handed.rows_affected() != 1 {
            return Err(RuntimeError::Fenced(self.name.clone()));
        }
        let done = "UPDATE projection_checkpoints
                    SET state = 'swapped', lease_owner = NULL, lease_until = NULL
                    WHERE name = $1 AND build = $2";
        sqlx::query(done).bind(&self.name).bind(self.build).execute(&mut *tx).await?;
        let swap = sqlx::query("SELECT projection_build_swap($1, $2)");
        swap.bind(&self.schema).bind(&self.tables).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Drops what is left of it, and its checkpoint.
    pub(super) async fn clear(&self, connection: &mut PgConnection) -> Result<(), RuntimeError> {
        let mut tx = connection.begin().await?;
        let drop = sqlx::query("SELECT projection_build_drop($1)");
        drop.bind(&self.schema).execute(&mut *tx).await?;
        let forget = "DELETE FROM projection_checkpoints WHERE name = $1 AND build = $2";
        sqlx::query(forget).bind(&self.name).bind(self.build).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn begin(
        tx: &mut PgConnection,
        projection: &dyn Projection,
        build: i32,
    ) -> Result<Self, RuntimeError> {
        let schema = format!("{}_v{}_b{build}", projection.name(), projection.version());
        let shadow = Self::of(projection, build, schema);
        let create = sqlx::query("SELECT projection_build_create($1, $2)");
        create.bind(&shadow.schema).bind(&shadow.tables).execute(&mut *tx).await?;
        let row = "INSERT INTO projection_checkpoints (name, build, version, schema_name)
                   VALUES ($1, $2, $3, $4)";
        let row = sqlx::query(row).bind(&shadow.name).bind(build).bind(projection.version());
        row.bind(&shadow.schema).execute(&mut *tx).await?;
        let last =
            "UPDATE projection_checkpoints SET last_build = $2 WHERE name = $1 AND build = 0";
        sqlx::query(last).bind(&shadow.name).bind(build).execute(&mut *tx).await?;
        Ok(shadow)
    }

    async fn fits(&self, connection: &mut PgConnection) -> Result<bool, RuntimeError> {
        let fits = sqlx::query_scalar("SELECT projection_build_fits($1, $2)");
        Ok(fits.bind(&self.schema).bind(&self.tables).fetch_one(connection).await?)
    }

    fn of(projection: &dyn Projection, build: i32, schema: String) -> Self {
        let tables = projection.tables().iter().map(|table| (*table).to_owned()).collect();
        Self { name: projection.name().to_owned(), build, schema, tables }
    }
}
