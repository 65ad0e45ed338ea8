//! Wraps every key anew after a rotation of the key-encryption key, while everything goes on.

use database::{Database, Keks, Role};
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
                 WHERE kek <> $1 ORDER BY kek LIMIT $2",
        update: "UPDATE subject_keys k SET wrapped = n.wrapped, kek = $1
                 FROM unnest($2::uuid[], $3::uuid[], $4::bytea[], $5::bytea[])
                     AS n(org_id, subject_id, old, wrapped)
                 WHERE k.org_id = n.org_id AND k.subject_id = n.subject_id AND k.wrapped = n.old",
    },
    Kept {
        purpose: Purpose::OrganizationSecret,
        select: "SELECT org_id, '00000000-0000-0000-0000-000000000000'::uuid, wrapped, kek
                 FROM organization_secrets WHERE kek <> $1 ORDER BY kek LIMIT $2",
        update: "UPDATE organization_secrets k SET wrapped = n.wrapped, kek = $1
                 FROM unnest($2::uuid[], $3::uuid[], $4::bytea[], $5::bytea[])
                     AS n(org_id, subject_id, old, wrapped)
                 WHERE k.org_id = n.org_id AND k.wrapped = n.old",
    },
];

/// Wraps everything with the newest key-encryption key that is wrapped with another one; how many
/// keys those were. It can be interrupted and done again; what was destroyed or wrapped anew by
/// somebody else in between stays as they have left it.
///
/// # Errors
/// A key cannot be unwrapped, or the database is away.
pub async fn rewrap(database: &Database, keks: &Keks) -> Result<u64, KeyringError> {
    let (number, kek) = keks.newest()?;
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
                let former = keks.get(by).map_err(|_| KeyringError::Wrapping)?;
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
