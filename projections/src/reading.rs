//! What every reading of a folded aggregate needs.

use std::str::FromStr;

use database::Database;
use domain::OrgId;
use serde::de::DeserializeOwned;
use sqlx::{Executor, Postgres, Transaction};

use crate::RuntimeError;

/// A transaction of an organization that sees one instant, and whose plans know the parameters:
/// with a generic plan a filter that is not set would keep every index but one from being used. A
/// scan of a table would read every organization's rows, so it never looks cheap; nor does one that
/// several processes share, which is over a little sooner for whoever asks alone, and takes the
/// cores of all others.
pub(crate) async fn planned(
    database: &Database,
    org: OrgId,
) -> Result<Transaction<'static, Postgres>, RuntimeError> {
    let mut tx = database.org_tx(org.uuid()).await?;
    let settings = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;
                    SET LOCAL plan_cache_mode = force_custom_plan;
                    SET LOCAL enable_seqscan = off; SET LOCAL max_parallel_workers_per_gather = 0";
    tx.execute(settings).await?;
    Ok(tx)
}

/// Version and state of a row.
pub(crate) fn folded<S: DeserializeOwned>(
    version: i64,
    state: &str,
) -> Result<(u64, S), RuntimeError> {
    let state = json("state", state)?;
    let version = u64::try_from(version).map_err(|error| undecoded("version", error))?;
    Ok((version, state))
}

/// What a column has as JSON.
pub(crate) fn json<S: DeserializeOwned>(column: &str, text: &str) -> Result<S, RuntimeError> {
    serde_json::from_str(text).map_err(|error| undecoded(column, error).into())
}

/// A word of a column.
pub(crate) fn word<W>(column: &str, word: &str) -> Result<W, RuntimeError>
where
    W: FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    word.parse().map_err(|error| undecoded(column, error).into())
}

fn undecoded(column: &str, error: impl std::error::Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::ColumnDecode { index: column.to_owned(), source: Box::new(error) }
}
