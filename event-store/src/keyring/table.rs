//! Where wrapped keys are kept.

use std::collections::HashSet;

use database::{Database, Keks, Role};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::cipher::{self, Bytes, Purpose};
use super::{KeyringError, clues, rewrap, words};

const FETCH: &str = "SELECT wrapped, kek FROM subject_keys WHERE org_id = $1 AND subject_id = $2";
const FETCH_OR_MAKE: &str = include_str!("../sql/fetch_keys.sql");
const RESOLVE: &str = include_str!("../sql/resolve_blinds.sql");
const FIND: &str = "SELECT subject_id FROM subject_keys WHERE org_id = $1 AND blind = $2";
const SECRET: &str = "SELECT wrapped, kek FROM organization_secrets WHERE org_id = $1";
const MAKE_SECRET: &str = "INSERT INTO organization_secrets (org_id, wrapped, kek)
    VALUES ($1, $2, $3) ON CONFLICT (org_id) DO NOTHING";
/// The row stays, so that nobody makes the subject a new key.
const DESTROY: &str = "UPDATE subject_keys SET wrapped = NULL, blind = NULL
    WHERE org_id = $1 AND subject_id = $2 AND wrapped = $3";

/// Somebody else's key appears at the latest when it is asked for again.
const TRIES: usize = 3;

/// A key as it is kept; without its bytes it was destroyed.
type Kept = (Option<Vec<u8>>, i16);
/// A key, or why it cannot be had; one that cannot does not spoil the others.
type Unwrapped = Result<Zeroizing<Bytes>, KeyringError>;

fn unwrap(keks: &Keks, purpose: Purpose, (org, of): (Uuid, Uuid), kept: &Kept) -> Unwrapped {
    let wrapped = kept.0.as_deref().ok_or(KeyringError::Erased)?;
    let kek = rewrap::known(keks, kept.1)?;
    cipher::unwrap(&kek, purpose, org, of, wrapped)
}

/// The key of a subject, if it has one (still).
pub(super) async fn fetch(
    database: &Database,
    keks: &Keks,
    org: Uuid,
    subject: Uuid,
) -> Result<Option<Zeroizing<Bytes>>, KeyringError> {
    let mut tx = database.org_tx(org).await?;
    let kept: Option<Kept> =
        sqlx::query_as(FETCH).bind(org).bind(subject).fetch_optional(&mut *tx).await?;
    match kept.map(|kept| unwrap(keks, Purpose::SubjectKey, (org, subject), &kept)) {
        None | Some(Err(KeyringError::Erased)) => Ok(None),
        Some(key) => key.map(Some),
    }
}

/// The keys of subjects; those that are not there are made, but for what was destroyed.
pub(super) async fn fetch_or_make(
    database: &Database,
    keks: &Keks,
    org: Uuid,
    mut missing: Vec<Uuid>,
) -> Result<Vec<(Uuid, Unwrapped)>, KeyringError> {
    // In one order everywhere, so that two who make several keys do not wait for each other.
    missing.sort_unstable();
    missing.dedup();
    let mut found = Vec::with_capacity(missing.len());
    for _ in 0..TRIES {
        let (number, kek) = rewrap::newest(keks)?;
        let mut offered = Vec::with_capacity(missing.len());
        for subject in &missing {
            let key = cipher::random();
            offered.push(cipher::wrap(&kek, Purpose::SubjectKey, org, *subject, &key)?);
        }
        let mut tx = database.org_tx(org).await?;
        let rows = sqlx::query_as(FETCH_OR_MAKE);
        let rows = rows.bind(org).bind(&missing).bind(&offered).bind(number);
        let rows: Vec<(Uuid, Option<Vec<u8>>, i16)> = rows.fetch_all(&mut *tx).await?;
        tx.commit().await?;
        let before = found.len();
        for (subject, wrapped, number) in rows {
            let kept = (wrapped, number);
            found.push((subject, unwrap(keks, Purpose::SubjectKey, (org, subject), &kept)));
        }
        let new: HashSet<Uuid> = found.iter().skip(before).map(|(subject, _)| *subject).collect();
        missing.retain(|subject| !new.contains(subject));
        if missing.is_empty() {
            return Ok(found);
        }
    }
    Err(KeyringError::NotPrepared)
}

/// A subject that was found by its blind index.
pub(super) struct Resolved {
    pub blind: Uuid,
    pub subject: Uuid,
    pub key: Unwrapped,
}

