//! Wraps every key anew after a rotation of the key-encryption key, while everything goes on.

use std::time::Duration;

use database::{Database, KEK_FRESH, Kek, Keks, Role};
use uuid::Uuid;

use super::KeyringError;
use super::cipher::{self, Purpose};

/// Keys that are wrapped anew in one statement.
const BATCH: i64 = 500;

/// What is kept wrapped, and where.
struct Kept {
    purpose: Purpose,
    select: &'static str,
    update: &'static str,
}

/// Whose key it is, and what wraps it how.
type Row = (Uuid, Uuid, Vec<u8>, i16);

const KEPT: [Kept; 2] = [
    Kept {
        purpose: Purpose::SubjectKey,
        select: "SELECT org_id, subject_id, wrapped, kek FROM subject_keys
                 WHERE kek < $1 AND wrapped IS NOT NULL ORDER BY kek LIMIT $2",
        update: "UPDATE subject_keys k SET wrapped = n.wrapped, kek = $1
                 FROM unnest($2::uuid[], $3::uuid[], $4::bytea[], $5::bytea[])
                     AS n(org_id, subject_id, old, wrapped)
                 WHERE k.org_id = n.org_id AND k.subject_id = n.subject_id AND k.wrapped = n.old",
    },
    Kept {
        purpose: Purpose::OrganizationSecret,
        select: "SELECT org_id, '00000000-0000-0000-0000-000000000000'::uuid, wrapped, kek
                 FROM organization_secrets WHERE kek < $1 ORDER BY kek LIMIT $2",
        update: "UPDATE organization_secrets k SET wrapped = n.wrapped, kek = $1
                 FROM unnest($2::uuid[], $3::uuid[], $4::bytea[], $5::bytea[])
                     AS n(org_id, subject_id, old, wrapped)
                 WHERE k.org_id = n.org_id AND k.wrapped = n.old",
    },
];

/// The key-encryption keys that anything is wrapped with, and how much is.
///
/// # Errors
/// The database is away.
pub async fn wrapped_with(database: &Database) -> Result<Vec<(i16, i64)>, KeyringError> {
    let mut connection = database.pool(Role::Process).acquire().await?;
    Ok(sqlx::query_as(
        "SELECT kek, count(*) FROM (SELECT kek FROM subject_keys WHERE wrapped IS NOT NULL
                                    UNION ALL SELECT kek FROM organization_secrets) k
         GROUP BY kek ORDER BY kek",
    )
    .fetch_all(&mut *connection)
    .await?)
}

/// Whether every key can be unwrapped: asked before anything is served.
///
/// # Errors
/// [`KeyringError::Kek`] with the number of the first key-encryption key that is missing.
pub async fn check_keks(database: &Database, keks: &Keks) -> Result<(), KeyringError> {
    for (number, _) in wrapped_with(database).await? {
        known(keks, number)?;
    }
    Ok(())
}

pub(super) fn newest(keks: &Keks) -> Result<(i16, Kek), KeyringError> {
    keks.newest().map_err(|error| KeyringError::Kek { number: 0, error })
}

pub(super) fn known(keks: &Keks, number: i16) -> Result<Kek, KeyringError> {
    keks.get(number).map_err(|error| KeyringError::Kek { number, error })
}

/// What a rotation came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// The newest key-encryption key, with which everything is wrapped now.
    pub number: i16,
    /// How many keys were wrapped anew.
    pub wrapped: u64,
}

/// Makes the next key-encryption key and wraps everything with it, while servers go on. It waits as
/// long as a server may still wrap with the one before, and comes back when nothing is wrapped with
/// an older one any more. One rotation at a time; interrupted, it can be done again.
///
/// # Errors
/// A key-encryption key is missing, before a new one is made; the database is away.
pub async fn rotate(database: &Database, keks: &Keks) -> Result<Rotated, KeyringError> {
    let turn = {
        let keks = keks.clone();
        tokio::task::spawn_blocking(move || keks.turn()).await
    };
    let fault = |error| KeyringError::Kek { number: 0, error };
    let turn = turn.map_err(|error| fault(error.into()))?.map_err(fault)?;
    check_keks(database, keks).await?;
    let used = wrapped_with(database).await?.last().map_or(1, |(number, _)| *number);
    let number = keks.rotate(used).map_err(fault)?;
    let mut wrapped = rewrap(database, keks).await?;
    tokio::time::sleep(KEK_FRESH + Duration::from_secs(1)).await;
    loop {
        wrapped += rewrap(database, keks).await?;
        let kept = wrapped_with(database).await?;
        if kept.iter().all(|(by, _)| *by >= number) {
            drop(turn);
            return Ok(Rotated { number, wrapped });
        }
    }
}

/// Wraps everything with the newest key-encryption key that is wrapped with an older one; how many
/// keys those were. It can be interrupted and done again; what was destroyed or wrapped anew by
/// somebody else in between stays as they have left it.
///
/// # Errors
/// A key cannot be unwrapped, or the database is away.
pub async fn rewrap(database: &Database, keks: &Keks) -> Result<u64, KeyringError> {
    let (number, kek) = newest(keks)?;
    let mut all = 0;
    for kept in &KEPT {
        loop {
            let mut connection = database.pool(Role::Process).acquire().await?;
            let rows = sqlx::query_as(kept.select).bind(number).bind(BATCH);
            let rows: Vec<Row> = rows.fetch_all(&mut *connection).await?;
            if rows.is_empty() {
                break;
            }
            let (mut orgs, mut ids, mut old, mut new) = (vec![], vec![], vec![], vec![]);
            for (org, id, wrapped, by) in rows {
                let former = known(keks, by)?;
                let key = cipher::unwrap(&former, kept.purpose, org, id, &wrapped)?;
                new.push(cipher::wrap(&kek, kept.purpose, org, id, &key)?);
                orgs.push(org);
                ids.push(id);
                old.push(wrapped);
            }
            let update = sqlx::query(kept.update).bind(number);
            let update = update.bind(&orgs).bind(&ids).bind(&old).bind(&new);
            all += update.execute(&mut *connection).await?.rows_affected();
        }
    }
    Ok(all)
}
