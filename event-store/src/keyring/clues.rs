//! Clues: keyed hashes of what several people may be found by, such as how a name begins. They
//! stand beside the key of whom they tell of, and go with it.

use database::{Database, Role};
use sqlx::PgConnection;
use uuid::Uuid;

use super::KeyringError;

/// Whoever destroys the key waits for this, or this for them.
const HOLD: &str = "SELECT subject_id FROM subject_keys
    WHERE org_id = $1 AND subject_id = $2 AND wrapped IS NOT NULL FOR SHARE";
const DROP: &str = "DELETE FROM person_clues WHERE org_id = $1 AND holder_id = $2";
const NOTE: &str = "INSERT INTO person_clues (org_id, clue, holder_id, subject_id)
    SELECT $1, clue, $2, $3 FROM unnest($4::uuid[]) clue ON CONFLICT DO NOTHING";
const FORGET: &str = "DELETE FROM person_clues WHERE org_id = $1 AND subject_id = $2";
const FIND: &str = "SELECT holder_id FROM person_clues WHERE org_id = $1 AND clue = ANY ($2)
    GROUP BY holder_id HAVING count(*) = cardinality($2) LIMIT $3";

/// Has a holder these clues and no others; none, where the key of whom they tell of is gone.
pub(super) async fn note(
    database: &Database,
    (org, subject, holder): (Uuid, Uuid, Uuid),
    clues: &[Uuid],
) -> Result<(), KeyringError> {
    let mut tx = database.pool(Role::Process).transaction().await?;
    let held = hold(&mut tx, (org, subject)).await?;
    sqlx::query(DROP).bind(org).bind(holder).execute(&mut *tx).await?;
    if held {
        let note = sqlx::query(NOTE).bind(org).bind(holder).bind(subject).bind(clues);
        note.execute(&mut *tx).await?;
    }
    Ok(tx.commit().await?)
}

/// Whether a subject has a key, which nobody destroys before the transaction ends.
pub(super) async fn hold(
    transaction: &mut PgConnection,
    (org, subject): (Uuid, Uuid),
) -> Result<bool, KeyringError> {
    let held: Option<Uuid> =
        sqlx::query_scalar(HOLD).bind(org).bind(subject).fetch_optional(transaction).await?;
    Ok(held.is_some())
}

/// Forgets the clues of whose key is destroyed in the same transaction.
pub(super) async fn forget(
    transaction: &mut PgConnection,
    (org, subject): (Uuid, Uuid),
) -> Result<(), KeyringError> {
    sqlx::query(FORGET).bind(org).bind(subject).execute(transaction).await?;
    Ok(())
}

/// At most so many holders that have every one of these clues.
pub(super) async fn find(
    database: &Database,
    org: Uuid,
    clues: &[Uuid],
    most: i64,
) -> Result<Vec<Uuid>, KeyringError> {
    let mut tx = database.org_tx(org).await?;
    let found = sqlx::query_scalar(FIND).bind(org).bind(clues).bind(most);
    Ok(found.fetch_all(&mut *tx).await?)
}
