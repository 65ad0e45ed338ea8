//! Where wrapped keys are kept.

use std::collections::HashSet;

use database::Database;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::KeyringError;
use super::cipher::{self, Bytes, Purpose};

const FETCH: &str = "SELECT wrapped FROM subject_keys WHERE org_id = $1 AND subject_id = $2";
const FETCH_OR_MAKE: &str = include_str!("../sql/fetch_keys.sql");
const SECRET: &str = "SELECT wrapped FROM organization_secrets WHERE org_id = $1";
const MAKE_SECRET: &str = "INSERT INTO organization_secrets (org_id, wrapped) VALUES ($1, $2)
    ON CONFLICT (org_id) DO NOTHING";

/// Somebody else's key appears at the latest when it is asked for again.
const TRIES: usize = 3;

/// The key of a subject, if it has one.
pub(super) async fn fetch(
    database: &Database,
    kek: &Bytes,
    org: Uuid,
    subject: Uuid,
) -> Result<Option<Zeroizing<Bytes>>, KeyringError> {
    let mut tx = database.org_tx(org).await?;
    let wrapped = sqlx::query_scalar(FETCH).bind(org).bind(subject);
    let wrapped: Option<Vec<u8>> = wrapped.fetch_optional(&mut *tx).await?;
    let unwrap =
        |wrapped: Vec<u8>| cipher::unwrap(kek, Purpose::SubjectKey, org, subject, &wrapped);
    wrapped.map(unwrap).transpose()
}

/// The keys of subjects; those that are not there are made. One that cannot be unwrapped is
/// told as that and does not spoil the others.
pub(super) async fn fetch_or_make(
    database: &Database,
    kek: &Bytes,
    org: Uuid,
    mut missing: Vec<Uuid>,
) -> Result<Vec<(Uuid, Result<Zeroizing<Bytes>, KeyringError>)>, KeyringError> {
    // In one order everywhere, so that two who make several keys do not wait for each other.
    missing.sort_unstable();
    missing.dedup();
    let mut found = Vec::with_capacity(missing.len());
    for _ in 0..TRIES {
        let mut offered = Vec::with_capacity(missing.len());
        for subject in &missing {
            let key = cipher::random();
            offered.push(cipher::wrap(kek, Purpose::SubjectKey, org, *subject, &key)?);
        }
        let mut tx = database.org_tx(org).await?;
        let rows = sqlx::query_as(FETCH_OR_MAKE).bind(org).bind(&missing).bind(&offered);
        let rows: Vec<(Uuid, Vec<u8>)> = rows.fetch_all(&mut *tx).await?;
        tx.commit().await?;
        let before = found.len();
        for (subject, wrapped) in rows {
            let key = cipher::unwrap(kek, Purpose::SubjectKey, org, subject, &wrapped);
            found.push((subject, key));
        }
        let new: HashSet<Uuid> = found.iter().skip(before).map(|(subject, _)| *subject).collect();
        missing.retain(|subject| !new.contains(subject));
        if missing.is_empty() {
            return Ok(found);
        }
    }
    Err(KeyringError::NotPrepared)
}

/// The secret of an organization; made where it is not there.
pub(super) async fn secret(
    database: &Database,
    kek: &Bytes,
    org: Uuid,
) -> Result<Zeroizing<Bytes>, KeyringError> {
    for _ in 0..TRIES {
        let mut tx = database.org_tx(org).await?;
        let kept = sqlx::query_scalar(SECRET).bind(org);
        let kept: Option<Vec<u8>> = kept.fetch_optional(&mut *tx).await?;
        if let Some(wrapped) = kept {
            return cipher::unwrap(kek, Purpose::OrganizationSecret, org, Uuid::nil(), &wrapped);
        }
        let secret = cipher::random();
        let wrapped = cipher::wrap(kek, Purpose::OrganizationSecret, org, Uuid::nil(), &secret)?;
        sqlx::query(MAKE_SECRET).bind(org).bind(wrapped).execute(&mut *tx).await?;
        tx.commit().await?;
    }
    Err(KeyringError::NotPrepared)
}