/// The subjects behind blind indexes; those that are not there are made, under random ids.
pub(super) async fn resolve(
    database: &Database,
    keks: &Keks,
    org: Uuid,
    mut missing: Vec<Uuid>,
) -> Result<Vec<Resolved>, KeyringError> {
    missing.sort_unstable();
    missing.dedup();
    let mut found: Vec<Resolved> = Vec::with_capacity(missing.len());
    for _ in 0..TRIES {
        let (number, kek) = rewrap::newest(keks)?;
        let subjects: Vec<Uuid> = missing
            .iter()
            .map(|_| uuid::Builder::from_random_bytes(rand::random()).into_uuid())
            .collect();
        let mut offered = Vec::with_capacity(missing.len());
        for subject in &subjects {
            let key = cipher::random();
            offered.push(cipher::wrap(&kek, Purpose::SubjectKey, org, *subject, &key)?);
        }
        let mut tx = database.org_tx(org).await?;
        let rows = sqlx::query_as(RESOLVE);
        let rows = rows.bind(org).bind(&missing).bind(&subjects).bind(&offered).bind(number);
        let rows: Vec<(Uuid, Uuid, Option<Vec<u8>>, i16)> = rows.fetch_all(&mut *tx).await?;
        tx.commit().await?;
        for (blind, subject, wrapped, number) in rows {
            let kept = (wrapped, number);
            let key = unwrap(keks, Purpose::SubjectKey, (org, subject), &kept);
            missing.retain(|other| *other != blind);
            found.push(Resolved { blind, subject, key });
        }
        if missing.is_empty() {
            return Ok(found);
        }
    }
    Err(KeyringError::NotPrepared)
}

/// The subject behind a blind index, where there is one.
pub(super) async fn find(
    database: &Database,
    org: Uuid,
    blind: Uuid,
) -> Result<Option<Uuid>, KeyringError> {
    let mut tx = database.org_tx(org).await?;
    Ok(sqlx::query_scalar(FIND).bind(org).bind(blind).fetch_optional(&mut *tx).await?)
}

/// Destroys the key of a subject, with the blind index and the clues that lead to it. The mark of
/// what was destroyed.
pub(super) async fn destroy(
    database: &Database,
    keks: &Keks,
    (org, subject): (Uuid, Uuid),
) -> Result<Option<[u8; 8]>, KeyringError> {
    let pool = database.pool(Role::Process);
    // It may be wrapped anew in between.
    for _ in 0..TRIES {
        let kept = sqlx::query_as(FETCH).bind(org).bind(subject);
        let mut tx = pool.transaction().await?;
        let kept: Option<Kept> = kept.fetch_optional(&mut *tx).await?;
        let Some((Some(wrapped), number)) = kept else { return Ok(None) };
        let kept = (Some(wrapped.clone()), number);
        let mark = cipher::mark(&*unwrap(keks, Purpose::SubjectKey, (org, subject), &kept)?);
        let destroyed = sqlx::query(DESTROY).bind(org).bind(subject).bind(&wrapped);
        if destroyed.execute(&mut *tx).await?.rows_affected() == 1 {
            clues::forget(&mut tx, (org, subject)).await?;
            words::forget(&mut tx, (org, subject)).await?;
            tx.commit().await?;
            return Ok(Some(mark));
        }
    }
    Err(KeyringError::NotPrepared)
}

/// The secret of an organization; made where it is not there.
pub(super) async fn secret(
    database: &Database,
    keks: &Keks,
    org: Uuid,
) -> Result<Zeroizing<Bytes>, KeyringError> {
    for _ in 0..TRIES {
        let mut tx = database.org_tx(org).await?;
        let kept: Option<Kept> = sqlx::query_as(SECRET).bind(org).fetch_optional(&mut *tx).await?;
        if let Some(kept) = kept {
            return unwrap(keks, Purpose::OrganizationSecret, (org, Uuid::nil()), &kept);
        }
        let (number, kek) = rewrap::newest(keks)?;
        let secret = cipher::random();
        let wrapped = cipher::wrap(&kek, Purpose::OrganizationSecret, org, Uuid::nil(), &secret)?;
        let made = sqlx::query(MAKE_SECRET).bind(org).bind(wrapped).bind(number);
        made.execute(&mut *tx).await?;
        tx.commit().await?;
    }
    Err(KeyringError::NotPrepared)
}
